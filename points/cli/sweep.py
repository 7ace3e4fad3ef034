"""`points sweep`: what is due is done. `points serve` does it every minute by itself, under the same lock."""

import fcntl
import multiprocessing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.synchronize import Event

import click
import structlog
from flask_babel import gettext as _
from sqlalchemy import text

from points import database
from points.cli import console
from points.foundation import clock
from points.upkeep import sweep as upkeep_sweep

EVERY_SECONDS = 60
LOCK = 7_305_820_231_115  # any number that no other program on the same database server uses

log = structlog.get_logger("points.sweep")


@click.command()
@click.option("--at", metavar="TIME", help="Do what is due at this time instead of now.")
@console.json_option
def sweep(at: str | None) -> None:
    """Do what is due: start and end activities, close forgotten check-ins, lapse reservations, expire points."""
    with console.installation():
        moment = console.time_of(at) if at else clock.now()
        done = once(moment)
        if done is None:
            console.answer({"at": moment, "done": None}, _("Another sweep is running; it does the same work."))
            return
        console.answer({"at": moment, "done": done}, *(f"{job}: {figures}" for job, figures in done.items()))


def once(at: datetime) -> Mapping[str, object] | None:
    """Run every job that is due at `at`, in the current installation; None when another sweep is running."""
    with _alone() as alone:
        return upkeep_sweep.run(database.transaction, at=at, retrying=database.retrying) if alone else None


def forever(stop: Event) -> None:
    """Sweep at once and then every minute until `stop`, or until the server that began this process is gone.

    A failed sweep is logged and tried again at the next one.
    """
    server = multiprocessing.parent_process()
    with console.installation():
        while not stop.is_set() and (server is None or server.is_alive()):
            try:
                once(clock.now())
            except Exception:  # whatever it was, the clock goes on, and points doctor tells when the last sweep was
                log.exception("sweep_failed")
            finally:
                database.db.session.remove()
            stop.wait(EVERY_SECONDS)


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this is the only sweep on the database: a lock of PostgreSQL's, or one on a file beside SQLite's."""
    engine = console.engine()
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:  # a lock of the transaction: a pooler shares out what a session holds
            yield bool(connection.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}))
        return
    with (console.settings().data_dir / "sweep.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
