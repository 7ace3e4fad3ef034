"""Activities that come back on their weekdays, and activities planned like another one."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from points.foundation import clock
from points.foundation.actors import SYSTEM, NotPermitted
from points.foundation.errors import NoSuch
from points.journal.tables import AuditEntry
from points.places import calendar
from points.service import activities, signups
from points.service.activities import series
from points.service.tables import Activity
from tests import make

MONDAY = date(2026, 5, 11)
SCHOOL = range(5)


def days(session, made):
    return [one.series_day for one in series.dates(session, made.id)]


def states(session, made):
    return [one.status for one in series.dates(session, made.id)]


def test_a_series_has_a_date_on_each_working_day_of_its_weekdays(session):
    calendar.override(session, day=MONDAY + timedelta(days=2), is_workday=False, by=SYSTEM, at=make.NOW)
    calendar.override(session, day=MONDAY + timedelta(days=5), is_workday=True, by=SYSTEM, at=make.NOW)
    made = make.series(session, days=7)
    assert days(session, made) == [MONDAY + timedelta(days=number) for number in (0, 1, 3, 4)]
    first, second, *_ = series.dates(session, made.id)
    assert clock.local(second.start_at).time() == time(16, 30)
    assert second.end_at - first.end_at == timedelta(days=1)
    assert first.code != second.code
    assert first.screen_code != second.screen_code


def test_a_weekend_series_rests_on_a_weekend_that_the_calendar_names(session):
    saturday = MONDAY + timedelta(days=5)
    assert series.holds(saturday, [5], {})
    assert not series.holds(saturday, [5], {saturday: True})
    assert not series.holds(saturday, [5], {saturday: False})
    assert not series.holds(saturday, [6], {})
    assert not series.holds(date(2026, 10, 10), [5], {}), "worked for National Day"
    assert not series.holds(date(2026, 10, 1), [3], {}), "National Day"


@pytest.mark.parametrize(
    ("weekdays", "until", "refused"),
    [
        ([6], MONDAY + timedelta(days=4), series.NoDates),
        (SCHOOL, MONDAY - timedelta(days=1), series.NoDates),
        (SCHOOL, MONDAY + timedelta(days=120), series.TooManyDates),
        ([0], MONDAY + timedelta(days=5000), series.TooManyDates),
    ],
)
def test_a_series_has_between_one_and_sixty_dates(session, weekdays, until, refused):
    planned = make.plan(session)
    with pytest.raises(refused):
        series.draft(session, plan=planned, weekdays=weekdays, until=until, by=SYSTEM, at=make.NOW)


def test_one_decision_publishes_every_date(session):
    made = make.series(session)
    assert set(states(session, made)) == {"published"}
    by = make.street_admin(session)
    with pytest.raises(series.NothingLeft):
        series.approve(session, series=made.code, by=by, at=make.NOW)
    acts = session.scalars(select(AuditEntry.action).where(AuditEntry.target == f"series:{made.code}"))
    assert list(acts) == ["series.draft", "series.submit", "series.approve"]


def test_the_dates_of_a_series_wait_as_one_decision(session):
    made = make.series(session, published=False)
    team = session.get_one(make.Team, series.dates(session, made.id)[0].team_id)
    leader, by = make.leader_actor(session, team), make.community_admin(session)
    series.submit(session, series=made.code, by=leader, at=make.NOW)
    assert [one.series_day for one in activities.waiting_for_approval(session, by=by, at=make.NOW)] == [MONDAY]
    with pytest.raises(NotPermitted):
        series.approve(session, series=made.code, by=leader, at=make.NOW)
    series.send_back(session, series=made.code, reason="请写明接送", by=by, at=make.NOW)
    assert {one.status_reason for one in series.dates(session, made.id)} == {"请写明接送"}
    changed = series.change(session, series=made.code, risk_notice="家长签名接送。", by=leader, at=make.NOW)
    assert {one.risk_notice for one in changed} == {"家长签名接送。"}
    assert len(changed) == 10


def test_a_date_that_began_before_the_decision_falls_away(session):
    made = make.series(session, published=False)
    series.submit(session, series=made.code, by=SYSTEM, at=make.NOW)
    at = clock.at_local(MONDAY + timedelta(days=1), time(8))
    series.approve(session, series=made.code, by=make.street_admin(session), at=at)
    assert states(session, made)[:3] == ["cancelled", "published", "published"]


def test_one_date_is_called_off_or_the_rest(session):
    made = make.series(session)
    _first, second, *_ = series.dates(session, made.id)
    by = make.street_admin(session)
    activities.cancel(session, activity=second.code, reason="停电", by=by, at=make.NOW)
    assert states(session, made)[:3] == ["published", "cancelled", "published"]
    third = MONDAY + timedelta(days=2)
    off = series.cancel(session, series=made.code, reason="放假", from_day=third, by=by, at=make.NOW)
    assert len(off) == 8
    assert states(session, made) == ["published"] + ["cancelled"] * 9


def test_the_rest_of_a_series_moves_to_another_room(session):
    made = make.series(session)
    by, at = make.street_admin(session), clock.at_local(MONDAY, time(20))
    changed = series.change(session, series=made.code, place="北正小学", by=by, at=at)
    places = [one.place for one in series.dates(session, made.id)]
    assert (len(changed), places[0], set(places[1:])) == (9, "北正社区活动室", {"北正小学"})
    with pytest.raises(activities.ActivityInvalid):
        series.change(session, series=made.code, start_at=at, by=by, at=at)
    with pytest.raises(activities.WrongState):
        series.change(session, series=made.code, title="别的课堂", by=by, at=at)


def test_a_series_is_continued_once(session):
    made = make.series(session, days=5)
    until = MONDAY + timedelta(days=8)
    assert series.extend(session, series=made.code, until=until, by=SYSTEM, at=make.NOW) == 2
    assert series.extend(session, series=made.code, until=until, by=SYSTEM, at=make.NOW) == 0
    assert states(session, made) == ["published"] * 5 + ["draft"] * 2
    with pytest.raises(series.TooManyDates):
        series.extend(session, series=made.code, until=until + timedelta(days=100), by=SYSTEM, at=make.NOW)


def test_the_database_keeps_one_activity_a_date(session):
    made = make.series(session)
    first, second, *_ = series.dates(session, made.id)
    for values in ({"series_day": first.series_day}, {"series_day": None}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(update(Activity).where(Activity.id == second.id).values(**values))


def test_a_volunteer_joins_every_coming_date_and_leaves_them_all(session):
    person, late = make.volunteer(session), clock.at_local(MONDAY, time(17))
    made = make.series(session, signed_up=[person])
    by = make.volunteer_actor(session, person)
    assert [one.places_taken for one in series.dates(session, made.id)] == [1] * 10
    again = signups.join(session, series=made.code, volunteer=person.code, by=by, at=late)
    assert {one.status for one in again} == {"approved"}
    assert len(again) == 9
    assert signups.leave(session, series=made.code, volunteer=person.code, by=by, at=late) == 9
    assert [one.places_taken for one in series.dates(session, made.id)] == [1] + [0] * 9
    with pytest.raises(NotPermitted):
        other = make.volunteer(session)
        signups.join(session, series=made.code, volunteer=other.code, by=by, at=late)


def test_a_full_date_of_a_series_has_its_own_waiting_list(session):
    made = make.series(session, capacity=1)
    first = series.dates(session, made.id)[0]
    early, late = make.volunteer(session), make.volunteer(session)
    signups.sign_up(
        session, activity=first.code, volunteer=early.code, by=make.volunteer_actor(session, early), at=make.NOW
    )
    places = signups.join(
        session, series=made.code, volunteer=late.code, by=make.volunteer_actor(session, late), at=make.NOW
    )
    assert [one.status for one in places] == ["waitlisted"] + ["approved"] * 9


def test_the_rules_for_minors_hold_at_every_date(session):
    made = make.series(session)
    child = make.minor(session, birth_date=make.CHILD_BORN)
    with pytest.raises(signups.GuardianNeeded), session.begin_nested():
        signups.join(
            session, series=made.code, volunteer=child.code, by=make.volunteer_actor(session, child), at=make.NOW
        )
    assert [one.places_taken for one in series.dates(session, made.id)] == [0] * 10


def test_nobody_joins_a_series_that_is_over(session):
    person = make.volunteer(session)
    made = make.series(session)
    by, at = make.volunteer_actor(session, person), make.NOW + timedelta(days=60)
    with pytest.raises(signups.NotOpenForSignup):
        signups.join(session, series=made.code, volunteer=person.code, by=by, at=at)


def test_who_signed_up_hears_of_a_date_called_off_and_of_another_place(session):
    person = make.volunteer(session)
    made = make.series(session, signed_up=[person])
    by, at = make.street_admin(session), make.NOW + timedelta(hours=1)
    first, second, *_ = series.dates(session, made.id)
    assert signups.news(session, volunteer_id=person.id, at=at) == []
    activities.cancel(session, activity=first.code, reason="停电", by=by, at=at)
    activities.change(session, activity=second.code, place="北正小学", by=by, at=at)
    told = signups.news(session, volunteer_id=person.id, at=at)
    assert [(one.activity.code, one.what) for one in told] == [(first.code, "cancelled"), (second.code, "changed")]
    assert signups.news(session, volunteer_id=person.id, at=second.end_at) == []


def test_a_plan_like_an_old_activity_has_everything_but_its_special_permissions(session):
    made = make.activity(session, extra_pct=150, emergency=True, hazard=True, min_age=18, insurance_ref="PICC-1")
    by = make.street_admin(session)
    plan = activities.like(session, made.code, by=by)
    assert (plan.title, plan.insurance_ref, plan.extra_pct, plan.emergency) == (made.title, "PICC-1", 100, False)
    again = activities.draft(session, plan=plan.on(date(2026, 6, 13)), by=by, at=make.NOW)
    assert (clock.local(again.start_at), again.end_at - again.start_at) == (
        clock.local(made.start_at).replace(month=6, day=13),
        made.end_at - made.start_at,
    )
    with pytest.raises(NoSuch):
        activities.like(session, made.code, by=make.stranger(session))


def test_breaks_move_with_the_day(session):
    start = clock.at_local(make.TODAY, time(9))
    pause = (start + timedelta(hours=1), start + timedelta(hours=2))
    made = make.activity(session, minutes=240, breaks=[pause])
    moved = activities.plan_of(session, made).on(make.TODAY + timedelta(days=7))
    assert moved.breaks == ((pause[0] + timedelta(days=7), pause[1] + timedelta(days=7)),)


def test_an_activity_is_kept_as_a_template_for_its_team(session):
    team = make.team(session)
    made = make.activity(session, team=team)
    leader = make.leader_actor(session, team)
    activities.keep(session, activity=made.code, as_template=True, by=leader, at=make.NOW)
    assert activities.templates(session, by=leader) == [made]
    assert activities.templates(session, by=make.leader_actor(session, make.team(session))) == []
    activities.keep(session, activity=made.code, as_template=False, by=leader, at=make.NOW)
    assert activities.templates(session, by=leader) == []
