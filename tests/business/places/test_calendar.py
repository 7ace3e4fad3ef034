"""The place's own days over the national calendar: said, taken back, and shown by year."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from points.foundation.actors import NotPermitted
from points.foundation.errors import NoSuch
from points.places import calendar
from points.places.calendar import SpecialDay
from tests import make

DAY = date(2026, 10, 1)


def test_a_year_shows_what_is_off_and_what_is_worked(session: Session) -> None:
    year = calendar.of_year(session, year=2026)
    assert SpecialDay(DAY, is_workday=False, festival="国庆节", own=False) in year
    assert SpecialDay(date(2026, 10, 10), is_workday=True, festival="国庆节", own=False) in year
    assert [one.day for one in year] == sorted(one.day for one in year)
    assert {one.day.year for one in year} == {2026}


def test_ones_own_word_counts_until_it_is_taken_back(session: Session) -> None:
    admin = make.street_admin(session)
    calendar.override(session, day=DAY, is_workday=True, by=admin, at=make.NOW)
    assert SpecialDay(DAY, is_workday=True, festival="国庆节", own=True) in calendar.of_year(session, year=2026)
    calendar.forget(session, day=DAY, by=admin, at=make.NOW)
    assert SpecialDay(DAY, is_workday=False, festival="国庆节", own=False) in calendar.of_year(session, year=2026)
    with pytest.raises(NoSuch):
        calendar.forget(session, day=DAY, by=admin, at=make.NOW)


def test_a_year_that_was_not_announced_is_known_once_its_days_are_loaded(session: Session) -> None:
    assert not calendar.is_known(session, year=2100)
    assert calendar.of_year(session, year=2100) == []
    days = {date(2100, 1, 1): False, date(2100, 1, 3): True}
    calendar.load(session, days=days, by=make.street_admin(session), at=make.NOW)
    assert calendar.is_known(session, year=2100)
    assert calendar.overrides(session) == days


def test_a_clerk_changes_no_days(session: Session) -> None:
    calendar.override(session, day=DAY, is_workday=True, by=make.street_admin(session), at=make.NOW)
    for change in (
        lambda clerk: calendar.override(session, day=DAY, is_workday=False, by=clerk, at=make.NOW),
        lambda clerk: calendar.forget(session, day=DAY, by=clerk, at=make.NOW),
    ):
        with pytest.raises(NotPermitted):
            change(make.clerk(session))
    assert calendar.overrides(session) == {DAY: True}
