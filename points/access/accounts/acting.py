"""Who acts: an account or a volunteer as an `Actor`, read with all its roles in one statement."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Join, Row, Select, SQLColumnExpression, bindparam, case, func, null, or_, select
from sqlalchemy.orm import Session, aliased

from points.access import roles
from points.access.tables import Account, RoleGrant, StaffPerson
from points.foundation.actors import Actor, Reach
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import table_of
from points.people.tables import Team, TeamMember, Unit, Volunteer
from points.places import serving
from points.places.tables import Area, Station

# --- what can be asked


def actor(session: Session, account_id: int, *, on: date) -> Actor:
    """The actor behind a staff account, with the roles valid on `on`; one statement.

    Raises NoSuch for no such account, or a disabled one.
    """
    found = from_rows(session.execute(_BY_ACCOUNT, {"account_id": account_id, "on": on}).all())
    if found is None:
        raise NoSuch(kind=N_("account"), key=str(account_id))
    return found


def volunteer_actor(session: Session, volunteer_id: int) -> Actor:
    """The actor behind a volunteer, a leader where they lead or are deputies; one statement. Raises NoSuch."""
    found = from_rows(session.execute(_BY_VOLUNTEER, {"volunteer_id": volunteer_id, "on": date.max}).all())
    if found is None:
        raise NoSuch(kind=N_("volunteer"), key=str(volunteer_id))
    return found


def with_grants(
    source: Join, *extra: SQLColumnExpression[datetime], owned: bool = False
) -> Select[*tuple[object, ...]]:
    """The statement that reads an actor in one go: `source` joins Account and Volunteer, the parameter is `on`.

    A row per grant and led team; `from_rows` folds them. `extra` columns come last. `owned` is said of tokens, whose
    `source` joins OWNER too: it is the owner who acts.
    """
    if owned:
        source = source.outerjoin(_owner_volunteer, _owner_volunteer.id == OWNER.volunteer_id)
    behind = func.coalesce(OWNER.person_id, Account.person_id) if owned else Account.person_id
    joined = (
        source.outerjoin(StaffPerson, StaffPerson.id == behind)
        .outerjoin(
            RoleGrant,
            (RoleGrant.account_id == Account.id)
            & (RoleGrant.valid_from <= bindparam("on"))
            & or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= bindparam("on")),
        )
        .outerjoin(_granted, _granted.id == RoleGrant.area_id)
        .outerjoin(Station, Station.id == RoleGrant.station_id)
        .outerjoin(_at_station, _at_station.id == Station.area_id)
        .outerjoin(_street, (_street.id == _at_station.parent_id) & (_street.type == "street"))
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .outerjoin(_linked, _linked.id == Unit.linked_community_id)
        .outerjoin(
            _led, (_led.leader_id == Volunteer.id) & (_led.status != "dissolved") & (Volunteer.status == "active")
        )
        .outerjoin(
            _deputy,
            (_deputy.volunteer_id == Volunteer.id)
            & (_deputy.role == "deputy")
            & (_deputy.status == "active")
            & (Volunteer.status == "active"),
        )
        .outerjoin(_deputed, (_deputed.id == _deputy.team_id) & (_deputed.status != "dissolved"))
    )
    return select(*_COLUMNS, *(_OF_OWNER if owned else _OF_NO_OWNER), *extra).select_from(joined)


def from_rows(rows: Sequence[Row[*tuple[object, ...]]]) -> Actor | None:
    """The actor that the rows of `with_grants` describe; None for nobody, a disabled account, a closed volunteer."""
    if not rows:
        return None
    first = rows[0]
    if first.account_status == "disabled" or first.owner_status == "disabled":
        return None
    volunteer_id, volunteer_code = first.volunteer_id, first.volunteer_code
    if first.volunteer_status in ("closed", "anonymised"):
        volunteer_id = None
    if first.account_id is None and volunteer_id is None:
        return None
    granted: set[_Granted] = set()
    for row in rows:
        if row.role is not None:
            place = (row.area_path, row.team_id, row.station_id, row.unit_id)
            granted.add(_Granted(row.role, *place, row.station_path, row.street_path, row.linked_path))
        for team_id in (row.led_id, row.deputed_id):
            if team_id is not None:
                granted.add(_Granted("team_leader", None, team_id, None, None, None, None, None))
    return Actor(
        person=volunteer_code or first.owner_volunteer or first.person_key or first.login,
        account_id=first.account_id,
        volunteer_id=volunteer_id,
        permits=_permits(frozenset(granted)),
        behind_id=first.owner_volunteer_id,
    )


class _Granted(NamedTuple):
    """A role and where it holds, as one row tells; `station_path` is the area that the station stands in.

    `street_path` is the street around it, where its stations serve the whole street; `linked_path` the community that
    a unit is linked to.
    """

    role: str
    area_path: str | None
    team_id: int | None
    station_id: int | None
    unit_id: int | None
    station_path: str | None
    street_path: str | None
    linked_path: str | None


@lru_cache(maxsize=4096)
def _permits(granted: frozenset[_Granted]) -> MappingProxyType[str, tuple[Reach, ...]]:
    permits: dict[str, tuple[Reach, ...]] = {}
    for one in sorted(granted, key=repr):
        here = Reach(
            role=one.role,
            area_path=one.area_path,
            team_id=one.team_id,
            station_id=one.station_id,
            unit_id=one.unit_id,
        )
        wider = (
            (one.station_path, roles.AT_THE_STATIONS_COMMUNITY),
            (one.street_path, roles.AT_THE_STATIONS_STREET),
            (one.linked_path, roles.IN_THE_UNITS_COMMUNITY),
        )
        for action in roles.ALLOWED[one.role]:
            permits[action] = (*permits.get(action, ()), here)
            for path, actions in wider:
                if path and action in actions:
                    permits[action] = (*permits[action], Reach(role=one.role, area_path=path))
    return MappingProxyType(permits)


OWNER = aliased(Account)
"""The account that answers for a token."""

_owner_volunteer = aliased(Volunteer)
_granted, _at_station, _street, _linked = (aliased(Area) for _ in range(4))
_led, _deputed = aliased(Team), aliased(Team)
_deputy = aliased(TeamMember)
_OF_OWNER = (
    OWNER.status.label("owner_status"),
    _owner_volunteer.id.label("owner_volunteer_id"),
    _owner_volunteer.code.label("owner_volunteer"),
)
_OF_NO_OWNER = tuple(null().label(name) for name in ("owner_status", "owner_volunteer_id", "owner_volunteer"))

_COLUMNS = (
    Account.id.label("account_id"),
    Account.login.label("login"),
    Account.status.label("account_status"),
    StaffPerson.key.label("person_key"),
    Volunteer.id.label("volunteer_id"),
    Volunteer.code.label("volunteer_code"),
    Volunteer.status.label("volunteer_status"),
    RoleGrant.role.label("role"),
    _granted.path.label("area_path"),
    RoleGrant.team_id.label("team_id"),
    RoleGrant.station_id.label("station_id"),
    RoleGrant.unit_id.label("unit_id"),
    _at_station.path.label("station_path"),
    case((serving.serves_whole_street(_street.id), _street.path)).label("street_path"),
    _linked.path.label("linked_path"),
    _led.id.label("led_id"),
    _deputed.id.label("deputed_id"),
)

_account, _volunteer = table_of(Account), table_of(Volunteer)
_BY_ACCOUNT = with_grants(_account.outerjoin(_volunteer, _volunteer.c.id == _account.c.volunteer_id)).where(
    Account.id == bindparam("account_id")
)
_BY_VOLUNTEER = with_grants(_volunteer.outerjoin(_account, _account.c.id.is_(None))).where(
    Volunteer.id == bindparam("volunteer_id")
)
