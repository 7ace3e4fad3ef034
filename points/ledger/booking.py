"""Booking points on and off an account: earn, take back, adjust.

Callers lock the accounts first (`lock_accounts`). Every amount is a whole number of points. A reference is unique for
its purpose: the same booking cannot be written twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.orm import ZERO, table_of
from points.foundation.statements import run
from points.ledger import paying, postings
from points.ledger.postings import AccountState, NewLot, Posting, Postings
from points.ledger.statuses import AccountKind, LotSource, LotStatus, Purpose
from points.ledger.tables import RecoveryDue, Transfer

# --- what there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Earning:
    """Points to be put on an account as a lot of their own; the lot's `source_ref` is the `reference` unless given.

    `purpose` is earn or opening.
    """

    account: AccountState
    points: int
    reference: str
    source_type: LotSource
    source_ref: str = ""
    rule_version: str
    earned_on: date
    expires_on: date | None
    purpose: Purpose = Purpose.EARN
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Points to be taken back, first from the lots with one of `prefer_source_refs`, then from the others (P10)."""

    account: AccountState
    points: int
    reference: str
    prefer_source_refs: Sequence[str] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusting:
    """Points to be added (positive, as a lot that lasts to `expires_on`) or taken by hand on `day`."""

    account: AccountState
    points: int
    reference: str
    reason: str
    rule_version: str
    day: date
    expires_on: date | None


# --- what happens


def earn(session: Session, *, earning: Earning, by: Actor, at: datetime) -> None:
    """Put points on an account as a lot of their own.

    What the account still owes is netted from the new lot at once (P10, T16).
    """
    earn_many(session, earnings=[earning], by=by, at=at)


def earn_many(session: Session, *, earnings: Sequence[Earning], by: Actor, at: datetime) -> None:
    """As `earn`, for many at once in a fixed number of statements."""
    if not earnings:
        return
    book = Postings(by.person, at)
    for earning in earnings:
        source = earning.account.system[
            AccountKind.OPENING if earning.purpose == Purpose.OPENING else AccountKind.ISSUED
        ]
        book.post(
            Posting(
                account=earning.account,
                source=source,
                target=earning.account.id,
                points=earning.points,
                purpose=earning.purpose,
                reference=earning.reference,
                reason=earning.reason,
            ),
            lot=NewLot(
                earning.source_type,
                earning.source_ref or earning.reference,
                earning.rule_version,
                earning.earned_on,
                earning.expires_on,
            ),
        )
    _net_what_is_due(session, book, earnings)
    book.write(session)


def take_back(
    session: Session,
    *,
    account: AccountState,
    points: int,
    reference: str,
    prefer_source_refs: Sequence[str] = (),
    by: Actor,
    at: datetime,
    reason: str = "",
) -> int:
    """Take `points` back; how many could not be found, which the account now owes (P10).

    The preferred lots are taken from first, whatever their state; then the others, soonest expiring first.
    """
    taking = Taking(
        account=account, points=points, reference=reference, prefer_source_refs=prefer_source_refs, reason=reason
    )
    return take_back_many(session, takings=[taking], by=by, at=at)[reference]


