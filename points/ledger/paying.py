"""Paying with points: spend, hold, release, return. Always from particular lots, always back into the same ones.

Callers lock the accounts first (`lock_accounts`), except where a verb says that it finds them itself. The reference
names what is paid for; each account that gives has its own transfer under `<reference>:<volunteer code>`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, NoSuch
from points.foundation.orm import table_of
from points.foundation.statements import Writes
from points.ledger import postings
from points.ledger.postings import AccountState, Lot, Posting, Postings, lock_by_id
from points.ledger.statuses import AccountKind, LotStatus, Purpose
from points.ledger.tables import LotUse, Transfer

REVIVED_FOR = timedelta(days=30)
"""How long an expired lot lives again when points come back into it (domain §3.7 rule 6)."""

# --- what there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Points that one account is to spend on what `reference` names."""

    account: AccountState
    points: int
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Points that `accounts` are to pay on `day` for what `reference` names: the first gives before the others."""

    accounts: Sequence[AccountState]
    points: int
    reference: str
    day: date
    reason: str = ""


Given = tuple[int, int]
"""An account's id, and the points it gave or got back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """So many of the points that were spent at once; `number` tells this part from the others."""

    points: int
    number: int


class _Use(NamedTuple):
    """How many points (negative) a transfer took from a lot."""

    transfer_id: int
    lot_id: int
    points: int


@dataclass(frozen=True, slots=True)
class _Posted:
    """A transfer as it was written."""

    id: int
    volunteer_account_id: int
    points: int
    reference: str


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


def spend(
    session: Session, *, payment: Payment, by: Actor, at: datetime, together: Writes | None = None
) -> list[Given]:
    """Spend points: from the first account's lots, then from the others' together (P12, P13).

    One transfer for each account that gives, under `<reference>:<volunteer code>`; written at once, or `together` with
    what else the use case writes. What each account gave, in their order.
    Raises InsufficientPoints, and then nothing changed.
    """
    return _pay(session, payment, Purpose.SPEND, AccountKind.REDEEMED, by=by, at=at, together=together)


def spend_many(session: Session, *, spendings: Sequence[Spending], day: date, by: Actor, at: datetime) -> None:
    """As `spend`, each from its own account, for many at once in a fixed number of statements.

    Raises InsufficientPoints for the first account that has too few, and then nothing changed.
    """
    if not spendings:
        return
    book = Postings(by.person, at)
    lots: dict[int, list[Lot]] = defaultdict(list)
    for lot in postings.open_lots(session, account_ids=sorted({spending.account.id for spending in spendings})):
        if lot.spendable(day):
            lots[lot.account_id].append(lot)
    for spending in spendings:
        uses, missing = postings.draw(lots[spending.account.id], spending.points)
        if missing:
            available = spending.points - missing
            raise InsufficientPoints(needed=spending.points, available=available, missing=missing)
        book.post(
            Posting(
                account=spending.account,
                source=spending.account.id,
                target=spending.account.system[AccountKind.REDEEMED],
                points=spending.points,
                purpose=Purpose.SPEND,
                reference=f"{spending.reference}:{spending.account.volunteer}",
            ),
            uses=uses,
        )
    book.write(session)


def reserve(
    session: Session, *, payment: Payment, by: Actor, at: datetime, together: Writes | None = None
) -> list[Given]:
    """As `spend`, but the points are held until `spend_held` or `release` under the same reference (P14)."""
    return _pay(session, payment, Purpose.RESERVE, AccountKind.HELD, by=by, at=at, together=together)


def spend_held(session: Session, *, reference: str, by: Actor, at: datetime) -> list[Given]:
    """Spend all that is held under `reference`; account id and points for each account.

    Finds and locks the accounts itself. Raises NoSuch when nothing was ever held under it.
    """
    accounts, reserved = _posted(session, reference, Purpose.RESERVE)
    book = Postings(by.person, at)
    for transfer in reserved:
        account = accounts[transfer.volunteer_account_id]
        book.post(
            Posting(
                account=account,
                source=account.system[AccountKind.HELD],
                target=account.system[AccountKind.REDEEMED],
                points=transfer.points,
                purpose=Purpose.SPEND,
                reference=transfer.reference,
            )
        )
    book.write(session)
    return [(transfer.volunteer_account_id, transfer.points) for transfer in reserved]


def release(session: Session, *, reference: str, by: Actor, at: datetime, reason: str = "") -> list[Given]:
    """Put all that is held under `reference` back into the same lots; account id and points for each account.

    A lot that has expired meanwhile stays expired: holding points does not lengthen their life.
    Finds and locks the accounts itself. Raises NoSuch when nothing was ever held under it.
    """
    accounts, reserved = _posted(session, reference, Purpose.RESERVE)
    _, uses = _uses(session, reference, reserved)
    lots = postings.lots_by_id(session, lot_ids=[use.lot_id for use in uses])
    book = Postings(by.person, at)
    for transfer in reserved:
        account = accounts[transfer.volunteer_account_id]
        back = [(lots[use.lot_id], -use.points) for use in uses if use.transfer_id == transfer.id]
        book.post(
            Posting(
                account=account,
                source=account.system[AccountKind.HELD],
                target=account.id,
                points=transfer.points,
                purpose=Purpose.RELEASE,
                reference=transfer.reference,
                reason=reason,
            ),
            uses=back,
        )
        _revive([lot for lot, _ in back], on=None)
    book.write(session)
    return [(transfer.volunteer_account_id, transfer.points) for transfer in reserved]


