"""Who could not check in at an activity, and why: the journal of refused scans, read by whoever runs it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor
from points.journal.tables import RefusedScan
from points.people import persons
from points.service import activities
from points.service.checkin import scanned
from points.service.checkin.refusals import InvalidCode
from points.service.checkin.scanned import Kind, ScanRequest
from points.service.tables import Activity

# --- what there is


@dataclass(frozen=True)
class Refused:
    """One refused scan. `volunteer` is who was to be checked in, empty where nobody was recognised."""

    occurred_at: datetime
    reason: str
    activity: str
    title: str
    volunteer: str


# --- what can be asked


def refused(session: Session, *, by: Actor, day: date) -> list[Refused]:
    """The scans refused on `day` at activities that `by` runs, the latest first."""
    start, end = clock.day_bounds(day)
    rows = session.execute(
        select(RefusedScan, Activity.title)
        .join(Activity, Activity.code == RefusedScan.activity)
        .where(RefusedScan.created_at >= start, RefusedScan.created_at < end, activities.in_reach(by, "activity.run"))
        .order_by(RefusedScan.id.desc())
    )
    return [
        Refused(
            occurred_at=scan.occurred_at,
            reason=scan.reason,
            activity=scan.activity,
            title=title,
            volunteer=scan.volunteer,
        )
        for scan, title in rows
    ]


def meant(session: Session, asked: ScanRequest, *, by: Actor) -> tuple[str, str]:
    """Which activity, and who, a refused scan was about as far as the code itself says; empty where it does not.

    A code that is too old still names its activity, and whoever scans an activity's code scans for themselves.
    """
    reading = None
    if asked.ticket is None:
        try:
            reading = scanned.read(asked.code, with_activity=asked.activity is not None)
        except InvalidCode:
            return "", ""
        if reading.kind in (Kind.CARD, Kind.PERSON):
            return "", ""
    activity = scanned.activity_of(session, ticket=asked.ticket, reading=reading)
    return activity, "" if by.volunteer_id is None else persons.code_of(session, by.volunteer_id)
