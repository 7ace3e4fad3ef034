"""Run the same thing in several threads at once, each with its own session, and see what became of each."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from points import database
from points.foundation.errors import Refusal


def at_once(engine: Engine, *calls: Callable[[Session], Any]) -> list[Any]:
    """What each of `calls` returned, or the Refusal it raised; any other exception is raised here.

    All start together, each in a write transaction of its own that is retried as at the edge.
    """
    make_session = database.sessions(engine)
    together = threading.Barrier(len(calls))

    def run(call: Callable[[Session], Any]) -> Any:
        together.wait()

        def attempt() -> Any:
            with make_session() as session, database.write_transaction(session):
                return call(session)

        try:
            return database.retrying(attempt)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def refusals(outcomes: list[Any]) -> list[str]:
    """The codes of the refusals among `outcomes`."""
    return [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
