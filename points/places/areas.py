"""The area tree: city – district – street – community – 片 – 组 – 邻, typed nodes because names of levels differ."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, QueryableAttribute, Session, aliased

from points.foundation import typed
from points.foundation.actors import Actor, Reach
from points.foundation.errors import N_, Conflict, Invalid, NoSuch
from points.journal import audit
from points.places.tables import TYPES, Area

# --- what there is

Path = ColumnElement[str] | QueryableAttribute[str] | QueryableAttribute[str | None]
"""A column that holds an area's path."""
Number = ColumnElement[int] | QueryableAttribute[int] | QueryableAttribute[int | None]
"""A column that refers to a row."""

CHANGE, ARRANGE = "area.change", "area.arrange"
"""What is needed to change a community and what stands above it; and what lies within a community."""
WITHIN_A_COMMUNITY = ("grid", "microgrid", "neighbour_group")
ROOT_TYPES = TYPES[:3]
"""An installation may begin at its city, its district or its only street."""
NEIGHBOUR_GROUP_SIZE = range(5, 16)


# --- what is refused


@dataclass(eq=False)
class WrongParent(Invalid):
    """A node of this type does not stand below that parent."""

    code = "wrong-parent"
    title = N_("This place does not belong there")
    detail = N_("A %(type)s cannot stand below “%(parent)s” (%(parent_type)s).")
    next_step = N_("Choose a parent of the next higher level.")
    type: str
    parent: str
    parent_type: str


@dataclass(eq=False)
class CodeTaken(Conflict):
    """The code already stands for another thing of the same kind."""

    code = "code-taken"
    title = N_("This code is taken")
    detail = N_("There already is a %(kind)s with the code “%(key)s”.")
    next_step = N_("Choose another code.")
    kind: str
    key: str


@dataclass(eq=False)
class CodeUnreadable(Invalid):
    """The code could not stand in an address, so that the thing would have no page."""

    code = "code-unreadable"
    title = N_("Please check the code")
    detail = N_("“%(key)s” cannot be a code.")
    next_step = N_("A code begins with a letter or digit and has only letters, digits, hyphens and dots.")
    key: str


@dataclass(eq=False)
class NotACommunity(Invalid):
    """A community was asked for, another level was named."""

    code = "not-a-community"
    title = N_("This is not a community")
    detail = N_("“%(key)s” is a %(type)s, not a community.")
    next_step = N_("Name the community.")
    key: str
    type: str


@dataclass(eq=False)
class PlaceClosed(Conflict):
    """The place is closed: nothing new begins there."""

    code = "place-closed"
    title = N_("This place is closed")
    detail = N_("“%(name)s” is closed; nothing new begins there.")
    next_step = N_("Choose another place, or let the street office open it again.")
    name: str


# --- what happens


def add(
    session: Session,
    *,
    type: str,
    code: str,
    name: str,
    parent: str | None,
    by: Actor,
    at: datetime,
    households: int | None = None,
) -> Area:
    """Add a node below `parent` (a code; None makes a root, which only the system may).

    The parent is of the next higher type; a 邻 may stand directly below a community without 片 (domain §3.2).
    A 邻 of fewer than 5 or more than 15 households is taken, and listed by `warnings`.
    Raises NotPermitted, NoSuch, WrongParent, PlaceClosed, CodeUnreadable or CodeTaken.
    """
    above = by_code(session, parent) if parent is not None else None
    role = by.require(action_on(type), area_path=above.path if above else "/")
    refuse_wrong_parent(session, type=type, above=above)
    if above is not None:
        require_in_use(session, above)
    code = free_code(session, Area.code, code, kind=N_("area"))
    area = Area(
        parent_id=above.id if above else None,
        type=type,
        code=code,
        name=name,
        path="",
        households=households,
        created_at=at,
        created_by=by.person,
    )
    session.add(area)
    session.flush()
    area.path = f"{above.path if above else '/'}{area.id}/"
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="area.add",
        target=f"area:{code}",
        at=at,
        area_path=area.path,
        facts={"type": type, "parent": parent, "households": households},
    )
    return area


def change(
    session: Session,
    *,
    area: str,
    by: Actor,
    at: datetime,
    name: str | None = None,
    households: int | None = None,
    lead: str | None = None,
) -> Area:
    """Change what is given of a node: name, households or lead (a volunteer code; "" for nobody).

    Raises NotPermitted or NoSuch.
    """
    node = by_code(session, area)
    role = by.require(action_on(node.type), area_path=node.path)
    changed: dict[str, object] = {}
    if name is not None:
        node.name = changed["name"] = name
    if households is not None:
        node.households = changed["households"] = households
    if lead is not None:
        node.lead_code = changed["lead"] = lead or None
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="area.change",
        target=f"area:{area}",
        at=at,
        area_path=node.path,
        facts=changed,
    )
    return node


# --- what can be asked


def free_code(session: Session, taken: InstrumentedAttribute[str], code: str, *, kind: str) -> str:
    """`code` as it stands in addresses, if no other of `kind` (a message id) has it in the column `taken`, in large or
    small letters. Raises CodeUnreadable or CodeTaken.
    """
    code = typed.code(code)
    if not re.fullmatch(typed.CODE, code):
        raise CodeUnreadable(key=code[:40])
    if (other := session.scalar(select(taken).where(func.upper(taken) == code.upper()))) is not None:
        raise CodeTaken(kind=kind, key=other)
    return code


def by_code(session: Session, code: str) -> Area:
    """The node with this code. Raises NoSuch."""
    area = session.scalars(select(Area).where(Area.code == code)).first()
    if area is None:
        raise NoSuch(kind=N_("area"), key=code)
    return area


