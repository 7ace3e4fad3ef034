"""Who is paid to be there earns no hours there and then (§3.4 rule 8)."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.places import calendar
from points.service import checkin
from points.service.tables import Scan
from tests import make
from tests.business.service.door import START, by_staff, joined

MONDAY = clock.at_local(date(2026, 5, 11), time(9))


def employed(session, role="community_admin", place="BZ"):
    person = make.volunteer(session)
    make.staff(session, role=role, place=place, volunteer=person)
    return person


@pytest.mark.parametrize(
    ("role", "place"), [("community_admin", "BZ"), ("street_admin", "YD"), ("station_staff", "NLJ-1")]
)
def test_paid_staff_earn_nothing_at_their_own_place_in_office_hours(session, role, place):
    activity, person = joined(session, employed(session, role, place), start=MONDAY)
    with pytest.raises(checkin.OnDuty):
        by_staff(session, activity, person, "in", at=MONDAY)


def test_staff_are_volunteers_elsewhere_after_hours_and_on_days_off(session):
    elsewhere, person = joined(session, employed(session, place="CS"), start=MONDAY)
    assert by_staff(session, elsewhere, person, "in", at=MONDAY).direction == "in"
    evening, person = joined(session, employed(session), start=MONDAY + timedelta(hours=8))
    assert by_staff(session, evening, person, "in", at=MONDAY + timedelta(hours=8)).direction == "in"
    calendar.override(session, day=make.TODAY, is_workday=False, by=SYSTEM, at=make.NOW)
    saturday, person = joined(session, employed(session))
    assert by_staff(session, saturday, person, "in", at=START).direction == "in"


def test_a_saturday_that_is_worked_for_a_festival_is_a_working_day(session):
    """2026-05-09 makes up for Labour Day in the national calendar."""
    activity, person = joined(session, employed(session))
    with pytest.raises(checkin.OnDuty):
        by_staff(session, activity, person, "in", at=START)


def test_the_street_overrides_duty_with_a_reason_and_nobody_else_does(session):
    activity, person = joined(session, employed(session), start=MONDAY)
    with pytest.raises(checkin.OnDuty):
        by_staff(session, activity, person, "in", at=MONDAY, force=True)
    with pytest.raises(checkin.OnDuty):
        by_staff(
            session, activity, person, "in", at=MONDAY, force=True, reason="调休", by=make.community_admin(session)
        )
    answer = by_staff(session, activity, person, "in", at=MONDAY, force=True, reason="当日调休")
    assert "forced" in answer.flags
    assert session.scalars(select(Scan.refusal_overridden)).one() == "on-duty"
