"""Every figure opens to its rows: one statement that lists exactly what was counted, each with its part of the figure.

The sum of the rows' amounts is the figure; a test holds this for every one of them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation import clock, masking
from points.foundation.actors import Actor
from points.foundation.errors import N_, NotFound
from points.people.tables import Volunteer
from points.places.tables import Area
from points.reports.figures import conditions, reaching
from points.reports.figures.openable import ROWS, openable

ADULT = 18

# --- what there is


@dataclass(frozen=True)
class Which:
    """Of which area and days a figure is opened; `category` narrows those of service."""

    area: str
    date_from: date | None = None
    date_to: date | None = None
    category: str | None = None


@dataclass(frozen=True)
class Row:
    """One row of a figure: `amount` is its part. `title` says what it was; `kind` what `code` names, if anything.

    `person` and `person_code` are as this reader may see them; empty where a row is nobody's.
    """

    day: date | None
    kind: str
    code: str
    title: str
    person: str
    person_code: str
    place: str
    amount: int


@dataclass(frozen=True)
class Page:
    """Some rows of a figure, how many there are in all, and their sum, which is the figure."""

    rows: tuple[Row, ...]
    count: int
    total: int


# --- what is refused


@dataclass(eq=False)
class NoSuchFigure(NotFound):
    """No figure has this name."""

    code = "no-such-figure"
    title = N_("There is no such figure")
    detail = N_("No figure is called “%(figure)s”.")
    next_step = N_("Open it from the list of figures.")
    figure: str


# --- what can be asked


def rows(session: Session, *, figure: str, which: Which, by: Actor, offset: int = 0, limit: int | None = 50) -> Page:
    """The rows of a figure of the area and all below it, the latest first, named as `by` may see them.

    Names are masked for whoever may not see the residents of that place, and those of minors always.
    Raises NoSuchFigure, and NoSuch for an area out of reach.
    """
    if figure not in ROWS:
        raise NoSuchFigure(figure=figure)
    area = reaching.opened(session, which.area, by=by)
    found = openable(figure, conditions.scope(area, which.date_from, which.date_to, which.category))
    count, total = session.execute(select(func.count(), func.coalesce(func.sum(found.c.amount), 0))).one()
    person = Volunteer.__table__
    listed = session.execute(
        select(
            found,
            Area.name.label("place"),
            person.c.name,
            person.c.code.label("person_code"),
            person.c.birth_date,
            person.c.area_path,
        )
        .outerjoin(person, person.c.id == found.c.volunteer_id)
        .outerjoin(Area, Area.id == found.c.area_id)
        .order_by(found.c.day.desc(), found.c.at.desc(), found.c.code.desc(), found.c.volunteer_id.desc())
        .offset(offset)
        .limit(limit)
    )
    return Page(tuple(_row(_Listed._make(one), by) for one in listed), int(count), int(total))


class _Listed(NamedTuple):
    """One row as it is read: what `openable` says of it, and the place and person that it names."""

    day: date | None
    at: datetime | None
    kind: str
    code: str | None
    title: str
    volunteer_id: int | None
    area_id: int | None
    amount: int
    place: str | None
    name: str | None
    person_code: str | None
    birth_date: date | None
    area_path: str | None


def _row(one: _Listed, by: Actor) -> Row:
    day = one.day if one.day is not None else clock.local_date(one.at) if one.at is not None else None
    name, code = "", ""
    if one.person_code is not None:
        name, code = one.name or "", one.person_code
        minor = one.birth_date is not None and masking.age_on(one.birth_date, day or date.max) < ADULT
        if by.role_for("volunteer.see", area_path=one.area_path) is None:
            name, code = masking.mask_name(name), masking.mask_code(code)
        if minor:
            name = masking.mask_minor(one.person_code)
    return Row(day, one.kind, one.code or "", one.title, name, code, one.place or "", int(one.amount))
