"""Service records: versions, evidence, decisions about them, what is overdue."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from points.foundation.actors import SYSTEM, NotPermitted
from points.foundation.errors import NoSuch
from points.people import units
from points.rewards import overdue
from points.service import activities, checkin, hours, records, signups
from points.service.checkin import ScanRequest
from points.service.hours import HourRules
from points.service.records import computing, lifecycle
from points.service.tables import Evaluation, ServiceRecord
from tests import make
from tests.statements import counted

START = make.NOW + timedelta(hours=1)
END = START + timedelta(hours=2)
LATER = END + timedelta(hours=3)
RULES = HourRules()


def served(session, *people, start=START, minutes=120, **facts):
    """An ended activity with these people there in full."""
    activity = make.activity(session, walk_in_ok=True, start=start, minutes=minutes, **facts)
    for person in people:
        make.scanned(session, activity, person, "in", at=start)
        make.scanned(session, activity, person, "out", at=activity.end_at)
    activities.advance(session, at=activity.end_at)
    session.refresh(activity)
    return activity


def computed(session, activity, *, at=LATER):
    return computing.compute_activity(session, activity_id=activity.id, rules=RULES, by=SYSTEM, at=at)


def confirmed(session, *people, **facts):
    activity = served(session, *people, **facts)
    computed(session, activity)
    by = make.community_admin(session)
    return activity, lifecycle.confirm(session, activity_id=activity.id, by=by, at=LATER)


def all_rows(session):
    return session.scalar(select(func.count()).select_from(ServiceRecord))


def test_a_record_copies_who_where_and_under_whom(session):
    team = make.team(session)
    person = make.volunteer(session, community="CS")
    activity = served(session, person, team=team)
    (record,) = computed(session, activity)
    ground = make.street(session)
    assert (record.minutes_raw, record.minutes_credited, record.assurance, record.status) == (120, 120, "A", "computed")
    assert (record.community_id, record.home_community_id, record.team_id) == (ground.a.id, ground.b.id, team.id)
    assert record.recording_org == "北正社区居民委员会"
    assert record.trace["windows"] == [[START.isoformat(), END.isoformat()]]


def test_computing_again_writes_nothing(session):
    activity = served(session, make.volunteer(session))
    assert len(computed(session, activity)) == 1
    assert computed(session, activity) == []
    assert all_rows(session) == 1


@pytest.mark.parametrize(
    ("method", "grade"),
    [
        ("screen", "A"),
        ("card", "A"),
        ("typed", "C"),
        ("screen-for", "C"),
        ("digits", "B"),
        ("poster", "B"),
        ("roster", "C"),
    ],
)
def test_the_weaker_end_decides_the_grade(session, method, grade):
    activity, person = make.activity(session, walk_in_ok=True), make.volunteer(session)
    make.scanned(session, activity, person, "in", at=START)
    me, staff = make.volunteer_actor(session, person), make.street_admin(session)
    asked = {"direction": "out", "nonce": "out", "activity": activity.code}
    if method == "roster":
        checkin.roster_tick(session, ScanRequest(volunteer=person.code, **asked), by=staff, at=END)
    else:
        code = {
            "screen": checkin.screen_token(activity, END),
            "digits": checkin.screen_digits(activity, END),
            "poster": "/s/" + checkin.poster_token(activity),
            "card": "/c/" + make.card(session, person).code,
            "typed": person.code,
            "screen-for": checkin.screen_token(activity, END),
        }[method]
        if method == "screen-for":
            asked |= {"volunteer": person.code}
        by = staff if method in ("card", "typed", "screen-for") else me
        checkin.scan(session, ScanRequest(code=code, **asked), by=by, at=END)
    activities.advance(session, at=END)
    (record,) = computed(session, activity)
    assert record.assurance == grade


def test_many_people_cost_no_more_statements_than_few(session):
    few = served(session, make.volunteer(session))
    many = served(session, *(make.volunteer(session) for _ in range(12)))
    spent = []
    for activity, people in ((few, 1), (many, 12)):
        with counted(session) as sent:
            assert len(computed(session, activity)) == people
        spent.append(len(sent))
    assert spent[0] == spent[1] <= 9


def test_the_leader_confirms_what_was_scanned_and_only_the_community_the_rest(session):
    team = make.team(session)
    leader = make.leader_actor(session, team)
    activity, scanned, ticked = (
        make.activity(session, team=team, walk_in_ok=True),
        *(make.volunteer(session) for _ in range(2)),
    )
    for direction, at in (("in", START), ("out", END)):
        make.scanned(session, activity, scanned, direction, at=at)
        checkin.roster_tick(
            session,
            ScanRequest(activity=activity.code, volunteer=ticked.code, direction=direction, nonce=direction),
            by=leader,
            at=at,
        )
    activities.advance(session, at=END)
    computed(session, activity)
    done = lifecycle.confirm(session, activity_id=activity.id, by=leader, at=LATER)
    assert [record.volunteer_id for record in done] == [scanned.id]
    assert lifecycle.confirm(session, activity_id=activity.id, by=leader, at=LATER) == []
    with pytest.raises(NotPermitted):
        lifecycle.confirm(session, activity_id=activity.id, assurances=("C",), by=leader, at=LATER)
    admin = make.community_admin(session)
    (left,) = lifecycle.confirm(session, activity_id=activity.id, assurances=("A", "B", "C"), by=admin, at=LATER)
    assert (left.volunteer_id, left.status, left.confirmed_by) == (ticked.id, "confirmed", admin.person)


def test_a_stranger_confirms_nothing(session):
    activity = served(session, make.volunteer(session))
    computed(session, activity)
    with pytest.raises(NotPermitted):
        lifecycle.confirm(session, activity_id=activity.id, by=make.stranger(session), at=LATER)


def test_an_amended_record_is_a_new_version_and_the_rules_leave_it_alone(session):
    activity, (record,) = confirmed(session, make.volunteer(session))
    admin = make.street_admin(session)
    new = lifecycle.amend(session, record=record.code, minutes=90, reason="提前离开", by=admin, at=LATER)
    session.refresh(record)
    assert (record.latest, record.status, record.minutes_credited) == (False, "amended", 120)
    assert (new.version, new.supersedes_id, new.minutes_credited, new.status) == (2, record.id, 90, "confirmed")
    assert computed(session, activity) == []
    assert [each.version for each in records.versions_of(session, new)] == [1, 2]
    with pytest.raises(records.RecordState):
        lifecycle.amend(session, record=record.code, minutes=80, reason="再改", by=admin, at=LATER)


@pytest.mark.parametrize("minutes", [-1, 121, 100_000])
def test_amended_minutes_stay_within_the_activity(session, minutes):
    _, (record,) = confirmed(session, make.volunteer(session))
    with pytest.raises(records.RecordInvalid):
        lifecycle.amend(
            session, record=record.code, minutes=minutes, reason="更正", by=make.street_admin(session), at=LATER
        )
    assert all_rows(session) == 1


def test_only_the_street_corrects_and_never_their_own(session):
    person = make.volunteer(session)
    _, (record,) = confirmed(session, person)
    asked = {"record": record.code, "reason": "更正", "at": LATER}
    with pytest.raises(NotPermitted):
        lifecycle.void(session, by=make.community_admin(session), **asked)
    with pytest.raises(records.OwnRecord):
        lifecycle.void(session, by=make.staff(session, role="street_admin", volunteer=person), **asked)
    assert lifecycle.void(session, by=make.street_admin(session), **asked).status == "voided"


def test_voiding_one_of_two_overlapping_records_frees_its_minutes(session):
    person = make.volunteer(session)
    first = served(session, person)
    second = make.activity(session, walk_in_ok=True, start=START + timedelta(hours=1))
    admin = make.street_admin(session)
    for direction, at in (("in", END), ("out", END + timedelta(hours=1))):
        make.scanned(session, second, person, direction, at=at)
    activities.advance(session, at=LATER)
    for activity in (first, second):
        computed(session, activity)
        lifecycle.confirm(session, activity_id=activity.id, by=admin, at=LATER)
    found = session.scalars(select(ServiceRecord).where(ServiceRecord.activity_id == first.id)).one()
    lifecycle.void(session, record=found.code, reason="代签", by=admin, at=LATER)
    assert computing.compute_day(session, volunteer_id=person.id, day=make.TODAY, rules=RULES, by=admin, at=LATER) == []
    assert records.total_minutes(session, person.id) == 60


def test_minutes_over_eight_hours_wait_for_the_street(session):
    person = make.volunteer(session)
    long = served(session, person, start=START - timedelta(hours=1), minutes=540, max_minutes_pp_day=None)
    (record,) = computed(session, long, at=LATER + timedelta(hours=6))
    assert (record.minutes_credited, record.minutes_pending, record.flags) == (480, 60, ["over_8h"])
    with pytest.raises(NotPermitted):
        lifecycle.approve_pending(session, record=record.code, by=make.community_admin(session), at=LATER)
    new = lifecycle.approve_pending(session, record=record.code, by=make.street_admin(session), at=LATER)
    assert (new.minutes_credited, new.minutes_pending, new.status) == (540, 0, "computed")
    assert computed(session, long) == []
    with pytest.raises(records.RecordState):
        lifecycle.approve_pending(session, record=new.code, by=make.street_admin(session), at=LATER)


def test_t17_a_night_patrol_is_two_records(session):
    start = START + timedelta(hours=13, minutes=30)
    activity = served(session, make.volunteer(session), start=start, minutes=150)
    found = computed(session, activity, at=start + timedelta(hours=5))
    assert [(each.local_date, each.minutes_credited) for each in found] == [
        (make.TODAY, 90),
        (make.TODAY + timedelta(days=1), 60),
    ]


def test_a_disputed_record_is_confirmed_or_amended(session):
    person = make.volunteer(session)
    _, (record,) = confirmed(session, person)
    with pytest.raises(NotPermitted):
        other = make.volunteer_actor(session, make.volunteer(session))
        lifecycle.dispute(session, record=record.code, reason="少了", by=other, at=LATER)
    me = make.volunteer_actor(session, person)
    assert lifecycle.dispute(session, record=record.code, reason="少了半小时", by=me, at=LATER).status == "disputed"
    by = make.community_admin(session)
    (again,) = lifecycle.confirm(session, record_ids=[record.id], by=by, at=LATER)
    assert again.status == "confirmed"


def test_a_rejected_record_counts_nowhere_and_is_not_computed_again(session):
    team, person = make.team(session), make.volunteer(session)
    activity = served(session, person, team=team)
    (record,) = computed(session, activity)
    by = make.leader_actor(session, team)
    assert lifecycle.reject(session, record=record.code, reason="没有到场", by=by, at=LATER).status == "rejected"
    assert computed(session, activity) == []
    assert records.total_minutes(session, person.id) == 0


def test_hours_from_elsewhere_count_for_stars_and_not_for_certificates(session):
    person = make.volunteer(session)
    make.category(session, "other")
    admin = make.community_admin(session)
    record = records.transfer_in(
        session, volunteer=person.code, minutes=600, day=date(2024, 5, 1), organiser="市义工联", by=admin, at=LATER
    )
    assert (record.source, record.recording_org, record.activity_id) == ("transfer", "市义工联", None)
    assert records.total_minutes(session, person.id) == 600
    assert records.total_minutes(session, person.id, with_transfers=False) == 0


def test_the_total_is_floored_once(session):
    person = make.volunteer(session)
    for number, minutes in enumerate((40, 55)):
        confirmed(session, person, start=START - timedelta(days=number), minutes=minutes)
    assert hours.shown(records.total_minutes(session, person.id)) == "1.5"


def test_the_last_evaluation_counts_and_touches_no_hours(session):
    _activity, (record,) = confirmed(session, make.volunteer(session))
    by = make.street_admin(session)
    lifecycle.evaluate(session, record=record.code, grade="poor", by=by, at=LATER)
    evaluation = lifecycle.evaluate(session, record=record.code, grade="good", by=by, at=LATER)
    assert session.scalars(select(Evaluation.grade)).all() == ["good"]
    assert evaluation.volunteer_id == record.volunteer_id
    assert record.minutes_credited == 120
    with pytest.raises(records.RecordInvalid):
        lifecycle.evaluate(session, record=record.code, grade="perfect", by=by, at=LATER)


def test_a30_what_nobody_confirmed_for_ten_working_days_is_overdue(session):
    activity = served(session, make.volunteer(session))
    (record,) = computed(session, activity)
    by = make.community_admin(session)
    assert overdue.late_records(session, by=by, at=END + timedelta(days=13)) == []
    (late,) = overdue.late_records(session, by=by, at=END + timedelta(days=16))
    assert (late.record, late.activity, late.due_on) == (record.code, activity.code, date(2026, 5, 22))
    assert overdue.late_records(session, by=make.stranger(session), at=END + timedelta(days=16)) == []
    lifecycle.confirm(session, activity_id=activity.id, by=by, at=END + timedelta(days=16))
    assert overdue.late_records(session, by=by, at=END + timedelta(days=17)) == []


def test_a_record_is_credited_to_the_unit_chosen_at_sign_up(session):
    person, unit = make.volunteer(session), make.unit(session)
    units.report_in(
        session,
        volunteer=person.code,
        unit=unit.code,
        community="BZ",
        kind="linked",
        reported_on=make.TODAY,
        by=SYSTEM,
        at=make.NOW,
    )
    activity = make.activity(session)
    signups.sign_up(
        session,
        activity=activity.code,
        volunteer=person.code,
        as_report_in="linked",
        by=SYSTEM,
        at=START - timedelta(hours=20),
    )
    for direction, at in (("in", START), ("out", END)):
        make.scanned(session, activity, person, direction, at=at)
    activities.advance(session, at=END)
    (record,) = computed(session, activity)
    assert record.unit_id == unit.id


def test_a_person_sees_their_own_records_and_a_stranger_none(session):
    person = make.volunteer(session)
    _, (record,) = confirmed(session, person)
    me = make.volunteer_actor(session, person)
    assert [each.code for each in records.mine(session, volunteer_id=person.id)] == [record.code]
    assert records.seen(session, record.code, by=me).code == record.code
    others = (make.stranger(session), make.volunteer_actor(session, make.volunteer(session)))
    for other in others:
        with pytest.raises(NoSuch):
            records.seen(session, record.code, by=other)
        assert records.listing(session, by=other) == []
    assert len(records.listing(session, by=make.community_admin(session))) == 1


@pytest.mark.parametrize("column", ["minutes_credited", "assurance", "local_date"])
def test_the_facts_of_a_record_are_never_changed_in_place(session, column):
    _, (record,) = confirmed(session, make.volunteer(session))
    setattr(record, column, {"minutes_credited": 1, "assurance": "C", "local_date": date(2020, 1, 1)}[column])
    with pytest.raises(Exception, match="append-only"), session.begin_nested():
        session.flush()
