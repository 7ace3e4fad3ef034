"""The declarative base and the few column kinds and table rules that every room shares."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar, TypeVarTuple, cast

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    CursorResult,
    DateTime,
    Dialect,
    Enum,
    Insert,
    Integer,
    MetaData,
    Result,
    Select,
    Table,
    event,
    literal_column,
)
from sqlalchemy import Row as SQLRow
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC time; naive values are refused. SQLite keeps it as text in UTC, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time reached the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


WRITING = "writing"
"""Where a session's `info` holds the connection of its write transaction, while there is one."""

BigId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """The base of every mapped class; constraint names follow one convention on both databases."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UTCDateTime},
    )


class Row:
    """What every table has: an id that never leaves the database, when it was written and by whom.

    `created_by` is the actor's `person`; it has no foreign key because the rooms below `access` have it too.
    """

    id: Mapped[int] = mapped_column(BigId, primary_key=True, sort_order=-3)
    created_at: Mapped[datetime] = mapped_column(sort_order=90)
    created_by: Mapped[str] = mapped_column(sort_order=91)


Listing = Select[*tuple[object, ...]]
"""A SELECT of as many columns of as many types as are put into it, whose rows are read by name."""
ListedRow = SQLRow[*tuple[object, ...]]
"""A row of such a SELECT."""
Either = postgresql.Insert | sqlite.Insert
"""An INSERT that may meet what is there already, on the one database or the other."""
Made = TypeVar("Made")
Columns = TypeVarTuple("Columns")

ZERO: ColumnElement[int] = literal_column("0", Integer())
"""What a count is compared with where a partial index tells full from empty (see Choice)."""


class Choice(Enum):
    """One of a few texts. What it is compared with stands in the statement itself and is no parameter.

    A database uses a partial index (`WHERE status = 'open'`) only for a condition that it can read: given a parameter,
    SQLite plans the statement anew at each execution, and PostgreSQL's kept plan passes the index by.
    """

    class Comparator(Enum.Comparator):
        """Writes what is compared into the statement."""

        # Any: what a comparison is of depends on its operator; SQLAlchemy says no more
        def operate(self, op: OperatorType, *other: object, **kwargs: object) -> ColumnElement[Any]:
            """As usual, with values of the choice as text."""
            return super().operate(op, *map(self._written, other), **kwargs)

        def _written(self, value: object) -> object:
            if isinstance(value, str) and value in self.type.enums:  # type: ignore[attr-defined]
                return literal_column(f"'{value}'", self.type)
            if isinstance(value, list | tuple | set | frozenset):
                return [self._written(one) for one in value]
            return value

    comparator_factory = Comparator
    cache_ok = True


def choice(name: str, *values: str) -> Choice:
    """A text column that holds one of `values`, checked by the database under the constraint `name`."""
    return Choice(*values, name=name, native_enum=False, create_constraint=True, length=max(map(len, values)) + 8)


def check(name: str, condition: str) -> CheckConstraint:
    """A named CHECK; `condition` must read the same on SQLite and PostgreSQL."""
    return CheckConstraint(condition, name=name)


def insert(session: Session, table: Table | type[Base]) -> Either:
    """The dialect's INSERT, which has `on_conflict_do_nothing` and `on_conflict_do_update` on both databases."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def on_both(table: Table, build: Callable[[Either], Made]) -> Mapping[str, Made]:
    """What `build` makes of each dialect's INSERT into `table`, by the dialect's name.

    Prepared once where a module is read: to put a statement together takes longer than to send it.
    """
    return {"sqlite": build(sqlite.insert(table)), "postgresql": build(postgresql.insert(table))}


def adding(mapped: type[Base]) -> Insert:
    """The INSERT of rows whose ids nobody needs, so that none is asked back."""
    return plain_insert(table_of(mapped)).inline()


def dialect_of(session: Session) -> str:
    """`sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def table_of(mapped: type[Base]) -> Table:
    """The table of a mapped class, for Core statements that skip the object graph on hot paths."""
    return cast(Table, mapped.__table__)


def rows_changed(result: Result[*Columns]) -> int:
    """How many rows an UPDATE or DELETE without RETURNING met; the type of `execute` promises no such number."""
    return cast("CursorResult[*Columns]", result).rowcount


def append_only(table: Table, *, frozen: Sequence[str] = ()) -> None:
    """Let both databases refuse DELETE on `table`, and UPDATE of the `frozen` columns (none named: of any column).

    Corrections are new rows; see the migration for the same triggers on an upgraded database. The proof of the books
    looks for the triggers of every table that says so in its `info`.
    """
    table.info["append_only"] = tuple(frozen)
    for dialect in ("sqlite", "postgresql"):
        for statement in append_only_ddl(table.name, dialect, frozen=frozen):
            # DDL() %-formats its text
            event.listen(table, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]  # SQLAlchemy's


def append_only_ddl(table: str, dialect: str, *, frozen: Sequence[str] = ()) -> list[str]:
    """The statements that make `table` append-only on `dialect`."""
    of = f" OF {', '.join(frozen)}" if frozen else ""
    if dialect == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        return [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE{of} ON {table} {refuse}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        ]
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = '23001'; END $$",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE{of} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]
