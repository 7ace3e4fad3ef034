"""Postings: transfers, new lots, uses of lots and kept balances, gathered and then written together.

This is the only writer of the books, so a balance cannot change without its transfer, nor a lot without its use.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from points.foundation.orm import ZERO, adding, table_of
from points.foundation.statements import run
from points.ledger.accounts import AccountState
from points.ledger.statuses import AccountKind, LotSource, LotStatus, Purpose
from points.ledger.tables import LotUse, PointAccount, PointLot, Transfer

# --- what there is

Key = tuple[Purpose, str]
"""What names a transfer: its purpose and reference."""


@dataclass(eq=False, slots=True)
class Lot:
    """A lot as it was read under its account's lock; `remaining` and the rest move as it is used."""

    id: int
    account_id: int
    remaining: int
    status: LotStatus
    earned_on: date
    expires_on: date | None
    source_ref: str
    changed: bool = False

    def spendable(self, day: date) -> bool:
        """Whether its points may be spent on `day` (P11: the day of expiry still can)."""
        return self.status == LotStatus.ACTIVE and (self.expires_on is None or self.expires_on >= day)

    @property
    def turn(self) -> tuple[bool, date, date, int]:
        """Its place in the order of spending (P12): expiring first, then earned first, then the lower id."""
        return (self.expires_on is None, self.expires_on or date.max, self.earned_on, self.id)

    def use(self, points: int) -> None:
        """Move `points` out of the lot (negative) or back into it (positive)."""
        self.remaining += points
        self.changed = True
        if self.remaining == 0 and self.status == LotStatus.ACTIVE:
            self.status = LotStatus.EXHAUSTED
        elif self.remaining > 0 and self.status == LotStatus.EXHAUSTED:
            self.status = LotStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class NewLot:
    """What a lot is, beside its points: where it came from and how long it lasts."""

    source_type: LotSource
    source_ref: str
    rule_version: str
    earned_on: date
    expires_on: date | None


@dataclass(eq=False)
class Postings:
    """What one call is about to write to the books."""

    by: str
    at: datetime
    _transfers: list[dict[str, Any]] = field(default_factory=list)
    _new_lots: dict[Key, dict[str, Any]] = field(default_factory=dict)
    _uses: list[tuple[Key, Lot | Key, int]] = field(default_factory=list)
    _balances: dict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def post(
        self,
        account: AccountState,
        *,
        source: int,
        target: int,
        points: int,
        purpose: Purpose,
        reference: str,
        reason: str = "",
        uses: Iterable[tuple[Lot, int]] = (),
        lot: NewLot | None = None,
    ) -> None:
        """Add one transfer concerning `account`, with the lots it uses or the lot it makes."""
        key = (purpose, reference)
        self._transfers.append(
            {
                "source_id": source,
                "target_id": target,
                "volunteer_account_id": account.id,
                "points": points,
                "purpose": purpose,
                "reference": reference,
                "reason": reason,
                "created_at": self.at,
                "created_by": self.by,
            }
        )
        kept = self._balances[account.id]
        kept[0] += points * ((target == account.id) - (source == account.id))
        kept[1] += points * (
            (target == account.system[AccountKind.HELD]) - (source == account.system[AccountKind.HELD])
        )
        for used, moved in uses:
            used.use(moved)
            self._uses.append((key, used, moved))
        if lot is not None:
            self._new_lots[key] = {
                "account_id": account.id,
                "points": points,
                "remaining": points,
                "source_type": lot.source_type,
                "source_ref": lot.source_ref,
                "rule_version": lot.rule_version,
                "earned_on": lot.earned_on,
                "expires_on": lot.expires_on,
                "status": LotStatus.ACTIVE,
                "created_at": self.at,
                "created_by": self.by,
            }

    def net(self, account: AccountState, *, earning: Key, points: int, reference: str, reason: str) -> None:
        """Take `points` back from the lot that the transfer `earning` is about to make."""
        lot = self._new_lots[earning]
        lot["remaining"] -= points
        if lot["remaining"] == 0:
            lot["status"] = LotStatus.EXHAUSTED
        self.post(
            account,
            source=account.id,
            target=account.system[AccountKind.ISSUED],
            points=points,
            purpose=Purpose.REVERSE,
            reference=reference,
            reason=reason,
        )
        self._uses.append(((Purpose.REVERSE, reference), earning, -points))

    def write(self, session: Session) -> dict[Key, int]:
        """Write everything; the ids of the transfers by (purpose, reference)."""
        if not self._transfers:
            return {}
        ids = {(row.purpose, row.reference): row.id for row in run(session, _ADD_TRANSFERS, self._transfers)}
        new_lot_ids = self._write_new_lots(session, ids)
        if self._uses:
            run(
                session,
                _ADD_USES,
                [
                    {
                        "transfer_id": ids[key],
                        "lot_id": lot.id if isinstance(lot, Lot) else new_lot_ids[ids[lot]],
                        "points": points,
                        "created_at": self.at,
                        "created_by": self.by,
                    }
                    for key, lot, points in self._uses
                ],
            )
            write_lots(session, (lot for _, lot, _ in self._uses if isinstance(lot, Lot)))
        run(
            session,
            _CHANGE_ACCOUNTS,
            [
                {"account": account, "balance_delta": balance, "held_delta": held}
                for account, (balance, held) in sorted(self._balances.items())
            ],
        )
        return ids

    def _write_new_lots(self, session: Session, ids: dict[Key, int]) -> dict[int, int]:
        rows = [{"transfer_id": ids[key], **lot} for key, lot in self._new_lots.items()]
        if not rows:
            return {}
        if all(isinstance(lot, Lot) for _, lot, _ in self._uses):
            run(session, _ADD_LOTS, rows)
            return {}
        return {row.transfer_id: row.id for row in run(session, _ADD_LOTS_RETURNING, rows)}


