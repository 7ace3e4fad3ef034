"""Working days, across the National Day of 2026 with its 调休 days."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from points.foundation.actors import NotPermitted
from points.foundation.workdays import add_workdays, is_workday
from points.places import calendar
from tests import make

HOLIDAYS = {date(2026, 10, 1) + timedelta(days=n): False for n in range(7)}
MADE_UP = {date(2026, 9, 20): True, date(2026, 10, 10): True}
OVERRIDES = HOLIDAYS | MADE_UP


def test_monday_to_friday_are_working_days() -> None:
    week = [is_workday(date(2026, 5, 4) + timedelta(days=n), {}) for n in range(7)]
    assert week == [True] * 5 + [False] * 2


def test_the_table_has_the_last_word() -> None:
    assert not is_workday(date(2026, 10, 1), OVERRIDES)
    assert is_workday(date(2026, 10, 10), OVERRIDES)
    assert is_workday(date(2026, 10, 1), {})


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, date(2026, 9, 30)),
        (1, date(2026, 10, 8)),
        (2, date(2026, 10, 9)),
        (3, date(2026, 10, 10)),
        (4, date(2026, 10, 12)),
        (10, date(2026, 10, 20)),
    ],
)
def test_counting_goes_around_the_holiday_and_over_the_made_up_saturday(count: int, expected: date) -> None:
    start = date(2026, 9, 30)
    assert add_workdays(start, count, OVERRIDES) == expected


def test_the_day_itself_does_not_count() -> None:
    assert add_workdays(date(2026, 5, 8), 1, {}) == date(2026, 5, 11)


def test_the_calendar_keeps_the_last_word(session: Session) -> None:
    admin, day = make.street_admin(session), date(2026, 10, 1)
    for is_day in (True, False):
        calendar.override(session, day=day, is_workday=is_day, by=admin, at=make.NOW)
    assert calendar.overrides(session) == {day: False}
    with pytest.raises(NotPermitted):
        calendar.override(session, day=day, is_workday=True, by=make.clerk(session), at=make.NOW)
    assert calendar.overrides(session) == {day: False}
