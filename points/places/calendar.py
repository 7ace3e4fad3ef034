"""The calendar of working days: the national one, and over it the days that this place is off or works by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import extract, select
from sqlalchemy.orm import Session

from points.foundation import workdays
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import insert
from points.journal import audit
from points.places.tables import WorkdayOverride

# --- what there is


@dataclass(frozen=True)
class SpecialDay:
    """A day that is off, or a weekend that is worked: for which `festival`, and whether the place said so itself."""

    day: date
    is_workday: bool
    festival: str
    own: bool


# --- what happens


def override(session: Session, *, day: date, is_workday: bool, by: Actor, at: datetime) -> None:
    """Say whether `day` is a working day here; said again, the last word counts.

    The days hold for the whole installation, so a role anywhere that allows it is enough. Raises NotPermitted.
    """
    load(session, days={day: is_workday}, by=by, at=at)


def load(session: Session, *, days: Mapping[date, bool], by: Actor, at: datetime) -> None:
    """Say of many days whether they are working days here. Raises NotPermitted."""
    role = by.require_somewhere("calendar.change")
    for day, is_workday in sorted(days.items()):
        statement = insert(session, WorkdayOverride).values(
            day=day, is_workday=is_workday, created_at=at, created_by=by.person
        )
        session.execute(statement.on_conflict_do_update(index_elements=["day"], set_={"is_workday": is_workday}))
        facts = {"is_workday": is_workday}
        audit.write(session, by=by, role=role, action="calendar.override", target=f"day:{day}", at=at, facts=facts)


def forget(session: Session, *, day: date, by: Actor, at: datetime) -> None:
    """Take one's own word about `day` back; the national calendar holds again. Raises NotPermitted or NoSuch."""
    role = by.require_somewhere("calendar.change")
    said = session.scalars(select(WorkdayOverride).where(WorkdayOverride.day == day).with_for_update()).first()
    if said is None:
        raise NoSuch(kind=N_("day"), key=str(day))
    session.delete(said)
    session.flush()
    audit.write(session, by=by, role=role, action="calendar.forget", target=f"day:{day}", at=at)


# --- what can be asked


def overrides(session: Session) -> dict[date, bool]:
    """The place's own days, for `points.foundation.workdays`."""
    return dict(session.execute(select(WorkdayOverride.day, WorkdayOverride.is_workday)).all())


def of_year(session: Session, *, year: int) -> list[SpecialDay]:
    """The days of `year` that are off, and the weekends that are worked, in their order."""
    own = dict(
        session.execute(
            select(WorkdayOverride.day, WorkdayOverride.is_workday).where(extract("year", WorkdayOverride.day) == year)
        ).all()
    )
    days = {day for day in workdays.NATIONAL if day.year == year} | own.keys()
    return [
        SpecialDay(day, workdays.is_workday(day, own), workdays.festival(day), own=day in own) for day in sorted(days)
    ]


def is_known(session: Session, *, year: int) -> bool:
    """Whether anybody said which days of `year` are off: the national calendar, or the place by its own days."""
    return workdays.is_announced(year) or bool(of_year(session, year=year))
