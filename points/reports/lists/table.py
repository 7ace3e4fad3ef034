"""What a list is: its columns, one statement, and how its rows come out one after the other, however many there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVarTuple

from sqlalchemy import BindParameter, Date, FromClause, Select, bindparam, func, select
from sqlalchemy import SQLColumnExpression as Expression
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.orm import ListedRow
from points.people import wards

CHUNK = 1_000
Values = TypeVarTuple("Values")

DAY: BindParameter[date] = bindparam("day", type_=Date)
BORN_AFTER: BindParameter[date] = bindparam("born_after", type_=Date)
"""Who was born after this day is a minor on `DAY`."""
_PATH: BindParameter[str] = bindparam("path")

# --- what there is


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs and in Chinese, and where its value comes from.

    `words` is the kind of words in which the edge writes the value (`points.web.words`), `state` for those that have
    their word without a kind, `fen` for money; empty for what is written as it is.
    """

    name: str
    title: str
    value: Expression[object]
    words: str = ""


@dataclass(frozen=True, eq=False)
class Table:
    """A list: its rows stand in `source`, lie in the area whose path `within` holds, and come in the order of `order`.

    With `asked` the list is of the area and everything below it; rows without an area come only when all are asked for.
    """

    name: str
    columns: tuple[Column, ...]
    source: FromClause
    within: Expression[str] | Expression[str | None]
    order: tuple[Expression[object], ...]
    where: tuple[Expression[bool], ...] = ()

    def rows(self, session: Session, *, path: str, at: datetime) -> Iterator[ListedRow]:
        """The rows below `path` (empty for everything), as they are at `at`; in memory there is only a part of them."""
        values: list[Expression[object]] = [column.value.label(column.name) for column in self.columns]
        statement = self._below(select(*values), path).order_by(*self.order)
        yield from session.execute(statement, _parameters(path, at), execution_options={"yield_per": CHUNK})

    def count(self, session: Session, *, path: str, at: datetime) -> int:
        """How many rows there are below `path`."""
        statement = self._below(select(func.count()), path)
        return session.execute(statement, _parameters(path, at)).scalar_one()

    def _below(self, statement: Select[*Values], path: str) -> Select[*Values]:
        statement = statement.select_from(self.source).where(*self.where)
        return statement.where(self.within.like(_PATH)) if path else statement


def _parameters(path: str, at: datetime) -> dict[str, object]:
    day = clock.local_date(at)
    return {"path": f"{path}%", "day": day, "born_after": wards.born_after(day)}
