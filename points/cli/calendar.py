"""`points calendar`: the days off and the weekends that are worked, and this place's own days over them."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import click
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from points import database
from points.cli import console
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.foundation.errors import Refusal, RowsRefused
from points.places import calendar as places_calendar
from points.places.calendar import SpecialDay
from points.shapes.lists import sheets
from points.shapes.lists.refusals import TwiceListed
from points.shapes.lists.sheets import Read

KINDS = {"休息": False, "放假": False, "off": False, "上班": True, "调休上班": True, "work": True}
COLUMNS = (
    sheets.Column("day", ("日期", "day"), sheets.day, "2027-01-01", needed=True),
    sheets.Column("is_workday", ("类型", "kind"), sheets.one_of(KINDS), "休息", needed=True),
)


@dataclass(frozen=True)
class OwnDay:
    """A row of the list."""

    day: date
    is_workday: bool


@click.group()
def calendar() -> None:
    """Days off, and weekends that are worked."""


@calendar.command()
@click.argument("year", type=click.IntRange(2000, 2200))
@console.json_option
def show(year: int) -> None:
    """Show the days of a year that are off, and the weekends that are worked."""
    with console.installation():
        session = database.db.session()
        known, found = places_calendar.is_known(session, year=year), places_calendar.of_year(session, year=year)
        lines = [_line(one) for one in found]
        if not known:
            lines = [_("Nobody said yet which days of %(year)s are off.", year=year)]
        console.answer({"year": year, "known": known, "days": [asdict(one) for one in found]}, *lines)


@calendar.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@console.json_option
def load(file: Path) -> None:
    """Load this place's own days from a list (xlsx or csv): 日期, and 休息 or 上班. All of the list or nothing."""
    with console.installation():
        listed = sheets.read(file.read_bytes(), COLUMNS, file=file.name)
        if listed.refused:
            total = len(listed.rows) + len(listed.refused)
            raise RowsRefused(count=len(listed.refused), total=total, refused=listed.refused)
        days, twice = _by_day(listed)
        if twice:
            raise RowsRefused(count=len(twice), total=len(listed.rows), refused=twice)

        def say(session: Session) -> None:
            places_calendar.load(session, days=days, by=SYSTEM, at=clock.now())

        console.change(say)
        console.answer({"days": len(days)}, _("%(count)s days are known now.", count=len(days)))


def _by_day(listed: Read) -> tuple[dict[date, bool], dict[int, Refusal]]:
    """What the list says of each day, and the rows whose day stood in a row before."""
    days: dict[date, bool] = {}
    first: dict[date, int] = {}
    twice: dict[int, Refusal] = {}
    for number, row in listed.rows.items():
        one = sheets.filled(OwnDay, row)
        if one.day in first:
            twice[number] = TwiceListed(cell=listed.cell(number, COLUMNS[0]), day=one.day, row=first[one.day])
        first.setdefault(one.day, number)
        days.setdefault(one.day, one.is_workday)
    return days, twice


def _line(one: SpecialDay) -> str:
    says = _("worked") if one.is_workday else _("off")
    return " ".join(part for part in (str(one.day), says, one.festival, _("(own)") if one.own else "") if part)
