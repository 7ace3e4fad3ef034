"""小区 and 楼栋: housing estates and their buildings, beside the tree of areas."""

from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation import typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.journal import audit
from points.places import areas
from points.places.tables import Area, Building, Compound

# --- what there is


@dataclass(frozen=True, kw_only=True)
class Estate:
    """What is kept of a 小区; None leaves what is there as it is."""

    name: str | None = None
    has_party_branch: bool | None = None
    has_owners_committee: bool | None = None
    property_company: str | None = None


@dataclass(frozen=True)
class Dwelling:
    """A 小区, and the 楼栋 of it where that is known."""

    compound: Compound
    building: Building | None = None


# --- what happens


def add(
    session: Session,
    *,
    community: str,
    name: str,
    by: Actor,
    at: datetime,
    has_party_branch: bool = False,
    has_owners_committee: bool = False,
    property_company: str = "",
) -> Compound:
    """Add a 小区 to a community; it gets the next code there.

    Raises NotPermitted, NoSuch, NotACommunity, PlaceClosed or CodeTaken for a name that another has.
    """
    area = areas.community_by_code(session, community)
    role = by.require(areas.ARRANGE, area_path=area.path)
    areas.require_in_use(session, area)
    name = typed.plain(name)
    _refuse_taken(session, area.id, name)
    number = session.scalar(select(func.count()).where(Compound.community_id == area.id)) or 0
    compound = Compound(
        community_id=area.id,
        code=f"{area.code}-X{number + 1}",
        name=name,
        has_party_branch=has_party_branch,
        has_owners_committee=has_owners_committee,
        property_company=property_company,
        created_at=at,
        created_by=by.person,
    )
    session.add(compound)
    session.flush()
    _note(session, compound, area.path, "compound.add", by=by, role=role, at=at)
    return compound


def change(session: Session, *, compound: str, to: Estate, by: Actor, at: datetime) -> Compound:
    """Correct a 小区. Raises NotPermitted, NoSuch or CodeTaken for a name that another has."""
    found, path, role = locked(session, compound, by=by)
    changed = {name: value for name, value in vars(to).items() if value is not None and getattr(found, name) != value}
    if "name" in changed:
        _refuse_taken(session, found.community_id, str(changed["name"]))
    for name, value in changed.items():
        setattr(found, name, value)
    session.flush()
    _note(session, found, path, "compound.change", by=by, role=role, at=at, facts=changed)
    return found


def add_building(session: Session, *, compound: str, name: str, by: Actor, at: datetime) -> Building:
    """Add a 楼栋 to a 小区. Raises NotPermitted, NoSuch, PlaceClosed or CodeTaken for a name that another has."""
    found, path, role = locked(session, compound, by=by)
    if not found.active:
        raise areas.PlaceClosed(name=found.name)
    name = typed.plain(name)
    _refuse_taken_building(session, found.id, name)
    number = session.scalar(select(func.count()).where(Building.compound_id == found.id)) or 0
    building = Building(
        compound_id=found.id, code=f"{found.code}-{number + 1}", name=name, created_at=at, created_by=by.person
    )
    session.add(building)
    session.flush()
    _note(session, found, path, "building.add", by=by, role=role, at=at, facts={"building": name})
    return building


def rename_building(session: Session, *, building: str, name: str, by: Actor, at: datetime) -> Building:
    """Give a 楼栋 another name. Raises NotPermitted, NoSuch or CodeTaken for a name that another has."""
    found = building_by_code(session, building)
    compound, path, role = locked(session, session.get_one(Compound, found.compound_id).code, by=by)
    name = typed.plain(name)
    if name != found.name:
        _refuse_taken_building(session, compound.id, name)
        before, found.name = found.name, name
        session.flush()
        facts = {"from": before, "to": name}
        _note(session, compound, path, "building.rename", by=by, role=role, at=at, facts=facts)
    return found


def locked(session: Session, code: str, *, by: Actor) -> tuple[Compound, str, str]:
    """The 小区 with this code, held, with its path and the role that may change it. Raises NoSuch or NotPermitted."""
    compound = by_code(session, code)
    path = areas.path_of(session, compound.community_id)
    role = by.require(areas.ARRANGE, area_path=path)
    session.refresh(compound, with_for_update=True)
    return compound, path, role


