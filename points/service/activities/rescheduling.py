"""Another time for a published activity: still ready, hardly longer than it was approved, and fit for who signed up."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock, masking
from points.foundation.errors import N_
from points.people.tables import Volunteer
from points.people.wards import OF_AGE
from points.service.activities import guards, timetable
from points.service.activities.plan import Columns
from points.service.activities.refusals import ActivityIncomplete, ActivityInvalid
from points.service.statuses import HOLDING
from points.service.tables import Activity, Signup, breaks_of

LONGER_AT_MOST = timedelta(minutes=120)

# --- what can be asked


def is_another_time(activity: Activity, new: Columns) -> bool:
    """Whether the activity is held at another time than now."""
    before = (activity.start_at, activity.end_at, list(breaks_of(activity.breaks)))
    return (new["start_at"], new["end_at"], guards.times(new["breaks"])) != before


def longer_by(session: Session, activity: Activity, new: Columns, *, at: datetime) -> int:
    """By how many minutes the activity is longer with its new times, which must do for what was approved.

    Raises ActivityIncomplete, ActivityInvalid.
    """
    if new["start_at"] <= at:
        raise ActivityIncomplete(field="start_at", why=N_("It starts in the past."))
    breaks = guards.times(new["breaks"])
    held = timetable.stretches(new["start_at"], new["end_at"], breaks)
    guards.refuse_too_long(new["start_at"], new["end_at"], held)
    before = timetable.stretches(activity.start_at, activity.end_at, breaks_of(activity.breaks))
    more = max(timetable.together(held) - timetable.together(before), timedelta(0))
    if more + timedelta(minutes=activity.extended_minutes) > LONGER_AT_MOST:
        raise ActivityInvalid(
            field="end_at",
            why=N_("Once approved it becomes at most 120 minutes longer; plan another one instead."),
        )
    if timetable.goes_on_late(held) and _minors_come(session, activity, new["start_at"]):
        raise ActivityInvalid(field="end_at", why=N_("Minors have signed up, and for them it ends by 21:00."))
    return int(more.total_seconds()) // 60


def _minors_come(session: Session, activity: Activity, start_at: datetime) -> bool:
    born = session.scalars(
        select(Volunteer.birth_date)
        .join(Signup, Signup.volunteer_id == Volunteer.id)
        .where(Signup.activity_id == activity.id, Signup.status.in_(HOLDING))
    )
    return any(masking.age_on(one, clock.local_date(start_at)) < OF_AGE for one in born)
