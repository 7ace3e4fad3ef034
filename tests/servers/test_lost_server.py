"""A server that goes away under a request: it is waited for, and nothing is done twice or lost."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from points import database
from points.database import retry
from points.journal import counters, idempotency
from points.journal.idempotency import Answer, Asked
from points.journal.tables import Counter
from tests import make
from tests.api.conftest import Program
from tests.conftest import BEHIND_A_POOLER
from tests.servers.machinery import Server, end_backends, eventually, servers

on_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
reached_directly = pytest.mark.skipif(BEHIND_A_POOLER, reason="the server sees PgBouncer, not whose connection it is")


@reached_directly
@on_postgresql
def test_connections_lost_between_requests_are_not_noticed(
    engine: Engine, ground: Session, program: Callable[..., Program]
) -> None:
    admin = program("community_admin", "BZ")
    person = make.volunteer(ground)
    ground.commit()
    for _ in range(2):
        assert admin.get(f"/volunteers/{person.code}").status_code == 200
        assert end_backends(engine) > 0
    answer = admin.post(f"/volunteers/{person.code}/cards", {"reason": "损坏补发"})
    assert answer.status_code == 201, answer.data


@on_postgresql
def test_a_request_whose_connection_is_cut_is_done_once(
    engine: Engine, ground: Session, program: Callable[..., Program]
) -> None:
    clerk, body = _at_the_counter(ground, program)
    with ThreadPoolExecutor(1) as pool, create_engine(engine.url, poolclass=NullPool).connect() as other:
        other.execute(text("SELECT FROM point_account FOR UPDATE"))
        waits = pool.submit(clerk.post, "/redemptions", body)
        eventually(lambda: end_backends(engine, "wait_event_type = 'Lock'"))
        other.rollback()
        answer = waits.result()
    assert (answer.status_code, _count(engine, "redemption")) == (201, 1), answer.data


@reached_directly
@on_postgresql
def test_a_keyed_request_whose_commit_went_unanswered_is_told_what_it_did(
    engine: Engine, app: Flask, ground: Session, program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, body = _at_the_counter(ground, program)
    _cut_after_the_next_commit(app, engine, monkeypatch)
    answer = clerk.post("/redemptions", body)
    assert (answer.status_code, answer.headers["Idempotency-Replayed"]) == (201, "true")
    assert _count(engine, "redemption") == 1


@reached_directly
@on_postgresql
def test_a_request_without_a_key_is_not_repeated_when_nobody_knows_whether_it_was_kept(
    engine: Engine, app: Flask, ground: Session, program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = program("community_admin", "BZ")
    person = make.volunteer(ground)
    ground.commit()
    _cut_after_the_next_commit(app, engine, monkeypatch)
    answer = admin.post(f"/volunteers/{person.code}/cards", {"reason": "损坏补发"})
    assert (answer.status_code, answer.json["code"]) == (503, "outcome-unknown")
    assert _count(engine, "card") == 1


def test_whoever_comes_late_in_an_outage_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "outage", retry._Outage())
    monkeypatch.setattr(retry, "PATIENCE", 0.3)
    engine = create_engine("postgresql+psycopg://postgres@127.0.0.1:1/none")
    tries = []

    def call() -> None:
        tries.append(1)
        engine.connect()

    with pytest.raises(OperationalError):
        database.retrying(call)
    assert len(tries) > 1
    time.sleep(0.3)
    tries.clear()
    with pytest.raises(OperationalError):
        database.retrying(call)
    assert len(tries) == 1


@pytest.fixture
def own_server() -> Iterator[Server]:
    with servers() as make_server:
        server = make_server("primary")
        server.create()
        yield server


def test_a_restart_under_traffic_loses_and_doubles_nothing(own_server: Server) -> None:
    engine = create_engine(own_server.url, pool_size=8)
    database.prepare(engine)
    database.create_all(engine)
    make_session, stop = database.sessions(engine), threading.Event()

    def count(key: str) -> None:
        with make_session() as session, database.write_transaction(session, keyed=True):

            def act() -> Answer:
                counters.next_number(session, "n")
                return Answer(200, b"")

            idempotency.once(session, Asked("test", "POST /count", key, fingerprint=""), act, at=make.NOW)

    def client(name: int) -> int:
        done = 0
        while not stop.is_set():
            database.retrying(lambda key=f"{name}-{done}": count(key))  # type: ignore[misc]
            done += 1
        return done

    with ThreadPoolExecutor(8) as pool:
        clients = [pool.submit(client, name) for name in range(8)]
        try:
            for mode in ("fast", "immediate"):
                time.sleep(0.3)
                own_server.stop(mode)
                time.sleep(0.3)
                own_server.start()
            time.sleep(0.3)
        finally:
            stop.set()
        done = sum(one.result() for one in clients)
    with make_session() as session:
        assert session.scalar(select(Counter.value)) == done
    engine.dispose()


def _at_the_counter(ground: Session, program: Callable[..., Program]) -> tuple[Program, dict[str, Any]]:
    make.rules(ground)
    person = make.volunteer(ground, pin=True)
    make.points(ground, person, 100)
    item = make.item(ground, price=10, ref_value_fen=300)
    clerk = program("station_staff", "NLJ-1")
    make.stocked(ground, item)
    ground.commit()
    body = {
        "volunteer": person.code,
        "station": "NLJ-1",
        "lines": [{"item": item.code, "qty": 1}],
        "identity": {"check": "pin", "pin": "730514"},
    }
    return clerk, body


def _count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0


def _cut_after_the_next_commit(app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next COMMIT be kept, and its answer be lost."""
    with app.app_context():
        dialect = database.db.engine.dialect
    commit = dialect.do_commit

    def cut(connection: Any) -> None:
        commit(connection)
        monkeypatch.setattr(dialect, "do_commit", commit)
        end_backends(engine, f"pid = {connection.dbapi_connection.info.backend_pid}")
        connection.dbapi_connection.execute("SELECT 1")  # the error that the driver has for a lost line

    monkeypatch.setattr(dialect, "do_commit", cut)
