"""Where the stations stand: entered and forgotten by a command, and by nothing else."""

from datetime import UTC, datetime

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from points.foundation.actors import SYSTEM
from points.places import areas, stations
from tests.cli.conftest import Points

AT = datetime(2026, 5, 9, tzinfo=UTC)


def positions(books: Engine) -> list[tuple[float, float]]:
    with books.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT latitude, longitude FROM station_position"))]  # type: ignore[misc]


def a_station(books: Engine) -> None:
    with Session(books) as session:
        parent = "CITY"
        for kind in ("district", "street", "community"):
            code = kind[:2].upper()
            areas.add(session, type=kind, code=code, name=kind, parent=parent, by=SYSTEM, at=AT)
            parent = code
        stations.open_station(
            session,
            stations.NewStation(
                code="S-1",
                number=1,
                name="一号站",
                area="CO",
                address="示例路1号",
                open_hours="周二",
                phone="07440000000",
            ),
            by=SYSTEM,
            at=AT,
        )
        session.commit()


def test_a_position_is_entered_moved_and_forgotten(ready: Points, books: Engine) -> None:
    a_station(books)
    answer = ready("station", "place", "S-1", "29.1262", "110.4791", "--json")
    assert answer.document == {"station": "S-1", "latitude": 29.1262, "longitude": 110.4791}
    assert ready("station", "place", "S-1", "-29.5", "110.5").status == 0
    assert positions(books) == [(-29.5, 110.5)]
    assert ready("station", "unplace", "S-1").status == 0
    assert positions(books) == []


def test_no_place_on_earth_and_no_station_are_refused(ready: Points, books: Engine) -> None:
    a_station(books)
    assert ready("station", "place", "S-1", "129.1", "110.4").status == 1
    assert ready("station", "place", "S-9", "29.1", "110.4").status == 1
    assert ready("station", "place", "S-1", "north", "110.4").status == 2
    assert positions(books) == []
