"""From stays to records: a person's date as the hour rules see it, for one person or a whole activity at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from points.foundation.actors import Actor
from points.foundation.orm import table_of
from points.people.tables import ReportIn, Volunteer
from points.places.tables import Area
from points.service import hours
from points.service.hours import DayResult, HourRules, Occasion, Stay
from points.service.records.versions import next_version, write, write_unread
from points.service.tables import (
    COUNTED,
    STANDING,
    Activity,
    ActivityCategory,
    AttendanceSession,
    ServiceRecord,
    Signup,
    breaks_of,
)

OVER = ("ended", "settled", "archived")
_ORGANISATIONS = {"community": "居民委员会", "street": "街道办事处"}

Pair = tuple[int, date]
"""A volunteer's id and a local date."""


@dataclass(frozen=True)
class _Facts:
    """Everything that the computation of some people's dates needs, read in a few statements."""

    people: dict[int, Any]
    activities: dict[int, Any]
    stays: dict[int, list[Any]]
    records: dict[Pair, dict[int, ServiceRecord]]
    signups: dict[tuple[int, int], Any]


# --- what happens


def compute_day(
    session: Session, *, volunteer_id: int, day: date, rules: HourRules, by: Actor, at: datetime
) -> list[ServiceRecord]:
    """Compute one person's whole date across activities (H4, H8); the records that are new or changed, latest only.

    Nothing is written for what stays as it is. A changed record keeps its state, but a make-up at an activity that is
    settled already is confirmed by `by` where they may confirm grade C: whoever approved it has looked at it.
    """
    facts = _read(session, {volunteer_id}, {day}, including=None)
    rows = _rows(facts, [(volunteer_id, day)], rules=rules, only_new_of=None)
    for row in rows:
        activity = facts.activities[row["activity_id"]]
        waits = row["status"] == "computed" and row["source"] == "makeup" and activity.status != "ended"
        if waits and not by.omnipotent and by.role_for("record.confirm_c", area_path=activity.area_path):
            row |= {"status": "confirmed", "confirmed_by": by.person, "confirmed_at": at}
    return write(session, rows, at=at, by=by.person)


def compute_activity(
    session: Session, *, activity_id: int, rules: HourRules, by: Actor, at: datetime
) -> list[ServiceRecord]:
    """Compute the dates of everybody who was at an activity; the records that are new or changed.

    Records of other activities on those dates follow where they exist. A fixed number of statements, however many
    people there are.
    """
    pairs = _pairs_of(session, [activity_id])
    if not pairs:
        return []
    facts = _read(
        session, {volunteer_id for volunteer_id, _ in pairs}, {day for _, day in pairs}, including=activity_id
    )
    return write(session, _rows(facts, sorted(pairs), rules=rules, only_new_of=activity_id), at=at, by=by.person)


def compute_many(
    session: Session, *, confirmed_by: Mapping[int, str], rules: HourRules, by: Actor, at: datetime
) -> set[Pair]:
    """Compute the dates of everybody who was at one of these activities, which are over; the people and dates.

    `confirmed_by` maps each activity's id to the person who confirmed its records where they were kept before: they
    are written as confirmed. As `compute_activity` for many activities in the same few statements, for attendance that
    is brought in.
    """
    pairs = _pairs_of(session, confirmed_by.keys())
    facts = _read(session, {one for one, _ in pairs}, {day for _, day in pairs}, including=None)
    rows = _rows(facts, sorted(pairs), rules=rules, only_new_of=None)
    for row in rows:
        if row["status"] == "computed" and row["activity_id"] in confirmed_by:
            row |= {"status": "confirmed", "confirmed_by": confirmed_by[row["activity_id"]], "confirmed_at": at}
    write_unread(session, rows, at=at, by=by.person)
    return pairs


def outdated(session: Session, *, pairs: Iterable[Pair], rules: HourRules) -> list[tuple[str, int, int]]:
    """What computing these people's dates again would change: the record's code, its minutes, those of the rules.

    Minutes are credited ones; a record that differs in raw or pending minutes, grade or source is listed too. Reads
    only and locks nothing, for the proof of the books.
    """
    wanted = sorted(set(pairs))
    facts = _read(session, {one for one, _ in wanted}, {day for _, day in wanted}, including=None, lock=False)
    standing = {record.id: record for by_activity in facts.records.values() for record in by_activity.values()}
    rows = _rows(facts, wanted, rules=rules, only_new_of=None)
    return [
        (record.code, record.minutes_credited, row["minutes_credited"])
        for row in rows
        if (record := standing.get(row.get("supersedes_id") or 0)) is not None
    ]


