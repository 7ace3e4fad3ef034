"""Statements of the hot paths: each executed by itself, or writes that belong together gathered and sent as one.

A statement is put together once, where a module is read, and keeps the key by which SQLAlchemy finds its text; executed
on a connection it passes what a session does for objects. Nothing here goes past the library: pool, transactions,
errors and events are SQLAlchemy's.

An exchange writes to nine tables. Each room adds its own rows and knows nothing of the others'. PostgreSQL gets them
all in one statement (a `WITH` of INSERTs and UPDATEs, each reading its rows from one JSON text); SQLite, which has no
such statement, one table after the other. Whoever adds a change of a row has locked it before, so that the order of
tables says nothing about locks.

Many rows of one table go into PostgreSQL as one JSON text, too: written row by row each of their values has a name, and
psycopg reads a text of thousands of names anew each time, which takes longer than the rows themselves.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from itertools import count
from typing import Any, TypeVarTuple, overload

from sqlalchemy import (
    CTE,
    JSON,
    ColumnClause,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Executable,
    FromClause,
    Insert,
    Integer,
    Result,
    Select,
    StatementLambdaElement,
    String,
    Table,
    TableValuedAlias,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    lambda_stmt,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlalchemy.types import TypeDecorator, TypeEngine

from points.foundation.orm import WRITING, Base, dialect_of, table_of

Row = Mapping[str, object]
"""What stands in the columns of a row, or the parameters of a statement."""
Columns = TypeVarTuple("Columns")
Given = Row | Sequence[Row]

READS_ALONE = "points_reads_alone"
"""The execution option of an engine on which each statement reads by itself, in no transaction."""
MANY = 20
"""From how many rows on an INSERT into PostgreSQL takes them as one text."""
ROWS = "given_rows"
"""The name of that text."""
FEW = 16
"""Up to how many changed rows PostgreSQL is told their number, so that it looks each up and does not read the table."""
NUMBER = "nr"
"""What the rows in a JSON text are numbered by."""

# --- one statement


@overload
def run(session: Session, statement: TypedReturnsRows[*Columns], parameters: Given) -> Result[*Columns]: ...
@overload  # Any: what SQLAlchemy itself says of the rows of a statement that does not tell its columns
def run(session: Session, statement: Executable, parameters: Given) -> Result[*tuple[Any, ...]]: ...
def run(session: Session, statement: Executable, parameters: Given) -> Result[*tuple[object, ...]]:
    """Execute a statement that was put together where its module was read; the answer has plain rows."""
    writing: Connection | None = session.info.get(WRITING)
    if writing is not None:
        return _executed(writing, statement, parameters)
    bind = session.get_bind(clause=statement)  # type: ignore[arg-type]  # every statement is a clause
    if isinstance(bind, Engine) and READS_ALONE in bind.get_execution_options() and not session.in_transaction():
        with bind.connect() as connection:
            return _executed(connection, statement, parameters).freeze()()
    return _executed(session.connection(bind_arguments={"clause": statement}), statement, parameters)


def _executed(connection: Connection, statement: Executable, parameters: Given) -> Result[*tuple[object, ...]]:
    if isinstance(statement, Select):
        statement = _known(statement)
    if isinstance(parameters, Mapping):
        return connection.execute(statement, parameters)
    if len(parameters) >= MANY and isinstance(statement, Insert) and connection.dialect.name == "postgresql":
        return connection.execute(_of_text(statement, tuple(parameters[0])), {ROWS: parameters})
    return connection.execute(statement, parameters if len(parameters) > 1 else parameters[0])


@lru_cache(maxsize=1024)
def _known(statement: Select[*tuple[object, ...]]) -> StatementLambdaElement:
    """The same under a short key: that of a SELECT of fifty columns takes longer to look up than to execute."""
    return lambda_stmt(lambda: statement, track_bound_values=False, track_on=[next(_numbers)])


@lru_cache(maxsize=512)
def _of_text(statement: Insert, names: tuple[str, ...]) -> Insert:
    """The same INSERT, of rows with these columns that come as one text."""
    columns = [column(name, _whole(statement.table.c[name].type)) for name in names]
    given = _given_rows(ROWS, columns).render_derived(name="given", with_types=True)
    return statement.from_select(names, select(*given.c))


_numbers = count()

# --- writes that belong together


@dataclass(frozen=True, slots=True)
class Parent:
    """That `column` holds the id of a row of `table` sent with it: the one that is the same in the columns `by`.

    The child's row has these columns too, although its table may not.
    """

    column: str
    table: Table
    by: tuple[str, ...]


class Writes:
    """What one use case is about to write."""

    def __init__(self) -> None:
        self._steps: list[_Step] = []
        self._rows: list[Sequence[Row]] = []

    def insert(
        self, mapped: type[Base], rows: Sequence[Row], *, parents: Sequence[Parent] = (), once: tuple[str, ...] = ()
    ) -> None:
        """Add new rows, all with the same columns.

        Where a row is the same in the unique columns `once` already, the new one is left out, and what hangs on it.
        """
        self._add(_Kind.INSERT, mapped, rows, tuple(parents), once)

    def increase(self, mapped: type[Base], rows: Sequence[Row]) -> None:
        """Add changes of locked rows, each with its `id` and by how much which columns grow."""
        self._add(_Kind.INCREASE, mapped, rows)

    def change(self, mapped: type[Base], rows: Sequence[Row]) -> None:
        """Add changes of locked rows, each with its `id` and what stands in which columns now."""
        self._add(_Kind.CHANGE, mapped, rows)

    def send(self, session: Session, *, answer: type[Base] | None = None) -> list[int]:
        """Write everything; the ids of the new rows of `answer`."""
        wanted = None if answer is None else table_of(answer)
        if not self._steps:
            return []
        send = self._together if dialect_of(session) == "postgresql" else self._one_by_one
        return send(session, wanted)

    def _add(
        self,
        kind: "_Kind",
        mapped: type[Base],
        rows: Sequence[Row],
        parents: tuple[Parent, ...] = (),
        once: tuple[str, ...] = (),
    ) -> None:
        if rows:
            self._steps.append(_Step(kind, table_of(mapped), tuple(rows[0]), parents, once))
            self._rows.append(rows)

    def _together(self, session: Session, answer: Table | None) -> list[int]:
        sizes = tuple(
            len(rows) if step.kind is not _Kind.INSERT and len(rows) <= FEW else None
            for step, rows in zip(self._steps, self._rows, strict=True)
        )
        statement = _one_statement(tuple(self._steps), sizes, answer)
        given = {_parameter(place): _numbered(rows) for place, rows in enumerate(self._rows)}
        return list(run(session, statement, given).scalars())

    def _one_by_one(self, session: Session, answer: Table | None) -> list[int]:
        ids: dict[Table, dict[tuple[object, ...], int]] = {}
        keys = {parent.table: parent.by for step in self._steps for parent in step.parents}
        for step, rows in zip(self._steps, self._rows, strict=True):
            if step.kind is not _Kind.INSERT:
                run(session, _changed_alone(step), [_named(row) for row in rows])
                continue
            key = keys.get(step.table)
            own = _with_parents(step, rows, ids)
            if key is None and step.table is not answer:
                if own:
                    run(session, _added_alone(step), own)
                continue
            written = run(session, _added_alone(step, ("id", *(key or ()))), own).all() if own else []
            ids[step.table] = {tuple(found): row_id for row_id, *found in written}
        return list(ids.get(answer, {}).values()) if answer is not None else []


class _Kind(Enum):
    INSERT = "insert"
    INCREASE = "increase"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class _Step:
    """One table's part; `columns` are those of its rows."""

    kind: _Kind
    table: Table
    columns: tuple[str, ...]
    parents: tuple[Parent, ...]
    once: tuple[str, ...]

    @property
    def own(self) -> list[str]:
        """The columns of its rows that its table has."""
        return [name for name in self.columns if name in self.table.c]

    def changed(self, given: Mapping[str, ColumnElement[object]]) -> dict[str, ColumnElement[object]]:
        """What an UPDATE puts into its columns, of what was given for each."""
        grows = self.kind is _Kind.INCREASE
        return {
            name: self.table.c[name] + given[name] if grows else given[name] for name in self.columns if name != "id"
        }


