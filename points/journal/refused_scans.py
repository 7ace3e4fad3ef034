"""Refused scans are data: what was scanned, why it was refused, who it may have been. Kept in their own transaction."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.foundation.orm import Base, Row, append_only, table_of

# --- what there is


class RefusedScan(Row, Base):
    """One refused scan; `raw` is cut at 200 characters. Codes of activity and volunteer where they were recognised."""

    __tablename__ = "refused_scan"
    __table_args__ = (Index(None, "created_at"),)

    raw: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(40))
    direction: Mapped[str] = mapped_column(String(8))
    occurred_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(64), default="")
    activity: Mapped[str] = mapped_column(String(40), default="")
    volunteer: Mapped[str] = mapped_column(String(20), default="")


# all but `device`, which is forgotten after 180 days
append_only(
    table_of(RefusedScan),
    frozen=("raw", "reason", "direction", "occurred_at", "activity", "volunteer", "created_at", "created_by"),
)

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