def _pairs_of(session: Session, activity_ids: Collection[int]) -> set[Pair]:
    pairs: set[Pair] = set()
    stays = session.execute(
        select(
            AttendanceSession.activity_id,
            AttendanceSession.volunteer_id,
            AttendanceSession.in_at,
            AttendanceSession.out_at,
            AttendanceSession.status,
            Activity.start_at,
            Activity.end_at,
        )
        .join(Activity, Activity.id == AttendanceSession.activity_id)
        .where(AttendanceSession.activity_id.in_(list(activity_ids)), AttendanceSession.status.in_(COUNTED))
    )
    for stay in stays:
        occasion = Occasion(stay.activity_id, stay.start_at, stay.end_at)
        for day in hours.dates(Stay(occasion, stay.in_at, stay.out_at, stay.status == "auto_closed")):
            pairs.add((stay.volunteer_id, day))
    existing = session.execute(
        select(ServiceRecord.volunteer_id, ServiceRecord.local_date).where(
            ServiceRecord.activity_id.in_(list(activity_ids)), ServiceRecord.latest
        )
    )
    return pairs | {(volunteer_id, day) for volunteer_id, day in existing}


def _read(
    session: Session, volunteer_ids: set[int], days: set[date], *, including: int | None, lock: bool = True
) -> _Facts:
    """The people (locked unless `lock` is false), their stays and records on those dates, and what the records copy."""
    asked = (
        select(Volunteer.id, Volunteer.community_id, Volunteer.neighbour_group_id)
        .where(Volunteer.id.in_(volunteer_ids))
        .order_by(Volunteer.id)
    )
    people = session.execute(asked.with_for_update(key_share=True) if lock else asked).all()
    may_reach_in = days | {day - timedelta(days=1) for day in days}
    stays = session.execute(
        select(
            AttendanceSession.activity_id,
            AttendanceSession.volunteer_id,
            AttendanceSession.in_at,
            AttendanceSession.out_at,
            AttendanceSession.in_method,
            AttendanceSession.out_method,
            AttendanceSession.status,
        )
        .join(Activity, Activity.id == AttendanceSession.activity_id)
        .where(
            AttendanceSession.volunteer_id.in_(volunteer_ids),
            AttendanceSession.local_date.in_(may_reach_in),
            AttendanceSession.status.in_(COUNTED),
            Activity.status.in_(OVER) | (Activity.id == including),
        )
        .order_by(AttendanceSession.in_at, AttendanceSession.id)
    ).all()
    of_these = (
        ServiceRecord.volunteer_id.in_(volunteer_ids),
        ServiceRecord.local_date.in_(days),
        ServiceRecord.latest,
        ServiceRecord.activity_id.is_not(None),
    )
    # what is only looked at needs no objects, which take three times as long to load
    records: Sequence[Any] = (
        session.scalars(select(ServiceRecord).where(*of_these).execution_options(populate_existing=True)).all()
        if lock
        else session.execute(select(table_of(ServiceRecord)).where(*of_these)).all()
    )
    activity_ids = {stay.activity_id for stay in stays} | {record.activity_id for record in records}
    activities = session.execute(_ACTIVITIES, {"activities": list(activity_ids)}).all()
    signups = session.execute(
        select(Signup.activity_id, Signup.volunteer_id, Signup.as_team_id, ReportIn.unit_id)
        .outerjoin(ReportIn, ReportIn.id == Signup.as_report_in_id)
        .where(
            and_(Signup.activity_id.in_(activity_ids), Signup.volunteer_id.in_(volunteer_ids)),
            Signup.as_team_id.is_not(None) | Signup.as_report_in_id.is_not(None),
        )
    ).all()
    by_person: dict[int, list[Any]] = defaultdict(list)
    for stay in stays:
        by_person[stay.volunteer_id].append(stay)
    by_pair: dict[Pair, dict[int, ServiceRecord]] = defaultdict(dict)
    for record in records:
        assert record.activity_id is not None
        by_pair[record.volunteer_id, record.local_date][record.activity_id] = record
    return _Facts(
        people={person.id: person for person in people},
        activities={activity.id: activity for activity in activities},
        stays=by_person,
        records=by_pair,
        signups={(signup.activity_id, signup.volunteer_id): signup for signup in signups},
    )


_LEADER = aliased(Volunteer)
_ACTIVITIES = (
    select(
        Activity.id,
        Activity.status,
        Activity.origin,
        Activity.start_at,
        Activity.end_at,
        Activity.breaks,
        Activity.max_minutes_pp_day,
        Activity.category_id,
        ActivityCategory.hours_eligible,
        Activity.team_id,
        Activity.area_id,
        Activity.area_path,
        Activity.station_id,
        Area.name.label("area_name"),
        Area.type.label("area_type"),
        _LEADER.name.label("leader_name"),
    )
    .join(ActivityCategory, ActivityCategory.id == Activity.category_id)
    .join(Area, Area.id == Activity.area_id)
    .join(_LEADER, _LEADER.id == Activity.leader_id)
    .where(Activity.id.in_(bindparam("activities", expanding=True)))
)


