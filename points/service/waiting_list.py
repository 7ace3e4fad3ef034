"""Places and the waiting list: the last place is one conditional update, and a free one is given on by itself."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.foundation.orm import Base, Row, choice
from points.service.activities.tables import Activity

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


# --- what happens


def move_up(session: Session, *, activity_id: int, at: datetime) -> int:
    """Give free places to the waiting list, first come first; how many moved up. The activity is locked."""
    moved = 0
    waiting = session.scalars(
        select(Signup)
        .where(Signup.activity_id == activity_id, Signup.status == "waitlisted")
        .order_by(Signup.queued_at, Signup.id)
        .execution_options(populate_existing=True)
    ).all()
    for signup in waiting:
        if not take_place(session, activity_id):
            break
        signup.status = "approved"
        moved += 1
    session.flush()
    return moved


def take_place(session: Session, activity_id: int) -> bool:
    """Take one place if one is free: one conditional update, so that the last place goes to one person."""
    taken = session.execute(
        update(Activity)
        .where(Activity.id == activity_id, Activity.places_taken < Activity.capacity)
        .values(places_taken=Activity.places_taken + 1)
        .execution_options(synchronize_session="evaluate")
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def free_place(session: Session, activity_id: int) -> None:
    """Give one place back."""
    session.execute(
        update(Activity).where(Activity.id == activity_id).values(places_taken=Activity.places_taken - 1),
        execution_options={"synchronize_session": "evaluate"},
    )
