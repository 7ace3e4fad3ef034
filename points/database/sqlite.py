"""What SQLite needs: its pragmas, a BEGIN that says what it is for, and writers that queue.

The driver begins by itself before the first row that is written; what must begin earlier, or at once as the writer, is
begun by a statement. No event of SQLAlchemy's does it: an engine whose statements might be listened to sends each of
them a quarter slower.
"""

from pathlib import Path
from sqlite3 import Connection as Driver

from sqlalchemy import Engine, event

from points.database.fair_lock import FairLock
from points.database.prepared import Database
from points.foundation.statements import READS_ALONE

BUSY_TIMEOUT_MS = 5_000
READ = "BEGIN DEFERRED"
"""What begins a transaction that sees the database at one moment."""
WRITE = "BEGIN IMMEDIATE"
"""What begins the transaction of the one writer."""
SYNCHRONOUS = "FULL"
"""A confirmed hand-over survives a power cut."""


def prepare(engine: Engine) -> Database:
    """Set up every connection of `engine`, and the queue of its writers."""
    event.listen(engine, "connect", _set_pragmas)
    path = engine.url.database
    return Database(
        reader=engine.execution_options(**{READS_ALONE: True}),
        writer=engine,
        begin=WRITE,
        lock=FairLock(Path(path)) if path and path != ":memory:" else None,
    )


def _set_pragmas(connection: Driver, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.close()
