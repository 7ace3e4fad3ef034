"""What SQLite needs: its pragmas, a BEGIN that says what it is for, and writers that queue."""

import fcntl
import os
import threading
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from points.foundation.statements import READS_ALONE, say

BUSY_TIMEOUT_MS = 5_000
ONE_MOMENT = {"begin": "DEFERRED"}
"""How a connection sees the database at one moment throughout a transaction."""
SYNCHRONOUS = "FULL"
"""A confirmed hand-over survives a power cut."""


def prepare(engine: Engine) -> None:
    """Set up every connection of `engine`, and the queue of its writers."""
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    engine.dialect.reader = engine.execution_options(begin="", **{READS_ALONE: True})  # type: ignore[attr-defined]
    engine.dialect.writer = engine.execution_options(begin="IMMEDIATE")  # type: ignore[attr-defined]
    path = engine.url.database
    if path and path != ":memory:":
        engine.dialect.fair_lock = FairLock(Path(path))  # type: ignore[attr-defined]


class FairLock:
    """First come, first served, across the threads of this process and, by `flock`, across processes.

    SQLite lets waiting writers poll and the unlucky starve; queueing them brought the p99 of 16 writers from
    66–345 ms to 7–17 ms without losing throughput (docs/decisions/fair-lock.md).
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        self._file: int | None = None
        self._queue: deque[threading.Lock] = deque()
        self._queueing = threading.Lock()
        self._served: int | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the one writer."""
        with self.turn():
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
                weakref.finalize(self, os.close, self._file)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Be the next writer of this process: while it waits for the others and writes, none of its threads is.

        Taken early it saves time: whatever runs in another thread takes the interpreter away from the one that writes.
        """
        me = threading.get_ident()
        if self._served == me:
            yield
            return
        self._wait()
        self._served = me
        try:
            yield
        finally:
            self._served = None
            self._next()

    def _wait(self) -> None:
        """Wait until all who came before have been; each waits at a lock of its own, so that nobody wakes in vain."""
        turn = threading.Lock()
        turn.acquire()
        with self._queueing:
            self._queue.append(turn)
            if len(self._queue) == 1:
                return
        turn.acquire()

    def _next(self) -> None:
        with self._queueing:
            self._queue.popleft()
            if self._queue:
                self._queue[0].release()


def _set_pragmas(connection: Any, _record: Any) -> None:
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
