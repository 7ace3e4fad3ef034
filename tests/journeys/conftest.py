"""The demo street, built once for all processes of a run."""

import fcntl
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from points import database
from points.demo.street import build

NOW = datetime(2026, 11, 22, 3, 2, tzinfo=UTC)
"""When the street of the tests is looked at: a Sunday morning, three weeks after the last day that was played."""


def built(path: Path) -> Path:
    """Build the street in the file `path`; may run in a process of its own."""
    engine = create_engine(f"sqlite:///{path}")
    database.prepare(engine)
    build.relaxed(engine)
    database.create_all(engine)
    build.street(engine, now=NOW)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def copied(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[Path], Path]:
    """Copies the street's file to where somebody may go on with it: the first who asks builds it, the others wait."""
    folder = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        folder = folder.parent  # that of all processes
    done = folder / "street.sqlite3"

    def copy(path: Path) -> Path:
        with (folder / "street.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                built(folder / "begun.sqlite3").rename(done)
        shutil.copy(done, path)
        return path

    return copy
