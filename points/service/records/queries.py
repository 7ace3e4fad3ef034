"""What can be asked of records: one's own, an activity's, an area's, the overdue ones, the total."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from points.foundation import clock, counted
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import ZERO
from points.people import aliases
from points.people.tables import Volunteer
from points.places import areas
from points.service import activities
from points.service.hours import HourRules
from points.service.records import facts, reckoning
from points.service.records.facts import Pair
from points.service.statuses import RecordSource, RecordStatus
from points.service.tables import Activity, ServiceRecord


@dataclass(frozen=True)
class Overdue:
    """An unconfirmed record whose activity should have been settled by `due_on`."""

    record: str
    activity: str
    title: str
    volunteer: str
    local_date: date
    minutes: int
    assurance: str
    due_on: date


# --- what can be asked


def seen(session: Session, code: str, *, by: Actor) -> ServiceRecord:
    """The record as its volunteer, its activity's leader or who may see it there. Raises NoSuch otherwise."""
    found = session.scalars(select(ServiceRecord).where(ServiceRecord.code == code)).first()
    if found is not None:
        if by.volunteer_id is not None and by.volunteer_id == aliases.kept(session, found.volunteer_id):
            return found
        if by.role_for("record.see", area_path=found.area_path):
            return found
        activity = session.get(Activity, found.activity_id) if found.activity_id else None
        if activity is not None and _settles(activity, by):
            return found
    raise NoSuch(kind=N_("record"), key=code)


def versions_of(session: Session, record: ServiceRecord) -> list[ServiceRecord]:
    """Every version of a record, oldest first."""
    return list(
        session.scalars(
            select(ServiceRecord)
            .where(
                ServiceRecord.volunteer_id == record.volunteer_id,
                ServiceRecord.activity_id == record.activity_id,
                ServiceRecord.local_date == record.local_date,
            )
            .order_by(ServiceRecord.version)
        )
    )


def mine(session: Session, *, volunteer_id: int, cursor: str | None = None, limit: int = 50) -> list[ServiceRecord]:
    """A volunteer's latest records, newest date first; `cursor` is the code of the last one already seen."""
    return _page(session, aliases.of_person(ServiceRecord.volunteer_id, volunteer_id), cursor=cursor, limit=limit)


def turned(session: Session, *, volunteer_id: int, offset: int, limit: int) -> tuple[list[ServiceRecord], int]:
    """A part of a volunteer's records, newest date first, and how many there are in all."""
    asked = select(ServiceRecord).where(
        ServiceRecord.latest, aliases.of_person(ServiceRecord.volunteer_id, volunteer_id)
    )
    order = (ServiceRecord.local_date.desc(), ServiceRecord.id.desc())
    return list(session.scalars(asked.order_by(*order).offset(offset).limit(limit))), counted.count(session, asked)


