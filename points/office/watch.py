"""What the office and the auditor look through: new links and administrators, who signed for whom, many adjustments.

Nothing of it is wrong by itself, and nothing waits for it. It stands on the list of who may read the audit log until
that person has looked through it; everybody looks for themselves, and nobody is shown what they did.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from points.access import accounts, two_people
from points.access.statuses import HandKind
from points.access.tables import Account, AccountHand, LookedThrough, Signature, StaffPerson
from points.foundation.actors import Actor
from points.journal import audit
from points.people.tables import Volunteer
from points.places import areas
from points.rewards.statuses import AdjustmentStatus
from points.rewards.tables import Adjustment

ACTION = "audit.see"
WHAT = "watch"
TOLD = ("street_admin", "community_admin", "sysadmin", "auditor")
"""Roles of which the office is told that somebody got them."""
MANY_ADJUSTMENTS = 3
WITHIN = timedelta(days=90)

# --- what there is


class Touched(NamedTuple):
    """Somebody made a new link for an account, or an administrator, or said whose it is."""

    login: str
    name: str
    kind: HandKind
    role: str
    by: str
    at: datetime


class Pair(NamedTuple):
    """Who signed for whom, how often since one looked; `one_hand`: one person made both accounts in that week."""

    first: str
    second: str
    times: int
    last_at: datetime
    one_hand: bool


class Adjusted(NamedTuple):
    """Somebody whose points were adjusted three times or more within 90 days, and by whom."""

    volunteer: str
    times: int
    points: int
    signers: tuple[str, ...]
    last_at: datetime


@dataclass(frozen=True)
class Watch:
    """What one person has not looked through yet."""

    touched: Sequence[Touched] = ()
    pairs: Sequence[Pair] = ()
    adjusted: Sequence[Adjusted] = ()

    @property
    def count(self) -> int:
        """How many things to look at; all signatures are one."""
        return len(self.touched) + bool(self.pairs) + len(self.adjusted)


# --- what happens


def look_through(session: Session, *, by: Actor, at: datetime) -> None:
    """Say that one has looked through everything up to now. Raises NotPermitted."""
    role = by.require_somewhere(ACTION)
    session.add(LookedThrough(what=WHAT, created_at=at, created_by=by.person))
    session.flush()
    audit.write(session, action="watch.look_through", target=f"watch:{by.person}", by=by, role=role, at=at)


# --- what can be asked


def on(session: Session, *, by: Actor, at: datetime) -> Watch:
    """What `by` has not looked through yet, where they may read the audit log; nothing for anybody else."""
    if not by.reaches(ACTION):
        return Watch()
    since = _since(session, by)
    own = two_people.names(session, [by.person])
    return Watch(
        touched=_touched(session, by, own, since=since),
        pairs=_pairs(session, by, own, since=since),
        adjusted=_adjusted(session, by, since=since, at=at),
    )


def _since(session: Session, by: Actor) -> datetime | None:
    """When one looked last; who never did begins with the day on which their account was made."""
    looked = select(func.max(LookedThrough.created_at)).where(
        LookedThrough.created_by == by.person, LookedThrough.what == WHAT
    )
    made = select(Account.created_at).where(Account.id == by.account_id)
    return session.scalar(looked) or session.scalar(made)


def _touched(session: Session, by: Actor, own: Collection[str], *, since: datetime | None) -> list[Touched]:
    statement = (
        select(AccountHand, Account)
        .join(Account, Account.id == AccountHand.account_id)
        .where(
            AccountHand.created_by.not_in(own),
            or_(
                AccountHand.kind.in_((HandKind.LINK, HandKind.PERSON, HandKind.ENABLED)),
                AccountHand.role.in_(TOLD),
            ),
        )
        .order_by(AccountHand.id.desc())
    )
    if since is not None:
        statement = statement.where(AccountHand.created_at > since)
    found = session.execute(statement).all()
    if not found:
        return []
    mine = {account.id for account, _ in accounts.visible(session, by=by, action=ACTION)}
    return [
        Touched(row.Account.login, row.Account.name, hand.kind, hand.role, hand.created_by, hand.created_at)
        for row in found
        if row.Account.id in mine
        for hand in (row.AccountHand,)
    ]


def _pairs(session: Session, by: Actor, own: Collection[str], *, since: datetime | None) -> list[Pair]:
    last_at = func.max(Signature.created_at)
    statement = (
        select(Signature.first_by, Signature.created_by, func.count(), last_at)
        .where(areas.within(by.reaches(ACTION), area_path=Signature.area_path), Signature.created_by.not_in(own))
        .group_by(Signature.first_by, Signature.created_by)
        .order_by(func.count().desc(), Signature.first_by, Signature.created_by)
    )
    if since is not None:
        statement = statement.where(Signature.created_at > since)
    rows = session.execute(statement).all()
    if not rows:
        return []
    makers = _makers(session, [name for first, second, _, _ in rows for name in (first, second)])
    return [
        Pair(first, second, times, last, _made_by_one(makers, first, second, last))
        for first, second, times, last in rows
    ]


def _makers(session: Session, people: Iterable[str]) -> dict[str, list[tuple[str, datetime]]]:
    """Who had a hand in the accounts of these people, and when."""
    named = func.coalesce(Volunteer.code, StaffPerson.key)
    rows = session.execute(
        select(named, AccountHand.created_by, AccountHand.created_at)
        .select_from(AccountHand)
        .join(Account, Account.id == AccountHand.account_id)
        .outerjoin(Volunteer, Volunteer.id == Account.volunteer_id)
        .outerjoin(StaffPerson, StaffPerson.id == Account.person_id)
        .where(named.in_(set(people)), AccountHand.created_by.not_in(two_people.NOBODY))
    )
    found: dict[str, list[tuple[str, datetime]]] = {}
    for person, maker, made_at in rows:
        found.setdefault(person, []).append((maker, made_at))
    return found


def _made_by_one(makers: dict[str, list[tuple[str, datetime]]], first: str, second: str, signed_at: datetime) -> bool:
    since = signed_at - two_people.HAND_COUNTS_FOR
    lately = [{maker for maker, at in makers.get(one, ()) if since < at <= signed_at} for one in (first, second)]
    return bool(lately[0] & lately[1])


def _adjusted(session: Session, by: Actor, *, since: datetime | None, at: datetime) -> list[Adjusted]:
    """Who was adjusted often enough that somebody else should look, whoever signed."""
    rows = session.execute(
        select(
            Volunteer.code,
            Adjustment.points,
            Adjustment.proposed_by,
            Adjustment.decided_by,
            Adjustment.decided_at,
        )
        .join(Volunteer, Volunteer.id == Adjustment.volunteer_id)
        .where(
            Adjustment.status == AdjustmentStatus.APPROVED,
            Adjustment.decided_at > at - WITHIN,
            areas.within(by.reaches(ACTION), area_path=Volunteer.area_path),
        )
        .order_by(Adjustment.decided_at, Adjustment.id)
    ).all()
    of: dict[str, list[tuple[int, str, str, datetime]]] = {}
    for code, points, first, second, decided_at in rows:
        of.setdefault(code, []).append((points, first, second or "", decided_at or at))
    found = []
    for code, cases in of.items():
        last = cases[-1][3]
        if len(cases) >= MANY_ADJUSTMENTS and (since is None or last > since):
            signers = tuple(dict.fromkeys(name for _, first, second, _ in cases for name in (first, second)))
            found.append(Adjusted(code, len(cases), sum(one[0] for one in cases), signers, last))
    return found
