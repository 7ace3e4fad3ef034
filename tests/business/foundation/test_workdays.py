"""Working days: the national calendar with its 调休 days, and the places' own days over it."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from points.foundation.actors import NotPermitted
from points.foundation.workdays import add_workdays, festival, is_announced, is_usual, is_workday
from points.places import calendar
from tests import make

OFF = {date(2027, 10, 1) + timedelta(days=n): False for n in range(7)}
WORKED = {date(2027, 9, 26): True, date(2027, 10, 9): True}


def test_monday_to_friday_are_working_days() -> None:
    week = [is_workday(date(2026, 6, 1) + timedelta(days=n), {}) for n in range(7)]
    assert week == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("day", "worked", "called"),
    [
        (date(2026, 1, 1), False, "元旦"),
        (date(2026, 1, 4), True, "元旦"),  # a Sunday
        (date(2026, 5, 4), False, "劳动节"),
        (date(2026, 5, 9), True, "劳动节"),  # a Saturday
        (date(2026, 10, 7), False, "国庆节"),
        (date(2026, 10, 8), True, ""),
        (date(2026, 10, 10), True, "国庆节"),  # a Saturday
        (date(2026, 10, 11), False, ""),
    ],
)
def test_the_national_calendar_comes_with_the_service(day: date, worked: bool, called: str) -> None:
    assert (is_workday(day, {}), festival(day)) == (worked, called)
    assert is_usual(day, {}) == (called == "")


def test_the_places_own_days_have_the_last_word() -> None:
    day, made_up = date(2026, 10, 1), date(2026, 10, 10)
    own = {day: True, made_up: False}
    assert is_workday(day, own)
    assert not is_workday(made_up, own)
    assert not is_usual(date(2026, 6, 1), {date(2026, 6, 1): False})


def test_a_year_is_announced_or_not() -> None:
    assert is_announced(2026)
    assert not is_announced(2100)


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
    assert add_workdays(start, count, {}) == expected


def test_counting_goes_by_a_years_own_days_before_it_is_announced() -> None:
    assert add_workdays(date(2027, 9, 30), 1, OFF | WORKED) == date(2027, 10, 8)
    assert add_workdays(date(2027, 9, 30), 2, OFF | WORKED) == date(2027, 10, 9)


def test_the_day_itself_does_not_count() -> None:
    assert add_workdays(date(2026, 6, 5), 1, {}) == date(2026, 6, 8)
    assert add_workdays(date(2026, 5, 8), 1, {}) == date(2026, 5, 9)


def test_the_calendar_keeps_the_last_word(session: Session) -> None:
    admin, day = make.street_admin(session), date(2026, 10, 1)
    for is_day in (True, False):
        calendar.override(session, day=day, is_workday=is_day, by=admin, at=make.NOW)
    assert calendar.overrides(session) == {day: False}
    with pytest.raises(NotPermitted):
        calendar.override(session, day=day, is_workday=True, by=make.clerk(session), at=make.NOW)
    assert calendar.overrides(session) == {day: False}
