"""The sweep: what the clock does by itself, job by job, each in its own transaction and noted as a run."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from points import ledger
from points.access import assisted_sign_in, attempts
from points.exchange import redemption
from points.foundation import clock
from points.help import feedback
from points.journal import idempotency, jobs, seals
from points.people import volunteers
from points.registry import forgetting
from points.rewards import settlement
from points.service import activities, stays
from points.service.checkin import scanned

Transaction = Callable[[], AbstractContextManager[Session]]
Figure = int | Mapping[str, int]
"""How much a job did: of what it does, or of each thing that it does."""


class Job(Protocol):
    """What is due by the clock."""

    def __call__(self, session: Session, *, at: datetime) -> Figure: ...


Retrying = Callable[[Callable[[], Figure]], Figure]


def _once(call: Callable[[], Figure]) -> Figure:
    return call()


# the order matters: an activity ends, its forgotten check-outs are closed, then its records are computed
JOBS: tuple[tuple[str, Job], ...] = (
    ("advance", activities.advance),
    ("auto_close", settlement.close_forgotten),
    ("compute", settlement.compute_ended),
    ("lapse", redemption.lapse_due),
    ("follow", ledger.follow),
    ("expire", ledger.expire_due),
    ("seal_log", seals.seal),
)

# once a day is enough to forget, and spares large tables a look every minute
DAILY: tuple[tuple[str, Job], ...] = (
    ("forget_keys", idempotency.forget_old),
    ("forget_attempts", attempts.forget_old),
    ("forget_sign_in_requests", assisted_sign_in.forget_old),
    ("forget_tickets", scanned.forget_old_tickets),
    ("forget_devices", stays.forget_devices),
    ("forget_feedback", feedback.forget_old),
    ("end_suspensions", volunteers.end_suspensions),
    ("forget_left", forgetting.forget_left),
)

# --- what happens


def run(transaction: Transaction, *, at: datetime, retrying: Retrying = _once) -> dict[str, Figure]:
    """Do what is due at `at`; what each job did, by its name.

    `transaction` opens a write transaction; `retrying` calls a job again that only lost a race. A job that fails
    stops the sweep with its error; what earlier jobs did stays, and the next sweep starts from there, since each job
    does only what is still due.
    """
    figures: dict[str, Figure] = {}
    with transaction() as session:
        before = jobs.last(session, jobs.SWEEP)
    new_day = before is None or clock.local_date(before.created_at) < clock.local_date(at)
    for name, job in (*JOBS, *DAILY) if new_day else JOBS:

        def attempt(job: Job = job) -> Figure:
            with transaction() as session:
                return job(session, at=at)

        figures[name] = retrying(attempt)
    with transaction() as session:
        jobs.note(session, job=jobs.SWEEP, began_at=at, ended_at=at, figures=figures)
    return figures
