"""Adjustments by hand: at most 100 points, a reason, two people (P15)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, check, choice

# --- what there is


class Adjustment(Row, Base):
    """A proposed plus or minus on one volunteer's points; posted when a second street admin approves."""

    __tablename__ = "adjustment"
    __table_args__ = (
        Index(None, "volunteer_id"),
        check("points", "points BETWEEN -100 AND 100 AND points <> 0"),
        check("reason", "length(reason) >= 10"),
        check("two_people", "decided_by IS NULL OR (decided_by <> proposed_by AND decided_by <> beneficiary)"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    beneficiary: Mapped[str] = mapped_column(String(40))
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    proposed_by: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(choice("status", "open", "approved", "declined"), default="open")
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[datetime | None]
