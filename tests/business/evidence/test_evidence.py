"""Every point explains itself: from a booking to the scans, from a spent point to goods, donor and clerk."""

import json
from dataclasses import asdict

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points import evidence
from points.foundation.errors import NoSuch
from points.ledger.tables import PointLot, Transfer
from tests import make
from tests.business.day import Day, lived


@pytest.fixture
def day(session: Session) -> Day:
    return lived(session)


def booking(session: Session, purpose: str) -> Transfer:
    return session.scalars(select(Transfer).where(Transfer.purpose == purpose).order_by(Transfer.id).limit(1)).one()


def test_an_earned_point_leads_to_award_rules_record_activity_and_scans(session: Session, day: Day):
    facts = evidence.of_booking(session, booking(session, "earn").id, by=day.ground.admin)
    assert facts.transfer.points == facts.lot.points == facts.award.points == 20
    assert facts.rules.version == facts.award.rule_version
    assert [step["rule"] for step in facts.award.explanation["steps"]] == ["P1", "P2", "P3"]
    assert facts.record.minutes_credited == 120
    assert facts.activity.code == day.activity
    (stay,) = facts.attendance
    assert [(scan.direction, scan.operator) for scan in stay.scans] == [
        ("in", day.ground.admin.person),
        ("out", day.ground.admin.person),
    ]
    assert all(scan.device for scan in stay.scans)


def test_a_spent_point_leads_to_goods_batch_clerk_and_the_lots_taken(session: Session, day: Day):
    facts = evidence.of_booking(session, booking(session, "spend").id, by=day.ground.admin)
    redemption = facts.redemption
    assert (redemption.code, redemption.clerk) == (day.redemption, day.clerk.person)
    assert [(line.item, line.qty) for line in redemption.lines] == [("G02", 1), ("G03", 1)]
    assert {line.batch.received_by for line in redemption.lines} == {"system"}
    assert sum(used.moved for used in facts.lots_used) == -facts.transfer.points
    assert all(used.made_by.reference for used in facts.lots_used)


def test_the_chain_is_the_same_from_the_lot_the_record_and_the_receipt(session: Session, day: Day):
    earned = booking(session, "earn")
    lot = session.scalars(select(PointLot).where(PointLot.transfer_id == earned.id)).one()
    admin = day.ground.admin
    by_lot = evidence.of_lot(session, lot.id, by=admin)
    assert by_lot == evidence.of_booking(session, earned.id, by=admin)
    by_record = evidence.of_record(session, by_lot.record.code, by=admin)
    assert [transfer.reference for transfer in by_record.transfers] == [earned.reference]
    by_receipt = evidence.of_redemption(session, day.redemption, by=admin)
    assert by_receipt.redemption.code == day.redemption
    assert by_receipt.lots_used


def test_the_person_sees_their_own_chain(session: Session, day: Day):
    own = make.volunteer_actor(session, day.person)
    assert evidence.of_record(session, day.record, by=own).record.code == day.record
    assert evidence.of_redemption(session, day.redemption, by=own).redemption.redeemer == day.person.code


@pytest.mark.parametrize("who", ["a stranger", "another volunteer"])
def test_others_learn_nothing_not_even_that_it_exists(who: str, session: Session, day: Day):
    neighbour = make.volunteer(session)
    by = make.stranger(session) if who == "a stranger" else make.volunteer_actor(session, neighbour)
    earned, spent = booking(session, "earn"), booking(session, "spend")
    lot = session.scalars(select(PointLot).where(PointLot.transfer_id == earned.id)).one()
    for of, key in (
        (evidence.of_booking, earned.id),
        (evidence.of_booking, spent.id),
        (evidence.of_lot, lot.id),
        (evidence.of_record, day.record),
        (evidence.of_redemption, day.redemption),
        (evidence.of_booking, 10**9),
        (evidence.of_lot, 10**9),
        (evidence.of_record, "NOSUCH"),
        (evidence.of_redemption, "NOSUCH"),
    ):
        with pytest.raises(NoSuch):
            of(session, key, by=by)


def test_a_chain_names_nobody(session: Session, day: Day):
    """A26 and §3.9: codes and logins only, no names, phones or birth dates."""
    for purpose in ("earn", "spend", "reserve"):
        facts = evidence.of_booking(session, booking(session, purpose).id, by=day.ground.admin)
        text = json.dumps(asdict(facts), default=str, ensure_ascii=False)
        assert day.person.name not in text
        assert day.person.phone is not None
        assert day.person.phone not in text
