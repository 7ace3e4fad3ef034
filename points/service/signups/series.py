"""Signing up for all coming dates of a series at once; each date keeps its own place and its own waiting list."""

from datetime import datetime

from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.service.activities import series as activities_series
from points.service.signups import lifecycle, queries
from points.service.signups.refusals import NotOpenForSignup
from points.service.statuses import ActivityStatus
from points.service.tables import Signup

# --- what happens


def join(
    session: Session, *, series: str, volunteer: str, by: Actor, at: datetime, guardian_present: bool = False
) -> list[Signup]:
    """Take a place at every published date that has not begun; what `signing.sign_up` says of one holds for each.

    Raises NoSuch, NotPermitted, NotOpenForSignup, PersonNotActive, NotSuitable, GuardianNeeded, AlreadyRejected.
    """
    found = activities_series.by_code(session, series)
    dates = activities_series.dates(session, found.id)
    coming = [one.code for one in activities_series.coming(session, dates[0], at=at)]
    if not coming:
        raise NotOpenForSignup(activity=found.code, status=ActivityStatus.ENDED)
    return [
        lifecycle.sign_up(session, activity=code, volunteer=volunteer, by=by, at=at, guardian_present=guardian_present)
        for code in coming
    ]


def leave(session: Session, *, series: str, volunteer: str, by: Actor, at: datetime) -> int:
    """Give back the places at all coming dates; how many there were. Raises NoSuch, NotPermitted."""
    found = activities_series.by_code(session, series)
    mine = queries.held(session, series_id=found.id, volunteer=volunteer, at=at)
    for code in mine:
        lifecycle.cancel(session, activity=code, volunteer=volunteer, by=by, at=at)
    return len(mine)
