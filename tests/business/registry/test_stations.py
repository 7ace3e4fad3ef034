"""A station closes once nothing is left there, is corrected by who may, and takes nothing new when it is closed."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from points.exchange import exchange_days
from points.foundation.actors import SYSTEM, NotPermitted
from points.places import stations
from points.places.areas import PlaceClosed
from points.places.stations import StationFacts
from points.registry import places
from points.registry.places import StillInUse
from tests import make
from tests.make import NOW


def test_a_station_is_not_closed_while_anything_is_left_there(session: Session) -> None:
    make.station(session)
    admin = make.street_admin(session)
    batch = make.stocked(session, make.item(session))
    exchange_days.plan(
        session,
        station="NLJ-1",
        title="兑换日",
        start_at=NOW + timedelta(days=1),
        end_at=NOW + timedelta(days=1, hours=2),
        by=SYSTEM,
        at=NOW,
    )
    make.clerk(session)
    with pytest.raises(StillInUse) as refusal:
        places.close_station(session, station="NLJ-1", reason="搬迁", by=admin, at=NOW)
    assert refusal.value.left == {"stock": batch.qty_left, "exchange_days": 1, "accounts": 1}
    assert stations.by_code(session, "NLJ-1").status == "active"


def test_an_empty_station_closes_takes_nobody_and_opens_again(session: Session) -> None:
    make.station(session)
    admin = make.street_admin(session)
    assert places.close_station(session, station="NLJ-1", reason="搬迁", by=admin, at=NOW).status == "closed"
    assert places.close_station(session, station="NLJ-1", reason="搬迁", by=admin, at=NOW).status == "closed"
    with pytest.raises(PlaceClosed):
        make.clerk(session)
    stations.set_status(session, station="NLJ-1", status="active", reason="", by=admin, at=NOW)
    assert make.clerk(session)


def test_what_everybody_reads_of_a_station_is_corrected(session: Session) -> None:
    make.station(session)
    to = StationFacts(name="能量家老站", address="示例路9号", open_hours="周三 9:00–11:30", low_counter=True)
    stations.correct(session, station="NLJ-1", to=to, by=make.street_admin(session), at=NOW)
    door = next(one for one in stations.doors(session) if one.code == "NLJ-1")
    assert (door.name, door.address, door.open_hours, door.low_counter) == (
        "能量家老站",
        "示例路9号",
        "周三 9:00–11:30",
        True,
    )
    with pytest.raises(NotPermitted):
        stations.correct(session, station="NLJ-1", to=to, by=make.staff(session, role="community_admin"), at=NOW)
