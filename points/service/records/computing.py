"""A person's dates computed by the hour rules and kept as records. Only settlement does so (contract in setup.cfg)."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.service.hours import HourRules
from points.service.records import facts, reckoning
from points.service.records.facts import Pair
from points.service.records.versions import write, write_unread
from points.service.statuses import ActivityStatus, RecordSource, RecordStatus
from points.service.tables import ServiceRecord

# --- what happens


def compute_day(
    session: Session, *, volunteer_id: int, day: date, rules: HourRules, by: Actor, at: datetime
) -> list[ServiceRecord]:
    """Compute one person's whole date across activities (H4, H8); the records that are new or changed, latest only.

    Nothing is written for what stays as it is. A changed record keeps its state, but a make-up at an activity that is
    settled already is confirmed by `by` where they may confirm grade C: whoever approved it has looked at it.
    """
    known = facts.read(session, {volunteer_id}, {day}, including=None)
    rows = []
    for change in reckoning.changes(known, [(volunteer_id, day)], rules=rules):
        activity = known.activities[change.activity_id]
        waits = (
            change.status == RecordStatus.COMPUTED
            and change.source == RecordSource.MAKEUP
            and activity.status != ActivityStatus.ENDED
        )
        looked_at = waits and not by.omnipotent and by.role_for("record.confirm_c", area_path=activity.area_path)
        rows.append(change.confirmed(by=by.person, at=at) if looked_at else change.values)
    return write(session, rows, at=at, by=by.person)


def compute_activity(
    session: Session, *, activity_id: int, rules: HourRules, by: Actor, at: datetime
) -> list[ServiceRecord]:
    """Compute the dates of everybody who was at an activity; the records that are new or changed.

    Records of other activities on those dates follow where they exist. A fixed number of statements, however many
    people there are.
    """
    pairs = facts.pairs_of(session, [activity_id])
    if not pairs:
        return []
    known = facts.read(
        session, {volunteer_id for volunteer_id, _ in pairs}, {day for _, day in pairs}, including=activity_id
    )
    changes = reckoning.changes(known, sorted(pairs), rules=rules, only_new_of=activity_id)
    return write(session, [change.values for change in changes], at=at, by=by.person)


def compute_many(
    session: Session, *, confirmed_by: Mapping[int, str], rules: HourRules, by: Actor, at: datetime
) -> set[Pair]:
    """Compute the dates of everybody who was at one of these activities, which are over; the people and dates.

    `confirmed_by` maps each activity's id to the person who confirmed its records where they were kept before: they
    are written as confirmed. As `compute_activity` for many activities in the same few statements, for attendance that
    is brought in.
    """
    pairs = facts.pairs_of(session, confirmed_by.keys())
    known = facts.read(session, {one for one, _ in pairs}, {day for _, day in pairs}, including=None)
    rows = []
    for change in reckoning.changes(known, sorted(pairs), rules=rules):
        who = confirmed_by.get(change.activity_id) if change.status == RecordStatus.COMPUTED else None
        rows.append(change.values if who is None else change.confirmed(by=who, at=at))
    write_unread(session, rows, at=at, by=by.person)
    return pairs
