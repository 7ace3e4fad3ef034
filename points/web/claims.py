"""A claim of attendance as a form has it: the day and the two times, one's own or for somebody of a team."""

from datetime import date, datetime, time, timedelta

from flask import request

from points.foundation import clock
from points.foundation.errors import N_
from points.service import makeups
from points.service.tables import Activity

HELD = ("in_progress", "ended", "settled", "archived")
DAYS_SHOWN = 31


def days(activity: Activity) -> list[date]:
    """The days of an activity to choose from."""
    first, last = clock.local_date(activity.start_at), clock.local_date(activity.end_at)
    return [first + timedelta(days=number) for number in range(min((last - first).days + 1, DAYS_SHOWN))]


def times(activity: Activity) -> tuple[datetime, datetime]:
    """The times typed, on the day chosen. Raises ClaimInvalid."""
    form = request.form
    try:
        day = date.fromisoformat(form.get("day") or clock.local_date(activity.start_at).isoformat())
        came, went = (time.fromisoformat(form.get(name, "").strip()) for name in ("came", "went"))
    except ValueError as error:
        raise makeups.ClaimInvalid(field="claimed_in", why=N_("The times could not be read.")) from error
    return clock.at_local(day, came), clock.at_local(day, went)
