"""What a database of the tests holds: kept as it is, put back, emptied; past the triggers that refuse it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Engine, text

from points import schema

Rows = dict[str, Any]
"""What tables hold by name, as the driver gave it."""


Made = TypeVar("Made")
_made: dict[tuple[URL, str], tuple[Any, Rows]] = {}


def again(engine: Engine, name: str, make: Callable[[], Made]) -> Made:
    """What `make` makes in the empty database, known as `name`; from the second time on its rows are put back.

    That takes a tenth of the time of the business's verbs.
    """
    if (engine.url, name) not in _made:
        made = make()
        _made[engine.url, name] = made, keep(engine)
        return made
    put_back(engine, _made[engine.url, name][1])
    found: Made = _made[engine.url, name][0]
    return found


def keep(engine: Engine) -> Rows:
    """All rows of every table that has any, to be put back into this database."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            cursor: Any = connection.connection.cursor()
            return {name: _copied_out(cursor, name) for name in _filled(connection)}
    with _sqlite(engine) as cursor:
        rows = {table.name: cursor.execute(f"SELECT * FROM {table.name}").fetchall() for table in _tables()}
        return {name: found for name, found in rows.items() if found}


def put_back(engine: Engine, rows: Rows) -> None:
    """Let the database hold nothing but `rows`."""
    wipe(engine)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            cursor: Any = connection.connection.cursor()
            for name, copied in rows.items():
                with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                    copy.write(copied)
                if "id" in schema.metadata.tables[name].columns:
                    cursor.execute(
                        f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM \"{name}\"))"
                    )
        return
    with _sqlite(engine) as cursor:
        for name, found in rows.items():
            cursor.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(found[0]))})", found)


def wipe(engine: Engine) -> None:
    """Empty every table."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:  # deleting few rows takes a hundredth of truncating every table
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for name in _filled(connection):
                connection.execute(text(f'DELETE FROM "{name}"'))
                if "id" in schema.metadata.tables[name].columns:
                    connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), 1, false)"))
        return
    with _sqlite(engine) as cursor:
        triggers = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        for table in _tables():
            cursor.execute(f"DELETE FROM {table.name}")
        for _, sql in triggers:
            cursor.execute(sql)


def _tables() -> Any:
    return schema.metadata.sorted_tables


def _filled(connection: Any) -> list[str]:
    asked = " UNION ALL ".join(
        f"SELECT '{table.name}' WHERE EXISTS (SELECT FROM \"{table.name}\")" for table in _tables()
    )
    return list(connection.execute(text(asked)).scalars())


def _copied_out(cursor: Any, name: str) -> bytes:
    with cursor.copy(f'COPY "{name}" TO STDOUT') as copy:
        return b"".join(bytes(part) for part in copy)


@contextmanager
def _sqlite(engine: Engine) -> Iterator[Any]:
    """A cursor in one write transaction that does not look at foreign keys."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("BEGIN IMMEDIATE")
        yield cursor
        cursor.execute("COMMIT")
        cursor.execute("PRAGMA foreign_keys = ON")
    finally:
        connection.close()
