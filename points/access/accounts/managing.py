"""Staff accounts: made, given a password, granted roles, disabled."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Unpack

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, aliased

from points.access.accounts.behind import NOT_SAID, Behind, person_of
from points.access.accounts.scopes import Place, open_place_of, place_of, require_manage, require_over
from points.access.statuses import HandKind
from points.access.tables import Account, AccountHand, RoleGrant, SignIn
from points.foundation import clock, secrets
from points.foundation.actors import SYSTEM, Actor
from points.foundation.errors import N_, Conflict, NoSuch, NotAllowed
from points.journal import audit
from points.people.tables import Team, Unit
from points.places import areas
from points.places.tables import Area, Station

SETUP_LINK_LASTS = timedelta(days=7)
FIRST_LOGIN = "admin"
ROOT = ("CITY", "本市")
"""Code and name of the city at the root of a new tree, which its administrator calls by its own name."""

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
class OwnAccount(NotAllowed):
    """Nobody says of their own account whose it is."""

    code = "own-account"
    title = N_("Not for your own account")
    detail = N_("Whose an account is is said by another administrator.")
    next_step = N_("Ask a colleague who manages accounts.")


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
    behind: Behind = NOT_SAID,
) -> tuple[Account, str]:
    """Make an account with one role at `place` (the code of an area, team, station or unit, as the role asks).

    `behind` is whose it is; only the command line may leave that open.
    Returns the account and the token of a link, valid seven days, by which the person chooses a password.
    Raises NotPermitted, NoSuch, NoSuchRole, PlaceClosed, LoginTaken, PersonNeeded or BadPhone.
    """
    where = open_place_of(session, role=role, place=place)
    as_role = require_manage(by, "account.manage", where)
    if session.scalar(select(Account.id).where(Account.login == login)) is not None:
        raise LoginTaken(login=login)
    token = secrets.new_token()
    volunteer_id, person_id = person_of(session, behind, login=login, by=by, at=at)
    account = Account(
        login=login,
        name=behind.name,
        password_hash=None,
        setup_hash=secrets.token_hash(token),
        setup_expires_at=at + SETUP_LINK_LASTS,
        status="active",
        volunteer_id=volunteer_id,
        person_id=person_id,
        created_at=at,
        created_by=by.person,
    )
    session.add(account)
    session.flush()
    _hand(session, account, HandKind.MADE, by=by, at=at, role=role)
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
    _hand(session, account, HandKind.LINK, by=by, at=at)
    _note(session, account, "account.setup_link", by=by, role=role, at=at)
    return token


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
    """Grant a further role, from today unless said otherwise, `valid_to` included.

    Raises NotPermitted, NoSuch, NoSuchRole or PlaceClosed.
    """
    account = by_login(session, login)
    where = open_place_of(session, role=role, place=place)
    as_role = require_manage(by, "account.manage", where)
    row = add_grant(
        session, account_id=account.id, role=role, where=where, by=by, at=at, valid_from=valid_from, valid_to=valid_to
    )
    _hand(session, account, HandKind.GRANT, by=by, at=at, role=role)
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


def end_grants(session: Session, account: Account, *, at: datetime) -> None:
    """End every role of an account; part of closing it."""
    day = clock.local_date(at)
    open_ = RoleGrant.account_id == account.id, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= day)
    session.execute(update(RoleGrant).where(*open_).values(valid_to=day - timedelta(days=1)))


def disable(session: Session, *, login: str, reason: str, by: Actor, at: datetime) -> Account:
    """Disable an account: it signs in no more, and its open sessions end. Raises NotPermitted or NoSuch."""
    account = by_login(session, login)
    role = require_over(session, account, by=by)
    account.status = "disabled"
    session.flush()
    _note(session, account, "account.disable", by=by, role=role, at=at, reason=reason)
    return account


def enable(session: Session, *, login: str, reason: str, by: Actor, at: datetime) -> Account:
    """Let a disabled account sign in again, with its password and its roles; the sessions it had stay ended.

    An account in use stays as it is. Raises NotPermitted or NoSuch.
    """
    account = by_login(session, login)
    role = require_over(session, account, by=by)
    if account.status == "active":
        return account
    session.execute(
        update(SignIn).where(SignIn.account_id == account.id, SignIn.revoked_at.is_(None)).values(revoked_at=at)
    )
    account.status = "active"
    session.flush()
    _hand(session, account, HandKind.ENABLED, by=by, at=at)
    _note(session, account, "account.enable", by=by, role=role, at=at, reason=reason)
    return account


def say_whose(session: Session, *, login: str, behind: Behind, by: Actor, at: datetime) -> Account:
    """Say whose an account is: a volunteer's, or a name's with phone. Nobody says it of their own account.

    Raises NotPermitted, NoSuch, OwnAccount, PersonNeeded or BadPhone.
    """
    account = by_login(session, login)
    role = require_over(session, account, by=by)
    if account.id == by.account_id:
        raise OwnAccount()
    account.volunteer_id, account.person_id = person_of(session, behind, login=login, by=by, at=at)
    account.name = behind.name or account.name
    session.flush()
    _hand(session, account, HandKind.PERSON, by=by, at=at)
    _note(session, account, "account.person", by=by, role=role, at=at)
    return account


def nobody_signs_in(session: Session) -> bool:
    """Whether no account has a password yet: the installation waits for its first administrator."""
    return session.scalar(select(Account.id).where(Account.password_hash.is_not(None)).limit(1)) is None


def first_administrator(session: Session, *, at: datetime, root: tuple[str, str] = ROOT, level: str = "city") -> str:
    """The token of a one-time link for the first administrator, street_admin and sysadmin at the roots of the tree.

    Asked again before the password was chosen, it makes a new link. An empty tree gets a `root`, by code and
    name: a city, or a district or the only street where that is its `level`.
    Raises AdministratorExists, WrongParent or CodeUnreadable.
    """
    account = session.scalars(select(Account).where(Account.login == FIRST_LOGIN)).first()
    if account is not None and account.password_hash is not None:
        raise AdministratorExists(login=FIRST_LOGIN)
    if account is not None:
        return new_setup_link(session, login=FIRST_LOGIN, by=SYSTEM, at=at)
    roots = list(session.scalars(select(Area).where(Area.parent_id.is_(None)).order_by(Area.id)))
    if not roots:
        code, name = root
        roots = [areas.add(session, type=level, code=code, name=name, parent=None, by=SYSTEM, at=at)]
    account, token = add_staff(
        session,
        login=FIRST_LOGIN,
        role="sysadmin",
        place=roots[0].code,
        by=SYSTEM,
        at=at,
        behind=Behind(name="管理员"),
    )
    for area in roots:
        for role in ("sysadmin", "street_admin"):
            if (area, role) != (roots[0], "sysadmin"):
                grant(session, login=FIRST_LOGIN, role=role, place=area.code, by=SYSTEM, at=at)
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


def forget_name(session: Session, *, volunteer_id: int) -> None:
    """Empty the name on the sign-ins of a volunteer who is to be forgotten; part of forgetting people."""
    session.execute(update(Account).where(Account.volunteer_id == volunteer_id).values(name=""))


# --- what can be asked


def by_login(session: Session, login: str) -> Account:
    """The account with this login. Raises NoSuch."""
    account = session.scalars(select(Account).where(Account.login == login)).first()
    if account is None:
        raise NoSuch(kind=N_("account"), key=login)
    return account


def in_use_of(session: Session, *, volunteer_id: int) -> list[str]:
    """The logins of this volunteer's staff accounts that are not disabled."""
    mine = Account.volunteer_id == volunteer_id, Account.status == "active"
    return list(session.scalars(select(Account.login).where(*mine).order_by(Account.login)))


