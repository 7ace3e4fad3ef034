"""The database: the SQLAlchemy object, the write transaction, and what each of the two databases needs for it."""

import fcntl
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from points import schema
from points.foundation.errors import Refusal
from points.foundation.orm import Base

Answer = TypeVar("Answer")

ATTEMPTS = 5
BUSY_TIMEOUT_MS = 5_000
RETRYABLE_SQLSTATES = {"40001", "40P01"}  # serialization failure, deadlock
UNIQUE_VIOLATION = "23505"

db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"autoflush": False, "expire_on_commit": False},
)


@contextmanager
def transaction() -> Iterator[Session]:
    """One write transaction for one business call: commits at the end, rolls back on any exception.

    The exception to that is a refusal that keeps its writes (see Refusal).

    A read that loading the current user began is ended first: a deferred transaction that later writes is what makes
    SQLite answer "locked". Inside another `transaction()` it joins that one, so that an idempotency key is kept or
    lost together with what it stands for.
    """
    with write_transaction(db.session()) as session:
        yield session


@contextmanager
def write_transaction(session: Session) -> Iterator[Session]:
    """As `transaction()`, on a session of the caller's."""
    if session.info.get("writing"):
        yield session
        return
    session.rollback()
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    with _turn_to_write(engine):
        session.connection(execution_options={"begin": "IMMEDIATE"})
        session.info["writing"] = True
        try:
            yield session
            session.commit()
        except Refusal as refusal:
            if refusal.keeps_writes:
                session.commit()
            else:
                session.rollback()
            raise
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("writing")


def retrying(call: Callable[[], Answer]) -> Answer:
    """The answer of `call`, called again when the database asks for it: at most five times, with jitter.

    `call` must hold its whole transaction, so that a repeat starts from nothing. A name that somebody else took between
    our look and our write is asked for again too: the verb then sees it and refuses in words. On SQLite writers queue,
    so there a unique constraint that fires is a bug at once; on PostgreSQL one that fires five times is.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return call()
        except DBAPIError as error:
            if attempt == ATTEMPTS or not (is_retryable(error) or _taken_meanwhile(error)):
                raise
            time.sleep(random.uniform(0.01, 0.05) * attempt)
    raise AssertionError("unreachable")


def is_retryable(error: DBAPIError) -> bool:
    """Whether the database only lost a race: a serialization failure, a deadlock, or SQLite being busy."""
    original: Any = error.orig
    return getattr(original, "sqlstate", None) in RETRYABLE_SQLSTATES or getattr(
        original, "sqlite_errorname", ""
    ).startswith("SQLITE_BUSY")


def _taken_meanwhile(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == UNIQUE_VIOLATION


def prepare(engine: Engine) -> None:
    """Set `engine` up as this service needs it; once per engine, before its first connection."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    path = engine.url.database
    if path and path != ":memory:":
        engine.dialect.fair_lock = _FairLock(Path(path))  # type: ignore[attr-defined]


@contextmanager
def rebuilding(engine: Engine) -> Iterator[Connection]:
    """A connection in one write transaction in which tables may be made anew; it commits at the end.

    SQLite changes a table by making it anew, and could not while other tables' rows refer to it: it does not look at
    foreign keys meanwhile, and all of them are looked at before the commit. Raises IntegrityError where one is broken.
    """
    with engine.connect() as connection:
        on_sqlite = engine.dialect.name == "sqlite"
        driver: Any = connection.connection.dbapi_connection
        if on_sqlite:
            driver.execute("PRAGMA foreign_keys = OFF")  # has no effect inside a transaction
        connection = connection.execution_options(begin="IMMEDIATE")
        try:
            yield connection
            if on_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise IntegrityError("PRAGMA foreign_key_check", None, ValueError(str(broken[:3])))
            connection.commit()
        finally:
            connection.rollback()
            if on_sqlite:
                driver.execute("PRAGMA foreign_keys = ON")


def sessions(engine: Engine) -> sessionmaker[Session]:
    """A maker of sessions on a prepared `engine` outside any request: for commands, sweeps and tests."""
    return sessionmaker(engine, autoflush=False, expire_on_commit=False)


def create_all(engine: Engine) -> None:
    """Create every table and trigger on an empty database (tests; installations use the migrations)."""
    schema.metadata.create_all(engine)


class _FairLock:
    """First come, first served, across the threads of this process and, by `flock`, across processes.

    SQLite lets waiting writers poll and the unlucky starve; queueing them brought the p99 of 16 writers from
    66–345 ms to 7–17 ms without losing throughput (docs/performance.md).
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        self._turn = threading.Condition()
        self._next = 0
        self._serving = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        with self._turn:
            mine, self._next = self._next, self._next + 1
            self._turn.wait_for(lambda: self._serving == mine)
        try:
            with self._path.open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        finally:
            with self._turn:
                self._serving += 1
                self._turn.notify_all()


def _turn_to_write(engine: Engine) -> Any:
    lock = getattr(engine.dialect, "fair_lock", None)
    return lock.held() if lock else nullcontext()


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin late; `_begin` does it
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # a confirmed hand-over survives a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA cache_size = -65536")
    cursor.close()


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
