"""What is to be settled and by when: by the street's own rules and the calendar (67号令 art. 11, A30)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from points.foundation import clock, workdays
from points.foundation.actors import Actor
from points.places import areas, calendar
from points.rewards import rulesets
from points.service import activities, records
from points.service.statuses import SETTLED, ActivityStatus, RecordStatus
from points.service.tables import Activity, ServiceRecord

# --- what there is


@dataclass(frozen=True)
class Unsettled:
    """An activity that is over and waits for its settlement, or for the records of grade C that were left.

    `records` and `minutes` still wait for confirmation; `due_on` is the last working day on which it is in time.
    """

    activity: str
    title: str
    status: str
    start_at: datetime
    end_at: datetime
    records: int
    minutes: int
    due_on: date
    late: bool


# --- what can be asked


def unsettled(session: Session, *, by: Actor, at: datetime) -> list[Unsettled]:
    """What `by` may settle or confirm, the soonest due first; `late` are those past their working days."""
    waiting = (
        ServiceRecord.activity_id == Activity.id,
        ServiceRecord.latest,
        ServiceRecord.status == RecordStatus.COMPUTED,
    )
    record = aliased(ServiceRecord)
    left = (
        select(record.id)
        .where(record.activity_id == Activity.id, record.latest, record.status == RecordStatus.COMPUTED)
        .exists()
    )
    found = session.execute(
        select(
            Activity.code,
            Activity.title,
            Activity.status,
            Activity.street_id,
            Activity.start_at,
            Activity.end_at,
            func.count(ServiceRecord.id).label("records"),
            func.coalesce(func.sum(ServiceRecord.minutes_credited), 0).label("minutes"),
        )
        .outerjoin(ServiceRecord, and_(*waiting))
        .where(
            or_(
                (Activity.status == ActivityStatus.ENDED) & activities.in_reach(by, "activity.settle"),
                Activity.status.in_(SETTLED)
                & left
                & areas.within(by.reaches("record.confirm_c"), area_path=Activity.area_path),
            )
        )
        .group_by(Activity.id)
        .order_by(Activity.end_at, Activity.id)
    ).all()
    due = _Due(session, street_ids=[activity.street_id for activity in found])
    today = clock.local_date(at)
    listed = []
    for one in found:
        due_on = due.on(one.street_id, one.start_at, one.end_at)
        listed.append(
            Unsettled(
                one.code, one.title, one.status, one.start_at, one.end_at, one.records, int(one.minutes), due_on,
                late=today > due_on,
            )
        )  # fmt: skip
    return sorted(listed, key=lambda one: (one.due_on, one.activity))


def late_records(session: Session, *, by: Actor, at: datetime) -> list[records.Overdue]:
    """The unconfirmed records whose activity should have been settled by now, oldest first, within reach of `by`."""
    streets = session.scalars(select(Activity.street_id).distinct()).all()
    due = _Due(session, street_ids=streets)
    return records.overdue(session, by=by, at=at, due_on=due.on)


class _Due:
    """The calendar and the rules of some streets, read once."""

    def __init__(self, session: Session, *, street_ids: Sequence[int]) -> None:
        self._in_force = rulesets.InForce(session, street_ids=street_ids)
        self._overrides = calendar.overrides(session)

    def on(self, street_id: int, start_at: datetime, end_at: datetime) -> date:
        """The last day on which an activity of the street is settled in time."""
        rules = self._in_force.hours_or_customary(street_id, clock.local_date(start_at))
        return workdays.add_workdays(clock.local_date(end_at), rules.settle_wd, self._overrides)
