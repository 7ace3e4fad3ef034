"""Make-ups (补录): attendance after the fact, by two people, within ten working days."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, check, choice

# --- what there is


class MakeupRequest(Row, Base):
    """A claim of attendance. The decider is neither the proposer nor the beneficiary (`beneficiary` is a person)."""

    __tablename__ = "makeup_request"
    __table_args__ = (
        Index(None, "activity_id", "status"),
        Index(
            "uq_makeup_request_open",
            "activity_id",
            "volunteer_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        check("two_people", "decided_by IS NULL OR (decided_by <> proposed_by AND decided_by <> beneficiary)"),
        check("ends_after_start", "claimed_out > claimed_in"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_session.id"))
    beneficiary: Mapped[str] = mapped_column(String(40))
    claimed_in: Mapped[datetime]
    claimed_out: Mapped[datetime]
    reason: Mapped[str] = mapped_column(
        choice("reason", "forgot_out", "forgot_in", "no_phone", "network", "roster", "other")
    )
    note: Mapped[str] = mapped_column(String(100), default="")
    proposed_by: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(choice("status", "open", "approved", "declined"), default="open")
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[datetime | None]
