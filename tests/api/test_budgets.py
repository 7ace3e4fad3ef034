"""What a request may cost: SQL statements over HTTP, from knowing who asks to the answer (transactions not counted)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, delete, event, select
from sqlalchemy.orm import Session

from points import database
from points.access import devices
from points.foundation import secrets
from points.foundation.actors import SYSTEM
from points.foundation.orm import dialect_of
from points.journal.tables import Counter
from points.people.tables import Volunteer
from points.service import checkin, signups
from points.service.tables import Activity
from points.web import security
from tests import make
from tests.api.conftest import Program

HOUR = timedelta(hours=1)
FREE = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that the application sends inside the block."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(FREE):
            sent.append(statement)

    with app.app_context():
        engine = database.db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


SCAN = {"postgresql": 3, "sqlite": 5}
"""Who asks, one question, and what is written: in one statement, or stay, scan and log entry row by row."""
WALK_IN = {"postgresql": 4, "sqlite": 7}
"""A walk-in takes a place first, and on SQLite the sign-up is a row more."""


def test_a_scan_costs_three_statements_on_postgresql_and_five_on_sqlite(
    app: Flask, ground: Session, program: Callable[..., Program]
) -> None:
    activity = make.activity(ground, start=make.NOW)
    device = devices.enrol(ground, name="平板", area="BZ", by=SYSTEM, at=make.NOW)
    people = [make.volunteer(ground), make.volunteer(ground)]
    codes = [people[0].code, "/c/" + make.card(ground, people[1]).code]
    for person in people:
        signups.sign_up(ground, activity=activity.code, volunteer=person.code, by=SYSTEM, at=make.NOW - HOUR)
    admin = program("community_admin", "BZ")
    for code in codes:
        for direction in ("in", "out"):
            body = {"code": code, "activity": activity.code, "device": device.code, "direction": direction}
            with counted(app) as sent:
                answer = admin.post("/scans", {**body, "nonce": f"nonce-{direction}-{code[-10:]}"})
            assert answer.status_code == 200, answer.data
            assert len(sent) <= SCAN[dialect_of(ground)], "\n".join(sent)


def test_a_walk_ins_scan_costs_four_statements_on_postgresql_and_seven_on_sqlite(
    app: Flask, ground: Session, program: Callable[..., Program]
) -> None:
    activity = make.activity(ground, walk_in_ok=True, start=make.NOW)
    body = {"code": make.volunteer(ground).code, "activity": activity.code, "nonce": "nonce-of-a-walk-in"}
    admin = program("community_admin", "BZ")
    with counted(app) as sent:
        answer = admin.post("/scans", body)
    assert answer.status_code == 200, answer.data
    assert len(sent) <= WALK_IN[dialect_of(ground)], "\n".join(sent)


def test_a_volunteers_own_scan_costs_four_statements_on_postgresql_and_seven_on_sqlite(
    app: Flask, ground: Session, volunteers_phone: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = make.activity(ground, walk_in_ok=True, start=make.NOW)
    phone = volunteers_phone(make.volunteer(ground, pin=True))
    monkeypatch.setattr(security.csrf, "protect", lambda: None)
    code = checkin.screen_token(activity, make.NOW)
    with counted(app) as sent:
        answer = phone.post("/scans", {"code": code, "nonce": "nonce-of-mine", "device": "phone"})
    assert answer.status_code == 200, answer.data
    assert len(sent) <= WALK_IN[dialect_of(ground)], "\n".join(sent)


EXCHANGE = {"postgresql": 10, "sqlite": 18}
"""On PostgreSQL all that an exchange writes is one statement; SQLite has none that writes to several tables."""


@pytest.mark.parametrize("lines", [1, 3])
def test_an_exchange_costs_at_most_ten_statements(
    app: Flask, engine: Engine, ground: Session, program: Callable[..., Program], lines: int
) -> None:
    """Known by the last digits of the phone; of one line or of three, with points in one lot or in two."""
    make.rules(ground)
    person = make.volunteer(ground)
    make.points(ground, person, 15)
    make.points(ground, person, 100)
    items = [make.item(ground, f"G{number:02d}", price=10, ref_value_fen=300) for number in range(lines)]
    for item in items:
        make.stocked(ground, item)
    clerk = program("station_staff", "NLJ-1")
    body = {
        "volunteer": person.code,
        "station": "NLJ-1",
        "lines": [{"item": item.code, "qty": 1} for item in items],
        "identity": {"check": "phone4", "digits": str(person.phone)[-4:]},
    }
    with counted(app) as sent:
        answer = clerk.post("/redemptions", body)
    assert answer.status_code == 201, answer.data
    assert len(sent) <= EXCHANGE[engine.dialect.name], "\n".join(sent)


def test_a_pin_and_a_household_cost_an_exchange_two_statements_more(
    app: Flask, engine: Engine, ground: Session, program: Callable[..., Program]
) -> None:
    """The PIN is compared before anything is locked; the household's points are found with the person's."""
    make.rules(ground)
    person, spouse = make.volunteer(ground, pin=True), make.volunteer(ground)
    make.points(ground, person, 5)
    make.points(ground, spouse, 5)
    make.household(ground, person, spouse)
    make.stocked(ground, make.item(ground, "G01", price=10, ref_value_fen=300))
    clerk = program("station_staff", "NLJ-1")
    body = {
        "volunteer": person.code,
        "station": "NLJ-1",
        "lines": [{"item": "G01", "qty": 1}],
        "identity": {"check": "pin", "pin": "730514"},
    }
    with counted(app) as sent:
        answer = clerk.post("/redemptions", body)
    assert answer.status_code == 201, answer.data
    assert len(sent) <= EXCHANGE[engine.dialect.name] + 2, "\n".join(sent)


def test_a_reservation_costs_at_most_nine_statements(
    app: Flask,
    engine: Engine,
    ground: Session,
    volunteers_phone: Callable[..., Program],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make.rules(ground)
    make.station(ground)
    person = make.volunteer(ground, pin=True)
    make.points(ground, person, 100)
    make.stocked(ground, make.item(ground, "G01", price=10, ref_value_fen=300))
    phone = volunteers_phone(person)
    monkeypatch.setattr(security.csrf, "protect", lambda: None)
    body = {"volunteer": person.code, "station": "NLJ-1", "lines": [{"item": "G01", "qty": 1}]}
    with counted(app) as sent:
        answer = phone.post("/redemptions", body)
    assert answer.status_code == 201, answer.data
    assert len(sent) <= EXCHANGE[engine.dialect.name] - 1, "\n".join(sent)


def test_my_points_cost_at_most_three_statements(
    app: Flask, ground: Session, volunteers_phone: Callable[..., Program]
) -> None:
    person = make.volunteer(ground, pin=True)
    make.points(ground, person, 100)
    phone = volunteers_phone(person)
    with counted(app) as sent:
        answer = phone.get(f"/volunteers/{person.code}/account")
    assert (answer.status_code, answer.json["spendable"]) == (200, 100)
    assert len(sent) <= 3, "\n".join(sent)


def test_the_page_of_my_points_costs_at_most_five_statements(
    app: Flask, ground: Session, volunteers_phone: Callable[..., Program], lived: dict[str, str]
) -> None:
    """With points from service and goods handed over; what every page asks once a minute is asked before."""
    person = ground.scalars(select(Volunteer).where(Volunteer.code == lived["volunteers"])).one()
    phone = volunteers_phone(person)
    title = ground.scalar(select(Activity.title).where(Activity.code == lived["activities"]))
    phone.page("/my/points")
    with counted(app) as sent:
        page = phone.page("/my/points")
    assert page.status_code == 200
    assert "毛巾 1 条 × 1" in page.text
    assert str(title) in page.text
    assert len(sent) <= 5, "\n".join(sent)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_what_only_reads_begins_no_transaction_on_postgresql(
    app: Flask, ground: Session, volunteers_phone: Callable[..., Program]
) -> None:
    person = make.volunteer(ground, pin=True)
    make.points(ground, person, 100)
    phone = volunteers_phone(person)
    alone: list[bool] = []

    def note(connection: Connection, *_: Any) -> None:
        driver: Any = connection.connection.dbapi_connection
        alone.append(driver.autocommit)

    with app.app_context():
        engine = database.db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert phone.get(f"/volunteers/{person.code}/account").json["spendable"] == 100
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert set(alone) == {True}


def test_a_write_or_a_lock_outside_a_transaction_is_a_bug_at_once(app: Flask) -> None:
    with app.app_context():
        session = database.db.session()
        for statement in (delete(Counter), select(Counter).with_for_update()):
            with pytest.raises(RuntimeError, match="transaction"):
                session.execute(statement)
        session.add(Counter(name="n", value=1))
        with pytest.raises(RuntimeError, match="transaction"):
            session.flush()
        session.rollback()


def test_a_pin_is_compared_before_anything_is_locked(
    app: Flask, ground: Session, program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    make.rules(ground)
    person = make.volunteer(ground, pin=True)
    make.points(ground, person, 100)
    make.stocked(ground, make.item(ground, "G01", price=10, ref_value_fen=300))
    clerk = program("station_staff", "NLJ-1")
    compare, locked = secrets._matches, []

    def noted(secret: str, secret_hash: str | None) -> bool:
        locked.append("writing" in database.db.session.info)
        return compare(secret, secret_hash)

    monkeypatch.setattr(secrets, "_matches", noted)
    body = {"volunteer": person.code, "station": "NLJ-1", "lines": [{"item": "G01", "qty": 1}]}
    for pin, status in (("654321", 403), ("730514", 201)):
        answer = clerk.post("/redemptions", {**body, "identity": {"check": "pin", "pin": pin}})
        assert answer.status_code == status, answer.data
    assert locked == [False, False]