def community_by_code(session: Session, code: str) -> Area:
    """The community with this code. Raises NoSuch or NotACommunity."""
    area = by_code(session, code)
    if area.type != "community":
        raise NotACommunity(key=code, type=area.type)
    return area


def street_by_code(session: Session, code: str) -> Area:
    """The street with this code. Raises NoSuch."""
    street = session.scalars(select(Area).where(Area.code == code, Area.type == "street")).first()
    if street is None:
        raise NoSuch(kind=N_("street"), key=code)
    return street


def path_of(session: Session, area_id: int) -> str:
    """The path of the node with this id."""
    return session.execute(select(Area.path).where(Area.id == area_id)).scalar_one()


def code_of(session: Session, area_id: int) -> str:
    """The code of the node with this id."""
    return session.execute(select(Area.code).where(Area.id == area_id)).scalar_one()


def street_of(session: Session, area: Area) -> Area:
    """The nearest node of type street at or above `area`. Raises NoSuch above the streets."""
    if area.type == "street":
        return area
    above = [int(part) for part in area.path.split("/") if part]
    street = session.scalars(select(Area).where(Area.id.in_(above), Area.type == "street")).first()
    if street is None:
        raise NoSuch(kind=N_("street"), key=area.code)
    return street


def subtree(session: Session, *, path: str, by: Actor | None = None, types: Iterable[str] = TYPES) -> list[Area]:
    """The node at `path` and all below it, top down; with `by`, only what lies in that actor's reach."""
    statement = select(Area).where(Area.path.startswith(path), Area.type.in_(tuple(types))).order_by(Area.path)
    if by is not None:
        statement = statement.where(within(by.reaches("area.see"), area_path=Area.path))
    return list(session.scalars(statement))


def all_within(session: Session, *, by: Actor, action: str, type: str) -> list[Area]:
    """The nodes of a type that are in use and where `by` may do `action` as a whole, top down."""
    reach = within(by.reaches(action), area_path=Area.path)
    return list(session.scalars(select(Area).where(reach, Area.type == type, Area.active).order_by(Area.path)))


def community_of(session: Session, area: Area) -> Area:
    """The community at or above `area`. Raises NotACommunity above the communities."""
    if area.type == "community":
        return area
    above = [int(part) for part in area.path.split("/") if part]
    community = session.scalars(select(Area).where(Area.id.in_(above), Area.type == "community")).first()
    if community is None:
        raise NotACommunity(key=area.code, type=area.type)
    return community


def names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these nodes by their key."""
    wanted = {id_ for id_ in ids if id_ is not None}
    return dict(session.execute(select(Area.id, Area.name).where(Area.id.in_(wanted))).all())


def within_path(path: str) -> Select[int]:
    """The keys of the node at `path` and all below it, as a part of a statement."""
    node = aliased(Area)
    return select(node.id).where(node.path.startswith(path, autoescape=True))


def children(session: Session, area: Area) -> list[Area]:
    """What stands directly below a node, those in use first, by code."""
    return list(session.scalars(select(Area).where(Area.parent_id == area.id).order_by(Area.active.desc(), Area.code)))


def warnings(session: Session, *, path: str) -> list[Area]:
    """The 邻 at or below `path` whose number of households is known and not 5–15."""
    statement = select(Area).where(
        Area.path.startswith(path),
        Area.type == "neighbour_group",
        Area.active,
        or_(Area.households < NEIGHBOUR_GROUP_SIZE.start, Area.households >= NEIGHBOUR_GROUP_SIZE.stop),
    )
    return list(session.scalars(statement.order_by(Area.code)))


def within(
    reaches: Iterable[Reach],
    *,
    area_path: Path | None = None,
    team_id: Number | None = None,
    station_id: Number | None = None,
    unit_id: Number | None = None,
) -> ColumnElement[bool]:
    """The condition that a row lies in one of `reaches`, by the columns it has; false for no reach."""
    conditions: list[ColumnElement[bool]] = []
    for reach in reaches:
        if reach.everywhere:
            return true()
        if reach.area_path is not None:
            if area_path is not None:
                conditions.append(area_path.startswith(reach.area_path))
        elif reach.team_id is not None:
            if team_id is not None:
                conditions.append(team_id == reach.team_id)
        elif reach.station_id is not None:
            if station_id is not None:
                conditions.append(station_id == reach.station_id)
        elif unit_id is not None:
            conditions.append(unit_id == reach.unit_id)
    return or_(*conditions) if conditions else false()


def action_on(type: str) -> str:
    """What somebody must be allowed to do to add or change a node of this type."""
    return ARRANGE if type in WITHIN_A_COMMUNITY else CHANGE


def require_in_use(session: Session, area: Area) -> None:
    """Hold the node as it is until the end of the transaction, for what begins there. Raises PlaceClosed."""
    if not session.scalar(select(Area.active).where(Area.id == area.id).with_for_update(read=True)):
        raise PlaceClosed(name=area.name)


def refuse_wrong_parent(session: Session, *, type: str, above: Area | None, besides: int = 0) -> None:
    """Refuse a type that does not stand below `above`; `besides` is the node itself where it is there already.

    Raises WrongParent.
    """
    if above is None:
        if type not in ROOT_TYPES:
            raise WrongParent(type=type, parent="", parent_type="")
        return
    if type in TYPES[1:] and above.type == TYPES[TYPES.index(type) - 1]:
        return
    if type == "neighbour_group" and above.type == "community":
        grids = select(Area.id).where(Area.parent_id == above.id, Area.type == "grid", Area.id != besides).limit(1)
        if session.scalar(grids) is None:
            return
    raise WrongParent(type=type, parent=above.code, parent_type=above.type)
