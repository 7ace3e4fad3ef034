"""Adjustments by hand: two street administrators, a reason, at most 100 points (P15); civic points (P16)."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points import ledger
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import NoSuch
from points.ledger.tables import PointLot, Transfer
from points.people.tables import Volunteer
from points.rewards import adjustments, civic, rulesets
from points.rewards.adjustments import AdjustmentOutOfRange, AlreadyDecided, NotByTheSamePerson, ReasonTooShort
from points.rewards.civic import AlreadyGiven, CivicSwitchedOff
from points.service.tables import ServiceRecord
from tests import make
from tests.business.ledger.books import assert_the_books_are_right

NOW, TODAY = make.NOW, make.TODAY
REASON = "活动当天系统停电，纸质签到表已核对"


@pytest.fixture
def person(session: Session) -> Volunteer:
    return make.volunteer(session)


@pytest.fixture
def proposer(session: Session) -> Actor:
    return make.street_admin(session)


@pytest.fixture
def second(session: Session) -> Actor:
    return make.street_admin(session)


def in_force(session: Session, by: Actor, **params: Any) -> None:
    version = rulesets.draft(
        session, street="YD", effective_from=date(2026, 1, 1), params=params, by=by, at=NOW
    ).version
    rulesets.publish(session, version=version, by=by, at=NOW)


def balance(session: Session, person: Volunteer) -> int:
    return ledger.balance(session, person.id, day=TODAY).balance


def propose(session: Session, person: Volunteer, by: Actor, points: int, reason: str = REASON) -> str:
    return adjustments.propose(session, volunteer=person.code, points=points, reason=reason, by=by, at=NOW).code


def test_a_plus_approved_by_a_second_person_is_a_lot_of_its_own(
    session: Session, person: Volunteer, proposer: Actor, second: Actor
) -> None:
    in_force(session, proposer)
    code = propose(session, person, proposer, 30)
    assert balance(session, person) == 0
    assert adjustments.decide(session, adjustment=code, approve=True, by=second, at=NOW).status == "approved"
    [lot] = ledger.lots(session, person.id)
    assert (lot.points, lot.source_type, lot.expires_on) == (30, "adjust_plus", date(2027, 12, 31))
    assert_the_books_are_right(session)


def test_a_minus_takes_what_expires_first_and_never_more_than_there_is(
    session: Session, person: Volunteer, proposer: Actor, second: Actor
) -> None:
    in_force(session, proposer)
    adjustments.decide(session, adjustment=propose(session, person, proposer, 30), approve=True, by=second, at=NOW)
    adjustments.decide(session, adjustment=propose(session, person, proposer, -10), approve=True, by=second, at=NOW)
    assert balance(session, person) == 20
    too_much = propose(session, person, proposer, -21)
    with pytest.raises(adjustments.MoreThanThereIs):
        adjustments.decide(session, adjustment=too_much, approve=True, by=second, at=NOW)
    assert balance(session, person) == 20
    assert_the_books_are_right(session)


def test_neither_the_proposer_nor_the_person_concerned_decides(session: Session, proposer: Actor) -> None:
    concerned = make.volunteer(session)
    their_own = make.staff(session, role="street_admin", volunteer=concerned)
    in_force(session, proposer)
    code = propose(session, concerned, proposer, 30)
    for same in (proposer, their_own):
        with pytest.raises(NotByTheSamePerson):
            adjustments.decide(session, adjustment=code, approve=True, by=same, at=NOW)
    with pytest.raises(NotByTheSamePerson):
        propose(session, concerned, their_own, 30)
    assert session.scalars(select(Transfer)).all() == []


@pytest.mark.parametrize("points", [0, 101, -101])
def test_a_case_is_at_most_100_points(session: Session, person: Volunteer, proposer: Actor, points: int) -> None:
    with pytest.raises(AdjustmentOutOfRange):
        propose(session, person, proposer, points)


def test_a_reason_is_a_sentence(session: Session, person: Volunteer, proposer: Actor) -> None:
    with pytest.raises(ReasonTooShort):
        propose(session, person, proposer, 10, reason="  补登积分  ")


def test_an_adjustment_is_decided_once(session: Session, person: Volunteer, proposer: Actor, second: Actor) -> None:
    code = propose(session, person, proposer, 30)
    adjustments.decide(session, adjustment=code, approve=False, by=second, at=NOW)
    with pytest.raises(AlreadyDecided):
        adjustments.decide(session, adjustment=code, approve=True, by=second, at=NOW)
    assert balance(session, person) == 0


def test_only_the_streets_own_administrators_adjust_and_see(
    session: Session, person: Volunteer, proposer: Actor
) -> None:
    for outsider in (make.stranger(session), make.community_admin(session)):
        with pytest.raises(NotPermitted):
            propose(session, person, outsider, 10)
    code = propose(session, person, proposer, 10)
    assert [(found.code, who) for found, who in adjustments.listing(session, by=proposer)] == [(code, person.code)]
    assert adjustments.listing(session, by=make.stranger(session)) == []


CIVIC = {"on": True, "items": {"clean": {"title": "门前三包", "points": 5}}}


def give(session: Session, person: Volunteer, by: Actor, *, item: str = "clean", day: date = TODAY) -> int:
    return civic.give(session, volunteer=person.code, item=item, day=day, by=by, at=NOW)


def test_civic_points_are_off_unless_the_rules_switch_them_on(
    session: Session, person: Volunteer, proposer: Actor
) -> None:
    in_force(session, proposer)
    with pytest.raises(CivicSwitchedOff):
        give(session, person, proposer)


def test_civic_points_come_from_the_list_once_a_day_and_are_no_hours(
    session: Session, person: Volunteer, proposer: Actor
) -> None:
    in_force(session, proposer, civic=CIVIC)
    assert give(session, person, proposer) == 5
    with pytest.raises(AlreadyGiven):
        give(session, person, proposer)
    with pytest.raises(NoSuch):
        give(session, person, proposer, item="unlisted")
    assert give(session, person, proposer, day=TODAY + timedelta(days=1)) == 5
    assert set(session.scalars(select(PointLot.source_type))) == {"civic"}
    assert session.scalars(select(ServiceRecord)).all() == []
    assert_the_books_are_right(session)
