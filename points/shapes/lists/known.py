"""The lists that come in, and which verb takes each of them in: all of a list or none of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from points.exchange import goods, vouchers
from points.foundation.actors import Actor
from points.foundation.errors import RowsRefused, each
from points.foundation.progress import Progress, unheard
from points.people import volunteers
from points.people.households import from_list
from points.rewards import opening_balances
from points.shapes.lists import columns, sheets
from points.shapes.lists.sheets import Column, Read, Row

Rows = Mapping[int, Row]
Facts = dict[str, object]


@dataclass(frozen=True)
class Act:
    """Who takes a list in, when, and who hears how far it is."""

    by: Actor
    at: datetime
    progress: Progress = unheard


@dataclass(frozen=True)
class Known:
    """A list: its columns, what takes its rows in and answers with facts, and what one must be permitted to do it."""

    columns: tuple[Column, ...]
    take: Callable[[Session, Rows, Act], Facts]
    action: str


def take_in(session: Session, *, name: str, listed: Read, act: Act, dry_run: bool = False) -> Facts:
    """Take the rows of the list `name` in and say what came of it; of a dry run nothing is kept.

    Raises RowsRefused with every row that could not be read or taken; then nothing is kept either.
    """
    refused = dict(listed.refused)
    facts: Facts = {}
    try:
        facts = LISTS[name].take(session, listed.rows, act)
    except RowsRefused as more:
        refused |= more.refused
    if refused:
        total = len(listed.rows) + len(listed.refused)
        raise RowsRefused(count=len(refused), total=total, refused=dict(sorted(refused.items())))
    if dry_run:
        session.rollback()
    return facts


def _volunteers(session: Session, rows: Rows, act: Act) -> dict[str, object]:
    people = {number: _newcomer(dict(row)) for number, row in rows.items()}
    taken = volunteers.enrol(session, people=people, by=act.by, at=act.at, progress=act.progress)
    return {"volunteers": len(taken), "first": taken[0] if taken else None, "last": taken[-1] if taken else None}


def _newcomer(row: Row) -> volunteers.Newcomer:
    agreed = ["register", *(purpose for purpose in ("points", "publish_name", "share_unit") if row.pop(purpose, False))]
    hours_only = row.pop("hours_only", False)
    guardian = {field: row.pop(f"guardian_{field}", "") for field in ("name", "phone", "relation", "volunteer")}
    known = sheets.filled(volunteers.NewGuardian, guardian | {"volunteer": guardian["volunteer"] or None})
    policy = "hours_only" if hours_only else "earn"
    facts = {"points_policy": policy, "consents": tuple(agreed), "guardian": known if known.name else None}
    return sheets.filled(volunteers.Newcomer, row | facts)


def _households(session: Session, rows: Rows, act: Act) -> dict[str, object]:
    members = {number: sheets.filled(from_list.Member, row) for number, row in rows.items()}
    return {"households": from_list.gather(session, members=members, by=act.by, at=act.at, progress=act.progress)}


def _merchants(session: Session, rows: Rows, act: Act) -> dict[str, object]:
    add = partial(vouchers.add_merchant, session, by=act.by, at=act.at)
    each(rows, partial(sheets.filled, add), progress=_twice(act.progress))
    return {"merchants": [row["code"] for row in rows.values()]}


def _goods(session: Session, rows: Rows, act: Act) -> dict[str, object]:
    def propose(row: Row) -> None:
        street, facts = str(row["street"]), {name: value for name, value in row.items() if name != "street"}
        goods.add(session, street=street, new=sheets.filled(goods.NewItem, facts), by=act.by, at=act.at)

    each(rows, propose, progress=_twice(act.progress))
    return {"goods": [row["code"] for row in rows.values()]}


def _balances(session: Session, rows: Rows, act: Act) -> dict[str, object]:
    brought = {number: sheets.filled(opening_balances.Opening, row) for number, row in rows.items()}
    return {
        "points": opening_balances.bring_over(session, openings=brought, by=act.by, at=act.at, progress=act.progress)
    }


def _twice(progress: Progress) -> Progress:
    """What is looked at and written in one go."""
    return lambda rows: progress(2 * rows)


LISTS: Mapping[str, Known] = {
    "volunteers": Known(columns.VOLUNTEERS, _volunteers, "volunteer.register"),
    "households": Known(columns.HOUSEHOLDS, _households, "household.change"),
    "merchants": Known(columns.MERCHANTS, _merchants, "goods.change"),
    "goods": Known(columns.GOODS, _goods, "goods.propose"),
    "balances": Known(columns.BALANCES, _balances, "points.adjust"),
}
