"""What SQLite needs: its pragmas, a BEGIN that says what it is for, and writers that queue."""

from pathlib import Path
from sqlite3 import Connection as Driver

from sqlalchemy import Connection, Engine, event

from points.database.fair_lock import FairLock
from points.database.prepared import Database
from points.foundation.statements import READS_ALONE, say

BUSY_TIMEOUT_MS = 5_000
ONE_MOMENT = {"begin": "DEFERRED"}
"""How a connection sees the database at one moment throughout a transaction."""
SYNCHRONOUS = "FULL"
"""A confirmed hand-over survives a power cut."""


def prepare(engine: Engine) -> Database:
    """Set up every connection of `engine`, and the queue of its writers."""
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    path = engine.url.database
    return Database(
        reader=engine.execution_options(begin="", **{READS_ALONE: True}),
        writer=engine.execution_options(begin="IMMEDIATE"),
        lock=FairLock(Path(path)) if path and path != ":memory:" else None,
    )


def _set_pragmas(connection: Driver, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin late; `_begin` does it
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.close()


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    if mode:  # otherwise each statement reads by itself
        say(connection, f"BEGIN {mode}")
