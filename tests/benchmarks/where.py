"""Where the time of a hot path goes: samples of this process's CPU time, by the library whose code was running."""

import contextlib
import logging
import os
import signal
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from flask import Flask
from sqlalchemy import create_engine

from tests.benchmarks import floor, ground, hot, stores
from tests.benchmarks.clients import Request

EVERY = 0.001
LEAST = 0.03
PARTS = (
    ("SQLAlchemy", "/sqlalchemy/"),
    ("driver", "/psycopg"),
    ("shapes (marshmallow, webargs, smorest)", "/marshmallow/", "/webargs/", "/flask_smorest/", "/apispec/"),
    ("Flask and werkzeug", "/flask/", "/werkzeug/"),
    ("rate limits", "/flask_limiter/", "/limits/"),
    ("log and metrics", "/structlog/", "/logging/", "/prometheus_client/"),
    ("translation", "/flask_babel/", "/babel/"),
    ("templates", "/jinja2/", "/templates/"),
    ("points", "/points/"),
)
OTHER = "Python's library"


def measure(folder: Path) -> dict[str, dict[str, str]]:
    """Where each hot path's time goes, in words, by path and database."""
    found: dict[str, dict[str, str]] = {}
    logging.getLogger("points").setLevel(logging.INFO)
    with ExitStack() as services, Path(os.devnull).open("w") as nowhere, contextlib.redirect_stderr(nowhere):
        for store in stores.both(folder, services, name="points_bench_where"):
            engine = create_engine(store.url)
            made = ground.prepare(engine, people=len(hot.CASES) * hot.MANY)
            engine.dispose()
            app = floor.application(store.url, store.data_dir)
            for case in hot.CASES:
                microseconds, by_part = shares(app, case.requests(made), status=case.status)
                parts = ", ".join(f"{part} {share:.0%}" for part, share in by_part.items() if share >= LEAST)
                found.setdefault(case.name, {})[store.name] = f"{microseconds:,.0f} µs: {parts}"
            stores.close(app)
    return found


def shares(app: Flask, requests: Sequence[Request], *, status: int) -> tuple[float, dict[str, float]]:
    """The microseconds of CPU that a request takes in this process, and the share of each part, greatest first.

    Time inside a driver written in C counts for who called it: sqlite3 for SQLAlchemy. The client of the test is the
    same for every path and stands under Flask and werkzeug.
    """
    found: Counter[str] = Counter()

    def note(_signal: int, frame: FrameType | None) -> None:
        found[_part(frame)] += 1

    floor.ask(app, requests[:20], status=status)
    before = signal.signal(signal.SIGPROF, note)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        began = time.process_time()
        floor.ask(app, requests[20:], status=status)
        seconds = time.process_time() - began
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    total = sum(found.values())
    return 1e6 * seconds / len(requests[20:]), {part: count / total for part, count in found.most_common()}


def _part(frame: FrameType | None) -> str:
    """The part whose code runs, or for Python's own library the one that called it."""
    while frame is not None:
        path = frame.f_code.co_filename
        for name, *marks in PARTS:
            if any(mark in path for mark in marks):
                return name
        frame = frame.f_back
    return OTHER
