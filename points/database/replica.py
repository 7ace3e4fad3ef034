"""A streaming replica for pages and reports: it is asked while it holds all but what was written just now."""

import threading
import time
from decimal import Decimal

import structlog
from sqlalchemy import Engine, TextClause, text
from sqlalchemy.exc import SQLAlchemyError

MOST_BEHIND = 10.0
"""Seconds; a replica that lacks anything older is not asked."""
WRITERS_WAIT = 15
"""For how many seconds who wrote something reads from the primary: longer than a replica in use may be behind."""
LOOK_EVERY = 1.0
LOOK_AGAIN_AFTER = 5.0
"""Seconds between two looks at it, and after one that failed."""
WRITTEN = text("SELECT pg_current_wal_flush_lsn() - '0/0'")
REPLAYED = text("SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0' END")

log = structlog.stdlib.get_logger("points.replica")


class Replica:
    """The replica `copy` of `primary`, as this process knows it.

    How far it is behind is measured by positions in the log of changes and this process's clock alone: the primary's
    position is noted with the time, and when the copy has reached it, it holds everything up to that time.
    """

    def __init__(self, primary: Engine, copy: Engine) -> None:
        self.engine = copy
        self._primary = primary
        self._looking = threading.Lock()
        self._look_at = float("-inf")
        self._holds_until = float("-inf")
        self._awaited: tuple[Decimal, float] | None = None

    def serves(self) -> bool:
        """Whether it answers and holds everything that was written until MOST_BEHIND seconds ago."""
        if time.monotonic() >= self._look_at and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return time.monotonic() - self._holds_until < MOST_BEHIND

    def lost(self) -> None:
        """It failed a request: ask it no more until a later look finds it well."""
        self._holds_until = float("-inf")
        self._look_at = time.monotonic() + LOOK_AGAIN_AFTER

    def bytes_behind(self) -> int | None:
        """How much of the log of changes it has still to replay; None when it is no replica of a primary."""
        written, replayed = _ask(self._primary, WRITTEN), _ask(self.engine, REPLAYED)
        return None if written is None or replayed is None else max(0, int(written - replayed))

    def _look(self) -> None:
        self._look_at = time.monotonic() + LOOK_EVERY
        now = time.monotonic()
        try:
            written, replayed = _ask(self._primary, WRITTEN), _ask(self.engine, REPLAYED)
        except SQLAlchemyError as error:
            log.warning("the replica is not asked", error=type(error).__name__)
            self.lost()
            return
        if written is None or replayed is None:
            log.warning("what POINTS_REPLICA_URL leads to is no replica, and is not asked")
            self.lost()
        elif replayed >= written:
            self._holds_until, self._awaited = now, None
        elif self._awaited is None:
            self._awaited = written, now
        elif replayed >= self._awaited[0]:
            self._holds_until, self._awaited = self._awaited[1], (written, now)


def _ask(engine: Engine, question: TextClause) -> Decimal | None:
    with engine.connect() as connection:
        answer: Decimal | None = connection.scalar(question)
        return answer