# --- one statement, for PostgreSQL


@lru_cache(maxsize=512)
def _one_statement(steps: tuple[_Step, ...], sizes: tuple[int | None, ...], answer: Table | None) -> Executable:
    parts: dict[Table, CTE] = {}
    ctes = []
    keys = {parent.table: parent.by for step in steps for parent in step.parents}
    for place, (step, size) in enumerate(zip(steps, sizes, strict=True)):
        given = _given(step, place, size)
        if step.kind is _Kind.INSERT:
            part = _added(step, given, parts, keys.get(step.table, ())).cte(f"part_{place}")
            parts[step.table] = part
        else:
            changed = update(step.table).where(step.table.c.id == given.c.id)
            part = changed.values(step.changed(dict(given.c.items()))).cte(f"part_{place}")
        ctes.append(part)
    found = select(literal(0)).where(literal_column("false")) if answer is None else select(parts[answer].c.id)
    return found.add_cte(*ctes)


def _given(step: _Step, place: int, size: int | None) -> FromClause:
    """The rows of a step, out of their JSON text."""
    columns = [column(name, _whole(_type(step, name))) for name in step.columns]
    rows = _given_rows(_parameter(place), [*columns, column(NUMBER, Integer())])
    given = rows.render_derived(name=f"given_{place}", with_types=True)
    if size is None:
        return given
    return select(*given.c).limit(literal_column(str(size))).subquery(f"few_{place}")


