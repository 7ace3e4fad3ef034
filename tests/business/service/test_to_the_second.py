"""The numbers of check-in and its flags (§3.3–§3.4): what holds at the last second no longer holds at the next."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.rewards import settlement
from points.service import activities, checkin, makeups, signups, stays
from points.service.checkin import ScanRequest
from points.service.makeups import lifecycle as making_up
from points.service.tables import Signup, Stay
from tests import make

START = make.NOW + timedelta(hours=1)
END = START + timedelta(hours=2)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
MONDAY = date(2026, 5, 11)


def open_house(session, **facts):
    """An activity that anybody may walk into, and a person."""
    return make.activity(session, walk_in_ok=True, **facts), make.volunteer(session)


def by_staff(session, activity, person, direction, *, at, by=SYSTEM, **facts):
    return checkin.scan(
        session,
        ScanRequest(
            code="/c/" + make.card_of(session, person).code,
            activity=activity.code,
            direction=direction,
            nonce=f"s{at.timestamp()}{direction}{person.code}",
            **facts,
        ),
        by=by,
        at=at,
    )


# --- windows of check-in


@pytest.mark.parametrize(("after", "direction"), [(2 * MINUTE, "in"), (2 * MINUTE + SECOND, "out")])
def test_a_second_scan_is_the_same_one_for_two_minutes(session, after, direction):
    activity, person = open_house(session)
    make.scanned(session, activity, person, "auto", at=START)
    again = make.scanned(session, activity, person, "auto", at=START + after)
    assert (again.direction, again.replayed) == (direction, direction == "in")


@pytest.mark.parametrize(("after", "direction"), [(2 * MINUTE, "out"), (2 * MINUTE + SECOND, "in")])
def test_a_second_exit_is_the_same_one_for_two_minutes(session, after, direction):
    activity, person = open_house(session)
    make.scanned(session, activity, person, "in", at=START)
    make.scanned(session, activity, person, "out", at=START + 40 * MINUTE)
    again = make.scanned(session, activity, person, "auto", at=START + 40 * MINUTE + after)
    assert (again.direction, again.replayed) == (direction, direction == "out")


@pytest.mark.parametrize(("after", "flags"), [(10 * MINUTE, ()), (10 * MINUTE + SECOND, ("late",))])
def test_a_scan_is_late_when_it_comes_more_than_ten_minutes_after_it_happened(session, after, flags):
    activity, person = open_house(session)
    assert by_staff(session, activity, person, "in", occurred_at=START, at=START + after).flags == flags


def test_a_device_may_be_five_minutes_ahead(session):
    activity, person = open_house(session)
    ahead = START + 5 * MINUTE
    assert by_staff(session, activity, person, "in", occurred_at=ahead, at=START).in_at == ahead
    with pytest.raises(checkin.InvalidCode):
        by_staff(session, activity, make.volunteer(session), "in", occurred_at=ahead + SECOND, at=START)


@pytest.mark.parametrize(
    ("early", "late"), [(30 * MINUTE, 30 * MINUTE), (30 * MINUTE + SECOND, None), (None, 30 * MINUTE + SECOND)]
)
def test_in_opens_half_an_hour_before_and_out_closes_half_an_hour_after(session, early, late):
    activity, person = open_house(session)
    if late is None:
        with pytest.raises(checkin.TooEarly):
            make.scanned(session, activity, person, "in", at=START - early)
        return
    make.scanned(session, activity, person, "in", at=START - (early or timedelta()))
    if early is None:
        with pytest.raises(checkin.TooLate):
            make.scanned(session, activity, person, "out", at=END + late)
    else:
        assert make.scanned(session, activity, person, "out", at=END + late).direction == "out"


@pytest.mark.parametrize(("stayed", "flags"), [(30 * MINUTE, ()), (30 * MINUTE - SECOND, ("short",))])
def test_a_stay_is_short_below_half_an_hour(session, stayed, flags):
    activity, person = open_house(session)
    make.scanned(session, activity, person, "in", at=START)
    assert make.scanned(session, activity, person, "out", at=START + stayed).flags == flags


@pytest.mark.parametrize(("span", "flags"), [(10 * MINUTE, ("burst",)), (10 * MINUTE + SECOND, ())])
def test_five_check_ins_from_one_phone_within_ten_minutes_are_a_burst(session, span, flags):
    activity, _ = open_house(session)
    for number in range(4):
        at = START + number * MINUTE
        assert make.scanned(session, activity, make.volunteer(session), "in", at=at, device="one").flags == ()
    fifth = make.scanned(session, activity, make.volunteer(session), "in", at=START + span, device="one")
    assert fifth.flags == flags


@pytest.mark.parametrize(
    ("clock_time", "on_duty"),
    [(time(8, 59, 59), False), (time(9), True), (time(16, 59, 59), True), (time(17), False)],
)
def test_office_hours_are_nine_to_five(session, clock_time, on_duty):
    person = make.volunteer(session)
    make.staff(session, role="community_admin", volunteer=person)
    at = clock.at_local(MONDAY, clock_time)
    activity = make.activity(session, walk_in_ok=True, start=at)
    if on_duty:
        with pytest.raises(checkin.OnDuty):
            by_staff(session, activity, person, "in", at=at)
    else:
        assert by_staff(session, activity, person, "in", at=at).direction == "in"


def test_a_scan_can_be_undone_for_fifteen_minutes(session):
    activity, person = open_house(session)
    make.scanned(session, activity, person, "in", at=START, nonce="once")
    undo = {"nonce": "once", "device": f"phone-{person.code}", "by": make.volunteer_actor(session, person)}
    with pytest.raises(checkin.UndoTooLate):
        checkin.undo(session, **undo, at=START + 15 * MINUTE + SECOND)
    assert checkin.undo(session, **undo, at=START + 15 * MINUTE).status == "annulled"


# --- what the leader counted


@pytest.mark.parametrize(
    ("head_count", "differs"), [(7, True), (8, True), (9, False), (10, False), (11, False), (12, True)]
)
def test_a_head_count_may_differ_by_a_tenth_of_ten_and_not_by_a_fifth(session, head_count, differs):
    activity, _ = open_house(session)
    for _ in range(10):
        make.scanned(session, activity, make.volunteer(session), "in", at=START)
    activity.head_count = head_count
    assert stays.head_count_differs(session, activity) is differs


# --- no-shows


def missed(session, person, *days_ago):
    """Places taken and not used, at activities that ended so many days before `END`."""
    for days in days_ago:
        activity = make.activity(session, start=START - timedelta(days=days))
        before = activity.start_at - timedelta(hours=20)
        signups.sign_up(session, activity=activity.code, volunteer=person.code, by=SYSTEM, at=before)
        session.get_one(Signup, _sign_up_of(session, activity, person)).status = "no_show"
    session.flush()


def _sign_up_of(session, activity, person):
    return session.scalars(
        select(Signup.id).where(Signup.activity_id == activity.id, Signup.volunteer_id == person.id)
    ).one()


def asks(session, person, *, at):
    """What a new sign-up at that time becomes."""
    activity = make.activity(session, start=at + timedelta(days=2))
    return signups.sign_up(session, activity=activity.code, volunteer=person.code, by=SYSTEM, at=at).status


@pytest.mark.parametrize(
    ("days_ago", "becomes"),
    [
        ((0, 1), "approved"),
        ((0, 1, 2), "pending"),
        ((0, 45, 90), "pending"),
        ((0, 45, 91), "approved"),
        ((0, 91, 92), "approved"),
        ((20, 45, 110), "pending"),
        ((20, 45, 111), "approved"),
    ],
)
def test_three_no_shows_count_when_they_lie_within_ninety_days(session, days_ago, becomes):
    person = make.volunteer(session)
    missed(session, person, *days_ago)
    assert asks(session, person, at=END) == becomes


@pytest.mark.parametrize(
    ("after", "becomes"), [(timedelta(days=30), "pending"), (timedelta(days=30, seconds=1), "approved")]
)
def test_the_leader_decides_for_thirty_days_after_the_third_no_show(session, after, becomes):
    person = make.volunteer(session)
    missed(session, person, 0, 45, 60)
    assert asks(session, person, at=END + after) == becomes


# --- make-ups


def made_up(session, activity, person, *, claimed_in=None, claimed_out=None):
    request = settlement.propose_makeup(
        session,
        claim=makeups.Claim(
            activity=activity.code,
            volunteer=person.code,
            claimed_in=claimed_in or activity.start_at,
            claimed_out=claimed_out or activity.end_at,
            reason="no_phone",
        ),
        by=make.volunteer_actor(session, person),
        at=END + timedelta(days=1),
    )
    making_up.decide(
        session, makeup=request.code, approve=True, by=make.community_admin(session), at=END + timedelta(days=1)
    )


@pytest.mark.parametrize(("seen", "flags"), [(4, []), (3, ["makeup_share"])])
def test_make_ups_are_looked_at_when_they_are_more_than_a_fifth_of_the_stays(session, seen, flags):
    activity, late = open_house(session)
    for _ in range(seen):
        person = make.volunteer(session)
        make.scanned(session, activity, person, "in", at=START)
        make.scanned(session, activity, person, "out", at=END)
    activities.advance(session, at=END)
    made_up(session, activity, late)
    flagged = select(Stay.flags).where(Stay.volunteer_id == late.id)
    assert session.scalars(flagged).one() == flags


@pytest.mark.parametrize("already", [2, 3])
def test_a_make_up_is_no_way_to_a_fourth_stay_of_a_day(session, already):
    activity, person = open_house(session, minutes=300)
    for number in range(already):
        at = START + number * timedelta(hours=1)
        make.scanned(session, activity, person, "in", at=at)
        make.scanned(session, activity, person, "out", at=at + 30 * MINUTE)
    activities.advance(session, at=activity.end_at)
    claim = {"claimed_in": START + timedelta(hours=4), "claimed_out": activity.end_at}
    if already == 3:
        with pytest.raises(makeups.MakeupState):
            made_up(session, activity, person, **claim)
    else:
        made_up(session, activity, person, **claim)
        assert len(stays.of_activity(session, activity_id=activity.id)) == 3


# --- an activity's own clock


def status_at(session, activity, at):
    activities.advance(session, at=at)
    session.refresh(activity)
    return activity.status


def test_check_in_opens_by_itself_half_an_hour_before_the_start(session):
    activity = make.activity(session)
    assert status_at(session, activity, START - 30 * MINUTE - SECOND) == "published"
    assert status_at(session, activity, START - 30 * MINUTE) == "in_progress"


@pytest.mark.parametrize(("more", "fits"), [(120 * MINUTE, True), (120 * MINUTE + MINUTE, False)])
def test_an_activity_is_extended_by_two_hours_at_most(session, more, fits):
    activity = make.activity(session)
    activities.advance(session, at=START)
    session.refresh(activity)
    if fits:
        activities.extend(session, activity=activity.code, end_at=END + more, by=SYSTEM, at=START)
        assert activity.end_at == END + more
    else:
        with pytest.raises(activities.ActivityInvalid):
            activities.extend(session, activity=activity.code, end_at=END + more, by=SYSTEM, at=START)


@pytest.mark.parametrize(("minutes", "fits"), [(29, False), (30, True), (12 * 60, True), (12 * 60 + 1, False)], ids=str)
def test_an_activity_of_one_day_lasts_from_half_an_hour_to_twelve_hours(session, minutes, fits):
    if fits:
        assert make.activity(session, minutes=minutes).status == "published"
    else:
        with pytest.raises(activities.ActivityIncomplete):
            make.activity(session, minutes=minutes)


@pytest.mark.parametrize(("days", "fits"), [(365, True), (366, False)])
def test_an_activity_spans_a_year_at_most(session, days, fits):
    begins = make.NOW + timedelta(days=1)
    nights = [
        (begins + timedelta(days=day, hours=2), begins + timedelta(days=day + 1))  # two hours each day
        for day in range(days)
    ]
    facts = {"start": begins, "minutes": days * 24 * 60, "breaks": nights}
    if fits:
        assert make.activity(session, **facts).status == "published"
    else:
        with pytest.raises(activities.ActivityIncomplete):
            make.activity(session, **facts)
