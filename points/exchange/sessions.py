"""Exchange sessions (兑换活动): dated exchange events of a station, with figures frozen at the close."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, check, choice

# --- what there is


class ExchangeSession(Row, Base):
    """One dated event. At most one is open per station; ordinary counter hours need none."""

    __tablename__ = "exchange_session"
    __table_args__ = (
        Index(
            "uq_exchange_session_open",
            "station_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "station_id", "day"),
        check("ends_after_start", "end_at > start_at"),
        check("max_points_pp", "max_points_pp >= 0"),
    )

    code: Mapped[str] = mapped_column(String(20), unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    title: Mapped[str] = mapped_column(String(60))
    day: Mapped[date]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    max_points_pp: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(choice("status", "planned", "open", "closed", "cancelled"), default="planned")
    opened_stock: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
