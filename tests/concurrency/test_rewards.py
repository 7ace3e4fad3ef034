"""Two people at once, on both databases: settling, earning again, voiding and expiring while points are spent."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from points import database, ledger
from points.foundation.actors import SYSTEM
from points.ledger.tables import PointLot
from points.people.tables import Volunteer
from points.rewards import earning, settlement
from tests import make
from tests.business.ledger.books import assert_the_books_are_right
from tests.business.rewards.ground import TODAY, Ground, local, prepare
from tests.concurrency.threads import at_once, refusals

pytestmark = pytest.mark.race
AT = local("20:00")


def prepared(engine: Engine, arrange: Callable[[Session], Any]) -> Any:
    with database.sessions(engine)() as session, database.write_transaction(session):
        return arrange(session)


def looked(engine: Engine, look: Callable[[Session], Any]) -> Any:
    with database.sessions(engine)() as session:
        assert_the_books_are_right(session)
        return look(session)


def spend(session: Session, *people: Volunteer, points: int, reference: str) -> int:
    accounts = ledger.lock_accounts(session, volunteer_ids=[person.id for person in people], at=make.NOW)
    in_order = [accounts[person.id] for person in people]
    given = ledger.spend(
        session,
        payment=ledger.Payment(accounts=in_order, points=points, reference=reference, day=TODAY),
        by=SYSTEM,
        at=make.NOW,
    )
    return sum(taken for _, taken in given)


def balance(session: Session, person: Volunteer) -> int:
    return ledger.balance(session, person.id, day=TODAY).balance


def lots(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PointLot)) or 0


def test_an_activity_settled_twice_at_once_is_settled_once(engine: Engine) -> None:
    def arrange(session: Session) -> tuple[Ground, Volunteer, str]:
        ground, person = prepare(session), make.volunteer(session)
        activity = ground.activity("environment", "09:00", "11:00")
        ground.came(activity, person, "09:00", "11:00")
        ground.over("11:00")
        return ground, person, activity

    ground, person, activity = prepared(engine, arrange)
    outcomes = at_once(
        engine,
        *[lambda session: settlement.settle(session, activity=activity, by=ground.admin, at=AT).points] * 4,
    )
    assert len(refusals(outcomes)) == 3
    assert looked(engine, lambda session: (lots(session), balance(session, person))) == (1, 20)


def test_a_date_earned_twice_at_once_is_posted_once(engine: Engine) -> None:
    def arrange(session: Session) -> tuple[Volunteer, str]:
        ground, person = prepare(session), make.volunteer(session)
        activity = ground.served("environment", "09:00", "11:00", person)
        record = ground.record(activity, person)
        record.status = "voided"  # as if the verb that voids had stopped before it earned again
        session.flush()
        return person, record.code

    person, _ = prepared(engine, arrange)
    outcomes = at_once(
        engine,
        *[lambda session: earning.recompute(session, volunteer_id=person.id, day=TODAY, by=SYSTEM, at=AT)] * 4,
    )
    assert sorted(outcomes) == [-20, 0, 0, 0]
    assert looked(engine, lambda session: balance(session, person)) == 0


def test_two_members_of_a_household_spend_the_same_points_once(engine: Engine) -> None:
    def arrange(session: Session) -> tuple[Volunteer, Volunteer]:
        one, other = make.volunteer(session), make.volunteer(session)
        make.points(session, one, 30)
        make.points(session, other, 30)
        return one, other

    one, other = prepared(engine, arrange)
    outcomes = at_once(
        engine,
        lambda session: spend(session, one, other, points=50, reference="redemption:A"),
        lambda session: spend(session, other, one, points=50, reference="redemption:B"),
    )
    assert refusals(outcomes) == ["insufficient-points"]
    assert looked(engine, lambda session: balance(session, one) + balance(session, other)) == 10


def test_points_spent_while_their_record_is_voided_are_either_refused_or_owed(engine: Engine) -> None:
    def arrange(session: Session) -> tuple[Ground, Volunteer, str]:
        ground, person = prepare(session), make.volunteer(session)
        activity = ground.served("environment", "09:00", "11:00", person)
        return ground, person, ground.record(activity, person).code

    ground, person, record = prepared(engine, arrange)
    outcomes = at_once(
        engine,
        lambda session: spend(session, person, points=15, reference="redemption:A"),
        lambda session: (
            settlement.void_record(
                session, record=record, reason="未到场", by=ground.admin, second=ground.second, at=AT
            ).points
        ),
    )
    account = looked(engine, lambda session: ledger.balance(session, person.id, day=TODAY))
    assert account.balance == 0
    assert account.owed == (0 if refusals(outcomes) else 15)


def test_points_are_either_spent_or_expired(engine: Engine) -> None:
    def arrange(session: Session) -> Volunteer:
        person = make.volunteer(session)
        make.points(session, person, 30, expires_on=date(2026, 12, 31))
        return person

    person = prepared(engine, arrange)
    at_once(
        engine,
        lambda session: spend(session, person, points=20, reference="redemption:A"),
        lambda session: ledger.expire_due(session, at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC)),
        lambda session: ledger.expire_due(session, at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC)),
    )
    assert looked(engine, lambda session: balance(session, person)) == 0
