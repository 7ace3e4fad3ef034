"""Staff accounts and their role grants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from points.access import roles
from points.access.roles import ROLES
from points.foundation import clock, secrets
from points.foundation.actors import SYSTEM, Actor, NotPermitted, Reach
from points.foundation.errors import Conflict, Invalid, N_, NoSuch, NotAllowed
from points.foundation.orm import Base, Row, check, choice
from points.journal import audit
from points.people import persons, teams, units
from points.people.persons import Volunteer
from points.people.teams import Team
from points.places import areas, stations
from points.places.areas import Area
from points.places.stations import Station

SETUP_LINK_LASTS = timedelta(days=7)
SHORTEST_PASSWORD = 8
FIRST_LOGIN = "admin"

# --- what there is


class Account(Row, Base):
    """A staff sign-in: login and password. Volunteers sign in with phone or card and PIN and need none.

    `setup_hash` is the SHA-256 of a one-time link by which the person chooses a password.
    """

    __tablename__ = "account"

    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    setup_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    setup_expires_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(choice("status", "active", "disabled"), default="active")
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer.id"))


class RoleGrant(Row, Base):
    """A role in a scope: an area and all below it, a team, a station or a unit. Exactly one of the four is set."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(None, "account_id"),
        check(
            "one_scope",
            "CASE WHEN area_id IS NULL THEN 0 ELSE 1 END + CASE WHEN team_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN station_id IS NULL THEN 0 ELSE 1 END + CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END = 1",
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(choice("role", *ROLES))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


@dataclass(frozen=True)
class Place:
    """Where a role is granted: one of four kinds, and the path of the area it lies in (None: in no one's)."""

    column: str
    id: int
    path: str | None


# --- what is refused


@dataclass(eq=False)
class LoginTaken(Conflict):
    """Another account has this login."""

    code = "login-taken"
    title = N_("This login is taken")
    detail = N_("There already is an account “%(login)s”.")
    next_step = N_("Choose another login, or grant that account the role.")
    login: str


@dataclass(eq=False)
class NoSuchRole(Invalid):
    """There is no role of this name."""

    code = "no-such-role"
    title = N_("There is no such role")
    detail = N_("“%(role)s” is not a role.")
    next_step = N_("Choose one of: %(roles)s.")
    role: str
    roles: str


@dataclass(eq=False)
class WeakPassword(Invalid):
    """A password has at least eight characters and is not the login."""

    code = "weak-password"
    title = N_("Please choose a longer password")
    detail = N_("A password has at least %(shortest)s characters and is not the login.")
    next_step = N_("Choose a longer one, for example of three words.")
    shortest: int


@dataclass(eq=False)
class SetupLinkSpent(NotAllowed):
    """The link was used, replaced or has expired."""

    code = "setup-link-spent"
    title = N_("This link is no longer valid")
    detail = N_("The link was used already, or it has expired.")
    next_step = N_("Ask your administrator for a new one.")


@dataclass(eq=False)
class AdministratorExists(Conflict):
    """The first administrator has a password already."""

    code = "administrator-exists"
    title = N_("There is an administrator")
    detail = N_("The account “%(login)s” has chosen its password.")
    next_step = N_("Sign in with it; further accounts are made there.")
    login: str


# --- what happens


def add_staff(
    session: Session,
    *,
    login: str,
    role: str,
    place: str,
    by: Actor,
    at: datetime,
    name: str = "",
    volunteer: str | None = None,
) -> tuple[Account, str]:
    """Make an account with one role at `place` (the code of an area, team, station or unit, as the role asks).

    Returns the account and the token of a link, valid seven days, by which the person chooses a password.
    Raises NotPermitted, NoSuch, NoSuchRole or LoginTaken.
    """
    where = place_of(session, role=role, place=place)
    as_role = require_manage(by, "account.manage", where)
    if session.scalar(select(Account.id).where(Account.login == login)) is not None:
        raise LoginTaken(login=login)
    token = secrets.new_token()
    account = Account(
        login=login,
        name=name,
        password_hash=None,
        setup_hash=secrets.token_hash(token),
        setup_expires_at=at + SETUP_LINK_LASTS,
        status="active",
        volunteer_id=persons.by_code(session, volunteer).id if volunteer else None,
        created_at=at,
        created_by=by.person,
    )
    session.add(account)
    session.flush()
    add_grant(session, account_id=account.id, role=role, where=where, by=by, at=at)
    _note(session, account, "account.add", by=by, role=as_role, at=at, where=where, facts={"role": role, "at": place})
    return account, token


def new_setup_link(session: Session, *, login: str, by: Actor, at: datetime) -> str:
    """A new link by which the person chooses a password; the old password stays until then.

    The actor must be able to manage every place where the account has a role. Raises NotPermitted or NoSuch.
    """
    account = by_login(session, login)
    role = require_over(session, account, by=by)
    token = secrets.new_token()
    account.setup_hash, account.setup_expires_at = secrets.token_hash(token), at + SETUP_LINK_LASTS
    session.flush()
    _note(session, account, "account.setup_link", by=by, role=role, at=at)
    return token


def choose_password(session: Session, *, token: str, password: str, at: datetime) -> Account:
    """Choose a password by a one-time link. Raises SetupLinkSpent or WeakPassword."""
    account = session.scalars(
        select(Account).where(Account.setup_hash == secrets.token_hash(token)).with_for_update(key_share=True)
    ).first()
    if account is None or account.setup_expires_at is None or account.setup_expires_at <= at:
        raise SetupLinkSpent()
    if len(password) < SHORTEST_PASSWORD or password == account.login:
        raise WeakPassword(shortest=SHORTEST_PASSWORD)
    account.password_hash = secrets.hash_secret(password)
    account.setup_hash = account.setup_expires_at = None
    session.flush()
    own = Actor(person=account.login, account_id=account.id)
    _note(session, account, "account.choose_password", by=own, role="self", at=at)
    return account


def grant(
    session: Session,
    *,
    login: str,
    role: str,
    place: str,
    by: Actor,
    at: datetime,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> RoleGrant:
    """Grant a further role, from today unless said otherwise, `valid_to` included. Raises NotPermitted, NoSuch, NoSuchRole."""
    account = by_login(session, login)
    where = place_of(session, role=role, place=place)
    as_role = require_manage(by, "account.manage", where)
    row = add_grant(
        session, account_id=account.id, role=role, where=where, by=by, at=at, valid_from=valid_from, valid_to=valid_to
    )
    facts = {"role": role, "at": place, "to": valid_to.isoformat() if valid_to else None}
    _note(session, account, "account.grant", by=by, role=as_role, at=at, where=where, facts=facts)
    return row


def revoke_grant(session: Session, *, login: str, role: str, place: str, by: Actor, at: datetime) -> int:
    """End a role at once; how many grants that were. Raises NotPermitted, NoSuch or NoSuchRole."""
    account = by_login(session, login)
    where = place_of(session, role=role, place=place)
    as_role = require_manage(by, "account.manage", where)
    day = clock.local_date(at)
    grants = session.scalars(
        select(RoleGrant).where(
            RoleGrant.account_id == account.id,
            RoleGrant.role == role,
            getattr(RoleGrant, where.column) == where.id,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= day),
        )
    ).all()
    for row in grants:
        row.valid_to = day - timedelta(days=1)
    session.flush()
    facts = {"role": role, "at": place}
    _note(session, account, "account.revoke_grant", by=by, role=as_role, at=at, where=where, facts=facts)
    return len(grants)


def disable(session: Session, *, login: str, reason: str, by: Actor, at: datetime) -> Account:
    """Disable an account: it signs in no more, and its open sessions end. Raises NotPermitted or NoSuch."""
    account = by_login(session, login)
    role = require_over(session, account, by=by)
    account.status = "disabled"
    session.flush()
    _note(session, account, "account.disable", by=by, role=role, at=at, reason=reason)
    return account


def first_administrator(session: Session, *, at: datetime) -> str:
    """The token of a one-time link for the first administrator, street_admin and sysadmin at the roots of the tree.

    Asked again before the password was chosen, it makes a new link. An empty tree gets a city as its root.
    Raises AdministratorExists.
    """
    account = session.scalars(select(Account).where(Account.login == FIRST_LOGIN)).first()
    if account is not None and account.password_hash is not None:
        raise AdministratorExists(login=FIRST_LOGIN)
    if account is not None:
        return new_setup_link(session, login=FIRST_LOGIN, by=SYSTEM, at=at)
    roots = list(session.scalars(select(Area).where(Area.parent_id.is_(None)).order_by(Area.id)))
    if not roots:
        roots = [areas.add(session, type="city", code="CITY", name="本市", parent=None, by=SYSTEM, at=at)]
    account, token = add_staff(
        session, login=FIRST_LOGIN, role="sysadmin", place=roots[0].code, by=SYSTEM, at=at, name="管理员"
    )
    for root in roots:
        for role in ("sysadmin", "street_admin"):
            if (root, role) != (roots[0], "sysadmin"):
                grant(session, login=FIRST_LOGIN, role=role, place=root.code, by=SYSTEM, at=at)
    return token


def add_grant(
    session: Session,
    *,
    account_id: int,
    role: str,
    where: Place,
    by: Actor,
    at: datetime,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> RoleGrant:
    """Write the row of a grant; part of `grant`, `add_staff` and `tokens.add`, which ask for permission."""
    row = RoleGrant(
        account_id=account_id,
        role=role,
        valid_from=valid_from or clock.local_date(at),
        valid_to=valid_to,
        created_at=at,
        created_by=by.person,
        **{where.column: where.id},
    )
    session.add(row)
    session.flush()
    return row


# --- what can be asked


def by_login(session: Session, login: str) -> Account:
    """The account with this login. Raises NoSuch."""
    account = session.scalars(select(Account).where(Account.login == login)).first()
    if account is None:
        raise NoSuch(kind=N_("account"), key=login)
    return account


def visible(session: Session, *, by: Actor) -> list[tuple[Account, list[RoleGrant]]]:
    """The accounts with a role where the actor manages accounts, by login, each with those grants."""
    spot, team_area, station_area, unit_area = aliased(Area), aliased(Area), aliased(Area), aliased(Area)
    reaches = by.reaches("account.manage")
    statement = (
        select(Account, RoleGrant)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .outerjoin(spot, spot.id == RoleGrant.area_id)
        .outerjoin(Team, Team.id == RoleGrant.team_id)
        .outerjoin(team_area, team_area.id == Team.area_id)
        .outerjoin(Station, Station.id == RoleGrant.station_id)
        .outerjoin(station_area, station_area.id == Station.area_id)
        .outerjoin(units.Unit, units.Unit.id == RoleGrant.unit_id)
        .outerjoin(unit_area, unit_area.id == units.Unit.linked_community_id)
        .where(or_(*(areas.within(reaches, area_path=a.path) for a in (spot, team_area, station_area, unit_area))))
        .order_by(Account.login, RoleGrant.id)
    )
    listed: dict[int, tuple[Account, list[RoleGrant]]] = {}
    for account, row in session.execute(statement):
        listed.setdefault(account.id, (account, []))[1].append(row)
    return list(listed.values())


def actor(session: Session, account_id: int, *, on: date) -> Actor:
    """The actor behind a staff account, with the roles valid on `on`; one statement.

    Raises NoSuch for no such account, or a disabled one.
    """
    found = from_rows(session.execute(_BY_ACCOUNT, {"account_id": account_id, "on": on}).all())
    if found is None:
        raise NoSuch(kind=N_("account"), key=str(account_id))
    return found


def volunteer_actor(session: Session, volunteer_id: int) -> Actor:
    """The actor behind a volunteer, who is the team leader of the teams they lead; one statement. Raises NoSuch."""
    found = from_rows(session.execute(_BY_VOLUNTEER, {"volunteer_id": volunteer_id, "on": date.max}).all())
    if found is None:
        raise NoSuch(kind=N_("volunteer"), key=str(volunteer_id))
    return found


def with_grants(source: Any, *extra: Any) -> Select[Any]:
    """The statement that reads an actor in one go: `source` joins Account and Volunteer, the parameter is `on`.

    A row per grant and led team; `from_rows` folds them. `extra` columns come last.
    """
    joined = (
        source.outerjoin(
            RoleGrant,
            (RoleGrant.account_id == Account.id)
            & (RoleGrant.valid_from <= bindparam("on"))
            & or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= bindparam("on")),
        )
        .outerjoin(_granted, _granted.id == RoleGrant.area_id)
        .outerjoin(Station, Station.id == RoleGrant.station_id)
        .outerjoin(_at_station, _at_station.id == Station.area_id)
        .outerjoin(
            _led, (_led.leader_id == Volunteer.id) & (_led.status == "active") & (Volunteer.status == "active")
        )
    )
    return select(*_COLUMNS, *extra).select_from(joined)


def from_rows(rows: Sequence[Any]) -> Actor | None:
    """The actor that the rows of `with_grants` describe; None for nobody, a disabled account, a closed volunteer."""
    if not rows:
        return None
    first = rows[0]
    if first.account_status == "disabled":
        return None
    volunteer_id, volunteer_code = first.volunteer_id, first.volunteer_code
    if first.volunteer_status in ("closed", "anonymised"):
        volunteer_id = None
    if first.account_id is None and volunteer_id is None:
        return None
    reaches = set()
    for row in rows:
        if row.role is not None:
            reaches.add((row.role, row.area_path, row.team_id, row.station_id, row.unit_id, row.station_path))
        if row.led_id is not None:
            reaches.add(("team_leader", None, row.led_id, None, None, None))
    return Actor(
        person=volunteer_code or first.login,
        account_id=first.account_id,
        volunteer_id=volunteer_id,
        permits=_permits(frozenset(reaches)),
    )


@lru_cache(maxsize=4096)
def _permits(reaches: Iterable[tuple[Any, ...]]) -> MappingProxyType[str, tuple[Reach, ...]]:
    permits: dict[str, tuple[Reach, ...]] = {}
    for role, area_path, team_id, station_id, unit_id, station_path in sorted(reaches, key=repr):
        here = Reach(role=role, area_path=area_path, team_id=team_id, station_id=station_id, unit_id=unit_id)
        around = Reach(role=role, area_path=station_path) if station_path else None
        for action in roles.ALLOWED[role]:
            permits[action] = (*permits.get(action, ()), here)
            if around is not None and action in roles.AT_THE_STATIONS_COMMUNITY:
                permits[action] = (*permits[action], around)
    return MappingProxyType(permits)


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


def require_manage(by: Actor, action: str, where: Place) -> str:
    """The role that lets `by` do `action` at `where`. Raises NotPermitted."""
    if where.path is not None:
        return by.require(action, area_path=where.path)
    if reaches := by.reaches(action):
        return reaches[0].role
    raise NotPermitted(action=action)


def require_over(session: Session, account: Account, *, by: Actor, action: str = "account.manage") -> str:
    """The role by which `by` manages the account as a whole: it covers each place of its grants. Raises NotPermitted."""
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
            .join(units.Unit, units.Unit.linked_community_id == Area.id)
            .join(RoleGrant, RoleGrant.unit_id == units.Unit.id)
            .where(RoleGrant.account_id == account.id),
        )
    )
    role = require_manage(by, action, Place("", 0, None))
    for path in session.scalars(statement):
        role = by.require(action, area_path=path)
    return role


