"""Refused scans are data: what was scanned, why it was refused, who it may have been. Kept in their own transaction."""

from datetime import datetime

from sqlalchemy.orm import Session

from points.journal.tables import RefusedScan

# --- what happens


def note(
    session: Session,
    *,
    raw: str,
    reason: str,
    direction: str,
    occurred_at: datetime,
    at: datetime,
    by: str,
    device: str = "",
    activity: str = "",
    volunteer: str = "",
) -> None:
    """Note one refused scan."""
    session.add(
        RefusedScan(
            raw=raw[:200],
            reason=reason,
            direction=direction,
            occurred_at=occurred_at,
            device=device,
            activity=activity,
            volunteer=volunteer,
            created_at=at,
            created_by=by,
        )
    )
    session.flush()
