"""From when until when, as people say it: past midnight is the next day, several days have their hours."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Protocol

from flask_babel import gettext
from markupsafe import Markup

from points.foundation import clock
from points.http import clock_time, day, when
from points.service.activities import timetable
from points.service.tables import breaks_of

# --- what there is


class Held(Protocol):
    """What has a beginning, an end, and breaks between them."""

    @property
    def start_at(self) -> datetime: ...

    @property
    def end_at(self) -> datetime: ...

    @property
    def breaks(self) -> Sequence[Sequence[str]]: ...


# --- what can be asked


def span(start: datetime, end: datetime) -> str:
    """5月9日 周六 09:00–11:00; past midnight 22:00–次日 01:00; the second date only where it is a later one."""
    if _ends_within_a_day(start, end):
        return f"{when(start)}–{_end(start, end)}"
    return f"{when(start)} – {when(end)}"


def times(start: datetime, end: datetime) -> Markup:
    """09:00–11:00, which no page breaks over two lines; of several days with the date of the last one."""
    dash, until = ("–", _end(start, end)) if _ends_within_a_day(start, end) else (" – ", when(end))
    return Markup('<span class="nowrap">{}{}{}</span>').format(clock_time(start), dash, until)


def span_shown(start: datetime, end: datetime) -> Markup:
    """What `span` writes, for a page, with its times in one piece."""
    if _ends_within_a_day(start, end):
        return Markup("{} {}").format(day(start), times(start, end))
    return Markup("{}").format(span(start, end))


def held(activity: Held) -> Markup:
    """When an activity is held; of several days that are alike, from the first to the last and the hours of each."""
    said = timetable.daily(activity.start_at, activity.end_at, breaks_of(activity.breaks))
    if said is None or said.last_day == said.day:
        return span_shown(activity.start_at, activity.end_at)
    hours = _hours(said.start, said.end, over_midnight=said.over_midnight)
    each = gettext("each day %(times)s", times=hours)
    return Markup('{} – {} <span class="nowrap">{}</span>').format(day(said.day), day(said.last_day), each)


def pauses(activity: Held) -> list[str]:
    """The breaks of an activity: of each day, if all are alike, otherwise each with its date."""
    breaks = breaks_of(activity.breaks)
    said = timetable.daily(activity.start_at, activity.end_at, breaks)
    if said is None:
        return [span(start, end) for start, end in breaks]
    return [_hours(start, end, over_midnight=False) for start, end in said.pauses]


def _ends_within_a_day(start: datetime, end: datetime) -> bool:
    """Whether it ends on the day on which it begins, or on the next one before the same hour."""
    return clock.local_date(start) == clock.local_date(end) or end - start < timetable.DAY


def _end(start: datetime, end: datetime) -> str:
    if clock.local_date(start) == clock.local_date(end):
        return clock_time(end)
    return str(gettext("%(time)s next day", time=clock_time(end)))


def _hours(start: time, end: time, *, over_midnight: bool) -> str:
    until = f"{end:%H:%M}"
    return f"{start:%H:%M}–{gettext('%(time)s next day', time=until) if over_midnight else until}"