# --- what happens


def write_lots(session: Session, lots: Iterable[Lot]) -> None:
    """Write what became of `lots`."""
    changed = {lot.id: lot for lot in lots if lot.changed}
    if changed:
        run(
            session,
            _CHANGE_LOTS,
            [
                {
                    "lot": lot.id,
                    "new_remaining": lot.remaining,
                    "new_status": lot.status,
                    "new_expires_on": lot.expires_on,
                }
                for _, lot in sorted(changed.items())
            ],
        )


# --- what can be asked


def open_lots(session: Session, *, account_ids: Sequence[int]) -> list[Lot]:
    """The lots of these accounts that have points left, in the order of spending."""
    return sorted(_lots(session, _OPEN, {"accounts": list(account_ids)}), key=lambda lot: lot.turn)


def draw(lots: Iterable[Lot], points: int) -> tuple[list[tuple[Lot, int]], int]:
    """The uses that take `points` from `lots` in their order, and how many points are missing."""
    uses = []
    for lot in lots:
        if points == 0:
            break
        if taken := min(lot.remaining, points):
            uses.append((lot, -taken))
            points -= taken
    return uses, points


def lots_by_id(session: Session, *, lot_ids: Sequence[int]) -> dict[int, Lot]:
    """Lots by id, whatever is left in them."""
    return {lot.id: lot for lot in _lots(session, _BY_ID, {"lots": list(lot_ids)})}


_TRANSFER = table_of(Transfer)
_LOT = table_of(PointLot)
_ACCOUNT = table_of(PointAccount)
_ADD_TRANSFERS = insert(_TRANSFER).returning(_TRANSFER.c.id, _TRANSFER.c.purpose, _TRANSFER.c.reference)
_ADD_LOTS = insert(_LOT)
_ADD_LOTS_RETURNING = insert(_LOT).returning(_LOT.c.id, _LOT.c.transfer_id)
_ADD_USES = adding(LotUse)
_CHANGE_LOTS = (
    update(_LOT)
    .where(_LOT.c.id == bindparam("lot"))
    .values(
        remaining=bindparam("new_remaining"),
        status=bindparam("new_status"),
        expires_on=bindparam("new_expires_on"),
    )
)
_CHANGE_ACCOUNTS = (
    update(_ACCOUNT)
    .where(_ACCOUNT.c.id == bindparam("account"))
    .values(
        balance=_ACCOUNT.c.balance + bindparam("balance_delta"),
        held=_ACCOUNT.c.held + bindparam("held_delta"),
    )
)
_READ = select(
    _LOT.c.id,
    _LOT.c.account_id,
    _LOT.c.remaining,
    _LOT.c.status,
    _LOT.c.earned_on,
    _LOT.c.expires_on,
    _LOT.c.source_ref,
)
_OPEN = _READ.where(_LOT.c.account_id.in_(bindparam("accounts", expanding=True)), _LOT.c.remaining > ZERO)
_BY_ID = _READ.where(_LOT.c.id.in_(bindparam("lots", expanding=True)))


def _lots(session: Session, statement: Any, parameters: dict[str, list[int]]) -> Iterable[Lot]:
    return (Lot(*row) for row in run(session, statement, parameters))
