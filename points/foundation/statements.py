"""Statements of the hot paths: written by SQLAlchemy once, then sent by the driver itself.

To look up, check and wrap a statement anew for each execution takes SQLAlchemy some 80 µs, where the driver needs 10.
So what SQLAlchemy says of a statement is kept: how it reads on a database, how each value goes in, how each column
comes out. It is sent on the connection that SQLAlchemy manages: pool, transactions, errors and events stay its own.

Many rows go into PostgreSQL in one short statement, as one JSON text. Written row by row each of their values has a
name, and psycopg reads a text of thousands of names anew each time, which takes longer than the rows themselves.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import (
    JSON,
    BindParameter,
    Connection,
    Dialect,
    Engine,
    Executable,
    Insert,
    String,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeDecorator

from points.foundation.orm import WRITING

Parameters = dict[str, Any]
Processor = Callable[[Any], Any]
Answer = TypeVar("Answer")

READS_ALONE = "points_reads_alone"
"""The execution option of an engine on which each statement reads by itself, in no transaction."""
FEW = 20
"""How long the lists are whose statements are kept."""
MANY = 20
"""From how many rows on an INSERT into PostgreSQL takes them as one text."""
ROWS = "given_rows"
"""The name of that text."""
CURSOR = "points_cursor"
"""Where a connection keeps the cursor of these statements: an answer is fetched whole before the next one is sent."""


def run(session: Session, statement: Executable, parameters: Parameters | Sequence[Parameters]) -> Any:
    """Execute a statement that was put together where its module was read.

    As `session.execute`, past what builds objects and looks the statement up: the answer is a Result of plain rows,
    and an UPDATE or DELETE says its `rowcount`. On SQLite many rows of an INSERT with RETURNING are left to SQLAlchemy,
    which sends them by the thousand.
    """
    rows = [parameters] if isinstance(parameters, dict) else parameters
    if connection := session.info.get(WRITING):
        return _sent(connection, statement, rows)
    bind = session.get_bind(clause=statement)  # type: ignore[arg-type]
    if isinstance(bind, Engine) and READS_ALONE in bind.get_execution_options() and not session.in_transaction():
        with bind.connect() as connection:
            return _sent(connection, statement, rows)
    return _sent(session.connection(bind_arguments={"clause": statement}), statement, rows)


def say(connection: Connection, text: str) -> None:
    """Send a command that takes nothing and answers nothing."""
    _send(connection, text, [()], tuple, _Met)


class Statement:
    """A statement with the texts that were written of it, by database, lengths of lists and names of parameters."""

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        found = (one for one in visitors.iterate(statement) if isinstance(one, BindParameter) and one.expanding)
        self._lists = list({one.key: None for one in found})
        self._written: dict[tuple[Any, ...], Written] = {}
        self._of_text: dict[tuple[str, ...], Insert] = {}

    def written(self, dialect: Dialect, parameters: Parameters) -> "Written | None":
        """Its text for such parameters; None where a list is so long that its like hardly comes again."""
        lengths = [len(parameters[name]) for name in self._lists]
        if lengths and max(lengths) > FEW:
            return None
        shape = (dialect.name, *lengths, *parameters)
        written = self._written.get(shape)
        if written is None:
            written = self._written[shape] = Written(self._statement, dialect, parameters)
        return written

    def of_text(self, names: tuple[str, ...]) -> Insert:
        """The same INSERT, of rows with these columns that come as one text."""
        if names not in self._of_text:
            columns = self._statement.table.c
            given = (
                func.json_to_recordset(cast(bindparam(ROWS, type_=_Rows), JSON))
                .table_valued(*(column(name, _whole(columns[name].type)) for name in names), name="given")
                .render_derived(with_types=True)
            )
            self._of_text[names] = self._statement.from_select(names, select(*given.c))
        return self._of_text[names]


class Written:
    """The text of a statement, how parameters go into it, and how its rows are read (None: it returns none)."""

    def __init__(self, statement: Any, dialect: Dialect, parameters: Parameters) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(parameters))
        usual = {column.key: _usual(column) for column in (*compiled.insert_prefetch, *compiled.update_prefetch)}
        state = compiled.construct_expanded_state({**usual, **parameters})
        self.text: str = state.statement
        self.columns = _columns(statement, dialect)
        self._lists: dict[str, list[str]] = dict(state.parameter_expansion)
        processors = dict(state.processors)  # of what stands in lists
        for name, bound in compiled.binds.items():
            processor = bound.type.dialect_impl(dialect).bind_processor(dialect)
            if processor is not None and name not in self._lists:
                processors[name] = processor
        given = {name for one in parameters for name in self._lists.get(one, [one])}
        self._processors: list[tuple[str, Processor]] = [one for one in processors.items() if one[0] in given]
        self._fixed = {
            name: processors[name](value) if name in processors else value
            for name, value in state.parameters.items()
            if name not in given
        }
        self._order: list[str] | None = state.positiontup and list(state.positiontup)

    def bound(self, parameters: Parameters) -> Any:
        """The parameters as the driver takes them."""
        values = {**self._fixed, **parameters}
        for name, expanded in self._lists.items():
            values.update(zip(expanded, values.pop(name), strict=True))
        for name, process in self._processors:
            values[name] = process(values[name])
        return values if self._order is None else [values[name] for name in self._order]


class _Columns:
    """How the rows of a statement are read."""

    def __init__(self, names: Sequence[str], processors: Sequence[tuple[int, Processor]]) -> None:
        self._names = SimpleResultMetaData(names)
        self._processors = processors

    def read(self, cursor: Any) -> Any:
        rows = cursor.fetchall()
        if self._processors and rows:
            rows = [self._processed(row) for row in rows]
        return IteratorResult(self._names, iter(rows))

    def _processed(self, row: Any) -> tuple[Any, ...]:
        values = list(row)
        for place, process in self._processors:
            values[place] = process(values[place])
        return tuple(values)


class _Met:
    """The answer to a statement that returns no rows: how many it met."""

    __slots__ = ("rowcount",)

    def __init__(self, cursor: Any) -> None:
        self.rowcount = cursor.rowcount


_kept: WeakKeyDictionary[Any, Statement] = WeakKeyDictionary()


def _sent(connection: Connection, statement: Executable, rows: Sequence[Parameters]) -> Any:
    kept = _kept.get(statement)
    if kept is None:
        kept = _kept[statement] = Statement(statement)
    if len(rows) >= MANY and isinstance(statement, Insert) and connection.dialect.name == "postgresql":
        return _sent(connection, kept.of_text(tuple(rows[0])), [{ROWS: rows}])
    written = kept.written(connection.dialect, rows[0])
    if written is None or (len(rows) > 1 and written.columns is not None):
        return connection.execute(statement, rows if len(rows) > 1 else rows[0])
    return _send(
        connection, written.text, rows, written.bound, _Met if written.columns is None else written.columns.read
    )


def _send(
    connection: Connection, text: str, rows: Sequence[Any], bound: Callable[[Any], Any], answer: Callable[[Any], Answer]
) -> Answer:
    """Send a text with what is bound to it; those who listen to SQLAlchemy's statements hear it too."""
    kept, heard = connection.info, connection.dispatch
    cursor = kept.get(CURSOR)
    if cursor is None:
        cursor = kept[CURSOR] = connection.connection.cursor()
    many, sent = len(rows) > 1, None
    try:
        sent = [bound(row) for row in rows] if many else bound(rows[0])
        for listener in heard.before_cursor_execute:
            listener(connection, cursor, text, sent, None, many)
        if many:
            cursor.executemany(text, sent)
        else:
            cursor.execute(text, sent)
        answered = answer(cursor)
        for listener in heard.after_cursor_execute:
            listener(connection, cursor, text, sent, None, many)
        return answered
    except BaseException as error:
        del kept[CURSOR]  # SQLAlchemy closes it
        connection._handle_dbapi_exception(error, text, sent, cursor, None)


class _Rows(TypeDecorator[Sequence[Parameters]]):
    """Rows as one JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[Parameters] | None, dialect: Dialect) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_in_json)


def _in_json(value: Any) -> str:
    """A value for which JSON has no sign, as PostgreSQL reads it."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("a naive time reached the database")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no text")


def _whole(kind: Any) -> Any:
    """What the values of a column are read as: a text read into its column's length would be cut without a word."""
    return Text() if isinstance(kind, String) else kind


def _usual(column: Any) -> Any:
    """What stands in a column that the parameters do not name."""
    if column.default is None or not column.default.is_scalar:
        raise TypeError(f"the parameters of a hot path name {column}")
    return column.default.arg


def _columns(statement: Any, dialect: Dialect) -> _Columns | None:
    if not len(statement.exported_columns):
        return None
    processors = [
        (place, process)
        for place, column in enumerate(statement.exported_columns)
        if (process := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
    ]
    return _Columns(list(statement.exported_columns.keys()), processors)
