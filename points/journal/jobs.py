"""Job runs: when the sweep last did what, so that a job that silently stopped is seen."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.journal.tables import JobRun

# --- what there is

SWEEP = "sweep"
"""The name under which every whole sweep is noted."""

# --- what happens


def note(session: Session, *, job: str, began_at: datetime, ended_at: datetime, figures: Mapping[str, object]) -> None:
    """Note one run."""
    session.add(JobRun(job=job, created_at=began_at, created_by="system", ended_at=ended_at, figures=dict(figures)))
    session.flush()


# --- what can be asked


def last(session: Session, job: str) -> JobRun | None:
    """The latest run of `job`."""
    return session.scalars(select(JobRun).where(JobRun.job == job).order_by(JobRun.id.desc()).limit(1)).first()
