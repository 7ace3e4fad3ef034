"""Forgotten check-outs close after the time that the street's own rules give."""

from datetime import time, timedelta

from sqlalchemy.orm import Session

from points.foundation import clock
from points.proof import due
from points.rewards import settlement
from points.service import signups
from tests import make

NINE = clock.at_local(make.TODAY, time(9))
END = NINE + timedelta(minutes=120)


def _inside(session: Session) -> None:
    activity, person = make.activity(session), make.volunteer(session)
    signups.sign_up(
        session,
        activity=activity.code,
        volunteer=person.code,
        by=make.volunteer_actor(session, person),
        at=make.NOW,
    )
    make.scanned(session, activity, person, "in", at=NINE)


def test_a_forgotten_stay_closes_two_hours_after_the_end(session: Session) -> None:
    _inside(session)
    assert settlement.close_forgotten(session, at=END + timedelta(minutes=119)) == 0
    assert settlement.close_forgotten(session, at=END + timedelta(minutes=120)) == 1
    assert settlement.close_forgotten(session, at=END + timedelta(minutes=121)) == 0


def test_a_street_may_set_another_time(session: Session) -> None:
    make.rules(session, autoclose_after_min=30)
    _inside(session)
    assert settlement.close_forgotten(session, at=END + timedelta(minutes=29)) == 0
    assert settlement.close_forgotten(session, at=END + timedelta(minutes=30)) == 1


def test_the_proof_waits_for_a_forgotten_stay_as_long_as_the_street_does(session: Session) -> None:
    make.rules(session, autoclose_after_min=240)
    _inside(session)

    def late(minutes: int) -> bool:
        found = due.overdue(session, at=END + timedelta(minutes=minutes) + due.GRACE)
        return "overdue-stay" in {finding.kind for finding in found}

    assert not late(239)
    assert late(241)
