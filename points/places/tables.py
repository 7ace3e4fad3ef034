"""Where things are: every table of places and of the calendar."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, check, choice

# --- what there is

TYPES = ("city", "district", "street", "community", "grid", "microgrid", "neighbour_group")


class Area(Row, Base):
    """A node of the tree. `path` is `/` and the ids from the root down to this node, each followed by `/`.

    "This node and below" is `path LIKE 'path%'`, which is what every scope means.
    """

    __tablename__ = "area"
    __table_args__ = (Index(None, "path"), Index(None, "parent_id"))

    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    type: Mapped[str] = mapped_column(choice("type", *TYPES))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    path: Mapped[str] = mapped_column(String(200))
    lead_code: Mapped[str | None] = mapped_column(String(20))
    households: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)


class Compound(Row, Base):
    """A 小区: a spatial unit beside the tree. `code` stands in addresses, `name` is told apart within a community."""

    __tablename__ = "compound"
    __table_args__ = (UniqueConstraint("community_id", "name"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    name: Mapped[str] = mapped_column(String(60))
    has_party_branch: Mapped[bool] = mapped_column(default=False)
    has_owners_committee: Mapped[bool] = mapped_column(default=False)
    property_company: Mapped[str] = mapped_column(String(60), default="")
    code: Mapped[str] = mapped_column(String(60), unique=True, sort_order=100)
    active: Mapped[bool] = mapped_column(default=True, server_default=true(), sort_order=101)


class Building(Row, Base):
    """A 楼栋 of a 小区, such as 3栋. No door number is kept of anybody (domain §3.2)."""

    __tablename__ = "building"
    __table_args__ = (UniqueConstraint("compound_id", "name"),)

    compound_id: Mapped[int] = mapped_column(ForeignKey("compound.id"))
    code: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(30))
    active: Mapped[bool] = mapped_column(default=True)


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


class StationPosition(Row, Base):
    """Where a station stands, in degrees (WGS 84): a visitor's phone reckons its own distance from it.

    Entered by a command only; no page and no resource takes a position, of anything or anybody (domain §3.13).
    """

    __tablename__ = "station_position"
    __table_args__ = (
        check("latitude", "latitude BETWEEN -90 AND 90"),
        check("longitude", "longitude BETWEEN -180 AND 180"),
    )

    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), unique=True)
    latitude: Mapped[float]
    longitude: Mapped[float]


class StreetServing(Row, Base):
    """Whom the stations of a street serve; a street without a row serves all its residents at each of them."""

    __tablename__ = "street_serving"

    street_id: Mapped[int] = mapped_column(ForeignKey("area.id"), unique=True)
    whole_street: Mapped[bool] = mapped_column(default=True)


class StreetAgreement(Row, Base):
    """One street's yes to serving the other's residents, who spend their points there; it holds once both said it."""

    __tablename__ = "street_agreement"
    __table_args__ = (UniqueConstraint("street_id", "other_id"), check("two_streets", "street_id <> other_id"))

    street_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("area.id"))


class WorkdayOverride(Row, Base):
    """A date on which the rule "Monday to Friday" does not hold."""

    __tablename__ = "workday_override"

    day: Mapped[date] = mapped_column(unique=True)
    is_workday: Mapped[bool]