def _added(
    step: _Step, given: FromClause, parts: Mapping[Table, CTE], key: tuple[str, ...]
) -> ReturningInsert[*tuple[object, ...]]:
    names = [*step.own, *(parent.column for parent in step.parents)]
    source = given
    for parent in step.parents:
        part = parts[parent.table]
        source = source.join(part, and_(*(part.c[name] == given.c[name] for name in parent.by)))
    values = [*(given.c[name] for name in step.own), *(parts[parent.table].c.id for parent in step.parents)]
    in_order = select(*values).select_from(source).order_by(given.c[NUMBER])  # so that ids rise as rows were added
    added = postgresql.insert(step.table).from_select(names, in_order)
    if step.once:
        added = added.on_conflict_do_nothing(index_elements=step.once)
    return added.returning(step.table.c.id, *(step.table.c[name] for name in key))


def _numbered(rows: Sequence[Row]) -> list[Row]:
    return [{**row, NUMBER: number} for number, row in enumerate(rows)]


def _parameter(place: int) -> str:
    return f"rows_{place}"


def _type(step: _Step, name: str) -> TypeEngine[object]:
    """The type of a column of its rows: its table's, or that of the parent's column it is found by."""
    if name in step.table.c:
        return step.table.c[name].type
    return next(parent.table.c[name].type for parent in step.parents if name in parent.by)


# --- one table after the other, for SQLite


@lru_cache(maxsize=512)
def _added_alone(step: _Step, returning: tuple[str, ...] = ()) -> Executable:
    added = sqlite.insert(step.table).on_conflict_do_nothing(index_elements=step.once) if step.once else None
    if not returning:
        return (plain_insert(step.table) if added is None else added).inline()
    columns = [step.table.c[name] for name in returning]
    return (plain_insert(step.table) if added is None else added).returning(*columns)


@lru_cache(maxsize=512)
def _changed_alone(step: _Step) -> Executable:
    given = {name: bindparam(f"given_{name}", type_=step.table.c[name].type) for name in step.columns}
    return update(step.table).where(step.table.c.id == given["id"]).values(step.changed(given))


def _named(row: Row) -> dict[str, object]:
    return {f"given_{name}": value for name, value in row.items()}


def _with_parents(
    step: _Step, rows: Sequence[Row], ids: Mapping[Table, Mapping[tuple[object, ...], int]]
) -> list[dict[str, object]]:
    """The rows with the ids of their parents; those without a parent are left out, as a join does."""
    if not step.parents:
        return [dict(row) for row in rows]
    found = []
    for row in rows:
        parents = {parent.column: ids[parent.table].get(tuple(row[n] for n in parent.by)) for parent in step.parents}
        if None not in parents.values():
            found.append({**{name: row[name] for name in step.own}, **parents})
    return found


# --- rows as one JSON text, for PostgreSQL


class _Rows(TypeDecorator[Sequence[Row]]):
    """Rows as one JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[Row] | None, dialect: Dialect) -> str:
        return _JSON.encode(value)


def _given_rows(name: str, columns: Sequence[ColumnClause[object]]) -> TableValuedAlias:
    """The rows that PostgreSQL reads out of the text given as `name`."""
    return func.json_to_recordset(cast(bindparam(name, type_=_Rows), JSON)).table_valued(*columns)


def _whole(kind: TypeEngine[object]) -> TypeEngine[object] | Text:
    """What the values of a column are read as: a text read into its column's length would be cut without a word."""
    if isinstance(kind, String):
        return Text(collation=kind.collation)
    return kind


def _in_json(value: object) -> str:
    """A value for which JSON has no sign, as PostgreSQL reads it."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("a naive time reached the database")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no text")


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_in_json)
