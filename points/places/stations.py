"""Venues, and the stations (湘妹子能量家) where points are exchanged."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation import typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch
from points.journal import audit
from points.places import areas
from points.places.tables import Area, Station, StationPosition, Venue

# --- what there is


@dataclass(frozen=True)
class Door:
    """A station as everybody may know it: where it is, when it is open, how to call it."""

    code: str
    name: str
    community: str
    street_id: int
    address: str
    open_hours: str
    phone: str
    low_counter: bool
    status: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, kw_only=True)
class NewStation:
    """A station to be opened in the community `area`; `low_counter`: one that a wheelchair reaches."""

    code: str
    number: int
    name: str
    area: str
    address: str
    open_hours: str
    phone: str
    low_counter: bool = False


@dataclass(frozen=True, kw_only=True)
class StationFacts:
    """What everybody reads of a station; None leaves it as it is."""

    name: str | None = None
    address: str | None = None
    open_hours: str | None = None
    phone: str | None = None
    low_counter: bool | None = None


# --- what is refused


@dataclass(eq=False)
class NumberTaken(Conflict):
    """Another station has this number."""

    code = "number-taken"
    title = N_("This number is taken")
    detail = N_("Another station has the number %(number)s.")
    next_step = N_("Choose another number.")
    number: int


@dataclass(eq=False)
class NoSuchPhone(Invalid):
    """A station is reached by its phone, so it has to be one."""

    code = "no-such-phone"
    title = N_("Please check the phone number")
    detail = N_("There is no such phone number on the mainland.")
    next_step = N_("Enter the 11 digits of a mobile phone, or a landline with its area code.")
    field: str = "phone"


@dataclass(eq=False)
class BadPosition(Invalid):
    """Degrees lie within -90 to 90 and -180 to 180."""

    code = "bad-position"
    title = N_("Please check the position")
    detail = N_("%(latitude)s, %(longitude)s is no place on earth.")
    next_step = N_("Give latitude and longitude in degrees, such as 29.1250 110.4790.")
    latitude: float
    longitude: float


# --- what happens


def open_station(session: Session, new: NewStation, *, by: Actor, at: datetime) -> Station:
    """Open a station in its community, with a venue of its own.

    Raises NotPermitted, NoSuch, NotACommunity, CodeTaken, NumberTaken or NoSuchPhone.
    """
    if typed.contact_phone(new.phone) is None:
        raise NoSuchPhone()
    community = areas.community_by_code(session, new.area)
    role = by.require("station.change", area_path=community.path)
    areas.require_in_use(session, community)
    code = areas.free_code(session, Station.code, new.code, kind=N_("station"))
    if session.scalar(select(Station.id).where(Station.number == new.number)) is not None:
        raise NumberTaken(number=new.number)
    venue = Venue(
        area_id=community.id,
        kind="station",
        name=new.name,
        address=new.address,
        phone=new.phone,
        low_counter=new.low_counter,
        created_at=at,
        created_by=by.person,
    )
    session.add(venue)
    session.flush()
    station = Station(
        code=code,
        number=new.number,
        name=new.name,
        venue_id=venue.id,
        area_id=community.id,
        open_hours=new.open_hours,
        phone=new.phone,
        status="active",
        created_at=at,
        created_by=by.person,
    )
    session.add(station)
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="station.open",
        target=f"station:{code}",
        at=at,
        area_path=community.path,
        facts={"number": new.number},
    )
    return station


def correct(session: Session, *, station: str, to: StationFacts, by: Actor, at: datetime) -> Station:
    """Correct what everybody reads of a station: name, address, open hours, phone, whether a wheelchair reaches it.

    Raises NotPermitted or NoSuch.
    """
    found = by_code(session, station)
    path = area_path(session, found)
    role = by.require("station.change", area_path=path)
    venue = session.get_one(Venue, found.venue_id)
    changed: dict[str, object] = {}
    for name, value in vars(to).items():
        if value is None:
            continue
        for row in (venue, found) if name in ("name", "phone") else (found,) if name == "open_hours" else (venue,):
            if getattr(row, name) != value:
                setattr(row, name, value)
                changed[name] = value
    session.flush()
    if changed:
        audit.write(
            session,
            by=by,
            role=role,
            action="station.correct",
            target=f"station:{station}",
            at=at,
            area_path=path,
            facts=changed,
        )
    return found


def locked(session: Session, code: str, *, by: Actor) -> tuple[Station, str]:
    """The station with this code, held against everything that would begin there, and the role that may close it.

    Raises NoSuch or NotPermitted.
    """
    found = by_code(session, code)
    role = by.require("station.change", area_path=area_path(session, found))
    session.refresh(found, with_for_update=True)
    return found, role


def set_status(session: Session, *, station: str, status: str, reason: str, by: Actor, at: datetime) -> Station:
    """Pause a station or let it serve again (`paused`, `active`); `closed` is part of `registry.places.close_station`.

    Raises NotPermitted, NoSuch, or PlaceClosed where its community is closed.
    """
    found = by_code(session, station)
    path = area_path(session, found)
    role = by.require("station.change", area_path=path)
    if status != "closed":
        areas.require_in_use(session, session.get_one(Area, found.area_id))
    before, found.status = found.status, status
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="station.status",
        target=f"station:{station}",
        at=at,
        area_path=path,
        reason=reason,
        facts={"from": before, "to": status},
    )
    return found


def place(
    session: Session, *, station: str, latitude: float | None, longitude: float | None, by: Actor, at: datetime
) -> Station:
    """Say where a station stands, in degrees, so that a phone can reckon how far it is; None forgets it.

    Raises NotPermitted, NoSuch or BadPosition.
    """
    found = by_code(session, station)
    path = area_path(session, found)
    role = by.require("station.change", area_path=path)
    before = session.scalars(select(StationPosition).where(StationPosition.station_id == found.id)).first()
    if latitude is None or longitude is None:
        if before is not None:
            session.delete(before)
    else:
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise BadPosition(latitude=latitude, longitude=longitude)
        position = before or StationPosition(station_id=found.id, created_at=at, created_by=by.person)
        position.latitude, position.longitude = latitude, longitude
        session.add(position)
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="station.place",
        target=f"station:{station}",
        at=at,
        area_path=path,
        facts={"latitude": latitude, "longitude": longitude},
    )
    return found


# --- what can be asked


def by_code(session: Session, code: str) -> Station:
    """The station with this code. Raises NoSuch."""
    station = session.scalars(select(Station).where(Station.code == code)).first()
    if station is None:
        raise NoSuch(kind=N_("station"), key=code)
    return station


def require_open(session: Session, station: Station) -> None:
    """Hold the station as it is until the end of the transaction, for what begins there. Raises PlaceClosed."""
    status = session.scalar(select(Station.status).where(Station.id == station.id).with_for_update(read=True))
    if status == "closed":
        raise areas.PlaceClosed(name=station.name)


def code_of(session: Session, station_id: int) -> str:
    """The code of a station that is known by its key."""
    return session.get_one(Station, station_id).code


def name_of(session: Session, station_id: int | None) -> str:
    """How a station that is known by its key is called; empty for none."""
    return session.get_one(Station, station_id).name if station_id else ""


def venue_of(session: Session, station: Station) -> Venue:
    """Where the station has its door."""
    return session.get_one(Venue, station.venue_id)


def addresses(session: Session, venues: Collection[int]) -> dict[int, str]:
    """The addresses of these venues by their key."""
    return dict(session.execute(select(Venue.id, Venue.address).where(Venue.id.in_(venues))).all())


def area_path(session: Session, station: Station) -> str:
    """The path of the station's community."""
    return areas.path_of(session, station.area_id)