def give_back(
    session: Session,
    *,
    reference: str,
    day: date,
    by: Actor,
    at: datetime,
    reason: str = "",
    part: Part | None = None,
) -> list[Given]:
    """Return what was spent under `reference` to the same lots; account id and points for each account that gets some.

    All that has not come back yet, or a `part` of it: then the lots that were used last have theirs first, as if less
    had been spent. A lot that has expired by `day` is revived for 30 days (domain §3.7 rule 6).
    Finds and locks the accounts itself. Raises NoSuch when nothing was spent under it, or less than the part.
    """
    accounts, spent = _posted(session, reference, Purpose.SPEND)
    used_by, uses = _uses(session, reference, spent)
    back = _back_by(session, reference)
    left = [(use.transfer_id, use.lot_id, -use.points - back.get(use.lot_id, 0)) for use in uses]
    wanted = sum(points for *_, points in left) if part is None else part.points
    chosen: dict[tuple[int, int], int] = {}
    for transfer_id, lot_id, points in reversed(left):
        chosen[transfer_id, lot_id] = min(points, wanted)
        wanted -= chosen[transfer_id, lot_id]
    if wanted:
        raise NoSuch(kind=N_("booking"), key=reference)
    lots = postings.lots_by_id(session, lot_ids=[lot_id for (_, lot_id), points in chosen.items() if points])
    book = Postings(by.person, at)
    using = {transfer.reference: transfer.id for transfer in used_by}
    given = []
    for transfer in spent:
        mine = [
            (lots[lot], chosen[of, lot]) for of, lot, _ in left if of == using[transfer.reference] and chosen[of, lot]
        ]
        total = sum(points for _, points in mine)
        if not total:
            continue
        account = accounts[transfer.volunteer_account_id]
        book.post(
            Posting(
                account=account,
                source=account.system[AccountKind.REDEEMED],
                target=account.id,
                points=total,
                purpose=Purpose.RETURN,
                reference=transfer.reference if part is None else f"{transfer.reference}:{part.number}",
                reason=reason,
            ),
            uses=mine,
        )
        _revive([lot for lot, _ in mine], on=day)
        given.append((account.id, total))
    book.write(session)
    return given


# --- what can be asked


def spendable(session: Session, accounts: Sequence[AccountState], points: int, day: date) -> list[tuple[Lot, int]]:
    """Which lots give `points`: the first account's, then the others' together. Raises InsufficientPoints."""
    first = accounts[0].id
    lots = postings.open_lots(session, account_ids=[account.id for account in accounts])
    lots = sorted((lot for lot in lots if lot.spendable(day)), key=lambda lot: lot.account_id != first)
    uses, missing = postings.draw(lots, points)
    if missing:
        raise InsufficientPoints(needed=points, available=points - missing, missing=missing)
    return uses


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
_USES = (
    select(LotUse.transfer_id, LotUse.lot_id, LotUse.points)
    .where(LotUse.transfer_id.in_(bindparam("transfers", expanding=True)))
    .order_by(LotUse.id)
)


def _pay(
    session: Session,
    payment: Payment,
    purpose: Purpose,
    into: AccountKind,
    *,
    by: Actor,
    at: datetime,
    together: Writes | None,
) -> list[Given]:
    uses = spendable(session, payment.accounts, payment.points, payment.day)
    book = Postings(by.person, at)
    given = []
    for account in payment.accounts:
        own = [(lot, moved) for lot, moved in uses if lot.account_id == account.id]
        if own:
            total = -sum(moved for _, moved in own)
            given.append((account.id, total))
            book.post(
                Posting(
                    account=account,
                    source=account.id,
                    target=account.system[into],
                    points=total,
                    purpose=purpose,
                    reference=f"{payment.reference}:{account.volunteer}",
                    reason=payment.reason,
                ),
                uses=own,
            )
    if together is None:
        book.write(session)
    else:
        book.gather(together)
    return given


def _posted(session: Session, reference: str, of: Purpose) -> tuple[dict[int, AccountState], list[_Posted]]:
    """The transfers under `reference:`, and their accounts, locked."""
    parameters = {"of": of, "from_reference": f"{reference}:", "to_reference": f"{reference};"}
    transfers = [_Posted(*row) for row in session.execute(_UNDER_REFERENCE, parameters)]
    if not transfers:
        raise NoSuch(kind=N_("booking"), key=reference)
    accounts = lock_by_id(session, account_ids=[transfer.volunteer_account_id for transfer in transfers])
    return accounts, transfers


def _uses(session: Session, reference: str, transfers: list[_Posted]) -> tuple[list[_Posted], Sequence[_Use]]:
    """The lots that the transfers used; what was spent from a hold used its lots when it was held."""
    used_by = transfers
    uses = session.execute(_USES, {"transfers": [transfer.id for transfer in transfers]}).all()
    if not uses:
        _, used_by = _posted(session, reference, Purpose.RESERVE)
        uses = session.execute(_USES, {"transfers": [transfer.id for transfer in used_by]}).all()
    return used_by, [_Use(*use) for use in uses]


def _back_by(session: Session, reference: str) -> dict[int, int]:
    """How many points have come back into each lot of what was spent under the reference."""
    parameters = {"of": Purpose.RETURN, "from_reference": f"{reference}:", "to_reference": f"{reference};"}
    returns = [_Posted(*row).id for row in session.execute(_UNDER_REFERENCE, parameters)]
    back: dict[int, int] = defaultdict(int)
    if returns:
        for _, lot_id, points in session.execute(_USES, {"transfers": returns}):
            back[lot_id] += points
    return back


def _revive(lots: Sequence[Lot], *, on: date | None) -> None:
    for lot in lots:
        if on and lot.expires_on and lot.expires_on < on:
            lot.status, lot.expires_on = LotStatus.ACTIVE, on + REVIVED_FOR
        elif lot.status in (LotStatus.EXPIRED, LotStatus.REVERSED):
            lot.status = LotStatus.ACTIVE
