"""Working days (工作日): Monday to Friday, unless the national calendar or this place's own days say otherwise.

The national calendar is the State Council's, as `chinesecalendar` has it: it names the days off and the 调休 weekends
that are worked, and ends with the last year that was announced.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from chinese_calendar import Holiday, constants

NATIONAL: Mapping[date, bool] = MappingProxyType(
    dict.fromkeys(constants.holidays, False) | dict.fromkeys(constants.workdays, True)
)
"""The days of the national calendar, and whether they are worked."""

_FESTIVALS = {holiday.value: holiday.chinese for holiday in Holiday}


def is_workday(day: date, own: Mapping[date, bool]) -> bool:
    """Whether `day` is a working day; the place's `own` days off (False) and on (True) have the last word."""
    return own.get(day, NATIONAL.get(day, day.weekday() < 5))


def is_usual(day: date, own: Mapping[date, bool]) -> bool:
    """Whether nobody says anything about `day`: neither a festival nor a weekend that is worked for one."""
    return day not in own and day not in NATIONAL


def is_announced(year: int) -> bool:
    """Whether the national calendar has the days off of `year`; they are announced in the autumn before."""
    return any(day.year == year for day in NATIONAL)


def festival(day: date) -> str:
    """The Chinese name of the festival for which `day` is off or worked; empty where the calendar says nothing."""
    found = constants.holidays.get(day) or constants.workdays.get(day) or ""
    return str(_FESTIVALS.get(found, ""))


def add_workdays(day: date, count: int, own: Mapping[date, bool]) -> date:
    """The `count`-th working day after `day`; `day` itself does not count."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day, own)
    return day
