"""The verbs of the books: earn, take back, spend, reserve, release, give back, adjust.

Callers lock the accounts first (`lock_accounts`), except where a verb says that it finds them itself. Every amount is
a whole number of points. A reference is unique for its purpose: the same booking cannot be written twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, NoSuch
from points.foundation.orm import table_of
from points.ledger import postings
from points.ledger.accounts import AccountState, lock_by_id
from points.ledger.books import LotUse, RecoveryDue, Transfer
from points.ledger.postings import Lot, NewLot, Postings

REVIVED_FOR = timedelta(days=30)
"""How long an expired lot lives again when points come back into it (domain §3.7 rule 6)."""

# --- what there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Earning:
    """Points to be put on an account as a lot of their own; the lot's `source_ref` is the `reference` unless given."""

    account: AccountState
    points: int
    reference: str
    source_type: str
    source_ref: str = ""
    rule_version: str
    earned_on: date
    expires_on: date | None
    purpose: str = "earn"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Points to be taken back, first from the lots with one of `prefer_source_refs`, then from the others (P10)."""

    account: AccountState
    points: int
    reference: str
    prefer_source_refs: Sequence[str] = ()
    reason: str = ""


# --- what is refused


@dataclass(eq=False)
class InsufficientPoints(Conflict):
    """What can be spent is less than what is asked for."""

    code = "insufficient-points"
    title = N_("Not enough points")
    detail = N_("%(needed)s points are needed, %(available)s can be spent: %(missing)s are missing.")
    next_step = N_("Choose something else, or come back with %(missing)s more points.")
    needed: int
    available: int
    missing: int


# --- what happens


def earn(
    session: Session,
    *,
    account: AccountState,
    points: int,
    reference: str,
    source_type: str,
    source_ref: str,
    rule_version: str,
    earned_on: date,
    expires_on: date | None,
    by: Actor,
    at: datetime,
    purpose: str = "earn",
    reason: str = "",
) -> int:
    """Put `points` on the account as a lot of their own; the id of the transfer.

    `purpose` is earn or opening. What the account still owes is netted from the new lot at once (P10, T16).
    """
    earning = Earning(
        account=account,
        points=points,
        reference=reference,
        source_type=source_type,
        source_ref=source_ref,
        rule_version=rule_version,
        earned_on=earned_on,
        expires_on=expires_on,
        purpose=purpose,
        reason=reason,
    )
    return earn_many(session, earnings=[earning], by=by, at=at)[reference]


def earn_many(session: Session, *, earnings: Sequence[Earning], by: Actor, at: datetime) -> dict[str, int]:
    """As `earn`, for many at once in a fixed number of statements; the ids of the transfers by reference."""
    if not earnings:
        return {}
    book = Postings(by.person, at)
    for earning in earnings:
        source = earning.account.system["opening" if earning.purpose == "opening" else "issued"]
        book.post(
            earning.account,
            source=source,
            target=earning.account.id,
            points=earning.points,
            purpose=earning.purpose,
            reference=earning.reference,
            reason=earning.reason,
            lot=NewLot(
                earning.source_type,
                earning.source_ref or earning.reference,
                earning.rule_version,
                earning.earned_on,
                earning.expires_on,
            ),
        )
    _net_what_is_due(session, book, earnings)
    ids = book.write(session)
    return {earning.reference: ids[earning.purpose, earning.reference] for earning in earnings}


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
        uses, missing = _draw([*preferred, *others], taking.points)
        shortfalls[taking.reference] = missing
        if missing < taking.points:
            book.post(
                taking.account,
                source=taking.account.id,
                target=taking.account.system["issued"],
                points=taking.points - missing,
                purpose="reverse",
                reference=taking.reference,
                reason=taking.reason,
                uses=uses,
            )
        for lot in preferred:
            if lot.remaining == 0:
                lot.status = "reversed"
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
        session.execute(_ADD_DUES, dues)
    return shortfalls


def spend(
    session: Session,
    *,
    accounts: Sequence[AccountState],
    points: int,
    reference: str,
    day: date,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> list[tuple[int, int]]:
    """Spend `points` on `day`: from the first account's lots, then from the others' together (P12, P13).

    One transfer for each account that gives, under `<reference>:<volunteer code>`. The answer lists account id and
    points given, in the order of `accounts`. Raises InsufficientPoints, and then nothing changed.
    """
    return _pay(session, accounts, points, reference, day, by, at, purpose="spend", into="redeemed", reason=reason)


def reserve(
    session: Session,
    *,
    accounts: Sequence[AccountState],
    points: int,
    reference: str,
    day: date,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> list[tuple[int, int]]:
    """As `spend`, but the points are held until `spend_held` or `release` under the same reference (P14)."""
    return _pay(session, accounts, points, reference, day, by, at, purpose="reserve", into="held", reason=reason)


def spend_held(session: Session, *, reference: str, by: Actor, at: datetime) -> list[tuple[int, int]]:
    """Spend all that is held under `reference`; account id and points for each account.

    Finds and locks the accounts itself. Raises NoSuch when nothing was ever held under it.
    """
    accounts, reserved = _posted(session, reference, "reserve")
    book = Postings(by.person, at)
    for transfer in reserved:
        account = accounts[transfer.volunteer_account_id]
        book.post(
            account,
            source=account.system["held"],
            target=account.system["redeemed"],
            points=transfer.points,
            purpose="spend",
            reference=transfer.reference,
        )
    book.write(session)
    return [(transfer.volunteer_account_id, transfer.points) for transfer in reserved]


def release(session: Session, *, reference: str, by: Actor, at: datetime, reason: str = "") -> list[tuple[int, int]]:
    """Put all that is held under `reference` back into the same lots; account id and points for each account.

    A lot that has expired meanwhile stays expired: holding points does not lengthen their life.
    Finds and locks the accounts itself. Raises NoSuch when nothing was ever held under it.
    """
    return _put_back(session, reference, by, at, of="reserve", purpose="release", reason=reason)


def give_back(
    session: Session, *, reference: str, day: date, by: Actor, at: datetime, reason: str = ""
) -> list[tuple[int, int]]:
    """Return all that was spent under `reference` to the same lots; account id and points for each account.

    A lot that has expired by `day` is revived for 30 days (domain §3.7 rule 6).
    Finds and locks the accounts itself. Raises NoSuch when nothing was spent under it.
    """
    return _put_back(session, reference, by, at, of="spend", purpose="return", revive_on=day, reason=reason)


def adjust(
    session: Session,
    *,
    account: AccountState,
    points: int,
    reference: str,
    reason: str,
    rule_version: str,
    day: date,
    expires_on: date | None,
    by: Actor,
    at: datetime,
) -> int:
    """Add (a lot of its own) or take (P12) points by hand; the id of the transfer (P15).

    Raises InsufficientPoints for a minus greater than what can be spent.
    """
    book = Postings(by.person, at)
    if points > 0:
        book.post(
            account,
            source=account.system["adjusted"],
            target=account.id,
            points=points,
            purpose="adjust",
            reference=reference,
            reason=reason,
            lot=NewLot("adjust_plus", reference, rule_version, day, expires_on),
        )
    else:
        book.post(
            account,
            source=account.id,
            target=account.system["adjusted"],
            points=-points,
            purpose="adjust",
            reference=reference,
            reason=reason,
            uses=_spendable(session, [account], -points, day),
        )
    return book.write(session)["adjust", reference]


# --- what can be asked


def owed(session: Session, *, account_ids: Sequence[int]) -> dict[int, int]:
    """What each of these accounts still owes after corrections, by account id; accounts without a debt are left out."""
    debts: dict[int, int] = {}
    for due in session.execute(_DUES, {"accounts": list(account_ids)}):
        debts[due.account_id] = debts.get(due.account_id, 0) + due.remaining
    return debts


def is_posted(session: Session, *, purpose: str, reference: str) -> bool:
    """Whether a transfer of this purpose and reference exists; asked under the account's lock."""
    found = select(Transfer.id).where(Transfer.purpose == purpose, Transfer.reference == reference)
    return session.execute(found).scalar_one_or_none() is not None


