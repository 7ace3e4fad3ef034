"""Working days (工作日): Monday to Friday, unless the year's holiday table says otherwise."""

from collections.abc import Mapping
from datetime import date, timedelta


def is_workday(day: date, overrides: Mapping[date, bool]) -> bool:
    """Whether `day` is a working day; `overrides` holds the holidays (False) and 调休 working days (True)."""
    return overrides.get(day, day.weekday() < 5)


def add_workdays(day: date, count: int, overrides: Mapping[date, bool]) -> date:
    """The `count`-th working day after `day`; `day` itself does not count."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day, overrides)
    return day
