"""Postings: transfers, new lots, uses of lots and kept balances, gathered and then written together.

This is the only writer of the books, so a balance cannot change without its transfer, nor a lot without its use.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Executable, Integer, String, bindparam, insert, select
from sqlalchemy.orm import Session

from points.foundation.orm import ZERO, UTCDateTime, table_of
from points.foundation.statements import run
from points.foundation.writes import Parent, Row, Writes
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One transfer concerning `account`, from an account to another, both by id."""

    account: AccountState
    source: int
    target: int
    points: int
    purpose: Purpose
    reference: str
    reason: str = ""


@dataclass(eq=False)
class Postings:
    """What one call is about to write to the books."""

    by: str
    at: datetime
    _transfers: list[Row] = field(default_factory=list)
    _new_lots: dict[Key, tuple[AccountState, int, NewLot]] = field(default_factory=dict)
    _taken: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    _uses: list[tuple[Key, Lot, int]] = field(default_factory=list)
    _netted: list[dict[str, object]] = field(default_factory=list)
    _balances: dict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def post(self, posting: Posting, *, uses: Iterable[tuple[Lot, int]] = (), lot: NewLot | None = None) -> None:
        """Add one transfer, with the lots it uses or the lot it makes."""
        account, points, key = posting.account, posting.points, (posting.purpose, posting.reference)
        self._transfers.append(
            {
                "source_id": posting.source,
                "target_id": posting.target,
                "volunteer_account_id": account.id,
                "points": points,
                "purpose": posting.purpose,
                "reference": posting.reference,
                "reason": posting.reason,
                "created_at": self.at,
                "created_by": self.by,
            }
        )
        kept, held = self._balances[account.id], account.system[AccountKind.HELD]
        kept[0] += points * ((posting.target == account.id) - (posting.source == account.id))
        kept[1] += points * ((posting.target == held) - (posting.source == held))
        for used, moved in uses:
            used.use(moved)
            self._uses.append((key, used, moved))
        if lot is not None:
            self._new_lots[key] = account, points, lot

    def net(self, account: AccountState, *, earning: Key, points: int, reference: str, reason: str) -> None:
        """Take `points` back from the lot that the transfer `earning` is about to make."""
        self._taken[earning] += points
        self.post(
            Posting(
                account=account,
                source=account.id,
                target=account.system[AccountKind.ISSUED],
                points=points,
                purpose=Purpose.REVERSE,
                reference=reference,
                reason=reason,
            )
        )
        self._netted.append(
            {
                "net_purpose": Purpose.REVERSE,
                "net_reference": reference,
                "earn_purpose": earning[0],
                "earn_reference": earning[1],
                "moved": -points,
                "at": self.at,
                "by": self.by,
            }
        )

    def write(self, session: Session) -> None:
        """Write everything."""
        writes = Writes()
        self.gather(writes)
        writes.send(session)
        if self._netted:
            run(session, _ADD_NETTED, self._netted)

    def gather(self, writes: Writes) -> None:
        """Add everything to what a use case writes, but for what is netted from the lots it makes."""
        writes.insert(Transfer, self._transfers)
        writes.insert(PointLot, [self._lot(key) for key in self._new_lots], parents=[_BY_TRANSFER])
        writes.insert(
            LotUse,
            [{"lot_id": lot.id, "points": moved, **self._written(key)} for key, lot, moved in self._uses],
            parents=[_BY_TRANSFER],
        )
        changed = {lot.id: lot for _, lot, _ in self._uses if lot.changed}
        writes.change(
            PointLot,
            [
                {"id": lot.id, "remaining": lot.remaining, "status": lot.status, "expires_on": lot.expires_on}
                for _, lot in sorted(changed.items())
            ],
        )
        writes.increase(
            PointAccount,
            [
                {"id": account, "balance": balance, "held": held}
                for account, (balance, held) in sorted(self._balances.items())
            ],
        )

    def _lot(self, key: Key) -> Row:
        account, points, lot = self._new_lots[key]
        remaining = points - self._taken[key]
        return {
            "account_id": account.id,
            "points": points,
            "remaining": remaining,
            "source_type": lot.source_type,
            "source_ref": lot.source_ref,
            "rule_version": lot.rule_version,
            "earned_on": lot.earned_on,
            "expires_on": lot.expires_on,
            "status": LotStatus.ACTIVE if remaining else LotStatus.EXHAUSTED,
            **self._written(key),
        }

    def _written(self, key: Key) -> dict[str, object]:
        return {"purpose": key[0], "reference": key[1], "created_at": self.at, "created_by": self.by}


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


_LOT = table_of(PointLot)
_BY_TRANSFER = Parent("transfer_id", table_of(Transfer), ("purpose", "reference"))
_NETTING, _EARNING = table_of(Transfer).alias("netting"), table_of(Transfer).alias("earning")
_ADD_NETTED = insert(table_of(LotUse)).from_select(
    ["transfer_id", "lot_id", "points", "created_at", "created_by"],
    select(
        _NETTING.c.id,
        _LOT.c.id,
        bindparam("moved", type_=Integer()),
        bindparam("at", type_=UTCDateTime()),
        bindparam("by", type_=String()),
    )
    .select_from(_NETTING)
    .join(
        _EARNING,
        (_EARNING.c.purpose == bindparam("earn_purpose")) & (_EARNING.c.reference == bindparam("earn_reference")),
    )
    .join(_LOT, _LOT.c.transfer_id == _EARNING.c.id)
    .where(_NETTING.c.purpose == bindparam("net_purpose"), _NETTING.c.reference == bindparam("net_reference")),
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


def _lots(session: Session, statement: Executable, parameters: dict[str, list[int]]) -> Iterable[Lot]:
    return (Lot(*row) for row in run(session, statement, parameters))
