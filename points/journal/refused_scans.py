"""Refused scans are data: what was scanned, why it was refused, who it may have been. Kept in their own transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from points.journal.tables import RefusedScan

# --- what there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody tried; the codes of activity and volunteer where they were recognised."""

    raw: str
    direction: str
    occurred_at: datetime
    device: str = ""
    activity: str = ""
    volunteer: str = ""


# --- what happens


def note(session: Session, attempt: Attempt, *, reason: str, by: str, at: datetime) -> None:
    """Note one refused scan, and why it was refused."""
    session.add(
        RefusedScan(
            raw=attempt.raw[:200],
            reason=reason,
            direction=attempt.direction,
            occurred_at=attempt.occurred_at,
            device=attempt.device,
            activity=attempt.activity[:40],
            volunteer=attempt.volunteer[:20],
            created_at=at,
            created_by=by,
        )
    )
    session.flush()