_DUE = table_of(RecoveryDue)
_ADD_DUES = insert(_DUE)
_DUES = (
    select(_DUE.c.id, _DUE.c.account_id, _DUE.c.reference, _DUE.c.remaining)
    .where(_DUE.c.account_id.in_(bindparam("accounts", expanding=True)), _DUE.c.remaining > 0)
    .order_by(_DUE.c.id)
)
_PAY_DUE = update(_DUE).where(_DUE.c.id == bindparam("due")).values(remaining=_DUE.c.remaining - bindparam("paid"))
_TRANSFER = table_of(Transfer)
# a range, not LIKE: the unique index answers it
_UNDER_REFERENCE = (
    select(_TRANSFER.c.id, _TRANSFER.c.volunteer_account_id, _TRANSFER.c.points, _TRANSFER.c.reference)
    .where(
        _TRANSFER.c.purpose == bindparam("of"),
        _TRANSFER.c.reference >= bindparam("from_reference"),
        _TRANSFER.c.reference < bindparam("to_reference"),
    )
    .order_by(_TRANSFER.c.id)
)
_USES = select(LotUse.transfer_id, LotUse.lot_id, LotUse.points).where(
    LotUse.transfer_id.in_(bindparam("transfers", expanding=True))
)


def _net_what_is_due(session: Session, book: Postings, earnings: Sequence[Earning]) -> None:
    dues = session.execute(_DUES, {"accounts": sorted({earning.account.id for earning in earnings})}).all()
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
        session.execute(_PAY_DUE, paid_off)


