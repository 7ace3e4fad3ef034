"""Make-ups: two people, within ten working days, within the activity (A6)."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from points.foundation import clock
from points.foundation.actors import SYSTEM, NotPermitted
from points.foundation.errors import NoSuch
from points.places import calendar
from points.service import activities, makeups
from points.service.auto_close import auto_close
from points.service.hours import HourRules
from points.service.makeups import lifecycle as making_up
from points.service.records import computing
from points.service.tables import MakeupRequest, ServiceRecord, Stay
from tests import make

START = make.NOW + timedelta(hours=1)
END = START + timedelta(hours=2)
LATER = END + timedelta(days=1)
RULES = HourRules()


def ended(session, **facts):
    activity = make.activity(session, walk_in_ok=True, **facts)
    activities.advance(session, at=activity.end_at)
    session.refresh(activity)
    return activity


def claim(session, activity, person, *, by=None, at=LATER, claimed_in=None, claimed_out=None, **facts):
    return making_up.propose(
        session,
        claim=makeups.Claim(
            activity=activity.code,
            volunteer=person.code,
            claimed_in=claimed_in or activity.start_at,
            claimed_out=claimed_out or activity.end_at,
            reason=facts.pop("reason", "no_phone"),
            **facts,
        ),
        by=by or make.volunteer_actor(session, person),
        at=at,
    )


def test_an_approved_make_up_becomes_a_corrected_stay_and_a_record_of_grade_c(session):
    activity, person = ended(session), make.volunteer(session)
    request = claim(session, activity, person)
    pairs = making_up.decide(session, makeup=request.code, approve=True, by=make.community_admin(session), at=LATER)
    assert pairs == [(person.id, make.TODAY)]
    (record,) = computing.compute_day(session, volunteer_id=person.id, day=make.TODAY, rules=RULES, by=SYSTEM, at=LATER)
    assert (record.minutes_credited, record.assurance, record.source, record.status) == (120, "C", "makeup", "computed")


def test_t6_a_forgotten_exit_keeps_the_scanned_arrival(session):
    activity, person = make.activity(session, walk_in_ok=True), make.volunteer(session)
    make.scanned(session, activity, person, "in", at=START + timedelta(minutes=5))
    activities.advance(session, at=END)
    auto_close(session, at=END + timedelta(hours=2))
    before = computing.compute_activity(session, activity_id=activity.id, rules=RULES, by=SYSTEM, at=LATER)
    assert [(each.minutes_credited, each.flags) for each in before] == [(0, ["auto_closed", "short"])]
    request = claim(session, activity, person, reason="forgot_out")
    making_up.decide(session, makeup=request.code, approve=True, by=make.community_admin(session), at=LATER)
    (after,) = computing.compute_day(session, volunteer_id=person.id, day=make.TODAY, rules=RULES, by=SYSTEM, at=LATER)
    assert (after.minutes_credited, after.version, after.supersedes_id) == (115, 2, before[0].id)


@pytest.mark.parametrize("who", ["beneficiary", "proposer"])
def test_neither_proposer_nor_beneficiary_decides(session, who):
    activity = ended(session)
    person = make.volunteer(session)
    admin = make.staff(session, role="community_admin", volunteer=person if who == "beneficiary" else None)
    request = claim(session, activity, person, by=admin if who == "proposer" else SYSTEM)
    with pytest.raises(makeups.OwnMakeup):
        making_up.decide(session, makeup=request.code, approve=True, by=admin, at=LATER)
    session.refresh(request)
    assert request.status == "open"
    assert session.scalar(select(func.count()).select_from(Stay)) == 0


def test_a_leader_proposes_and_does_not_decide(session):
    team = make.team(session)
    activity, person = ended(session, team=team), make.volunteer(session)
    leader = make.leader_actor(session, team)
    request = claim(session, activity, person, by=leader, reason="roster")
    with pytest.raises(NotPermitted):
        making_up.decide(session, makeup=request.code, approve=True, by=leader, at=LATER)


def test_nobody_claims_for_others_unless_they_run_the_activity(session):
    activity, person = ended(session), make.volunteer(session)
    with pytest.raises(NotPermitted):
        claim(session, activity, person, by=make.volunteer_actor(session, make.volunteer(session)))


def test_ten_working_days_are_counted_across_the_national_day_holiday(session):
    """2026: 25–27 September and 1–7 October are free, 20 September and 10 October are worked (as an example table)."""
    for day in [date(2026, 9, 25), *(date(2026, 10, day) for day in (1, 2, 5, 6, 7))]:
        calendar.override(session, day=day, is_workday=False, by=SYSTEM, at=make.NOW)
    calendar.override(session, day=date(2026, 10, 10), is_workday=True, by=SYSTEM, at=make.NOW)
    start = clock.at_local(date(2026, 9, 24), time(9))
    activity, person = ended(session, start=start), make.volunteer(session)
    # working days after 24 September: 28, 29, 30 September, 8, 9, 10, 12, 13, 14, 15 October
    last, too_late = clock.at_local(date(2026, 10, 15), time(23)), clock.at_local(date(2026, 10, 16), time(1))
    with pytest.raises(makeups.MakeupTooLate) as refused:
        claim(session, activity, person, at=too_late)
    assert refused.value.until == date(2026, 10, 15)
    assert claim(session, activity, person, at=last).status == "open"


@pytest.mark.parametrize(
    ("come", "go"),
    [(-1, 120), (0, 121), (60, 60), (90, 30)],
)
def test_a_claim_lies_within_the_activity(session, come, go):
    activity, person = ended(session), make.volunteer(session)
    with pytest.raises(makeups.ClaimInvalid):
        claim(
            session,
            activity,
            person,
            claimed_in=START + timedelta(minutes=come),
            claimed_out=START + timedelta(minutes=go),
        )
    assert session.scalar(select(func.count()).select_from(MakeupRequest)) == 0


def test_a_claim_before_the_end_or_for_a_cancelled_activity_is_refused(session):
    activity, person = make.activity(session), make.volunteer(session)
    with pytest.raises(makeups.ClaimInvalid):
        claim(session, activity, person, at=START)
    activities.cancel(session, activity=activity.code, reason="大雨", by=SYSTEM, at=START)
    with pytest.raises(makeups.ClaimInvalid):
        claim(session, activity, person)


def test_one_open_claim_at_a_time_and_a_decided_one_stays_decided(session):
    activity, person = ended(session), make.volunteer(session)
    request = claim(session, activity, person)
    with pytest.raises(makeups.MakeupState):
        claim(session, activity, person)
    by = make.community_admin(session)
    assert making_up.decide(session, makeup=request.code, approve=False, by=by, at=LATER) == []
    with pytest.raises(makeups.MakeupState):
        making_up.decide(session, makeup=request.code, approve=True, by=by, at=LATER)
    assert claim(session, activity, person).status == "open"


def test_a_claim_that_is_not_there_is_not_decided(session):
    ended(session)
    with pytest.raises(NoSuch):
        making_up.decide(session, makeup="NOSUCH", approve=True, by=make.community_admin(session), at=LATER)


def test_many_make_ups_of_one_activity_are_flagged(session):
    activity, person = ended(session), make.volunteer(session)
    request = claim(session, activity, person)
    making_up.decide(session, makeup=request.code, approve=True, by=make.community_admin(session), at=LATER)
    assert session.scalars(select(Stay)).one().flags == ["makeup_share"]


def test_claims_wait_for_those_who_may_decide_them(session):
    activity, person = ended(session), make.volunteer(session)
    request = claim(session, activity, person)
    admin = make.community_admin(session)
    assert [found.code for found in makeups.listing(session, by=admin, at=make.NOW)] == [request.code]
    assert makeups.listing(session, by=make.stranger(session), at=make.NOW) == []
    assert makeups.seen(session, request.code, by=make.volunteer_actor(session, person)).code == request.code
    with pytest.raises(NoSuch):
        makeups.seen(session, request.code, by=make.stranger(session))


def test_t5_overlapping_claims_credit_no_minute_twice(session):
    person = make.volunteer(session)
    for start, ends in ((START, END), (START + timedelta(hours=1), END + timedelta(hours=1))):
        activity = ended(session, start=start)
        assert activity.end_at == ends
        request = claim(session, activity, person)
        making_up.decide(session, makeup=request.code, approve=True, by=make.community_admin(session), at=LATER)
    computing.compute_day(session, volunteer_id=person.id, day=make.TODAY, rules=RULES, by=SYSTEM, at=LATER)
    found = session.scalars(select(ServiceRecord).order_by(ServiceRecord.first_in_at)).all()
    assert [each.minutes_credited for each in found] == [120, 60]
