"""Where people live: the 邻, the 小区 and the 楼栋 of a person and of a household."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.journal import audit
from points.people import households, persons
from points.people.tables import Household, Volunteer
from points.people.volunteers import details
from points.places import areas, compounds
from points.places.tables import Area, Building, Compound

# --- what there is


@dataclass(frozen=True)
class Home:
    """Where somebody lives within their community: the code of a 邻, and of a 小区 or 楼栋; empty for none."""

    neighbour_group: str = ""
    dwelling: str = ""


@dataclass(frozen=True)
class _Place:
    group: Area | None
    dwelling: compounds.Dwelling | None


# --- what happens


def place_person(session: Session, *, volunteer: str, home: Home, by: Actor, at: datetime) -> Volunteer:
    """Say where in their community a person lives; what is empty is known no longer.

    Service that was recorded stays with the 邻 of its day.
    Raises NotPermitted, NoSuch, WrongNeighbourGroup or PlaceClosed.
    """
    person = persons.seen(session, volunteer, by=by)
    role = by.require("volunteer.change", area_path=person.area_path)
    found = _found(session, home, person.community_id)
    _settle(session, person, found)
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="volunteer.home",
        target=f"volunteer:{person.code}",
        at=at,
        area_path=person.area_path,
        facts=vars(home),
    )
    return person


def place_household(
    session: Session, *, volunteer: str, home: Home, by: Actor, at: datetime, members: bool = False
) -> Household:
    """Say where in its community the household of this person lives; with `members`, that they all live there.

    Those of another community stay where they are.
    Raises NotPermitted, NoSuch, NotInHousehold, WrongNeighbourGroup or PlaceClosed.
    """
    person = persons.seen(session, volunteer, by=by)
    role = by.require("household.change", area_path=person.area_path)
    mine = households.of(session, person.id)
    if mine is None:
        raise households.NotInHousehold(volunteer=person.code)
    household = session.execute(
        select(Household).where(Household.id == mine.id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()
    found = _found(session, home, household.community_id)
    household.neighbour_group_id = found.group.id if found.group else None
    household.compound_id, household.building_id = _dwelling_ids(found)
    moved = [one for one in households.members(session, household.id) if one.community_id == household.community_id]
    for one in moved if members else ():
        _settle(session, one, found)
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="household.home",
        target=f"household:{household.code}",
        at=at,
        area_path=areas.path_of(session, household.community_id),
        facts={**vars(home), "members": members},
    )
    return household


def follow(session: Session, *, was: str, now: str) -> None:
    """Residents stay where they are when their area stands at another path; part of `registry.places.correct_area`."""
    if was == now:
        return
    rest = func.substr(Volunteer.area_path, len(was) + 1)
    session.execute(
        update(Volunteer)
        .where(Volunteer.area_path.startswith(was, autoescape=True))
        .values(area_path=literal(now) + rest)
        .execution_options(synchronize_session="fetch")
    )


# --- what can be asked


def of(session: Session, one: Volunteer | Household) -> tuple[Home, str]:
    """Where a person or household lives within the community, and how it is called."""
    group = session.get(Area, one.neighbour_group_id) if one.neighbour_group_id else None
    compound = session.get(Compound, one.compound_id) if one.compound_id else None
    building = session.get(Building, one.building_id) if one.building_id else None
    dwelling = building or compound
    home = Home(group.code if group else "", dwelling.code if dwelling else "")
    return home, " · ".join(thing.name for thing in (group, compound, building) if thing)


def _found(session: Session, home: Home, community_id: int) -> _Place:
    community = session.get_one(Area, community_id)
    group = details.neighbour_group_of(session, home.neighbour_group, community) if home.neighbour_group else None
    areas.require_in_use(session, group or community)
    dwelling = compounds.dwelling(session, home.dwelling, community_id=community_id) if home.dwelling else None
    return _Place(group, dwelling)


def _settle(session: Session, person: Volunteer, place: _Place) -> None:
    person.neighbour_group_id = place.group.id if place.group else None
    person.area_path = place.group.path if place.group else areas.path_of(session, person.community_id)
    person.compound_id, person.building_id = _dwelling_ids(place)


def _dwelling_ids(place: _Place) -> tuple[int | None, int | None]:
    if place.dwelling is None:
        return None, None
    building = place.dwelling.building
    return place.dwelling.compound.id, building.id if building else None