def take_back_many(session: Session, *, takings: Sequence[Taking], by: Actor, at: datetime) -> dict[str, int]:
    """As `take_back`, for many at once in a fixed number of statements; the shortfalls by reference."""
    if not takings:
        return {}
    book = Postings(by.person, at)
    today = clock.local_date(at)
    lots = postings.open_lots(session, account_ids=sorted({taking.account.id for taking in takings}))
    shortfalls: dict[str, int] = {}
    for taking in takings:
        own = [lot for lot in lots if lot.account_id == taking.account.id]
        preferred = [lot for lot in own if lot.source_ref in taking.prefer_source_refs]
        others = [lot for lot in own if lot.source_ref not in taking.prefer_source_refs and lot.spendable(today)]
        uses, missing = postings.draw([*preferred, *others], taking.points)
        shortfalls[taking.reference] = missing
        if missing < taking.points:
            book.post(
                Posting(
                    account=taking.account,
                    source=taking.account.id,
                    target=taking.account.system[AccountKind.ISSUED],
                    points=taking.points - missing,
                    purpose=Purpose.REVERSE,
                    reference=taking.reference,
                    reason=taking.reason,
                ),
                uses=uses,
            )
        for lot in preferred:
            if lot.remaining == 0:
                lot.status = LotStatus.REVERSED
    book.write(session)
    dues = [
        {
            "account_id": taking.account.id,
            "reference": taking.reference,
            "points": shortfalls[taking.reference],
            "remaining": shortfalls[taking.reference],
            "reason": taking.reason,
            "created_at": at,
            "created_by": by.person,
        }
        for taking in takings
        if shortfalls[taking.reference]
    ]
    if dues:
        run(session, _ADD_DUES, dues)
    return shortfalls


def adjust(session: Session, *, adjusting: Adjusting, by: Actor, at: datetime) -> None:
    """Add (a lot of its own) or take (P12) points by hand (P15).

    Raises InsufficientPoints for a minus greater than what can be spent.
    """
    book, account, points = Postings(by.person, at), adjusting.account, adjusting.points
    if points > 0:
        book.post(
            Posting(
                account=account,
                source=account.system[AccountKind.ADJUSTED],
                target=account.id,
                points=points,
                purpose=Purpose.ADJUST,
                reference=adjusting.reference,
                reason=adjusting.reason,
            ),
            lot=NewLot(
                LotSource.ADJUST_PLUS,
                adjusting.reference,
                adjusting.rule_version,
                adjusting.day,
                adjusting.expires_on,
            ),
        )
    else:
        book.post(
            Posting(
                account=account,
                source=account.id,
                target=account.system[AccountKind.ADJUSTED],
                points=-points,
                purpose=Purpose.ADJUST,
                reference=adjusting.reference,
                reason=adjusting.reason,
            ),
            uses=paying.spendable(session, [account], -points, adjusting.day),
        )
    book.write(session)


# --- what can be asked


def is_posted(session: Session, *, purpose: str, reference: str) -> bool:
    """Whether a transfer of this purpose and reference exists; asked under the account's lock."""
    found = select(Transfer.id).where(Transfer.purpose == purpose, Transfer.reference == reference)
    return session.execute(found).scalar_one_or_none() is not None


_DUE = table_of(RecoveryDue)
_ADD_DUES = insert(_DUE)
_DUES = (
    select(_DUE.c.id, _DUE.c.account_id, _DUE.c.reference, _DUE.c.remaining)
    .where(_DUE.c.account_id.in_(bindparam("accounts", expanding=True)), _DUE.c.remaining > ZERO)
    .order_by(_DUE.c.id)
)
_PAY_DUE = update(_DUE).where(_DUE.c.id == bindparam("due")).values(remaining=_DUE.c.remaining - bindparam("paid"))


def _net_what_is_due(session: Session, book: Postings, earnings: Sequence[Earning]) -> None:
    dues = run(session, _DUES, {"accounts": sorted({earning.account.id for earning in earnings})}).all()
    left = {due.id: due.remaining for due in dues}
    for earning in earnings if dues else ():
        free = earning.points
        for due in dues:
            if due.account_id == earning.account.id and (paid := min(free, left[due.id])):
                free -= paid
                left[due.id] -= paid
                book.net(
                    earning.account,
                    earning=(earning.purpose, earning.reference),
                    points=paid,
                    reference=f"due:{due.id}:{earning.reference}",
                    reason=due.reference,
                )
    paid_off = [{"due": due.id, "paid": due.remaining - left[due.id]} for due in dues]
    if paid_off := [payment for payment in paid_off if payment["paid"]]:
        run(session, _PAY_DUE, paid_off)
