"""Closing a staff sign-in for good: what waits for its holder and what they began is looked at, then its doors shut.

What was proposed and still needs a second signature stays open for whoever signs it; it is counted, so that the office
knows. Disabling alone (`accounts.disable`) is for a while, and leaves roles and tokens as they are.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import Session

from points.access import accounts, tokens
from points.access.tables import Account, ApiToken, RoleGrant
from points.exchange.statuses import StockTransferStatus
from points.exchange.stock.tables import StockTransfer
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict
from points.journal import audit
from points.office import waiting
from points.places.tables import Area
from points.rewards.statuses import AdjustmentStatus, RuleSetStatus
from points.rewards.tables import Adjustment, RuleSet
from points.service.statuses import ActivityStatus
from points.service.tables import Activity

DECIDE = ("street_admin", "community_admin")
NEEDED = ("street_admin", "sysadmin")
"""Of these somebody must be left at a place."""

# --- what there is


@dataclass(frozen=True)
class OpenWork:
    """What is open when somebody stops working here.

    What waits for them to decide, what of theirs waits for another's signature, and the tokens that they answer for.
    """

    waits: int
    unsigned: int
    tokens: list[str]


# --- what is refused


@dataclass(eq=False)
class NobodyElse(Conflict):
    """Nobody else could do what this sign-in does at a place."""

    code = "nobody-else"
    title = N_("Nobody else can do this work")
    detail = N_("Besides %(login)s nobody signs in for %(area)s, and %(count)d things wait there.")
    next_step = N_("Give somebody else the role first, and let them choose a password.")
    login: str
    area: str
    count: int


# --- what happens


def close_account(session: Session, *, login: str, reason: str, by: Actor, at: datetime) -> Account:
    """End the work of a sign-in: its roles and tokens end, it signs in no more.

    Raises NotPermitted, NoSuch, OwnAccount or NobodyElse, and then nothing changed.
    """
    account = accounts.by_login(session, login)
    if account.id == by.account_id:
        raise accounts.OwnAccount()
    role = accounts.require_over(session, account, by=by)
    found = open_work(session, login=login, at=at)
    _refuse_alone(session, account, found, at=at)
    for name in found.tokens:
        tokens.revoke(session, name=name, by=by, at=at)
    accounts.end_grants(session, account, at=at)
    accounts.disable(session, login=login, reason=reason, by=by, at=at)
    facts = {"waits": found.waits, "unsigned": found.unsigned, "tokens": len(found.tokens)}
    target = f"account:{login}"
    audit.write(session, by=by, role=role, action="account.close", target=target, at=at, reason=reason, facts=facts)
    return account


# --- what can be asked


def open_work(session: Session, *, login: str, at: datetime) -> OpenWork:
    """What is open of a sign-in's holder. Raises NoSuch."""
    account = accounts.by_login(session, login)
    owned = select(ApiToken.name).where(ApiToken.owner_id == account.id, ApiToken.revoked_at.is_(None))
    names = list(session.scalars(owned.order_by(ApiToken.name)))
    if account.status != "active":
        return OpenWork(0, 0, names)
    actor = accounts.actor(session, account.id, on=clock.local_date(at))
    begun = (
        select(func.count()).where(
            Activity.submitted_by == actor.person, Activity.status == ActivityStatus.PENDING_REVIEW
        ),
        select(func.count()).where(Adjustment.proposed_by == actor.person, Adjustment.status == AdjustmentStatus.OPEN),
        select(func.count()).where(RuleSet.drafted_by == actor.person, RuleSet.status == RuleSetStatus.DRAFT),
        select(func.count()).where(
            StockTransfer.created_by == actor.person, StockTransfer.status == StockTransferStatus.SENT
        ),
    )
    unsigned = sum(session.scalar(one) or 0 for one in begun)
    return OpenWork(waiting.on(session, by=actor, at=at).count, unsigned, names)


def _refuse_alone(session: Session, account: Account, found: OpenWork, *, at: datetime) -> None:
    """Refuse to leave a place without anybody who decides there."""
    day = clock.local_date(at)
    held = select(RoleGrant.role, Area.path, Area.name).join(Area, Area.id == RoleGrant.area_id)
    mine = RoleGrant.account_id == account.id, RoleGrant.role.in_({*DECIDE, *NEEDED}), _today(day)
    for role, path, name in session.execute(held.where(*mine)).all():
        able = {role} if role in NEEDED else set(DECIDE)
        others = (
            select(Account.id)
            .join(RoleGrant, RoleGrant.account_id == Account.id)
            .join(Area, Area.id == RoleGrant.area_id)
            .where(
                Account.id != account.id,
                Account.status == "active",
                Account.password_hash.is_not(None),
                RoleGrant.role.in_(able),
                literal(path).startswith(Area.path),
                _today(day),
            )
        )
        if session.scalar(others.limit(1)) is None and (role in NEEDED or found.waits):
            raise NobodyElse(login=account.login, area=name, count=found.waits)


def _today(day: date) -> ColumnElement[bool]:
    return (RoleGrant.valid_from <= day) & or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= day)
