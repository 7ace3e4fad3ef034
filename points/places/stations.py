"""Venues, and the stations (湘妹子能量家) where points are exchanged."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, choice

# --- what there is


class Venue(Row, Base):
    """A place with a door: a station, 红色驿站, 邻里中心, 党群服务中心."""

    __tablename__ = "venue"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    kind: Mapped[str] = mapped_column(
        choice("kind", "station", "red_post", "neighbour_centre", "service_centre", "other")
    )
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(20))
    low_counter: Mapped[bool] = mapped_column(default=False)


class Station(Row, Base):
    """A counter. `number` is small and stands in receipt codes; `area_id` is its community."""

    __tablename__ = "station"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(60))
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    open_hours: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(choice("status", "active", "paused", "closed"), default="active")