def _note(
    session: Session,
    account: Account,
    action: str,
    *,
    by: Actor,
    role: str,
    at: datetime,
    where: Place | None = None,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    audit.write(
        session,
        by=by,
        role=role,
        action=action,
        target=f"account:{account.login}",
        at=at,
        area_path=where.path if where else None,
        reason=reason,
        facts=facts,
    )


_granted, _at_station, _led = aliased(Area), aliased(Area), aliased(Team)

_COLUMNS = (
    Account.id.label("account_id"),
    Account.login.label("login"),
    Account.status.label("account_status"),
    Volunteer.id.label("volunteer_id"),
    Volunteer.code.label("volunteer_code"),
    Volunteer.status.label("volunteer_status"),
    RoleGrant.role.label("role"),
    _granted.path.label("area_path"),
    RoleGrant.team_id.label("team_id"),
    RoleGrant.station_id.label("station_id"),
    RoleGrant.unit_id.label("unit_id"),
    _at_station.path.label("station_path"),
    _led.id.label("led_id"),
)

_account, _volunteer = Account.__table__, Volunteer.__table__
_BY_ACCOUNT = with_grants(_account.outerjoin(_volunteer, _volunteer.c.id == _account.c.volunteer_id)).where(
    Account.id == bindparam("account_id")
)
_BY_VOLUNTEER = with_grants(_volunteer.outerjoin(_account, _account.c.id.is_(None))).where(
    Volunteer.id == bindparam("volunteer_id")
)
