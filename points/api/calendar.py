"""The calendar of working days: the national one, and the days of this place over it."""

from sqlalchemy.orm import Session

from points import http
from points.api.room import Room
from points.database import db, transaction
from points.foundation import clock
from points.places import calendar
from points.shapes.calendar import CalendarQuery, DayOfOurOwnShape, ForgottenDayShape, YearShape
from points.shapes.fields import Given

room = Room("calendar", __name__, description="Days off, and weekends that are worked.")


@room.read("/calendar", query=CalendarQuery, answer=YearShape)
def show_calendar(given: Given) -> object:
    """The days of a year that are off, and the weekends that are worked."""
    return _year(db.session(), given.get("year", clock.local_date(clock.now()).year))


@room.act("/calendar", body=DayOfOurOwnShape, answer=YearShape)
def override_day(given: Given) -> object:
    """Say that a day is off or worked here; said again, the last word counts."""
    with transaction() as session:
        calendar.override(session, **given, by=http.current_actor(), at=clock.now())
        return _year(session, given["day"].year)


@room.act("/calendar/forget", body=ForgottenDayShape, answer=YearShape)
def forget_day(given: Given) -> object:
    """Take one's own word about a day back; the national calendar holds again."""
    with transaction() as session:
        calendar.forget(session, **given, by=http.current_actor(), at=clock.now())
        return _year(session, given["day"].year)


def _year(session: Session, year: int) -> dict[str, object]:
    known = calendar.is_known(session, year=year)
    return {"year": year, "known": known, "items": calendar.of_year(session, year=year)}
