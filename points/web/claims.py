"""A claim of attendance as a form has it: the day and the two times, one's own or for somebody of a team."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from points import http
from points.foundation import clock
from points.service.tables import Activity
from points.shapes.fields import ClockTime, Day
from points.shapes.forms import Form
from points.shapes.records import NewMakeupShape

DAYS_SHOWN = 31


@dataclass(frozen=True, kw_only=True)
class Claim(Form, like=NewMakeupShape):
    """When somebody was there, and why it was not scanned; without a day, on the activity's first."""

    day: Annotated[date | None, Day()] = None
    came: Annotated[time, ClockTime()]
    went: Annotated[time, ClockTime()]
    reason: str
    note: str = ""


def days(activity: Activity) -> list[tuple[str, str]]:
    """The days of an activity to choose from, as a form offers them."""
    first, last = clock.local_date(activity.start_at), clock.local_date(activity.end_at)
    held = [first + timedelta(days=number) for number in range(min((last - first).days + 1, DAYS_SHOWN))]
    return [(day.isoformat(), http.day(day)) for day in held]


def times(activity: Activity, claim: Claim) -> tuple[datetime, datetime]:
    """The times typed, on the day chosen."""
    day = claim.day or clock.local_date(activity.start_at)
    return clock.at_local(day, claim.came), clock.at_local(day, claim.went)
