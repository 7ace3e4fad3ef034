"""Sign-up: places, the waiting list, minors, reliability."""

from datetime import date, timedelta

import pytest

from points.foundation.actors import SYSTEM, NotPermitted
from points.foundation.errors import NoSuch
from points.people import volunteers
from points.service import activities, signups
from points.service.signups.settling import settle_roster
from tests import make

START = make.NOW + timedelta(hours=1)
BEFORE = START - timedelta(hours=20)


def sign_up(session, activity, person, *, at=BEFORE, by=None, **facts):
    by = by or make.volunteer_actor(session, person)
    return signups.sign_up(session, activity=activity.code, volunteer=person.code, by=by, at=at, **facts)


def taken(session, activity):
    session.refresh(activity)
    return activity.places_taken


def test_a_volunteer_takes_a_place_and_signing_up_again_changes_nothing(session):
    activity, person = make.activity(session), make.volunteer(session)
    first = sign_up(session, activity, person)
    assert first.status == "approved"
    assert sign_up(session, activity, person).id == first.id
    assert taken(session, activity) == 1


def test_when_all_places_are_taken_the_next_one_waits_and_moves_up_by_itself(session):
    activity = make.activity(session, capacity=1)
    first, second, third = (make.volunteer(session) for _ in range(3))
    sign_up(session, activity, first)
    waiting = [sign_up(session, activity, person) for person in (second, third)]
    assert [each.status for each in waiting] == ["waitlisted", "waitlisted"]
    by = make.volunteer_actor(session, first)
    signups.cancel(session, activity=activity.code, volunteer=first.code, by=by, at=BEFORE)
    assert [each.status for each in waiting] == ["approved", "waitlisted"]
    assert taken(session, activity) == 1


def test_more_places_let_the_waiting_list_move_up(session):
    activity = make.activity(session, capacity=1)
    people = [make.volunteer(session) for _ in range(3)]
    lines = [sign_up(session, activity, person) for person in people]
    activities.change(session, activity=activity.code, capacity=2, by=SYSTEM, at=BEFORE)
    assert [each.status for each in lines] == ["approved", "approved", "waitlisted"]


def test_who_cancelled_and_comes_back_stands_at_the_end(session):
    activity = make.activity(session, capacity=1)
    first, second = make.volunteer(session), make.volunteer(session)
    sign_up(session, activity, first)
    line = sign_up(session, activity, second)
    signups.cancel(session, activity=activity.code, volunteer=first.code, by=SYSTEM, at=BEFORE)
    again = sign_up(session, activity, first, at=BEFORE + timedelta(minutes=5))
    assert (line.status, again.status) == ("approved", "waitlisted")


def test_nobody_signs_up_or_cancels_once_it_has_started(session):
    activity, person = make.activity(session), make.volunteer(session)
    sign_up(session, activity, person)
    with pytest.raises(signups.NotOpenForSignup):
        sign_up(session, activity, make.volunteer(session), at=START)
    with pytest.raises(signups.NotOpenForSignup):
        signups.cancel(session, activity=activity.code, volunteer=person.code, by=SYSTEM, at=START)


def test_a_draft_takes_no_sign_ups(session):
    with pytest.raises(signups.NotOpenForSignup):
        sign_up(session, make.activity(session, published=False), make.volunteer(session))


def test_nobody_signs_up_another_person_unless_they_run_the_activity(session):
    team = make.team(session)
    activity, person = make.activity(session, team=team), make.volunteer(session)
    with pytest.raises(NotPermitted):
        sign_up(session, activity, person, by=make.volunteer_actor(session, make.volunteer(session)))
    assert sign_up(session, activity, person, by=make.leader_actor(session, team)).status == "approved"


def test_the_leader_declines_with_a_reason_and_that_stands(session):
    team = make.team(session)
    activity, person = make.activity(session, team=team), make.volunteer(session)
    sign_up(session, activity, person)
    by = make.leader_actor(session, team)
    signups.reject(session, activity=activity.code, volunteer=person.code, reason="人手已够", by=by, at=BEFORE)
    assert taken(session, activity) == 0
    with pytest.raises(signups.AlreadyRejected):
        sign_up(session, activity, person)


