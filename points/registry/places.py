"""Places as a whole: closed, opened again, corrected – after every room was asked what is still there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.exchange.tables import StockBatch
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict
from points.journal import audit
from points.people import persons, residence
from points.places import areas, compounds, moving, stations
from points.places.tables import TYPES, Area, Building, Compound, Station
from points.registry import still_there
from points.registry.still_there import Left

# --- what there is


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What is to be corrected of an area; None leaves it as it is, an empty `lead` is nobody."""

    name: str | None = None
    code: str | None = None
    type: str | None = None
    parent: str | None = None
    households: int | None = None
    lead: str | None = None


# --- what is refused


@dataclass(eq=False)
class StillInUse(Conflict):
    """Something still hangs on the place; `left` says what, and how many of each."""

    code = "place-in-use"
    title = N_("This place is still in use")
    detail = N_("“%(name)s” still holds things: %(count)d.")
    next_step = N_("Move or end what stands in the list, then close the place.")
    name: str
    count: int
    left: dict[str, int]


@dataclass(eq=False)
class Contradicted(Conflict):
    """What was entered there would be told of a wrong place; `left` says what, and how many of each."""

    code = "correction-contradicted"
    title = N_("That would contradict what is there")
    detail = N_("“%(name)s” holds things that would be wrong then: %(count)d.")
    next_step = N_("Enter the right place as a new one, move what is there to it, and close this one.")
    name: str
    count: int
    left: dict[str, int]


@dataclass(eq=False)
class WrongBelow(Conflict):
    """What stands below the area does not stand below its new type."""

    code = "wrong-below"
    title = N_("What stands below does not fit")
    detail = N_("“%(below)s” stands below “%(name)s”, and cannot stand below a %(type)s.")
    next_step = N_("Move what stands below first.")
    below: str
    name: str
    type: str


# --- what happens


def close_area(session: Session, *, area: str, reason: str, by: Actor, at: datetime) -> Area:
    """Close an area, so that nothing new begins there; closed already, it stays so.

    Raises NotPermitted, NoSuch, or StillInUse with what still hangs on it, and then nothing changed.
    """
    node = moving.locked(session, area)
    role = by.require(areas.action_on(node.type), area_path=node.path)
    if not node.active:
        return node
    if left := still_there.at_area(session, node, day=clock.local_date(at)):
        raise StillInUse(name=node.name, count=sum(one.count for one in left), left=_counts(left))
    node.active = False
    session.flush()
    _note(session, node, "area.close", by=by, role=role, at=at, reason=reason)
    return node


def reopen_area(session: Session, *, area: str, by: Actor, at: datetime) -> Area:
    """Take a closed area into use again. Raises NotPermitted, NoSuch, or PlaceClosed where what is above is closed."""
    node = moving.locked(session, area)
    role = by.require(areas.action_on(node.type), area_path=node.path)
    if node.active:
        return node
    if node.parent_id is not None:
        areas.require_in_use(session, session.get_one(Area, node.parent_id))
    node.active = True
    session.flush()
    _note(session, node, "area.reopen", by=by, role=role, at=at)
    return node


def correct_area(session: Session, *, area: str, to: Correction, by: Actor, at: datetime) -> Area:
    """Correct an area: its name, households or lead, and its type or parent where nothing contradicts.

    Within a community a 片, 组 or 邻 moves with its residents. A community or street, or what would come to another
    community, moves only while nothing was entered there.
    Its code changes only while nothing was entered under it.
    Raises NotPermitted, NoSuch, WrongParent, WrongBelow, Contradicted, CodeTaken, CodeUnreadable or PlaceClosed, and
    then nothing changed.
    """
    node = moving.locked(session, area)
    role = by.require(areas.action_on(node.type), area_path=node.path)
    if to.lead:
        persons.seen(session, to.lead, by=by)
    above = session.get(Area, node.parent_id) if node.parent_id is not None else None
    new_above = areas.by_code(session, to.parent) if to.parent else above
    type_ = to.type or node.type
    if type_ != node.type or new_above is not above:
        by.require(areas.action_on(type_), area_path=new_above.path if new_above else node.path)
        _refuse_contradiction(session, node, type_, new_above)
        facts = {"from": node.type, "type": type_, "parent": new_above.code if new_above else None}
        was = moving.move(session, node, type=type_, above=new_above)
        residence.follow(session, was=was, now=node.path)
        _note(session, node, "area.move", by=by, role=role, at=at, facts=facts)
    if to.code is not None and to.code != node.code:
        _recode(session, node, to.code, by=by, role=role, at=at)
        area = node.code
    plain = {"name": to.name, "households": to.households, "lead": to.lead}
    if any(value is not None for value in plain.values()):
        areas.change(session, area=area, name=to.name, households=to.households, lead=to.lead, by=by, at=at)
    return node


