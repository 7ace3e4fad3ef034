"""Where a role holds, and who manages what is granted there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from points.access.roles import ROLES
from points.access.tables import Account, RoleGrant
from points.foundation.actors import Actor
from points.foundation.errors import N_, Invalid
from points.people import teams, units
from points.people.tables import Team, Unit
from points.places import areas, stations
from points.places.tables import Area, Station

# --- what there is


@dataclass(frozen=True)
class Place:
    """Where a role is granted: one of four kinds, and the path of the area it lies in (None: in no one's)."""

    column: str
    id: int
    path: str | None


# --- what is refused


@dataclass(eq=False)
class NoSuchRole(Invalid):
    """There is no role of this name."""

    code = "no-such-role"
    title = N_("There is no such role")
    detail = N_("“%(role)s” is not a role.")
    next_step = N_("Choose one of: %(roles)s.")
    role: str
    roles: str


# --- what can be asked


def place_of(session: Session, *, role: str, place: str) -> Place:
    """Where `role` would hold at the code `place`. Raises NoSuchRole or NoSuch."""
    if role not in ROLES:
        raise NoSuchRole(role=role, roles=", ".join(ROLES))
    if role == "team_leader":
        team = teams.by_code(session, place)
        return Place("team_id", team.id, areas.path_of(session, team.area_id))
    if role == "station_staff":
        station = stations.by_code(session, place)
        return Place("station_id", station.id, stations.area_path(session, station))
    if role == "unit_liaison":
        unit = units.by_code(session, place)
        linked = unit.linked_community_id
        return Place("unit_id", unit.id, areas.path_of(session, linked) if linked is not None else None)
    area = areas.by_code(session, place)
    return Place("area_id", area.id, area.path)


def open_place_of(session: Session, *, role: str, place: str) -> Place:
    """As `place_of`, for a role that begins: the area or station is in use, and stays so until the transaction ends.

    Raises PlaceClosed.
    """
    where = place_of(session, role=role, place=place)
    if where.column == "area_id":
        areas.require_in_use(session, session.get_one(Area, where.id))
    elif where.column == "station_id":
        stations.require_open(session, session.get_one(Station, where.id))
    return where


def place_codes(session: Session, *, grants: Collection[int]) -> dict[int, str]:
    """The code of the place where each of these grants holds, by the grant's id."""
    statement = (
        select(RoleGrant.id, func.coalesce(Area.code, Team.code, Station.code, Unit.code))
        .outerjoin(Area, Area.id == RoleGrant.area_id)
        .outerjoin(Team, Team.id == RoleGrant.team_id)
        .outerjoin(Station, Station.id == RoleGrant.station_id)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.id.in_(grants))
    )
    return dict(session.execute(statement).all())


def place_names(session: Session, *, codes: Collection[str]) -> dict[str, str]:
    """The names of the areas, teams, stations and units that have these codes, by code."""
    kinds = (Unit, Team, Station, Area)
    found = union_all(*(select(kind.code, kind.name).where(kind.code.in_(codes)) for kind in kinds))
    return dict(session.execute(found).all()) if codes else {}


def today_of(grants: Iterable[RoleGrant], *, on: date) -> list[RoleGrant]:
    """Those of the grants that hold on this day."""
    return [one for one in grants if one.valid_from <= on and (one.valid_to is None or one.valid_to >= on)]


def require_manage(by: Actor, action: str, where: Place) -> str:
    """The role that lets `by` do `action` at `where`. Raises NotPermitted."""
    return by.require_somewhere(action) if where.path is None else by.require(action, area_path=where.path)


def require_over(session: Session, account: Account, *, by: Actor, action: str = "account.manage") -> str:
    """The role by which `by` manages the account as a whole: it covers every place of its grants.

    Raises NotPermitted.
    """
    statement = (
        select(Area.path)
        .join(RoleGrant, RoleGrant.area_id == Area.id)
        .where(RoleGrant.account_id == account.id)
        .union(
            select(Area.path)
            .join(Team, Team.area_id == Area.id)
            .join(RoleGrant, RoleGrant.team_id == Team.id)
            .where(RoleGrant.account_id == account.id),
            select(Area.path)
            .join(Station, Station.area_id == Area.id)
            .join(RoleGrant, RoleGrant.station_id == Station.id)
            .where(RoleGrant.account_id == account.id),
            select(Area.path)
            .join(Unit, Unit.linked_community_id == Area.id)
            .join(RoleGrant, RoleGrant.unit_id == Unit.id)
            .where(RoleGrant.account_id == account.id),
        )
    )
    role = require_manage(by, action, Place("", 0, None))
    for path in session.scalars(statement):
        role = by.require(action, area_path=path)
    return role