def test_an_age_limit_holds_on_the_day_of_the_activity(session):
    activity = make.activity(session, min_age=18)
    eighteen = make.volunteer(session, birth_date=date(2008, 5, 9))
    assert sign_up(session, activity, eighteen).status == "approved"
    with pytest.raises(signups.NotSuitable) as refused:
        sign_up(session, activity, make.minor(session, birth_date=date(2008, 5, 10)))
    assert refused.value.reason == "too-young"
    with pytest.raises(signups.NotSuitable) as refused:
        sign_up(session, make.activity(session, max_age=60), make.elder(session))
    assert refused.value.reason == "too-old"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"hazard": True, "insurance_ref": "P-1", "min_age": 18}, "too-young"),
        ({"emergency": True}, "hazard"),
        ({"origin": "pair_visit"}, "home-visit"),
        ({"start": START + timedelta(hours=11)}, "ends-late"),
    ],
)
def test_a_minor_is_kept_from_danger_home_visits_and_late_hours(session, facts, reason):
    activity = make.activity(session, **facts)
    with pytest.raises(signups.NotSuitable) as refused:
        sign_up(session, activity, make.minor(session))
    assert refused.value.reason == reason


def test_a_minor_of_fifteen_comes_alone_and_an_eight_year_old_only_with_a_guardian(session):
    activity = make.activity(session)
    assert sign_up(session, activity, make.minor(session)).status == "approved"
    child = make.minor(session, birth_date=date(2018, 1, 1))
    with pytest.raises(signups.GuardianNeeded) as refused:
        sign_up(session, activity, child)
    assert refused.value.facts() == {"volunteer": child.code, "age": 8, "needed": "presence"}
    assert sign_up(session, activity, child, guardian_present=True).status == "approved"


def test_a_required_skill_must_be_verified_and_valid(session):
    activity, barber = make.activity(session, required_skill="理发"), make.volunteer(session)
    with pytest.raises(signups.NotSuitable) as refused:
        sign_up(session, activity, barber)
    assert refused.value.reason == "skill-missing"
    volunteers.add_skill(session, volunteer=barber.code, skill="理发", valid_until=make.TODAY, by=SYSTEM, at=make.NOW)
    assert sign_up(session, activity, barber).status == "approved"


def missed(session, person, *, days_ago):
    activity = make.activity(session, start=START - timedelta(days=days_ago))
    sign_up(session, activity, person, at=activity.start_at - timedelta(hours=20))
    settle_roster(session, activity_id=activity.id)


def test_after_three_no_shows_in_ninety_days_the_leader_decides_for_thirty_days(session):
    person = make.volunteer(session)
    missed(session, person, days_ago=80)
    missed(session, person, days_ago=40)
    assert sign_up(session, make.activity(session), person).status == "approved"
    missed(session, person, days_ago=10)
    activity = make.activity(session)
    assert sign_up(session, activity, person).status == "pending"
    assert taken(session, activity) == 0
    signups.decide(session, activity=activity.code, volunteer=person.code, approve=True, by=SYSTEM, at=BEFORE)
    assert taken(session, activity) == 1


def test_exactly_ninety_days_and_exactly_thirty_still_count(session):
    person = make.volunteer(session)
    for days_ago in (120, 60, 30):
        missed(session, person, days_ago=days_ago)
    at = START + timedelta(hours=2)  # the instant at which the last of them ended, thirty days on
    activity = make.activity(session, start=START + timedelta(days=1))
    assert sign_up(session, activity, person, at=at).status == "pending"
    other = make.volunteer(session)
    for days_ago in (120, 60, 30):
        missed(session, other, days_ago=days_ago)
    assert sign_up(session, activity, other, at=at + timedelta(seconds=1)).status == "approved"


def test_thirty_days_after_the_third_no_show_all_is_forgiven(session):
    person = make.volunteer(session)
    for days_ago in (100, 60, 32):
        missed(session, person, days_ago=days_ago)
    assert sign_up(session, make.activity(session), person).status == "approved"


def test_who_came_attended_and_who_did_not_is_a_no_show(session):
    activity = make.activity(session)
    came, stayed_away = make.volunteer(session), make.volunteer(session)
    lines = [sign_up(session, activity, person) for person in (came, stayed_away)]
    make.scanned(session, activity, came, "in", at=START)
    make.scanned(session, activity, came, "out", at=START + timedelta(hours=1))
    assert settle_roster(session, activity_id=activity.id) == (1, 1)
    for line in lines:
        session.refresh(line)
    assert [line.status for line in lines] == ["attended", "no_show"]


def test_the_roster_shows_a_phone_tail_to_whoever_runs_the_activity_and_nothing_to_others(session):
    team = make.team(session)
    activity, person = make.activity(session, team=team), make.volunteer(session)
    sign_up(session, activity, person)
    line = signups.roster(session, activity=activity.code, by=make.leader_actor(session, team), at=make.NOW)[0]
    assert (line.volunteer, line.phone_tail, line.status) == (person.code, person.phone[-4:], "approved")
    for other in (make.stranger(session), make.volunteer_actor(session, person)):
        with pytest.raises(NoSuch):
            signups.roster(session, activity=activity.code, by=other, at=make.NOW)