def _recode(session: Session, node: Area, code: str, *, by: Actor, role: str, at: datetime) -> None:
    """Another code, while nothing was entered under the one there is: it stands in addresses, lists and on paper."""
    below = session.scalars(select(Area).where(Area.parent_id == node.id).limit(1)).first()
    left = still_there.ever_at_area(session, node) + ([Left("areas", 1, below.code)] if below else [])
    if left:
        raise Contradicted(name=node.name, count=sum(one.count for one in left), left=_counts(left))
    before, node.code = node.code, areas.free_code(session, Area.code, code, kind=N_("area"))
    session.flush()
    _note(session, node, "area.recode", by=by, role=role, at=at, facts={"from": before, "to": node.code})


def close_compound(session: Session, *, compound: str, reason: str, by: Actor, at: datetime) -> Compound:
    """Close a 小区 with its 楼栋, once nobody lives there. Raises NotPermitted, NoSuch or StillInUse."""
    found, _, role = compounds.locked(session, compound, by=by)
    if found.active:
        _refuse_lived_in(found.name, still_there.at_compound(session, found))
        compounds.set_active(session, found, False, by=by, role=role, at=at, reason=reason)
    return found


def close_building(session: Session, *, building: str, reason: str, by: Actor, at: datetime) -> Building:
    """Close a 楼栋, once nobody lives there. Raises NotPermitted, NoSuch or StillInUse."""
    found = compounds.building_by_code(session, building)
    _, _, role = compounds.locked(session, session.get_one(Compound, found.compound_id).code, by=by)
    if found.active:
        _refuse_lived_in(found.name, still_there.at_building(session, found))
        compounds.set_active(session, found, False, by=by, role=role, at=at, reason=reason)
    return found


def reopen_compound(session: Session, *, compound: str, by: Actor, at: datetime) -> Compound:
    """Take a closed 小区 into use again. Raises NotPermitted, NoSuch or PlaceClosed."""
    found, _, role = compounds.locked(session, compound, by=by)
    if not found.active:
        areas.require_in_use(session, compounds.community_of(session, found))
        compounds.set_active(session, found, True, by=by, role=role, at=at)
    return found


def reopen_building(session: Session, *, building: str, by: Actor, at: datetime) -> Building:
    """Take a closed 楼栋 into use again. Raises NotPermitted, NoSuch or PlaceClosed."""
    found = compounds.building_by_code(session, building)
    compound, _, role = compounds.locked(session, session.get_one(Compound, found.compound_id).code, by=by)
    if not compound.active:
        raise areas.PlaceClosed(name=compound.name)
    if not found.active:
        compounds.set_active(session, found, True, by=by, role=role, at=at)
    return found


def close_station(session: Session, *, station: str, reason: str, by: Actor, at: datetime) -> Station:
    """Close a station for good, once nothing is left there; closed already, it stays so.

    Raises NotPermitted, NoSuch, or StillInUse with the stock, reservations, exchange days and sign-ins that are left.
    """
    found, _ = stations.locked(session, station, by=by)
    if found.status == "closed":
        return found
    # held, so that nothing of them is set aside meanwhile
    session.execute(select(StockBatch.id).where(StockBatch.station_id == found.id).with_for_update())
    if left := still_there.at_station(session, found, day=clock.local_date(at)):
        raise StillInUse(name=found.name, count=sum(one.count for one in left), left=_counts(left))
    return stations.set_status(session, station=station, status="closed", reason=reason, by=by, at=at)


def _refuse_lived_in(name: str, left: list[Left]) -> None:
    if left:
        raise StillInUse(name=name, count=sum(one.count for one in left), left=_counts(left))


def _refuse_contradiction(session: Session, node: Area, type_: str, above: Area | None) -> None:
    if above is not None:
        areas.require_in_use(session, above)
    areas.refuse_wrong_parent(session, type=type_, above=above, besides=node.id)
    for below in session.scalars(select(Area).where(Area.parent_id == node.id)):
        straight = below.type == TYPES[TYPES.index(type_) + 1] if type_ != TYPES[-1] else False
        if not straight and not (below.type == "neighbour_group" and type_ == "community"):
            raise WrongBelow(below=below.name, name=node.name, type=type_)
    if above is not None and _stays_in_its_community(session, node, type_, above):
        return
    if left := still_there.ever_at_area(session, node):
        raise Contradicted(name=node.name, count=sum(one.count for one in left), left=_counts(left))


def _stays_in_its_community(session: Session, node: Area, type_: str, above: Area) -> bool:
    """Whether a 片, 组 or 邻 stays one of the same community, and no 邻 with residents becomes another thing."""
    inside = areas.WITHIN_A_COMMUNITY
    if node.type not in inside or type_ not in inside or above.type not in ("community", *inside):
        return False
    same = areas.community_of(session, node).id == areas.community_of(session, above).id
    return same and (type_ == node.type or "neighbour_group" not in (type_, node.type))


def _counts(left: list[Left]) -> dict[str, int]:
    return {one.kind: one.count for one in left}


def _note(session: Session, node: Area, action: str, **act: Unpack[audit.Act]) -> None:
    audit.write(session, action=action, target=f"area:{node.code}", area_path=node.path, **act)
