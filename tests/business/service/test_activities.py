"""Activities: every transition and every guard of §3.3."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from points.foundation.actors import SYSTEM, NotPermitted
from points.foundation.errors import NoSuch
from points.journal.tables import AuditEntry
from points.places import calendar
from points.service import activities, signups, stays
from points.service.stays import Attendee
from points.service.tables import Activity, Signup
from tests import make

START = make.NOW + timedelta(hours=1)
THE_DAY_BEFORE = START - timedelta(days=1)


def draft(session, **facts):
    return make.activity(session, published=False, **facts)


def submitted(session, **facts):
    made = draft(session, **facts)
    return activities.submit(session, activity=made.code, by=SYSTEM, at=THE_DAY_BEFORE)


def test_a_published_activity_was_submitted_and_approved_by_two_people(session):
    team = make.team(session)
    made = make.activity(session, team=team)
    assert (made.status, made.approved_as) == ("published", "street_admin")
    assert made.submitted_by == make.leader_actor(session, team).person
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.target == f"activity:{made.code}"))
    assert set(actions) == {"activity.draft", "activity.submit", "activity.approve"}


def test_codes_count_per_day(session):
    assert [draft(session).code[:10], draft(session).code[-5:]] == ["HD20260509", "-0002"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"risk_notice": " "}, "risk_notice"),
        ({"minutes": 20}, "end_at"),
        ({"minutes": 13 * 60}, "end_at"),
        ({"minutes": 366 * 24 * 60}, "end_at"),
        ({"title": "环境活动补录"}, "title"),
        ({"start": make.NOW - timedelta(days=2)}, "start_at"),
    ],
)
def test_an_unready_activity_is_not_submitted(session, facts, field):
    made = draft(session, **facts)
    with pytest.raises(activities.ActivityIncomplete) as refused:
        activities.submit(session, activity=made.code, by=SYSTEM, at=THE_DAY_BEFORE)
    assert refused.value.field == field
    assert made.status == "draft"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": "短"}, "title"),
        ({"content": "太短"}, "content"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 2001}, "capacity"),
        ({"min_age": 5}, "min_age"),
        ({"extra_pct": 110}, "extra_pct"),
        ({"minutes": -5}, "end_at"),
        ({"breaks": [["09:00", "x"]]}, "breaks"),
        ({"breaks": [[START - timedelta(hours=1), START]]}, "breaks"),
        ({"start": make.NOW.replace(year=1900)}, "start_at"),
        ({"max_minutes_pp_day": 0}, "max_minutes_pp_day"),
        ({"check_mode": "gps"}, "check_mode"),
    ],
)
def test_an_impossible_activity_is_refused_at_once(session, facts, field):
    with pytest.raises(activities.ActivityInvalid) as refused:
        draft(session, **facts)
    assert refused.value.field == field


def test_what_took_place_already_is_no_draft(session):
    for facts in ({"origin": "backfill"}, {"start": make.NOW - timedelta(days=1), "published": False}):
        facts = {"title": "清洁家园", **facts}
        with pytest.raises((activities.ActivityInvalid, activities.ActivityIncomplete)) as refused:
            made = make.activity(session, **facts)
            activities.submit(session, activity=made.code, by=SYSTEM, at=make.NOW)
        assert refused.value.field in ("origin", "start_at")


def test_a_dangerous_activity_needs_insurance_and_adults(session):
    made = draft(session, hazard=True, min_age=18)
    with pytest.raises(activities.ActivityIncomplete) as refused:
        activities.submit(session, activity=made.code, by=SYSTEM, at=THE_DAY_BEFORE)
    assert refused.value.field == "insurance_ref"
    insured = submitted(session, hazard=True, min_age=18, insurance_ref="PICC-1")
    by = make.street_admin(session)
    assert activities.approve(session, activity=insured.code, by=by, at=THE_DAY_BEFORE).status == "published"


def test_a_community_administrator_does_not_approve_what_they_submitted_themselves(session):
    admin = make.community_admin(session)
    made = draft(session)
    activities.submit(session, activity=made.code, by=admin, at=THE_DAY_BEFORE)
    with pytest.raises(activities.SelfApproval):
        activities.approve(session, activity=made.code, by=admin, at=THE_DAY_BEFORE)
    other = make.community_admin(session)
    assert activities.approve(session, activity=made.code, by=other, at=THE_DAY_BEFORE).approved_as == "community_admin"


def test_a_street_administrator_may_approve_their_own(session):
    admin = make.street_admin(session)
    made = draft(session)
    activities.submit(session, activity=made.code, by=admin, at=THE_DAY_BEFORE)
    assert activities.approve(session, activity=made.code, by=admin, at=THE_DAY_BEFORE).status == "published"


@pytest.mark.parametrize("facts", [{"extra_pct": 150}, {"emergency": True}])
def test_extra_points_and_emergencies_are_approved_at_the_street(session, facts):
    made = submitted(session, **facts)
    with pytest.raises(NotPermitted):
        activities.approve(session, activity=made.code, by=make.community_admin(session), at=THE_DAY_BEFORE)
    by = make.street_admin(session)
    assert activities.approve(session, activity=made.code, by=by, at=THE_DAY_BEFORE).status == "published"


@pytest.fixture
def emergency(session):
    """The usual kind of service 应急, which is dangerous by itself."""
    make.street(session)
    usual = activities.Kind("emergency", "应急", 150, minors_ok=False, hazard_default=True)
    return activities.add_category(session, usual, by=SYSTEM, at=make.NOW).code


def test_an_emergency_is_one_by_its_kind_and_dangerous_whatever_was_ticked(session, emergency):
    made = draft(session, kind=emergency, hazard=False, emergency=False)
    assert (made.hazard, made.emergency) == (True, True)
    with pytest.raises(activities.ActivityIncomplete) as refused:
        activities.submit(session, activity=made.code, by=SYSTEM, at=THE_DAY_BEFORE)
    assert refused.value.field == "insurance_ref"
    insured = {"hazard": False, "emergency": False, "insurance_ref": "PICC-1", "min_age": 18}
    changed = activities.change(session, activity=made.code, by=SYSTEM, at=THE_DAY_BEFORE, **insured)
    assert (changed.hazard, changed.emergency) == (True, True)
    activities.submit(session, activity=made.code, by=SYSTEM, at=THE_DAY_BEFORE)
    community = make.community_admin(session)
    assert activities.waiting_for_approval(session, by=community, at=THE_DAY_BEFORE) == []
    with pytest.raises(NotPermitted):
        activities.approve(session, activity=made.code, by=community, at=THE_DAY_BEFORE)


def test_the_street_starts_an_emergency_at_once_and_nobody_else(session, emergency):
    insured = {"category": emergency, "insurance_ref": "PICC-1", "min_age": 18}
    begun = {"start_at": make.NOW - timedelta(minutes=20), "end_at": make.NOW + timedelta(hours=4)}
    plan = make.plan(session, **insured, **begun)
    for other in (make.community_admin(session), make.volunteer_actor(session, make.volunteer(session))):
        with pytest.raises(NotPermitted):
            activities.start(session, plan=plan, by=other, at=make.NOW)
    made = activities.start(session, plan=plan, by=make.street_admin(session), at=make.NOW)
    assert (made.status, made.walk_in_ok, made.approved_as) == ("in_progress", True, "street_admin")
    coming = make.plan(session, **insured)
    assert activities.start(session, plan=coming, by=make.street_admin(session), at=make.NOW).status == "published"
    long_ago = make.plan(session, **insured, **begun | {"start_at": make.NOW - timedelta(hours=2)})
    with pytest.raises(activities.ActivityIncomplete):
        activities.start(session, plan=long_ago, by=make.street_admin(session), at=make.NOW)


def test_another_communitys_administrator_approves_nothing_here(session):
    made = submitted(session)
    with pytest.raises(NotPermitted):
        activities.approve(session, activity=made.code, by=make.community_admin(session, "CS"), at=THE_DAY_BEFORE)


def test_an_activity_sent_back_is_a_draft_with_a_reason(session):
    made = submitted(session)
    by = make.community_admin(session)
    activities.send_back(session, activity=made.code, reason="请写清集合地点", by=by, at=THE_DAY_BEFORE)
    assert (made.status, made.status_reason) == ("draft", "请写清集合地点")


@pytest.mark.parametrize("verb", ["submit", "approve", "send_back"])
def test_what_is_published_is_not_reviewed_again(session, verb):
    made = make.activity(session)
    more = {"reason": "为什么"} if verb == "send_back" else {}
    with pytest.raises(activities.WrongState):
        getattr(activities, verb)(session, activity=made.code, by=SYSTEM, at=THE_DAY_BEFORE, **more)


def test_cancelling_needs_a_reason_and_the_leader_may(session):
    team = make.team(session)
    made = make.activity(session, team=team)
    leader = make.leader_actor(session, team)
    with pytest.raises(activities.ActivityInvalid):
        activities.cancel(session, activity=made.code, reason=" ", by=leader, at=make.NOW)
    assert activities.cancel(session, activity=made.code, reason="大雨", by=leader, at=make.NOW).status == "cancelled"
    with pytest.raises(NotPermitted):
        stranger = make.volunteer_actor(session, make.volunteer(session))
        activities.cancel(session, activity=make.activity(session).code, reason="x", by=stranger, at=make.NOW)


def test_the_clock_moves_an_activity_on(session):
    made = make.activity(session)
    assert activities.advance(session, at=START - timedelta(minutes=31))["in_progress"] == 0
    activities.advance(session, at=START - timedelta(minutes=30))
    assert activities.by_code(session, made.code).status == "in_progress"
    activities.advance(session, at=made.end_at)
    assert made.status == "ended"


def test_a_running_activity_is_extended_by_two_hours_in_all_and_not_once_it_is_over(session):
    made = make.activity(session)
    planned_end = made.end_at
    by = make.street_admin(session)
    activities.extend(session, activity=made.code, end_at=planned_end + timedelta(minutes=90), by=by, at=START)
    with pytest.raises(activities.ActivityInvalid):
        activities.extend(session, activity=made.code, end_at=planned_end + timedelta(minutes=121), by=by, at=START)
    with pytest.raises(activities.WrongState):
        activities.extend(
            session, activity=made.code, end_at=planned_end + timedelta(minutes=100), by=by, at=made.end_at
        )


def test_a_change_of_a_stale_version_is_refused(session):
    made = draft(session)
    activities.change(session, activity=made.code, version=1, place="新地点", by=SYSTEM, at=make.NOW)
    with pytest.raises(activities.ChangedMeanwhile):
        activities.change(session, activity=made.code, version=1, place="别处", by=SYSTEM, at=make.NOW)
    assert (made.place, made.version) == ("新地点", 2)


def test_once_published_only_the_practical_things_change(session):
    made = make.activity(session)
    activities.change(session, activity=made.code, place="二楼", by=SYSTEM, at=make.NOW)
    with pytest.raises(activities.WrongState):
        activities.change(session, activity=made.code, extra_pct=150, by=SYSTEM, at=make.NOW)


def test_another_time_or_place_is_told_to_who_signed_up_with_its_day(session):
    made, person = make.activity(session), make.volunteer(session)
    by = make.volunteer_actor(session, person)
    leader = make.street_admin(session)
    activities.change(session, activity=made.code, place="一楼", by=leader, at=THE_DAY_BEFORE)
    signed_up = THE_DAY_BEFORE + timedelta(minutes=1)
    signups.sign_up(session, activity=made.code, volunteer=person.code, by=by, at=signed_up)
    activities.change(session, activity=made.code, place="一楼", capacity=30, by=leader, at=make.NOW)
    assert signups.news(session, volunteer_id=person.id, at=make.NOW) == []  # the place is the same
    later = {"start_at": made.start_at + timedelta(hours=1), "end_at": made.end_at + timedelta(hours=2)}
    activities.change(session, activity=made.code, by=leader, at=make.NOW, **later)
    (told,) = signups.news(session, volunteer_id=person.id, at=make.NOW)
    (change,) = told.changes
    assert (told.what, change.created_at) == ("changed", make.NOW)
    assert (change.was_start_at, change.start_at) == (START, START + timedelta(hours=1))
    assert made.extended_minutes == 60
    activities.cancel(session, activity=made.code, reason="大雨", by=leader, at=make.NOW)
    (told,) = signups.news(session, volunteer_id=person.id, at=make.NOW)
    assert (told.what, {one.what for one in told.changes}) == ("cancelled", {"cancelled", "changed"})
    assert signups.statuses(session, volunteer_id=person.id, activity_ids=[made.id]) == {made.code: "cancelled"}
    assert signups.expected(session, volunteer_id=person.id, at=make.NOW) == []


@pytest.mark.parametrize(
    ("moved", "field"),
    [
        ({"start_at": make.NOW, "end_at": START}, "start_at"),
        ({"end_at": START + timedelta(hours=4, minutes=1)}, "end_at"),
        ({"end_at": START + timedelta(minutes=29)}, "end_at"),
        ({"start_at": START + timedelta(hours=11), "end_at": START + timedelta(hours=12, minutes=1)}, "end_at"),
    ],
)
def test_another_time_is_ready_hardly_longer_and_not_too_late_for_minors(session, moved, field):
    made, minor = make.activity(session), make.minor(session)
    signups.sign_up(session, activity=made.code, volunteer=minor.code, by=SYSTEM, at=THE_DAY_BEFORE)
    with pytest.raises((activities.ActivityInvalid, activities.ActivityIncomplete)) as refused:
        activities.change(session, activity=made.code, by=make.street_admin(session), at=make.NOW, **moved)
    assert refused.value.field == field


def test_once_it_begins_only_the_place_changes(session):
    made = make.activity(session)
    activities.advance(session, at=START)
    with pytest.raises(activities.WrongState):
        activities.change(session, activity=made.code, by=SYSTEM, at=START, end_at=made.end_at + timedelta(hours=1))
    assert activities.change(session, activity=made.code, by=SYSTEM, at=START, place="二楼").place == "二楼"


def test_of_two_hundred_dates_today_s_is_seen(session):
    """Whatever else a volunteer has signed up for (K9)."""
    person = make.volunteer(session)
    by = make.volunteer_actor(session, person)
    today = make.activity(session)
    signups.sign_up(session, activity=today.code, volunteer=person.code, by=by, at=THE_DAY_BEFORE)
    facts = {one.key: getattr(today, one.key) for one in Activity.__table__.columns if one.key != "id"}
    each = ("screen_code", "poster_code", "code")
    days = [timedelta(days=number) for number in range(1, 201)]
    dates = [
        {**facts, **{name: f"{name}-{day.days}" for name in each}}
        | {"start_at": today.start_at + day, "end_at": today.end_at + day}
        for day in days
    ]
    session.execute(insert(Activity), dates)
    later = session.scalars(select(Activity.id).where(Activity.id != today.id)).all()
    usual = {"volunteer_id": person.id, "status": "approved", "walk_in": False, "guardian_present": False, "note": ""}
    usual |= {"queued_at": make.NOW, "created_at": make.NOW, "created_by": person.code}
    session.execute(insert(Signup), [{"activity_id": one, **usual} for one in later])
    assert signups.of_today(session, volunteer_id=person.id, at=make.NOW) == [today]
    expected = signups.expected(session, volunteer_id=person.id, at=make.NOW)
    assert (len(expected), expected[0][1]) == (201, today)
    assert signups.of(session, volunteer_id=person.id, activity_id=today.id).status == "approved"
    first = signups.mine(session, volunteer_id=person.id, limit=150)
    rest = signups.mine(session, volunteer_id=person.id, after=first[-1][1].code, limit=150)
    assert (len(rest), rest[-1][1]) == (51, today)


def test_staff_see_the_activities_of_their_reach_and_no_others(session):
    here = make.activity(session)
    assert here in activities.listing(session, by=make.street_admin(session))
    assert activities.listing(session, by=make.stranger(session)) == []
    with pytest.raises(NoSuch):
        activities.seen(session, here.code, by=make.stranger(session))
    assert activities.seen(session, here.code, by=make.community_admin(session)).code == here.code


def test_a_volunteer_sees_what_is_public_and_no_drafts(session):
    me = make.volunteer_actor(session, make.volunteer(session))
    public, hidden = make.activity(session), draft(session)
    assert activities.seen(session, public.code, by=me).code == public.code
    with pytest.raises(NoSuch):
        activities.seen(session, hidden.code, by=me)
    listed = activities.public_listing(session, at=make.NOW, street_id=public.street_id)
    assert [each.code for each in listed] == [public.code]


def test_a_list_is_paged_without_gaps(session):
    codes = {make.activity(session, start=START + timedelta(hours=number // 2)).code for number in range(5)}
    by, seen, cursor = make.street_admin(session), [], None
    while page := activities.listing(session, by=by, limit=2, cursor=cursor):
        seen += [each.code for each in page]
        cursor = page[-1].code
    assert (len(seen), set(seen)) == (5, codes)


def backfilled(session, *, at, by=None):
    make.rules(session)
    team = make.team(session)
    leader = make.volunteer(session)
    return activities.backfill(
        session,
        plan=activities.Plan(
            team=team.code,
            category=make.category(session).code,
            title="紧急清雪",
            area="BZ",
            place="北正社区",
            start_at=START,
            end_at=START + timedelta(hours=2),
            capacity=20,
            leader=leader.code,
            contact_name="赵立春",
            contact_phone="19900000001",
            content="清理社区道路积雪，方便出行。",
            risk_notice="注意防滑。",
        ),
        by=by or make.community_admin(session),
        at=at,
    )


def test_a_backfill_is_proposed_by_the_community_and_approved_by_the_street(session):
    at = START + timedelta(days=3)
    made = backfilled(session, at=at)
    person = make.volunteer(session)
    stays.list_backfilled(
        session,
        activity=made.code,
        attendees=[Attendee(person.code, START, START + timedelta(hours=1))],
        by=make.community_admin(session),
        at=at,
    )
    with pytest.raises(NotPermitted):
        activities.approve(session, activity=made.code, by=make.community_admin(session), at=at)
    activities.approve(session, activity=made.code, by=make.street_admin(session), at=at)
    assert (made.status, made.origin) == ("ended", "backfill")


def test_a_backfill_is_refused_after_ten_working_days(session):
    # Saturday 9 May; the tenth working day after it is Friday 22 May
    assert backfilled(session, at=START + timedelta(days=13)).status == "pending_review"
    with pytest.raises(activities.ActivityInvalid):
        backfilled(session, at=START + timedelta(days=16))


def test_a_holiday_lengthens_the_ten_working_days(session):
    calendar.override(session, day=date(2026, 5, 20), is_workday=False, by=SYSTEM, at=make.NOW)
    assert backfilled(session, at=START + timedelta(days=16)).status == "pending_review"
