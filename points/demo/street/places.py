"""Where the demo street is: areas, compounds, stations, days off and kinds of service."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from points.demo.street import facts
from points.demo.street.town import OPENED, STREET
from points.foundation.actors import SYSTEM
from points.places import areas, calendar, compounds, stations

HOLIDAYS = (
    (date(2025, 1, 1), date(2025, 1, 1)),
    (date(2025, 1, 28), date(2025, 2, 4)),
    (date(2025, 4, 4), date(2025, 4, 6)),
    (date(2025, 5, 1), date(2025, 5, 5)),
    (date(2025, 5, 31), date(2025, 6, 2)),
    (date(2025, 10, 1), date(2025, 10, 8)),
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
)
WORKING_WEEKENDS = (
    date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11), date(2026, 1, 4),
    date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
)  # fmt: skip


def open_up(session: Session) -> None:
    """Let the street, its communities and stations be there, with the calendar and the kinds of service."""

    def add(type: str, code: str, name: str, parent: str | None, households: int | None = None) -> None:
        areas.add(session, type=type, code=code, name=name, parent=parent, households=households, by=SYSTEM, at=OPENED)

    add("city", "ZJJ", "张家界市", None)
    add("district", "YDQ", "永定区", "ZJJ")
    add("street", STREET, "永定街道", "YDQ")
    grids = 0
    for community in facts.COMMUNITIES:
        add("community", community.code, community.name, STREET)
        for grid in range(1, community.grids + 1):
            grids += 1
            add("grid", f"{community.code}-{grid}", f"{community.name}第{grid}片", community.code)
            for group in range(1, 7 if grids <= facts.GRIDS_OF_SIX else 6):
                code = f"{community.code}-{grid}-{group}"
                add("microgrid", code, f"{community.name}第{grid}片第{group}组", f"{community.code}-{grid}")
                for neighbours in range(1, 10) if (community.code, grid) == ("BZ", 1) else ():
                    households = 8 + (group + neighbours) % 6
                    add("neighbour_group", f"{code}-{neighbours}", f"第{neighbours}邻", code, households)
    for code, street, community_name in facts.OTHER_STREETS:
        add("street", f"{code}P", street, "YDQ")
        add("community", code, community_name, f"{code}P")
    for community_code, name in facts.COMPOUNDS:
        compounds.add(session, community=community_code, name=name, by=SYSTEM, at=OPENED)
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
            by=SYSTEM,
            at=OPENED,
        )
        stations.place(
            session,
            station=station.code,
            latitude=station.latitude,
            longitude=station.longitude,
            by=SYSTEM,
            at=OPENED,
        )
    for first, last in HOLIDAYS:
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if day.weekday() < 5:
                calendar.override(session, day=day, is_workday=False, by=SYSTEM, at=OPENED)
    for day in WORKING_WEEKENDS:
        calendar.override(session, day=day, is_workday=True, by=SYSTEM, at=OPENED)
