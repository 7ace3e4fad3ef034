"""Postings: accounts, and the transfers, new lots, uses of lots and kept balances that are written to them together.

A volunteer's account is made when first needed and locked before anything is looked at. This is the only writer of the
books, so a balance cannot change without its transfer, nor a lot without its use.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Executable, Integer, Select, SQLColumnExpression, String, bindparam, func, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.orm import Session, aliased

from points.foundation.errors import N_, NoSuch
from points.foundation.orm import ZERO, ListedRow, Listing, UTCDateTime, insert, table_of
from points.foundation.statements import Parent, Row, Writes, run
from points.ledger.statuses import SYSTEM_KINDS, AccountKind, LotSource, LotStatus, Purpose
from points.ledger.tables import LotUse, PointAccount, PointLot, Transfer
from points.people.tables import MergedNumber, Volunteer

Asked = TypeVarTuple("Asked")

# --- what there is


@dataclass(frozen=True, slots=True)
class AccountState:
    """A volunteer's account as it stood when it was locked. `system` maps a kind to its street's counted account.

    `balance` includes points in frozen or not yet swept lots; what can be spent is the spendable lots' sum.
    """

    id: int
    volunteer_id: int
    volunteer: str
    street_id: int
    balance: int
    held: int
    system: Mapping[AccountKind, int]


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


# --- what happens


def lock_accounts(session: Session, *, volunteer_ids: Sequence[int], at: datetime) -> dict[int, AccountState]:
    """Lock the accounts of these volunteers in the order of their ids, opening those that are missing.

    The answer maps each volunteer's id to the account; a merged number's to that of the number it was merged into.
    One statement where all accounts exist.
    Raises NoSuch for an unknown volunteer.
    """
    wanted = set(volunteer_ids)
    found = _locked(session, _LOCK, {"volunteers": sorted(wanted)})
    if len(found) < len(wanted):
        _open(session, volunteer_ids=sorted(wanted - found.keys()), at=at)
        found = _locked(session, _LOCK, {"volunteers": sorted(wanted)})
    return found


def lock_by_id(session: Session, *, account_ids: Sequence[int]) -> dict[int, AccountState]:
    """Lock volunteers' accounts by their own ids, in that order; the answer maps account id to account."""
    states = _locked(session, _LOCK_BY_ID, {"accounts": sorted(set(account_ids))}).values()
    return {state.id: state for state in states}


# --- what can be asked


def with_accounts(statement: Select[*Asked], whose: ColumnElement[bool]) -> Listing:
    """`statement` with the accounts of whom `whose` says, locked in their order; `state_of` reads them."""
    return (
        statement.add_columns(*_STATE)
        .join(PointAccount, whose)
        .join(_OWNER, _OWNER.id == PointAccount.volunteer_id)
        .order_by(PointAccount.id)
        .with_for_update(key_share=True, of=PointAccount)
    )


def state_of(row: ListedRow) -> AccountState:
    """The account in a row of a statement that `with_accounts` made."""
    return AccountState(
        id=row.account_id,
        volunteer_id=row.account_volunteer_id,
        volunteer=row.account_volunteer,
        street_id=row.account_street_id,
        balance=row.account_balance,
        held=row.account_held,
        system={kind: getattr(row, f"system_{kind}") for kind in SYSTEM_KINDS},
    )


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


_SYSTEM, _OWNER, _ASKED = aliased(PointAccount), aliased(Volunteer), aliased(Volunteer)
_STATE: tuple[SQLColumnExpression[object], ...] = (
    PointAccount.id.label("account_id"),
    PointAccount.volunteer_id.label("account_volunteer_id"),
    _OWNER.code.label("account_volunteer"),
    PointAccount.street_id.label("account_street_id"),
    PointAccount.balance.label("account_balance"),
    PointAccount.held.label("account_held"),
    *(
        select(_SYSTEM.id)
        .where(_SYSTEM.street_id == PointAccount.street_id, _SYSTEM.kind == kind, _SYSTEM.volunteer_id.is_(None))
        .correlate(PointAccount)
        .scalar_subquery()
        .label(f"system_{kind}")
        for kind in SYSTEM_KINDS
    ),
)
_LOCK = with_accounts(
    select(_ASKED.id.label("asked_id")).outerjoin(MergedNumber, MergedNumber.gone_id == _ASKED.id),
    PointAccount.volunteer_id == func.coalesce(MergedNumber.kept_id, _ASKED.id),
).where(_ASKED.id.in_(bindparam("volunteers", expanding=True)))
_LOCK_BY_ID = with_accounts(select(_ASKED.id.label("asked_id")), PointAccount.volunteer_id == _ASKED.id).where(
    PointAccount.id.in_(bindparam("accounts", expanding=True))
)
_LOT = table_of(PointLot)
_BY_TRANSFER = Parent("transfer_id", table_of(Transfer), ("purpose", "reference"))
_NETTING, _EARNING = table_of(Transfer).alias("netting"), table_of(Transfer).alias("earning")
_ADD_NETTED = plain_insert(table_of(LotUse)).from_select(
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


def _locked(session: Session, statement: Executable, parameters: dict[str, list[int]]) -> dict[int, AccountState]:
    return {row.asked_id: state_of(row) for row in run(session, statement, parameters)}


def _open(session: Session, *, volunteer_ids: Sequence[int], at: datetime) -> None:
    people = session.execute(select(Volunteer.id, Volunteer.street_id).where(Volunteer.id.in_(volunteer_ids))).all()
    if unknown := set(volunteer_ids) - {person.id for person in people}:
        raise NoSuch(kind=N_("volunteer"), key=str(min(unknown)))
    written = {"created_at": at, "created_by": "system", "balance": 0, "held": 0}
    session.execute(
        insert(session, table_of(PointAccount)).on_conflict_do_nothing(),
        [
            {"street_id": street_id, "kind": kind, "volunteer_id": None, **written}
            for street_id in sorted({person.street_id for person in people})
            for kind in SYSTEM_KINDS
        ]
        + [
            {"street_id": person.street_id, "kind": AccountKind.VOLUNTEER, "volunteer_id": person.id, **written}
            for person in people
        ],
    )
