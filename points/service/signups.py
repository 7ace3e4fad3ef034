"""Sign-up: places, the waiting list that moves up by itself, walk-ins."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, choice

# --- what there is


class Signup(Row, Base):
    """A volunteer's place at an activity; one row per person and activity, whatever becomes of it.

    `as_report_in_id` attributes the hours to a unit, `as_team_id` to another team than the organiser.
    """

    __tablename__ = "signup"
    __table_args__ = (UniqueConstraint("activity_id", "volunteer_id"), Index(None, "volunteer_id"))

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    status: Mapped[str] = mapped_column(
        choice("status", "pending", "approved", "rejected", "waitlisted", "cancelled", "attended", "no_show")
    )
    queued_at: Mapped[datetime]
    walk_in: Mapped[bool] = mapped_column(default=False)
    as_report_in_id: Mapped[int | None] = mapped_column(ForeignKey("report_in.id"))
    as_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    guardian_present: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(100), default="")
