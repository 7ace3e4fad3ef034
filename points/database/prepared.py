"""A database as this service uses it: one engine to read by, one to write by, and where its writers stand in line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from points.database.fair_lock import FairLock

OPTION = "points_database"
"""The execution option under which each engine of a database leads to it."""


@dataclass(frozen=True)
class Database:
    """One database.

    `reader`: each statement by itself, without the cost of a transaction. `writer`: for write transactions. `lock`:
    where they queue, on SQLite. `begin`:
    what begins such a transaction, where the driver would do it too late.
    """

    reader: Engine
    writer: Engine
    lock: FairLock | None = None
    begin: str = ""

    def begin_to_write(self, connection: Connection) -> None:
        """Begin a write transaction on `connection`."""
        connection.begin()
        if self.begin:
            connection.exec_driver_sql(self.begin)

    @contextmanager
    def turn_to_write(self) -> Iterator[None]:
        """Be the one writer, where there can be but one."""
        if self.lock is None:
            yield
        else:
            with self.lock.held():
                yield


def keep(engine: Engine, database: Database) -> None:
    """Let `engine`, and what was made of it, lead to `database`."""
    for one in (engine, database.reader, database.writer):
        one.update_execution_options(**{OPTION: database})


def of(engine: Engine) -> Database:
    """The database that this engine, or the one it was made of, was prepared for."""
    found: Database = engine.get_execution_options()[OPTION]
    return found