def listing(
    session: Session,
    *,
    by: Actor,
    status: str | None = None,
    activity_id: int | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> list[ServiceRecord]:
    """The latest records within the reach of `by`, newest date first."""
    condition = _in_reach(by)
    if status is not None:
        condition = condition & (ServiceRecord.status == status)
    if activity_id is not None:
        condition = condition & (ServiceRecord.activity_id == activity_id)
    if date_from is not None:
        condition = condition & (ServiceRecord.local_date >= date_from)
    if date_to is not None:
        condition = condition & (ServiceRecord.local_date <= date_to)
    return _page(session, condition, cursor=cursor, limit=limit)


def of_activity(session: Session, *, activity: str, by: Actor) -> list[ServiceRecord]:
    """The latest records of an activity for whoever settles it. Raises NoSuch for others."""
    found = activities.by_code(session, activity)
    if not _settles(found, by) and not by.role_for("record.see", area_path=found.area_path):
        raise NoSuch(kind=N_("activity"), key=activity)
    return list(
        session.scalars(
            select(ServiceRecord)
            .where(ServiceRecord.activity_id == found.id, ServiceRecord.latest)
            .order_by(ServiceRecord.first_in_at, ServiceRecord.id)
        )
    )


def overdue(
    session: Session,
    *,
    by: Actor,
    at: datetime,
    due_on: Callable[[int, datetime, datetime], date],
) -> list[Overdue]:
    """The computed records whose activity should have been settled before today, oldest first (§3.5).

    `due_on` says by when, of an activity's street, start and end. Only within the reach of `by`, and what they lead.
    """
    today = clock.local_date(at)
    condition = _in_reach(by)
    if not by.omnipotent:
        condition = or_(condition, activities.in_reach(by, "activity.settle"))
    rows = session.execute(
        select(
            ServiceRecord,
            Activity.code,
            Activity.title,
            Activity.street_id,
            Activity.start_at,
            Activity.end_at,
            Volunteer.code,
        )
        .join(Activity, Activity.id == ServiceRecord.activity_id)
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(
            ServiceRecord.latest,
            ServiceRecord.status == RecordStatus.COMPUTED,
            Activity.end_at < clock.at_local(today),
            condition,
        )
        .order_by(Activity.end_at, ServiceRecord.id)
    )
    late = []
    for record, code, title, street_id, start_at, end_at, volunteer in rows:
        last_day = due_on(street_id, start_at, end_at)
        if today > last_day:
            late.append(
                Overdue(
                    record=record.code,
                    activity=code,
                    title=title,
                    volunteer=volunteer,
                    local_date=record.local_date,
                    minutes=record.minutes_credited,
                    assurance=record.assurance,
                    due_on=last_day,
                )
            )
    return late


def pending(session: Session, *, by: Actor, limit: int = 100) -> list[ServiceRecord]:
    """The records with minutes beyond eight hours that wait for the street, oldest first, within the reach of `by`."""
    return list(
        session.scalars(
            select(ServiceRecord)
            .where(ServiceRecord.latest, ServiceRecord.minutes_pending > ZERO, _in_reach(by))
            .order_by(ServiceRecord.local_date, ServiceRecord.id)
            .limit(limit)
        )
    )


def total_minutes(session: Session, volunteer_id: int, *, with_transfers: bool = True) -> int:
    """All confirmed minutes of a person (H10; `hours.shown` floors them once). Certificates leave transfers out."""
    query = select(func.coalesce(func.sum(ServiceRecord.minutes_credited), 0)).where(
        aliases.of_person(ServiceRecord.volunteer_id, volunteer_id),
        ServiceRecord.latest,
        ServiceRecord.status == RecordStatus.CONFIRMED,
    )
    if not with_transfers:
        query = query.where(ServiceRecord.source != RecordSource.TRANSFER)
    return int(session.scalars(query).one())


def outdated(session: Session, *, pairs: Iterable[Pair], rules: HourRules) -> list[tuple[str, int, int]]:
    """What computing these people's dates again would change: the record's code, its minutes, those of the rules.

    Minutes are credited ones; a record that differs in raw or pending minutes, grade or source is listed too. Reads
    only and locks nothing, for the proof of the books.
    """
    wanted = sorted(set(pairs))
    known = facts.read(session, {one for one, _ in wanted}, {day for _, day in wanted}, including=None, lock=False)
    return [
        (change.record.code, change.record.minutes_credited, change.minutes_credited)
        for change in reckoning.changes(known, wanted, rules=rules)
        if change.record is not None
    ]


def _in_reach(by: Actor) -> ColumnElement[bool]:
    return areas.within(
        by.reaches("record.see"),
        area_path=ServiceRecord.area_path,
        team_id=ServiceRecord.team_id,
        station_id=ServiceRecord.station_id,
    )


def _settles(activity: Activity, by: Actor) -> bool:
    if by.volunteer_id is not None and by.volunteer_id == activity.leader_id:
        return True
    return (
        by.role_for(
            "activity.settle",
            area_path=activity.area_path,
            team_id=activity.team_id,
            station_id=activity.station_id,
        )
        is not None
    )


def _page(session: Session, condition: ColumnElement[bool], *, cursor: str | None, limit: int) -> list[ServiceRecord]:
    query = select(ServiceRecord).where(ServiceRecord.latest, condition)
    if cursor is not None:
        last = session.execute(
            select(ServiceRecord.local_date, ServiceRecord.id).where(ServiceRecord.code == cursor)
        ).first()
        if last is None:
            raise NoSuch(kind=N_("record"), key=cursor)
        query = query.where(tuple_(ServiceRecord.local_date, ServiceRecord.id) < tuple_(last.local_date, last.id))
    return list(session.scalars(query.order_by(ServiceRecord.local_date.desc(), ServiceRecord.id.desc()).limit(limit)))
