"""Units, and the party members who report to a community for them (双报到)."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, choice

# --- what there is


class Unit(Row, Base):
    """A 后盾单位, 双报到单位 or 共驻共建单位."""

    __tablename__ = "unit"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(choice("kind", "backing", "resident", "co_build", "other"))
    linked_community_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    active: Mapped[bool] = mapped_column(default=True)


class ReportIn(Row, Base):
    """A member's report to a community; at most one active per volunteer and kind. Attribution only."""

    __tablename__ = "report_in"
    __table_args__ = (
        Index(
            "uq_report_in_active",
            "volunteer_id",
            "kind",
            unique=True,
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
        Index(None, "unit_id"),
    )

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    kind: Mapped[str] = mapped_column(choice("kind", "linked", "residence"))
    reported_on: Mapped[date]
    status: Mapped[str] = mapped_column(choice("status", "active", "ended"), default="active")
