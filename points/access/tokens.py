"""API tokens: a named bearer secret with one role in one scope, shown once, revocable."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from points.access import accounts
from points.access.tables import Account, ApiToken
from points.foundation import clock, secrets
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, NoSuch
from points.foundation.orm import table_of
from points.foundation.statements import run
from points.journal import audit
from points.journal.tables import AuditEntry
from points.people.tables import Volunteer

PREFIX = "pt_"
LONGEST_NAME = 34
LOOKED_BACK = timedelta(days=90)
"""How far back the log is asked when a token was last used."""

# --- what is refused


@dataclass(eq=False)
class TokenNameTaken(Conflict):
    """Another token has this name, or it is too long."""

    code = "token-name-taken"
    title = N_("Choose another name")
    detail = N_("The name “%(name)s” is taken, empty or longer than %(longest)s characters.")
    next_step = N_("Choose a short name that says who uses the token.")
    name: str
    longest: int


# --- what happens


def add(
    session: Session,
    *,
    name: str,
    role: str,
    place: str,
    by: Actor,
    at: datetime,
    expires_at: datetime | None = None,
    owner: str | None = None,
) -> str:
    """Make a token with one role at `place` (as for `accounts.add_staff`); returns its secret, which is not kept.

    It belongs to who makes it; on the command line to `owner`, a login, or to nobody but the installation.
    Raises NotPermitted, NoSuch, NoSuchRole, PlaceClosed or TokenNameTaken.
    """
    where = accounts.open_place_of(session, role=role, place=place)
    as_role = accounts.require_manage(by, "token.manage", where)
    taken = session.scalar(select(ApiToken.id).where(ApiToken.name == name)) is not None
    if taken or not name or len(name) > LONGEST_NAME:
        raise TokenNameTaken(name=name, longest=LONGEST_NAME)
    account = Account(
        login=f"token:{name}", name=name, password_hash=None, status="active", created_at=at, created_by=by.person
    )
    session.add(account)
    session.flush()
    accounts.add_grant(session, account_id=account.id, role=role, where=where, by=by, at=at)
    secret = PREFIX + secrets.new_token()
    session.add(
        ApiToken(
            name=name,
            account_id=account.id,
            owner_id=_owner(session, by, owner),
            token_hash=secrets.token_hash(secret),
            expires_at=expires_at,
            created_at=at,
            created_by=by.person,
        )
    )
    session.flush()
    audit.write(
        session,
        by=by,
        role=as_role,
        action="token.add",
        target=f"token:{name}",
        at=at,
        area_path=where.path,
        facts={"role": role, "at": place},
    )
    return secret


def revoke(session: Session, *, name: str, by: Actor, at: datetime) -> None:
    """Revoke a token; it works no more at once. Raises NotPermitted or NoSuch."""
    token = session.scalars(select(ApiToken).where(ApiToken.name == name)).first()
    if token is None:
        raise NoSuch(kind=N_("token"), key=name)
    account = session.get_one(Account, token.account_id)
    role = accounts.require_over(session, account, by=by, action="token.manage")
    token.revoked_at = token.revoked_at or at
    session.flush()
    audit.write(session, by=by, role=role, action="token.revoke", target=f"token:{name}", at=at)


def _owner(session: Session, by: Actor, login: str | None) -> int | None:
    """The account that answers for what `by` makes; a token's own owner when a token makes it."""
    if by.omnipotent:
        return accounts.by_login(session, login).id if login else None
    owner = session.scalar(select(ApiToken.owner_id).where(ApiToken.account_id == by.account_id))
    return by.account_id if owner is None else owner


# --- what can be asked


def actor(session: Session, secret: str, *, at: datetime) -> Actor | None:
    """Who acts with this secret, if it is valid at `at`; one statement, and nothing written."""
    parameters = {"token_hash": secrets.token_hash(secret), "at": at, "on": clock.local_date(at)}
    return accounts.from_rows(run(session, _BY_SECRET, parameters).all())


def state(token: ApiToken, *, at: datetime) -> str:
    """`active`, `revoked` or `expired` at that time."""
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at is not None and token.expires_at <= at else "active"


def visible(session: Session, *, by: Actor) -> list[ApiToken]:
    """The tokens of the accounts this actor manages, by name."""
    managed = [account.id for account, _ in accounts.visible(session, by=by)]
    return list(session.scalars(select(ApiToken).where(ApiToken.account_id.in_(managed)).order_by(ApiToken.name)))


def last_acts(session: Session, *, of: Iterable[ApiToken], at: datetime) -> dict[int, datetime]:
    """When each token last changed anything, by its account's id; reading, and what is longer ago, is not told."""
    found = session.execute(
        select(AuditEntry.account_id, func.max(AuditEntry.created_at))
        .where(
            AuditEntry.created_at >= at - LOOKED_BACK,
            AuditEntry.account_id.in_([token.account_id for token in of]),
        )
        .group_by(AuditEntry.account_id)
    )
    return {account_id: last for account_id, last in found if account_id is not None}


def owners(session: Session, *, of: Iterable[ApiToken]) -> dict[int, str]:
    """The login of who answers for each token, by the id of that account; the installation's have none."""
    ids = {token.owner_id for token in of if token.owner_id is not None}
    return dict(session.execute(select(Account.id, Account.login).where(Account.id.in_(ids))).all())


_token, _account, _volunteer = table_of(ApiToken), table_of(Account), table_of(Volunteer)
_BY_SECRET = accounts.with_grants(
    _token.join(_account, _account.c.id == _token.c.account_id)
    .outerjoin(_volunteer, _volunteer.c.id == _account.c.volunteer_id)
    .outerjoin(accounts.OWNER, accounts.OWNER.id == _token.c.owner_id),
    owned=True,
).where(
    ApiToken.token_hash == bindparam("token_hash"),
    ApiToken.revoked_at.is_(None),
    or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > bindparam("at")),
)