def visible(session: Session, *, by: Actor) -> list[Station]:
    """The stations whose stock this actor may see, by number."""
    reach = areas.within(by.reaches("stock.see"), area_path=Area.path, station_id=Station.id)
    statement = select(Station).join(Area, Area.id == Station.area_id).where(reach)
    return list(session.scalars(statement.order_by(Station.number)))


def standing_in(session: Session, *, communities: Collection[int]) -> list[Station]:
    """The stations of these communities (by id) that are not closed for good, by number."""
    there = select(Station).where(Station.area_id.in_(communities), Station.status != "closed")
    return list(session.scalars(there.order_by(Station.number)))


def next_number(session: Session) -> int:
    """The number after the highest that a station has had."""
    return (session.scalar(select(func.max(Station.number))) or 0) + 1


def doors(session: Session) -> list[Door]:
    """Every station that is not closed for good, by number, as everybody may know it."""
    community, street = Area.__table__.alias("community"), Area.__table__.alias("street")
    rows = session.execute(
        select(
            Station.code,
            Station.name,
            community.c.name.label("community"),
            street.c.id.label("street_id"),
            Venue.address,
            Station.open_hours,
            Station.phone,
            Venue.low_counter,
            Station.status,
            StationPosition.latitude,
            StationPosition.longitude,
        )
        .join(Venue, Venue.id == Station.venue_id)
        .join(community, community.c.id == Station.area_id)
        .join(street, street.c.id == community.c.parent_id)
        .outerjoin(StationPosition, StationPosition.station_id == Station.id)
        .where(Station.status != "closed")
        .order_by(Station.number)
    )
    return [Door(*row) for row in rows]
