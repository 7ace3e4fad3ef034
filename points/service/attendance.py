"""Attendance sessions: one in–out pair of a person at an activity; at most one open per person anywhere."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, check, choice

# --- what there is

METHODS = ("scan_dynamic", "scan_static", "code6", "staff_scan", "roster", "makeup")


class AttendanceSession(Row, Base):
    """One stay. `local_date` is the business date of `in_at`; `code` is its public name.

    `status`: open, closed (out seen), auto_closed (clock; credits 0), corrected (approved make-up),
    annulled (undone within 15 minutes), voided (two persons). `flags` never punish; a person decides them:
    `flags_decided_by` is set when they were looked at.
    """

    __tablename__ = "attendance_session"
    __table_args__ = (
        Index(
            "uq_attendance_session_open",
            "volunteer_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "activity_id", "status"),
        Index(None, "volunteer_id", "local_date"),
        check("out_after_in", "out_at IS NULL OR out_at >= in_at"),
        check("open_has_no_out", "(status = 'open') = (out_at IS NULL) OR status IN ('annulled', 'voided')"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    local_date: Mapped[date]
    in_at: Mapped[datetime]
    out_at: Mapped[datetime | None]
    in_method: Mapped[str] = mapped_column(choice("in_method", *METHODS))
    out_method: Mapped[str | None] = mapped_column(choice("out_method", *METHODS))
    in_by: Mapped[str]
    out_by: Mapped[str | None]
    status: Mapped[str] = mapped_column(
        choice("status", "open", "closed", "auto_closed", "corrected", "annulled", "voided")
    )
    device_hash: Mapped[str] = mapped_column(String(64), default="")
    flags: Mapped[list[Any]] = mapped_column(JSON, default=list)
    flags_decided_by: Mapped[str | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
