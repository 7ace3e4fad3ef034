"""Help: every table of what residents write and ask for."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, check, choice
from points.help.statuses import FeedbackKind

# --- what there is


LONGEST = 500


class Feedback(Row, Base):
    """What somebody wrote, and the answer that every writer gets by `due_on`.

    `code` is the number told to the writer and to nobody else; whoever has it reads the answer. `volunteer_id` is the
    writer where signed in. `contact` is there at the writer's wish and emptied by the answer.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        Index(None, "area_path"),
        Index(None, "volunteer_id"),
        Index(None, "replied_at"),
        check("answered", "(replied_at IS NULL) = (replied_by IS NULL) AND (replied_at IS NULL) = (reply = '')"),
        check("contact_gone_when_done", "replied_at IS NULL OR contact = ''"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[FeedbackKind] = mapped_column(choice("kind", *FeedbackKind))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    area_path: Mapped[str] = mapped_column(String(200))
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer.id"))
    text: Mapped[str] = mapped_column(String(LONGEST))
    contact: Mapped[str] = mapped_column(String(60), default="")
    due_on: Mapped[date]
    reply: Mapped[str] = mapped_column(String(LONGEST), default="")
    replied_by: Mapped[str | None]
    replied_at: Mapped[datetime | None]

    @property
    def number(self) -> str:
        """The code as its writer calls it."""
        return self.code
