"""Lists that are taken out as they are kept: one table of plain columns each, described in docs/data.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import ListedRow
from points.journal import audit
from points.people import disclosures
from points.places import areas
from points.places.tables import Area
from points.reports.lists import books, exchange, people, places, service
from points.reports.lists.table import Column, Table

__all__ = ["TABLES", "Column", "Listed", "Table", "areas_of", "listed", "note"]

# --- what there is

TABLES = {
    table.name: table
    for table in (
        places.AREAS,
        places.STATIONS,
        people.VOLUNTEERS,
        people.HOUSEHOLDS,
        people.TEAMS,
        people.MEMBERS,
        people.UNITS,
        people.REPORT_INS,
        service.ACTIVITIES,
        service.SIGNUPS,
        service.ATTENDANCE,
        service.RECORDS,
        exchange.MERCHANTS,
        exchange.GOODS,
        exchange.STOCK,
        exchange.STOCK_MOVES,
        exchange.SESSIONS,
        exchange.REDEMPTIONS,
        books.BALANCES,
        books.TRANSFERS,
        books.AUDIT,
    )
}

AREAS = ("city", "district", "street", "community")
"""What kinds of area a list is asked for on the pages."""


@dataclass(frozen=True)
class Listed:
    """A list of an area as it is taken out: how many rows it has, and the rows, to be read once."""

    columns: tuple[Column, ...]
    count: int
    rows: Iterator[ListedRow]


# --- what happens


def note(
    session: Session, *, table: str, area: str | None, rows: int, by: Actor, at: datetime, reason: str = ""
) -> None:
    """Note who took a list out, what for, and how many rows of it. Raises NoSuch or NotPermitted."""
    path = _path(session, area)
    audit.write(
        session,
        by=by,
        role=by.require("list.export", area_path=path or "/"),
        action=disclosures.TAKEN,
        target=f"list:{table}",
        at=at,
        area_path=path or None,
        reason=reason,
        facts={"area": area, "rows": rows},
    )


# --- what can be asked


def listed(session: Session, *, table: str, area: str | None, by: Actor, at: datetime) -> Listed:
    """A list of an area and all below it, or of everything, with names and phones in the clear.

    Raises NoSuch or NotPermitted.
    """
    if table not in TABLES:
        raise NoSuch(kind=N_("list"), key=table)
    path, found = _path(session, area), TABLES[table]
    by.require("list.export", area_path=path or "/")
    return Listed(
        columns=found.columns,
        count=found.count(session, path=path, at=at),
        rows=found.rows(session, path=path, at=at),
    )


def areas_of(session: Session, *, by: Actor) -> list[Area]:
    """The areas whose lists `by` may take out, top down."""
    reached = areas.within(by.reaches("list.export"), area_path=Area.path)
    return list(session.scalars(select(Area).where(reached, Area.type.in_(AREAS)).order_by(Area.path)))


def _path(session: Session, area: str | None) -> str:
    return areas.by_code(session, area).path if area is not None else ""