def set_active(
    session: Session, thing: Compound | Building, active: bool, *, by: Actor, role: str, at: datetime, reason: str = ""
) -> None:
    """Close a 小区 or 楼栋 or open it again; part of `registry.places`, which looks who lives there."""
    thing.active = active
    session.flush()
    compound = thing if isinstance(thing, Compound) else session.get_one(Compound, thing.compound_id)
    what = "compound" if isinstance(thing, Compound) else "building"
    facts = {} if thing is compound else {"building": thing.name}
    path = areas.path_of(session, compound.community_id)
    action = f"{what}.{'reopen' if active else 'close'}"
    _note(session, compound, path, action, by=by, role=role, at=at, reason=reason, facts=facts)


# --- what can be asked


def by_code(session: Session, code: str) -> Compound:
    """The 小区 with this code. Raises NoSuch."""
    found = session.scalars(select(Compound).where(Compound.code == code)).first()
    if found is None:
        raise NoSuch(kind=N_("compound"), key=code)
    return found


def building_by_code(session: Session, code: str) -> Building:
    """The 楼栋 with this code. Raises NoSuch."""
    found = session.scalars(select(Building).where(Building.code == code)).first()
    if found is None:
        raise NoSuch(kind=N_("building"), key=code)
    return found


def by_name(session: Session, *, community_id: int, name: str) -> Compound:
    """The 小区 of a community by its name. Raises NoSuch."""
    found = session.scalars(
        select(Compound).where(Compound.community_id == community_id, Compound.name == name)
    ).first()
    if found is None:
        raise NoSuch(kind=N_("compound"), key=name)
    return found


def dwelling(session: Session, code: str, *, community_id: int) -> Dwelling:
    """The 小区 or 楼栋 in use with this code in a community, held as it is. Raises NoSuch or PlaceClosed."""
    building = session.scalars(select(Building).where(Building.code == code)).first()
    compound = session.get_one(Compound, building.compound_id) if building else by_code(session, code)
    if compound.community_id != community_id:
        raise NoSuch(kind=N_("compound"), key=code)
    things: list[Compound | Building] = [compound, building] if building else [compound]
    for thing in things:
        session.refresh(thing, with_for_update={"read": True})
        if not thing.active:
            raise areas.PlaceClosed(name=thing.name)
    return Dwelling(compound, building)


def of_community(session: Session, *, community_id: int) -> list[Compound]:
    """The 小区 of a community, those in use first, by name."""
    there = select(Compound).where(Compound.community_id == community_id)
    return list(session.scalars(there.order_by(Compound.active.desc(), Compound.name)))


def buildings(session: Session, *, compound_id: int) -> list[Building]:
    """The 楼栋 of a 小区, those in use first, as they were entered."""
    there = select(Building).where(Building.compound_id == compound_id)
    return list(session.scalars(there.order_by(Building.active.desc(), Building.id)))


def offered(session: Session, *, community_id: int) -> list[tuple[str, str]]:
    """The 小区 and 楼栋 in use of a community, by code and name, as a form offers them."""
    found: list[tuple[str, str]] = []
    for compound in of_community(session, community_id=community_id):
        if compound.active:
            found.append((compound.code, compound.name))
            inside = buildings(session, compound_id=compound.id)
            found += [(one.code, f"{compound.name} {one.name}") for one in inside if one.active]
    return found


def community_of(session: Session, compound: Compound) -> Area:
    """The community of a 小区."""
    return session.get_one(Area, compound.community_id)


def _refuse_taken(session: Session, community_id: int, name: str) -> None:
    same = select(Compound.id).where(Compound.community_id == community_id, Compound.name == name)
    if session.scalar(same) is not None:
        raise areas.CodeTaken(kind=N_("compound"), key=name)


def _refuse_taken_building(session: Session, compound_id: int, name: str) -> None:
    if session.scalar(select(Building.id).where(Building.compound_id == compound_id, Building.name == name)):
        raise areas.CodeTaken(kind=N_("building"), key=name)


def _note(session: Session, compound: Compound, path: str, action: str, **act: Unpack[audit.Act]) -> None:
    audit.write(session, action=action, target=f"compound:{compound.code}", area_path=path, **act)
