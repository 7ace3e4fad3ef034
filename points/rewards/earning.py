"""Earning: a person's confirmed hours of one date become points; a recomputation posts only the difference."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, append_only, check

# --- what there is


class Award(Row, Base):
    """What the rules gave one record on one recomputation; the newest `sequence` of an occasion holds its points.

    `delta` is what was posted then: positive an earn, negative a reversal. `explanation` holds every step P1–P8.
    `code` names the transfers: reference `award:<code>`.
    """

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("volunteer_id", "activity_id", "local_date", "sequence"),
        Index(None, "record_id"),
        check("points", "points >= 0"),
        check("changes_something", "delta <> 0 OR sequence = 1"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    local_date: Mapped[date]
    sequence: Mapped[int]
    record_id: Mapped[int] = mapped_column(ForeignKey("service_record.id"))
    points: Mapped[int]
    delta: Mapped[int]
    rule_version: Mapped[str] = mapped_column(String(20))
    explanation: Mapped[dict[str, Any]] = mapped_column(JSON)


append_only(Award.__table__)  # type: ignore[arg-type]
