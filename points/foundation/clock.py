"""The clock: the only place that reads it, and the business's calendar (Asia/Shanghai unless set otherwise)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_zone = ZoneInfo("Asia/Shanghai")
_frozen: datetime | None = None


def now() -> datetime:
    """The current time, aware, in UTC. Only the edges call this; the business gets it as `at`."""
    return _frozen or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Let `now()` answer `at` inside the block, in every thread; for tests and the demo."""
    global _frozen
    before, _frozen = _frozen, at.astimezone(UTC)
    try:
        yield _frozen
    finally:
        _frozen = before


def use_zone(name: str) -> None:
    """Set the time zone of business dates, once, at start-up. Raises ZoneInfoNotFoundError."""
    global _zone
    _zone = ZoneInfo(name)


def local(at: datetime) -> datetime:
    """`at` in the business's time zone."""
    return at.astimezone(_zone)


def local_date(at: datetime) -> date:
    """The business date of `at`."""
    return local(at).date()


def at_local(day: date, clock_time: time = time()) -> datetime:
    """The UTC time of `clock_time` on the business date `day`."""
    return datetime.combine(day, clock_time, _zone).astimezone(UTC)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The UTC times at which the business date `day` starts and ends (half-open)."""
    return at_local(day), at_local(day + timedelta(days=1))
