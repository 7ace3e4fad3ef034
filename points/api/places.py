"""Areas and stations."""

from sqlalchemy.orm import Session

from points import http
from points.api import paging
from points.api.names import codes_of
from points.api.room import IfMatch, Room, tagged
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import N_, NoSuch
from points.places import areas, serving, stations
from points.places.tables import TYPES, Area, Station
from points.registry import places
from points.shapes.fields import Given
from points.shapes.paging import Named, page_of
from points.shapes.places import (
    AgreementShape,
    AreaChangeShape,
    AreaShape,
    AreasQuery,
    ClosingShape,
    NewAreaShape,
    NewStationShape,
    ServingShape,
    StationChangeShape,
    StationShape,
    StationStatusShape,
    StreetServingShape,
)

room = Room("places", __name__, description="The area tree and the stations.")


@room.read("/areas", query=AreasQuery, answer=page_of(AreaShape))
def list_areas(given: Given) -> object:
    """The areas in your reach, by code."""
    session, by = db.session(), http.current_actor()
    path = _seen(session, given["below"]).path if "below" in given else "/"
    types = (given["type"],) if "type" in given else TYPES
    found, more = paging.cut(areas.subtree(session, path=path, by=by, types=types), given, key=lambda area: area.code)
    return paging.page(_areas(session, found), more)


@room.read("/areas/<code:code>", answer=AreaShape)
def show_area(code: str) -> object:
    """One area."""
    session = db.session()
    return tagged(_areas(session, [_seen(session, code)])[0])


@room.act("/areas", body=NewAreaShape, answer=AreaShape, status=201)
def add_area(given: Given) -> object:
    """Add an area below another."""
    with transaction() as session:
        area = areas.add(session, **given, by=http.current_actor(), at=clock.now())
        return _areas(session, [area])[0]


@room.change("/areas/<code:code>", body=AreaChangeShape, answer=AreaShape)
def change_area(given: Given, code: str, if_match: IfMatch) -> object:
    """Correct the name, level, parent, number of households or lead of an area."""
    with transaction() as session:
        if_match.check(_areas(session, [_seen(session, code)])[0])
        to = places.Correction(**given)
        area = places.correct_area(session, area=code, to=to, by=http.current_actor(), at=clock.now())
        return tagged(_areas(session, [area])[0])


@room.act("/areas/<code:code>/close", body=ClosingShape, answer=AreaShape)
def close_area(given: Given, code: str) -> object:
    """Close an area on which nothing hangs any more; what still does is told by the refusal."""
    with transaction() as session:
        _seen(session, code)
        area = places.close_area(session, area=code, **given, by=http.current_actor(), at=clock.now())
        return _areas(session, [area])[0]


@room.act("/areas/<code:code>/reopen", answer=AreaShape)
def reopen_area(given: Given, code: str) -> object:
    """Take a closed area into use again."""
    with transaction() as session:
        _seen(session, code)
        return _areas(session, [places.reopen_area(session, area=code, by=http.current_actor(), at=clock.now())])[0]


@room.read("/areas/<code:code>/serving", answer=StreetServingShape)
def show_serving(code: str) -> object:
    """Whom the stations of the area's street serve, and with which streets it agreed."""
    session = db.session()
    return serving.of_street(session, street=areas.street_of(session, _seen(session, code)).code)


@room.act("/areas/<code:code>/serving", body=ServingShape, answer=StreetServingShape)
def choose_serving(given: Given, code: str) -> object:
    """Say whether every station of the street serves the whole street."""
    with transaction() as session:
        return serving.choose(session, street=code, **given, by=http.current_actor(), at=clock.now())


@room.act("/areas/<code:code>/agreements", body=AgreementShape, answer=StreetServingShape)
def agree_with_street(given: Given, code: str) -> object:
    """Agree with another street; once it has said the same, each serves the other's residents by their card."""
    with transaction() as session:
        return serving.agree(session, street=code, **given, by=http.current_actor(), at=clock.now())


@room.act("/areas/<code:code>/agreements/end", body=AgreementShape, answer=StreetServingShape)
def end_street_agreement(given: Given, code: str) -> object:
    """Take an agreement back; what was reserved may still be fetched."""
    with transaction() as session:
        return serving.end_agreement(session, street=code, **given, by=http.current_actor(), at=clock.now())


@room.read("/stations", query=Named, answer=page_of(StationShape))
def list_stations(given: Given) -> object:
    """The stations in your reach, by code."""
    session = db.session()
    visible = stations.visible(session, by=http.current_actor())
    found, more = paging.cut(visible, given, key=lambda station: station.code)
    return paging.page(_stations(session, found), more)


@room.read("/stations/<code:code>", answer=StationShape)
def show_station(code: str) -> object:
    """One station."""
    session = db.session()
    for station in stations.visible(session, by=http.current_actor()):
        if station.code == code:
            return _stations(session, [station])[0]
    raise NoSuch(kind=N_("station"), key=code)


@room.act("/stations", body=NewStationShape, answer=StationShape, status=201)
def open_station(given: Given) -> object:
    """Open a station in a community."""
    with transaction() as session:
        station = stations.open_station(session, stations.NewStation(**given), by=http.current_actor(), at=clock.now())
        return _stations(session, [station])[0]


@room.act("/stations/<code:code>/correct", body=StationChangeShape, answer=StationShape)
def correct_station(given: Given, code: str) -> object:
    """Correct the name, address, open hours or phone of a station."""
    with transaction() as session:
        to = stations.StationFacts(**given)
        return _stations(
            session, [stations.correct(session, station=code, to=to, by=http.current_actor(), at=clock.now())]
        )[0]


@room.act("/stations/<code:code>/status", body=StationStatusShape, answer=StationShape)
def set_station_status(given: Given, code: str) -> object:
    """Pause a station, open it again, or close it for good, once nothing is left there."""
    by, at = http.current_actor(), clock.now()
    with transaction() as session:
        if given["status"] == "closed":
            station = places.close_station(session, station=code, reason=given["reason"], by=by, at=at)
        else:
            station = stations.set_status(session, station=code, **given, by=by, at=at)
        return _stations(session, [station])[0]


def _seen(session: Session, code: str) -> Area:
    area = areas.by_code(session, code)
    if http.current_actor().role_for("area.see", area_path=area.path) is None:
        raise NoSuch(kind=N_("area"), key=code)
    return area


def _areas(session: Session, found: list[Area]) -> list[dict[str, object]]:
    parents = codes_of(session, Area, (area.parent_id for area in found))
    return [
        {
            "code": area.code,
            "type": area.type,
            "name": area.name,
            "parent": parents[area.parent_id],
            "households": area.households,
            "lead": area.lead_code,
            "active": area.active,
        }
        for area in found
    ]


def _stations(session: Session, found: list[Station]) -> list[dict[str, object]]:
    communities = codes_of(session, Area, (station.area_id for station in found))
    addresses = stations.addresses(session, [station.venue_id for station in found])
    return [
        {
            "code": station.code,
            "number": station.number,
            "name": station.name,
            "area": communities[station.area_id],
            "address": addresses[station.venue_id],
            "open_hours": station.open_hours,
            "phone": station.phone,
            "status": station.status,
        }
        for station in found
    ]
