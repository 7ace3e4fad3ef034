"""The places of the demo street: the streets of the city, then each street's tree down to 邻, 小区 and stations."""

from datetime import datetime

from sqlalchemy.orm import Session

from points.demo.street import facts
from points.demo.street.town import APPOINTED, CITY, OPENED, OTHERS, STREET, Town, administrators
from points.foundation.actors import Actor
from points.places import areas, compounds, stations

DISTRICT = "YDQ"


def name_streets(session: Session, town: Town) -> None:
    """Let the city's streets stand, each waiting for its administrators."""
    by = town.staff("admin")
    _add(session, "district", DISTRICT, "永定区", CITY, by=by, at=APPOINTED)
    _add(session, "street", STREET, "永定街道", DISTRICT, by=by, at=APPOINTED)
    for street, (_, name, _) in zip(OTHERS, facts.OTHER_STREETS, strict=True):
        _add(session, "street", street, name, DISTRICT, by=by, at=APPOINTED)


def open_up(session: Session, town: Town) -> None:
    """Let the communities and stations of the street be there, and the one community of each of the others."""
    by = town.staff("street")
    grids = 0
    for community in facts.COMMUNITIES:
        _add(session, "community", community.code, community.name, STREET, by=by)
        for grid in range(1, community.grids + 1):
            grids += 1
            _add(session, "grid", f"{community.code}-{grid}", f"{community.name}第{grid}片", community.code, by=by)
            for group in range(1, 7 if grids <= facts.GRIDS_OF_SIX else 6):
                code = f"{community.code}-{grid}-{group}"
                above = f"{community.code}-{grid}"
                _add(session, "microgrid", code, f"{community.name}第{grid}片第{group}组", above, by=by)
                for neighbours in range(1, 10) if (community.code, grid) == ("BZ", 1) else ():
                    households = 8 + (group + neighbours) % 6
                    name = f"第{neighbours}邻"
                    _add(session, "neighbour_group", f"{code}-{neighbours}", name, code, households=households, by=by)
    for street, (code, _, name) in zip(OTHERS, facts.OTHER_STREETS, strict=True):
        _add(session, "community", code, name, street, by=town.staff(administrators(street)[0]))
    for community_code, name in facts.COMPOUNDS:
        compounds.add(session, community=community_code, name=name, by=by, at=OPENED)
    for number, station in enumerate(facts.STATIONS, 1):
        stations.open_station(
            session,
            stations.NewStation(
                code=station.code,
                number=number,
                name=station.name,
                area=station.community,
                address=f"示例路 {number} 号",
                open_hours=facts.OPEN_HOURS,
                phone=f"0744-000000{number}",
                low_counter=number == 1,
            ),
            by=by,
            at=OPENED,
        )
        stations.place(
            session,
            station=station.code,
            latitude=station.latitude,
            longitude=station.longitude,
            by=by,
            at=OPENED,
        )


def _add(
    session: Session,
    type: str,
    code: str,
    name: str,
    parent: str,
    *,
    by: Actor,
    at: datetime = OPENED,
    households: int | None = None,
) -> None:
    areas.add(session, type=type, code=code, name=name, parent=parent, households=households, by=by, at=at)
