"""The places of the demo city: districts to 片, the 邻 of the demo street, stations with their clerks, rules, goods."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import accounts
from points.access.accounts import Behind
from points.demo.city import facts
from points.demo.city.city import City, Community, Station
from points.demo.street import facts as street_facts
from points.demo.street import town
from points.demo.street.founding import RULES
from points.demo.street.town import APPOINTED, OPENED, administrators
from points.exchange import goods, stock
from points.exchange.goods import NewItem
from points.exchange.statuses import BatchSource
from points.exchange.stock import Delivery
from points.foundation import clock
from points.foundation.actors import Actor
from points.people import cards
from points.places import areas, stations
from points.places.tables import Area
from points.places.tables import Station as Counter
from points.rewards import rulesets

GRIDS = 3
ADMIN = "city"


def found(city: City) -> None:
    """Let the tree stand, with a rule set in each street, goods on its shelves and two clerks at each counter."""
    with city.transaction() as session:
        _name_streets(session, city)
    with city.transaction() as session:
        _open_up(session, city)
        _neighbours(session, city)
        _read(session, city)
    with city.transaction() as session:
        _rules(session, city)
        _stations(session, city)
    for station in city.stations:
        with city.transaction() as session:
            _fill(session, station)


def _name_streets(session: Session, city: City) -> None:
    """The districts and streets, who sees the whole city, and two administrators for each street; all by the first."""
    by = city.staff(accounts.FIRST_LOGIN)
    there = set(session.scalars(select(Area.code)))
    for district in facts.DISTRICTS:
        if district.code not in there:
            _add(session, "district", district.code, district.name, town.CITY, by=by, at=APPOINTED)
    _, token = accounts.add_staff(
        session,
        login=ADMIN,
        role="street_admin",
        place=town.CITY,
        behind=Behind(name="市级管理员", phone="19900090999"),
        by=by,
        at=APPOINTED,
    )
    accounts.choose_password(session, token=token, password=town.PASSWORD, at=APPOINTED, well_known=True)
    for number, (code, name) in enumerate(_streets(city)):
        _add(session, "street", code, name, facts.DISTRICTS[number % len(facts.DISTRICTS)].code, by=by, at=APPOINTED)
        for place, (login, sign) in enumerate(zip(administrators(code), "甲乙", strict=True)):
            accounts.add_staff(
                session,
                login=login,
                role="street_admin",
                place=code,
                behind=Behind(name=f"{name}管理员{sign}", phone=f"1990007{2 * number + place:04d}"),
                by=by,
                at=APPOINTED,
            )


def _open_up(session: Session, city: City) -> None:
    """The communities of each street and their 片, by the street."""
    for code, name in _streets(city):
        by, _ = city.administrators(code)
        for place in range(city.scale.communities):
            community = f"{code}-{place + 1}"
            _add(session, "community", community, f"{name[:-2]}第{place + 1}社区", code, by=by)
            for grid in range(GRIDS):
                _add(session, "grid", f"{community}-{grid + 1}", f"第{grid + 1}片", community, by=by)


def _streets(city: City) -> Iterator[tuple[str, str]]:
    """Code and name of every street besides the demo street."""
    for number in range(city.scale.streets):
        letters = chr(ord("A") + number // 10) + chr(ord("A") + number % 10)
        yield f"S{letters}", f"示例{facts.CHARACTERS[number // 10]}{facts.CHARACTERS[number % 10]}街道"


def _neighbours(session: Session, city: City) -> None:
    """The 邻 of the demo street that its own build leaves out, as many as the scale; all are 127 组 × 9 + 1 × 10."""
    by, _ = city.administrators(town.STREET)
    groups = session.scalars(select(Area).where(Area.type == "microgrid").order_by(Area.id)).all()
    there = set(session.scalars(select(Area.code).where(Area.type == "neighbour_group")))
    for number, group in enumerate(groups):
        for place in range(1, 11 if number == len(groups) - 1 else 10):
            if (code := f"{group.code}-{place}") not in there and len(there) < city.scale.neighbour_groups:
                there.add(code)
                households = 8 + (number + place) % 6
                _add(session, "neighbour_group", code, f"第{place}邻", group.code, by=by, households=households)


def _read(session: Session, city: City) -> None:
    streets = {
        one.id: one.code
        for one in session.scalars(select(Area).where(Area.type == "street"))
        if one.code not in town.OTHERS
    }
    for area in session.scalars(select(Area).where(Area.type == "community").order_by(Area.id)):
        street_id = next((int(part) for part in area.path.split("/") if part and int(part) in streets), None)
        if street_id is not None:
            city.communities.append(Community(area.id, area.code, area.name, area.path, street_id, streets[street_id]))
    by_path = {one.path: one for one in city.communities}
    for group in session.scalars(select(Area).where(Area.type == "neighbour_group").order_by(Area.id)):
        home = next((one for path, one in by_path.items() if group.path.startswith(path)), None)
        if home is not None:
            home.groups.append(group.code)


def _rules(session: Session, city: City) -> None:
    for code in dict.fromkeys(one.street for one in city.communities):
        if code == town.STREET:
            continue
        version = f"{RULES}-{code}"
        first, second = city.administrators(code)
        rulesets.draft(
            session,
            street=code,
            effective_from=street_facts.FIRST_DAY,
            version=version,
            resolution_ref="演示：街道居民会议决定",
            by=first,
            at=OPENED,
        )
        rulesets.publish(session, version=version, by=second, at=OPENED)
        for item in facts.ITEMS:
            goods.add(
                session,
                new=NewItem(
                    code=f"{code}-{item.code}",
                    name=item.name,
                    spec=item.spec,
                    unit_name=item.unit,
                    kind=item.kind,
                    price=item.price,
                    ref_value_fen=item.ref_yuan * 100,
                    limit_pp_month=item.limit,
                    icon=item.icon,
                ),
                street=code,
                by=first,
                at=OPENED,
            )
            goods.put_on_shelf(session, item=f"{code}-{item.code}", by=second, at=OPENED)


def _stations(session: Session, city: City) -> None:
    number = len(street_facts.STATIONS)
    for code in dict.fromkeys(one.street for one in city.communities):
        by, _ = city.administrators(code)
        here = [one for one in city.communities if one.street == code]
        for place in range(0 if code == town.STREET else city.scale.stations):
            number += 1
            home = here[place * len(here) // city.scale.stations]
            stations.open_station(
                session,
                stations.NewStation(
                    code=f"NLJ-{number}",
                    number=number,
                    name=f"能量家{number}号站·{home.name}",
                    area=home.code,
                    address=f"示例路 {number} 号",
                    open_hours=street_facts.OPEN_HOURS,
                    phone=f"0744-{number:07d}",
                    low_counter=place == 0,
                ),
                by=by,
                at=OPENED,
            )
    by_id = {one.id: one for one in city.communities}
    for counter in session.scalars(select(Counter).order_by(Counter.number)).all():
        clerks = []
        # each administrator makes one, so that the two sign for each other from the first day
        for letter, sign, by in zip("ab", "甲乙", city.administrators(by_id[counter.area_id].street), strict=True):
            login = f"{'city' if counter.number <= len(street_facts.STATIONS) else ''}station{counter.number}{letter}"
            phone = f"1990008{2 * counter.number + (letter == 'b'):04d}"
            account, _ = accounts.add_staff(
                session,
                login=login,
                role="station_staff",
                place=counter.code,
                behind=Behind(name=f"{counter.name}店员{sign}", phone=phone),
                by=by,
                at=OPENED,
            )
            clerks.append(accounts.actor(session, account.id, on=street_facts.FIRST_DAY))
        city.stations.append(Station(counter.code, counter.number, by_id[counter.area_id], (clerks[0], clerks[1])))


def _fill(session: Session, station: Station) -> None:
    for year in (2025, 2026):
        for item in facts.ITEMS:
            stock.receive(
                session,
                delivery=Delivery(
                    station=station.code,
                    item=item_code(station, item),
                    qty=facts.STOCK,
                    source=BatchSource.BUDGET,
                    best_before=date(year + 3, 12, 31),
                    unit_cost_fen=item.ref_yuan * 80,
                ),
                by=station.clerks[0],
                second=station.clerks[1],
                at=clock.at_local(date(year, 1, 3), time(16, 0)),
            )


def item_code(station: Station, item: street_facts.Goods) -> str:
    """The code of this item in the station's street."""
    return item.code if station.community.street == town.STREET else f"{station.community.street}-{item.code}"


def cards_for_all(city: City) -> None:
    """Print a card for everybody, as a street office does once."""
    at = clock.at_local(facts.LAST_DAY, time(10, 0)) - timedelta(days=60)
    for community in city.communities:
        by, _ = city.administrators(community.street)
        printed = True
        while printed:
            with city.transaction() as session:
                printed = bool(cards.issue_missing(session, community=community.code, by=by, at=at))


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