def _rows(facts: _Facts, pairs: Iterable[Pair], *, rules: HourRules, only_new_of: int | None) -> list[dict[str, Any]]:
    """The rows to write for these dates: what is new or has changed."""
    rows = []
    for pair in pairs:
        existing = facts.records.get(pair, {})
        gone = {activity_id for activity_id, record in existing.items() if record.status not in STANDING}
        stays = [stay for stay in facts.stays.get(pair[0], ()) if stay.activity_id not in gone]
        results = hours.day([_stay(facts, stay, existing) for stay in stays], rules=rules, on=pair[1])
        for result in results:
            record = existing.get(result.activity_id)
            if record is None and only_new_of not in (None, result.activity_id):
                continue
            own = [stay for stay in stays if stay.activity_id == result.activity_id]
            row = _row(facts, pair, result, own, record)
            if row is not None:
                rows.append(row)
        given = {result.activity_id for result in results}
        rows += [
            _emptied(record)
            for activity_id, record in existing.items()
            if activity_id not in given | gone and record.minutes_raw and "amended_to" not in record.trace
        ]
    return rows


def _stay(facts: _Facts, stay: Any, existing: dict[int, ServiceRecord]) -> Stay:
    activity = facts.activities[stay.activity_id]
    record = existing.get(stay.activity_id)
    trace = record.trace if record else {}
    occasion = Occasion(
        activity_id=stay.activity_id,
        start_at=activity.start_at,
        end_at=activity.end_at,
        breaks=breaks_of(activity.breaks),
        max_minutes=activity.max_minutes_pp_day,
        eligible=activity.hours_eligible,
        approved_pending=trace.get("approved_pending", 0),
        fixed=trace.get("amended_to"),
    )
    return Stay(occasion, stay.in_at, stay.out_at, stay.status == "auto_closed")


def _row(
    facts: _Facts, pair: Pair, result: DayResult, stays: list[Any], record: ServiceRecord | None
) -> dict[str, Any] | None:
    """The row of the record's first or next version; None when nothing has changed."""
    activity = facts.activities[result.activity_id]
    assurance, source = _evidence(activity, stays)
    trace: dict[str, Any] = {
        "windows": [[start.isoformat(), end.isoformat()] for start, end in result.windows],
        "dropped": result.dropped,
    }
    if record is not None:
        if "amended_to" in record.trace:
            assurance, source = record.assurance, record.source
        trace |= {key: record.trace[key] for key in _KEPT_IN_TRACE if key in record.trace}
    computed = {
        "minutes_raw": result.minutes_raw,
        "minutes_credited": result.minutes_credited,
        "minutes_pending": result.minutes_pending,
        "assurance": assurance,
        "source": source,
    }
    changed = {
        **computed,
        "first_in_at": result.first_in_at,
        "flags": list(result.flags),
        "trace": trace,
    }
    if record is not None:
        if all(getattr(record, name) == value for name, value in computed.items()):
            return None
        return next_version(record, **changed)
    person = facts.people[pair[0]]
    signup = facts.signups.get((activity.id, person.id))
    return {
        **changed,
        "volunteer_id": person.id,
        "activity_id": activity.id,
        "local_date": pair[1],
        "version": 1,
        "supersedes_id": None,
        "status": "computed",
        "category_id": activity.category_id,
        "team_id": signup.as_team_id if signup is not None and signup.as_team_id else activity.team_id,
        "community_id": activity.area_id,
        "area_path": activity.area_path,
        "home_community_id": person.community_id,
        "neighbour_group_id": person.neighbour_group_id,
        "unit_id": signup.unit_id if signup is not None else None,
        "station_id": activity.station_id,
        "recording_org": recording_org(activity.area_name, activity.area_type),
        "activity_leader_name": activity.leader_name,
        "confirmed_by": None,
        "confirmed_at": None,
        "void_reason": "",
        "voided_by": None,
        "national_sync": "none",
    }


def recording_org(name: str, kind: str) -> str:
    """Who records, as the certificate will say: 北正社区 → 北正社区居民委员会, 永定街道 → 永定街道办事处."""
    suffix = _ORGANISATIONS.get(kind, "")
    return name + suffix.removeprefix("街道" if name.endswith("街道") else "")


def _emptied(record: ServiceRecord) -> dict[str, Any]:
    """The next version of a record whose stays no longer stand."""
    return next_version(
        record, minutes_raw=0, minutes_credited=0, minutes_pending=0, flags=["no_stay"], trace={"windows": []}
    )


def _evidence(activity: Any, stays: list[Any]) -> tuple[str, str]:
    """Assurance and source of a record by how its stays were noted (§3.5)."""
    if activity.origin == "backfill":
        return "C", "backfill"
    seen_leaving = [stay for stay in stays if stay.status != "auto_closed"]
    methods = {method for stay in seen_leaving for method in (stay.in_method, stay.out_method)}
    if "makeup" in methods or any(stay.status == "corrected" for stay in seen_leaving):
        return "C", "makeup"
    if not seen_leaving or "roster" in methods:
        return "C", "attendance"
    return ("B" if methods & {"scan_static", "code6"} else "A"), "attendance"


_KEPT_IN_TRACE = ("approved_pending", "amended_to", "amended_why")
