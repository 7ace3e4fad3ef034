"""The write transaction itself: it commits, rolls back, joins, keeps, retries, and waits its turn."""

import threading
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from points import database
from points.database import prepared
from points.foundation.errors import Conflict
from points.journal import counters
from points.journal.tables import Counter
from tests.concurrency.threads import at_once

pytestmark = pytest.mark.race


@dataclass(eq=False)
class Counted(Conflict):
    code = "counted"
    title = detail = next_step = ""
    keeps_writes = True


@dataclass(eq=False)
class Undone(Conflict):
    code = "undone"
    title = detail = next_step = ""


def _value(engine: Engine, name: str = "n") -> int | None:
    with database.sessions(engine)() as session:
        return session.scalar(select(Counter.value).where(Counter.name == name))


def test_a_refusal_undoes_what_was_written(engine: Engine) -> None:
    with database.sessions(engine)() as session, pytest.raises(Undone), database.write_transaction(session):
        counters.next_number(session, "n")
        raise Undone()
    assert _value(engine) is None


def test_a_refusal_that_keeps_its_writes_keeps_them(engine: Engine) -> None:
    with database.sessions(engine)() as session, pytest.raises(Counted), database.write_transaction(session):
        counters.next_number(session, "n")
        raise Counted()
    assert _value(engine) == 1


def test_an_inner_transaction_is_lost_with_the_outer_one(engine: Engine) -> None:
    with database.sessions(engine)() as session, pytest.raises(Undone), database.write_transaction(session):
        with database.write_transaction(session):
            counters.next_number(session, "n")
        raise Undone()
    assert _value(engine) is None


def test_a_transaction_ends_the_read_that_was_open(engine: Engine) -> None:
    with database.sessions(engine)() as session:
        session.scalar(select(func.count()).select_from(Counter))
        with database.write_transaction(session):
            counters.next_number(session, "n")
    assert _value(engine) == 1


def test_sixteen_writers_lose_no_number_and_meet_no_lock_error(engine: Engine) -> None:
    outcomes = at_once(engine, *[lambda session: counters.next_number(session, "n")] * 16)
    assert sorted(outcomes) == list(range(1, 17))


def test_look_then_write_without_a_lock_loses_numbers(postgresql: Engine) -> None:
    """The same without the row lock, to see that the test above can fail."""
    make_session = database.sessions(postgresql)
    with make_session.begin() as session:
        counters.next_number(session, "unlocked")

    both_have_looked = threading.Barrier(2)

    def look_then_write(session: database.Session) -> int:
        value = session.scalar(select(Counter.value).where(Counter.name == "unlocked"))
        both_have_looked.wait()
        assert value is not None
        session.execute(update(Counter).where(Counter.name == "unlocked").values(value=value + 1))
        return value + 1

    assert at_once(postgresql, look_then_write, look_then_write) == [2, 2]
    assert _value(postgresql, "unlocked") == 2


def test_a_deadlock_is_retried_until_both_are_done(postgresql: Engine) -> None:
    make_session = database.sessions(postgresql)
    with make_session.begin() as session:
        counters.next_number(session, "left")
        counters.next_number(session, "right")
    first_try = threading.Barrier(2)
    tries: list[str] = []

    def crosswise(first: str, second: str):  # type: ignore[no-untyped-def]
        def call(session: database.Session) -> None:
            tries.append(first)
            counters.next_number(session, first)
            if tries.count(first) == 1:
                first_try.wait()
            counters.next_number(session, second)

        return call

    at_once(postgresql, crosswise("left", "right"), crosswise("right", "left"))
    assert len(tries) > 2, "the database saw no deadlock"
    assert (_value(postgresql, "left"), _value(postgresql, "right")) == (3, 3)


def test_other_database_errors_are_not_retried() -> None:
    tries = []

    def broken() -> None:
        tries.append(1)
        raise OperationalError("SELECT", {}, Exception("no such table"))

    with pytest.raises(OperationalError):
        database.retrying(broken)
    assert len(tries) == 1


def test_a_name_taken_meanwhile_is_looked_for_again() -> None:
    tries = []

    class UniqueViolation(Exception):
        sqlstate = "23505"

    def slower() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError("INSERT", {}, UniqueViolation())
        return "seen"

    assert database.retrying(slower) == "seen"
    assert len(tries) == 2


def test_whoever_takes_the_turn_early_is_the_next_writer_of_the_process(sqlite: Engine) -> None:
    make_session, lock = database.sessions(sqlite), prepared.of(sqlite).lock
    taken, done = threading.Event(), threading.Event()
    written: list[str] = []

    def early() -> None:
        with lock.turn():
            taken.set()
            assert not done.wait(0.2), "the other wrote during this turn"
            write("early")

    def write(name: str) -> None:
        with make_session() as session, database.write_transaction(session):
            counters.next_number(session, "n")
            written.append(name)

    def other() -> None:
        assert taken.wait(5)
        write("other")
        done.set()

    threads = [threading.Thread(target=one) for one in (early, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert written == ["early", "other"]
    assert _value(sqlite) == 2
