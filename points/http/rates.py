"""How often one caller may do something: fixed windows, counted by all processes in Redis, or by each for itself.

The rates and Redis are those of the library `limits`. Flask-Limiter above it cost a scan a quarter of a millisecond,
and the library's own memory starts a thread for every hundredth of a second in which something is counted.
"""

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

import structlog
from flask import Flask, Response, g
from limits import RateLimitItem, parse_many
from limits.storage import RedisStorage
from werkzeug.exceptions import TooManyRequests

from points.foundation import clock

REDIS_TIMEOUT = 1
"""Seconds; a Redis that falls silent is left, and each process counts for itself until it is back."""
LOOK_AGAIN_AFTER = 10.0
"""Seconds until a Redis that failed is asked again."""
SWEEP_EVERY = 1_000
"""After so many new windows those that have ended are forgotten."""

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.stdlib.get_logger("points.http.rates")


class Counts(Protocol):
    """What happened how often in the window that began with the first of it."""

    def add(self, key: str, seconds: int) -> tuple[int, int]:
        """Count one more; how many it makes in this window of `seconds`, and after how many seconds that ends."""

    def clear(self) -> None:
        """Forget everything."""


class Limiter:
    """Refuses what one caller does too often."""

    def __init__(self, caller: Callable[[], str]) -> None:
        self._caller = caller
        self.counts: Counts = _Own()

    def init_app(self, app: Flask, redis_url: str) -> None:
        """Count for `app`, in the Redis at `redis_url` where there is one."""
        self.counts = _Shared(redis_url) if redis_url else _Own()

        @app.after_request
        def tell(response: Response) -> Response:
            for name, value in g.pop("rate", {}).items():
                response.headers[name] = value
            return response

    def limit(self, rates: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
        """Let one caller call a view as often as `rates` say ("10 per minute;60 per hour"), then refuse with 429."""
        allowed = sorted(parse_many(rates))

        def limited(view: Callable[P, T]) -> Callable[P, T]:
            what = f"{view.__module__}.{view.__qualname__}"

            @wraps(view)
            def counted(*args: P.args, **kwargs: P.kwargs) -> T:
                who = self._caller()
                for rate in allowed:
                    self._count(rate, f"points:{what}:{who}:{rate.get_expiry()}")
                return view(*args, **kwargs)

            return counted

        return limited

    def reset(self) -> None:
        """Forget what was counted."""
        self.counts.clear()

    def _count(self, rate: RateLimitItem, key: str) -> None:
        """Raises TooManyRequests, with the seconds to wait; the answer's headers tell of the shortest rate."""
        made, seconds = self.counts.add(key, rate.get_expiry())
        told = {
            "X-RateLimit-Limit": str(rate.amount),
            "X-RateLimit-Remaining": str(max(0, rate.amount - made)),
            "X-RateLimit-Reset": str(int(clock.now().timestamp()) + seconds),
        }
        if made > rate.amount:
            g.rate = told | {"Retry-After": str(seconds)}
            raise TooManyRequests
        g.setdefault("rate", told)


class _Own:
    """The counts of this process alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, float]] = {}
        self._opened = 0

    def add(self, key: str, seconds: int) -> tuple[int, int]:
        now = time.monotonic()
        with self._lock:
            made, ends = self._windows.get(key, (0, 0.0))
            if ends <= now:
                made, ends = 0, now + seconds
                self._opened += 1
                if self._opened % SWEEP_EVERY == 0:
                    self._windows = {one: window for one, window in self._windows.items() if window[1] > now}
            self._windows[key] = made + 1, ends
        return made + 1, max(1, round(ends - now))

    def clear(self) -> None:
        with self._lock:
            self._windows.clear()


class _Shared:
    """The counts of all processes, in Redis; while that does not answer, each counts for itself."""

    def __init__(self, url: str) -> None:
        self._redis = RedisStorage(url, socket_connect_timeout=REDIS_TIMEOUT, socket_timeout=REDIS_TIMEOUT)
        self._own = _Own()
        self._ask_at = float("-inf")

    def add(self, key: str, seconds: int) -> tuple[int, int]:
        if time.monotonic() < self._ask_at:
            return self._own.add(key, seconds)
        try:
            made = self._redis.incr(key, seconds)
            return made, max(1, round(self._redis.get_expiry(key) - clock.now().timestamp()))
        except self._redis.base_exceptions as error:
            log.warning("Redis does not answer, each process counts for itself", error=type(error).__name__)
            self._ask_at = time.monotonic() + LOOK_AGAIN_AFTER
            return self._own.add(key, seconds)

    def clear(self) -> None:
        self._own.clear()
        self._redis.reset()
