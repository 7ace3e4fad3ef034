"""Stations: where points are exchanged."""

import pytest
from sqlalchemy.orm import Session

from points.foundation.actors import SYSTEM, NotPermitted
from points.foundation.errors import NoSuch
from points.places import areas, stations
from points.places.stations import NumberTaken
from points.places.tables import Station, Venue
from tests import make


def open_station(session: Session, code: str, number: int, area: str = "BZ", by: object = SYSTEM) -> Station:
    return stations.open_station(
        session,
        stations.NewStation(
            code=code, number=number, name="能量家", area=area, address="示例路", open_hours="周二", phone="07440000000"
        ),
        by=by,
        at=make.NOW,
    )


def test_a_station_has_a_venue_in_its_community(session: Session) -> None:
    ground = make.street(session)
    station = make.station(session)
    venue = session.get_one(Venue, station.venue_id)
    assert (venue.kind, venue.area_id, station.area_id) == ("station", ground.a.id, ground.a.id)
    assert stations.by_code(session, "NLJ-1") is station
    assert stations.area_path(session, station) == ground.a.path


def test_code_and_number_are_used_once_and_a_station_stands_in_a_community(session: Session) -> None:
    make.station(session)
    with pytest.raises(areas.CodeTaken):
        open_station(session, "NLJ-1", 9)
    with pytest.raises(NumberTaken):
        open_station(session, "NLJ-9", 1)
    with pytest.raises(areas.NotACommunity):
        open_station(session, "NLJ-9", 9, area="YD")


def test_a_community_opens_no_station(session: Session) -> None:
    make.street(session)
    with pytest.raises(NotPermitted):
        open_station(session, "NLJ-9", 9, by=make.community_admin(session))


def test_each_sees_the_stations_of_their_reach(session: Session) -> None:
    ours, other = make.station(session, "NLJ-1"), make.station(session, "NLJ-2", area="CS")
    assert stations.visible(session, by=make.street_admin(session)) == [ours, other]
    assert stations.visible(session, by=make.community_admin(session, "BZ")) == [ours]
    assert stations.visible(session, by=make.clerk(session, "NLJ-2")) == [other]
    assert stations.visible(session, by=make.stranger(session)) == []


def test_there_is_no_unknown_station(session: Session) -> None:
    with pytest.raises(NoSuch):
        stations.by_code(session, "NLJ-7")


def test_a_station_says_where_it_stands_until_that_is_forgotten(session: Session) -> None:
    make.station(session)
    stations.place(session, station="NLJ-1", latitude=29.1, longitude=110.4, by=SYSTEM, at=make.NOW)
    stations.place(session, station="NLJ-1", latitude=29.2, longitude=110.5, by=SYSTEM, at=make.NOW)
    assert [(door.latitude, door.longitude) for door in stations.doors(session)] == [(29.2, 110.5)]
    with pytest.raises(stations.BadPosition):
        stations.place(session, station="NLJ-1", latitude=91, longitude=0, by=SYSTEM, at=make.NOW)
    stations.place(session, station="NLJ-1", latitude=None, longitude=None, by=SYSTEM, at=make.NOW)
    assert [(door.latitude, door.longitude) for door in stations.doors(session)] == [(None, None)]
