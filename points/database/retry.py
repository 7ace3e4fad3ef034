"""Which failures of a database mean "once more", and how often and how long that is tried."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

Answer = TypeVar("Answer")

ATTEMPTS = 5
"""How often a call that only lost a race is made."""
RACES = {"40001", "40P01"}  # serialization failure, deadlock
UNIQUE_VIOLATION = "23505"
PATIENCE = 10.0
"""For how many seconds after the database was lost calls wait for it; those that come later fail at once."""
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between two looks whether it is back, each with jitter; the last for all further ones."""


class OutcomeUnknown(OperationalError):
    """The connection was lost during a COMMIT: it may or may not have been kept, and carries no key to find it by."""


def retrying(call: Callable[[], Answer]) -> Answer:
    """The answer of `call`, called again when the database asks for it.

    `call` must hold its whole transaction, so that a repeat starts from nothing. One that only lost a race is made at
    most five times, with jitter; one that lost its database goes on until PATIENCE has passed, which a restart or a
    failover to a waiting standby does not take. A COMMIT whose outcome nobody knows is only repeated for calls that
    carry a key (see `transaction`), so nothing is done twice.

    A name that somebody else took between our look and our write is asked for again too: the verb then sees it and
    refuses in words. On SQLite writers queue, so there a unique constraint that fires is a bug at once; on PostgreSQL
    one that fires five times is.
    """
    races = losses = 0
    began = time.monotonic()
    while True:
        try:
            return call()
        except OutcomeUnknown:
            raise
        except DBAPIError as error:
            if is_gone(error):
                pause = PAUSES[min(losses, len(PAUSES) - 1)]
                losses += 1
                if max(time.monotonic() - began, outage.lasts()) + pause > PATIENCE:
                    raise
            elif is_retryable(error) or _taken_meanwhile(error):
                races += 1
                pause = 0.05 * races
                if races == ATTEMPTS:
                    raise
            else:
                raise
        time.sleep(random.uniform(0.2, 1) * pause)


def is_retryable(error: DBAPIError) -> bool:
    """Whether the database only lost a race: a serialization failure, a deadlock, or SQLite being busy."""
    return _sqlstate(error) in RACES or getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY")


def is_gone(error: DBAPIError) -> bool:
    """Whether the server was lost or refuses to serve: shut down, failed over, or not reached at all."""
    never_reached = _sqlstate(error) is None and type(error.orig).__module__.startswith("psycopg")
    return error.connection_invalidated or (isinstance(error, OperationalError) and never_reached)


def is_unavailable(error: Exception) -> bool:
    """Whether `error` says that the database cannot answer just now, and no fault of ours."""
    return isinstance(error, OperationalError | InterfaceError | PoolTimeout) or (
        isinstance(error, DBAPIError) and (is_retryable(error) or is_gone(error))
    )


class _Outage:
    """Since when this process has been without its database, so that not every request waits for it anew."""

    def __init__(self) -> None:
        self._began: float | None = None

    def lasts(self) -> float:
        """For how many seconds; it begins with the first question."""
        self._began = self._began or time.monotonic()
        return time.monotonic() - self._began

    def ends(self) -> None:
        """A server has answered."""
        self._began = None


outage = _Outage()


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _taken_meanwhile(error: DBAPIError) -> bool:
    return _sqlstate(error) == UNIQUE_VIOLATION