def visible(session: Session, *, by: Actor, action: str = "account.manage") -> list[tuple[Account, list[RoleGrant]]]:
    """The accounts with a role where the actor manages accounts, or may do `action`, by login, with those grants."""
    spot, team_area, station_area, unit_area = aliased(Area), aliased(Area), aliased(Area), aliased(Area)
    reaches = by.reaches(action)
    statement = (
        select(Account, RoleGrant)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .outerjoin(spot, spot.id == RoleGrant.area_id)
        .outerjoin(Team, Team.id == RoleGrant.team_id)
        .outerjoin(team_area, team_area.id == Team.area_id)
        .outerjoin(Station, Station.id == RoleGrant.station_id)
        .outerjoin(station_area, station_area.id == Station.area_id)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .outerjoin(unit_area, unit_area.id == Unit.linked_community_id)
        .where(or_(*(areas.within(reaches, area_path=a.path) for a in (spot, team_area, station_area, unit_area))))
        .order_by(Account.login, RoleGrant.id)
    )
    listed: dict[int, tuple[Account, list[RoleGrant]]] = {}
    for account, row in session.execute(statement):
        listed.setdefault(account.id, (account, []))[1].append(row)
    return list(listed.values())


def _hand(session: Session, account: Account, kind: HandKind, *, by: Actor, at: datetime, role: str = "") -> None:
    session.add(AccountHand(account_id=account.id, kind=kind, role=role, created_at=at, created_by=by.person))
    session.flush()


def _note(
    session: Session, account: Account, action: str, *, where: Place | None = None, **act: Unpack[audit.Act]
) -> None:
    audit.write(
        session, action=action, target=f"account:{account.login}", area_path=where.path if where else None, **act
    )
