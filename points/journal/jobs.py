"""Job runs: when the sweep last did what, so that a job that silently stopped is seen."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.foundation.orm import Base, Row

# --- what there is


class JobRun(Row, Base):
    """One run of one job; `created_at` is when it began, `figures` how many of what it did."""

    __tablename__ = "job_run"
    __table_args__ = (Index(None, "job", "created_at"),)

    job: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)


# --- what happens


def note(session: Session, *, job: str, began_at: datetime, ended_at: datetime, figures: dict[str, Any]) -> None:
    """Note one run."""
    session.add(JobRun(job=job, created_at=began_at, created_by="system", ended_at=ended_at, figures=figures))
    session.flush()


# --- what can be asked


def last(session: Session, job: str) -> JobRun | None:
    """The latest run of `job`."""
    return session.scalars(select(JobRun).where(JobRun.job == job).order_by(JobRun.id.desc()).limit(1)).first()
