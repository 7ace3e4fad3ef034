"""The tables of households: who belongs, who asks, and whose points are shared."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, check, choice

# --- what there is


class Household(Row, Base):
    """A family that may pool its points."""

    __tablename__ = "household"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    neighbour_group_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    head_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))


class HouseholdMember(Row, Base):
    """A membership; a volunteer has at most one open one. Pooling needs `pool_consent_id`, still open."""

    __tablename__ = "household_member"
    __table_args__ = (
        Index(
            "uq_household_member_open",
            "volunteer_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
        Index(None, "household_id"),
    )

    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    pool_consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent.id"))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class HouseholdRequest(Row, Base):
    """Somebody who knows the household's code asks to join it; its head, or staff, decides. One open a person."""

    __tablename__ = "household_request"
    __table_args__ = (
        Index(
            "uq_household_request_open",
            "volunteer_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "household_id"),
        check("decided_by_someone", "status = 'open' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)"),
    )

    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    status: Mapped[str] = mapped_column(choice("status", "open", "accepted", "declined", "withdrawn"), default="open")
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[datetime | None]