def _pay(
    session: Session,
    accounts: Sequence[AccountState],
    points: int,
    reference: str,
    day: date,
    by: Actor,
    at: datetime,
    *,
    purpose: str,
    into: str,
    reason: str,
) -> list[tuple[int, int]]:
    uses = _spendable(session, accounts, points, day)
    book = Postings(by.person, at)
    given = []
    for account in accounts:
        own = [(lot, moved) for lot, moved in uses if lot.account_id == account.id]
        if own:
            total = -sum(moved for _, moved in own)
            given.append((account.id, total))
            book.post(
                account,
                source=account.id,
                target=account.system[into],
                points=total,
                purpose=purpose,
                reference=f"{reference}:{account.volunteer}",
                reason=reason,
                uses=own,
            )
    book.write(session)
    return given


def _spendable(session: Session, accounts: Sequence[AccountState], points: int, day: date) -> list[tuple[Lot, int]]:
    """Which lots give `points`: the first account's, then the others' together. Raises InsufficientPoints."""
    first = accounts[0].id
    lots = postings.open_lots(session, account_ids=[account.id for account in accounts])
    lots = sorted((lot for lot in lots if lot.spendable(day)), key=lambda lot: lot.account_id != first)
    uses, missing = _draw(lots, points)
    if missing:
        raise InsufficientPoints(needed=points, available=points - missing, missing=missing)
    return uses


def _draw(lots: Iterable[Lot], points: int) -> tuple[list[tuple[Lot, int]], int]:
    """The uses that take `points` from `lots` in their order, and how many points are missing."""
    uses = []
    for lot in lots:
        if points == 0:
            break
        if taken := min(lot.remaining, points):
            uses.append((lot, -taken))
            points -= taken
    return uses, points


def _posted(session: Session, reference: str, of: str) -> tuple[dict[int, AccountState], Sequence[Any]]:
    """The transfers under `reference:`, and their accounts, locked."""
    parameters = {"of": of, "from_reference": f"{reference}:", "to_reference": f"{reference};"}
    transfers = session.execute(_UNDER_REFERENCE, parameters).all()
    if not transfers:
        raise NoSuch(kind=N_("booking"), key=reference)
    accounts = lock_by_id(session, account_ids=[transfer.volunteer_account_id for transfer in transfers])
    return accounts, transfers


def _put_back(
    session: Session,
    reference: str,
    by: Actor,
    at: datetime,
    *,
    of: str,
    purpose: str,
    reason: str,
    revive_on: date | None = None,
) -> list[tuple[int, int]]:
    accounts, transfers = _posted(session, reference, of)
    # what was spent from a hold used its lots when it was held
    used_by = transfers
    uses = session.execute(_USES, {"transfers": [transfer.id for transfer in transfers]}).all()
    if not uses:
        accounts, used_by = _posted(session, reference, "reserve")
        uses = session.execute(_USES, {"transfers": [transfer.id for transfer in used_by]}).all()
    lots = postings.lots_by_id(session, lot_ids=[use.lot_id for use in uses])
    book = Postings(by.person, at)
    using = {transfer.reference: transfer.id for transfer in used_by}
    for transfer in transfers:
        account = accounts[transfer.volunteer_account_id]
        source = account.system["held" if of == "reserve" else "redeemed"]
        back = [(lots[use.lot_id], -use.points) for use in uses if use.transfer_id == using[transfer.reference]]
        book.post(
            account,
            source=source,
            target=account.id,
            points=transfer.points,
            purpose=purpose,
            reference=transfer.reference,
            reason=reason,
            uses=back,
        )
        for lot, _ in back:
            if revive_on and lot.expires_on and lot.expires_on < revive_on:
                lot.status, lot.expires_on = "active", revive_on + REVIVED_FOR
            elif lot.status in ("expired", "reversed"):
                lot.status = "active"
    book.write(session)
    return [(transfer.volunteer_account_id, transfer.points) for transfer in transfers]
