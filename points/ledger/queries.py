"""What an account shows: the balance, its lots, and the statement that explains every line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from points.foundation.errors import N_, NoSuch
from points.foundation.orm import ZERO
from points.foundation.statements import run
from points.ledger.merging import BETWEEN_NUMBERS
from points.ledger.statuses import BalancePart, LotSource, LotStatus, Purpose
from points.ledger.tables import LotUse, PointAccount, PointLot, RecoveryDue, Transfer
from points.people import aliases

# --- what there is


@dataclass(frozen=True)
class Balance:
    """What an account has, in points: `balance` = `spendable` + `frozen` + `lapsed`.

    `spendable` today, `frozen` while their record is disputed, `lapsed` where their last day is over and the sweep has
    not booked it yet; beside the balance, `held` for reservations and `owed` after corrections. `next_expiry` is the
    soonest last day among the spendable lots, `next_expiring` the points that go with it.
    """

    balance: int = 0
    held: int = 0
    spendable: int = 0
    owed: int = 0
    frozen: int = 0
    lapsed: int = 0
    next_expiry: date | None = None
    next_expiring: int = 0

    @property
    def parts(self) -> tuple[tuple[BalancePart, int], ...]:
        """What stands beside the spendable points, where there is any."""
        there = (
            (BalancePart.HELD, self.held),
            (BalancePart.FROZEN, self.frozen),
            (BalancePart.LAPSED, self.lapsed),
            (BalancePart.OWED, self.owed),
        )
        return tuple((part, points) for part, points in there if points)


@dataclass(frozen=True)
class LotLine:
    """One lot with points left. `transfer_id` is the transfer that made it."""

    id: int
    transfer_id: int
    points: int
    remaining: int
    source_type: LotSource
    source_ref: str
    rule_version: str
    earned_on: date
    expires_on: date | None
    status: LotStatus

    def spendable(self, day: date) -> bool:
        """Whether its points can be spent on `day`."""
        return self.status == LotStatus.ACTIVE and (self.expires_on is None or self.expires_on >= day)


@dataclass(frozen=True)
class Purse:
    """A balance, the lots with points left in the order in which they are spent (P12), and the ids of the accounts.

    More than one account where numbers were merged into the person's; points are on the last one only.
    """

    balance: Balance
    lots: tuple[LotLine, ...]
    accounts: tuple[int, ...]

    def expiries(self, day: date) -> list[tuple[date | None, int]]:
        """How many of the points that can be spent on `day` expire when, soonest first; their sum is `spendable`."""
        by_day: dict[date | None, int] = {}
        for lot in self.lots:
            if lot.spendable(day):
                by_day[lot.expires_on] = by_day.get(lot.expires_on, 0) + lot.remaining
        return list(by_day.items())


@dataclass(frozen=True)
class StatementLine:
    """One transfer as its person sees it: `points` is positive when the balance grew."""

    id: int
    at: datetime
    purpose: Purpose
    points: int
    reference: str
    reason: str
    by: str
    source_ref: str | None
    expires_on: date | None


@dataclass(frozen=True)
class Statement:
    """A page of the statement, newest first; `next_cursor` is None on the last."""

    items: list[StatementLine]
    next_cursor: int | None


# --- what can be asked


def purse(session: Session, volunteer_id: int, *, day: date) -> Purse:
    """What this volunteer has on `day`, with the lots behind it; one statement."""
    rows = run(session, _PURSE, {"volunteer": volunteer_id}).all()
    accounts = tuple(dict.fromkeys(row.account_id for row in rows))
    own = [row for row in rows if row.volunteer_id == volunteer_id]
    if not own:
        return Purse(Balance(), (), accounts)
    lots = tuple(LotLine(*row[5:]) for row in own if row.lot_id is not None)
    spendable = [lot for lot in lots if lot.spendable(day)]
    frozen = sum(lot.remaining for lot in lots if lot.status == LotStatus.FROZEN)
    usable = sum(lot.remaining for lot in spendable)
    next_expiry = min((lot.expires_on for lot in spendable if lot.expires_on), default=None)
    balance = Balance(
        balance=own[0].balance,
        held=own[0].held,
        spendable=usable,
        owed=int(own[0].owed),
        frozen=frozen,
        lapsed=own[0].balance - usable - frozen,
        next_expiry=next_expiry,
        next_expiring=sum(lot.remaining for lot in spendable if next_expiry and lot.expires_on == next_expiry),
    )
    return Purse(balance, lots, accounts)


def balance(session: Session, volunteer_id: int, *, day: date) -> Balance:
    """What this volunteer has on `day`; all zero before the first points."""
    return purse(session, volunteer_id, day=day).balance


def lots(session: Session, volunteer_id: int) -> tuple[LotLine, ...]:
    """The lots with points left, in the order in which they are spent (P12)."""
    return purse(session, volunteer_id, day=date.min).lots


def balances(session: Session, volunteer_ids: list[int]) -> dict[int, int]:
    """The kept balances of these volunteers, for a list; who has no account yet has 0."""
    found = dict(
        session.execute(
            select(PointAccount.volunteer_id, PointAccount.balance).where(PointAccount.volunteer_id.in_(volunteer_ids))
        ).all()
    )
    return {volunteer_id: found.get(volunteer_id, 0) for volunteer_id in volunteer_ids}


def spendable(session: Session, volunteer_ids: Sequence[int], *, day: date) -> int:
    """How many points these volunteers together can spend on `day`: what is frozen or expired is not among them."""
    usable = PointLot.expires_on.is_(None) | (PointLot.expires_on >= day)
    total = session.scalar(
        select(func.coalesce(func.sum(PointLot.remaining), 0))
        .join(PointAccount, PointAccount.id == PointLot.account_id)
        .where(
            PointAccount.volunteer_id.in_(volunteer_ids),
            PointLot.remaining > ZERO,
            PointLot.status == LotStatus.ACTIVE,
            usable,
        )
    )
    return int(total or 0)


def statement(
    session: Session,
    *,
    volunteer_id: int,
    cursor: int | None = None,
    limit: int = 50,
    accounts: Sequence[int] | None = None,
) -> Statement:
    """The transfers that concern this volunteer, newest first, `limit` after `cursor`.

    Those under a merged number are the person's too; what only moved points between the two numbers is left out.
    `accounts` are the person's, for who has asked for the purse already.
    """
    if accounts is None:  # asked first: of one account, the index has the newest at its end
        whose = select(PointAccount.id).where(aliases.of_person(PointAccount.volunteer_id, volunteer_id))
        accounts = session.scalars(whose).all()
    signed = case(
        (Transfer.target_id == Transfer.volunteer_account_id, Transfer.points),
        (Transfer.source_id == Transfer.volunteer_account_id, -Transfer.points),
        else_=0,
    )
    asked = (
        select(
            Transfer.id,
            Transfer.created_at,
            Transfer.purpose,
            signed,
            Transfer.reference,
            Transfer.reason,
            Transfer.created_by,
            PointLot.source_ref,
            PointLot.expires_on,
        )
        .outerjoin(PointLot, PointLot.transfer_id == Transfer.id)
        .where(Transfer.volunteer_account_id.in_(accounts), ~Transfer.reference.startswith(BETWEEN_NUMBERS))
        .order_by(Transfer.id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        asked = asked.where(Transfer.id < cursor)
    items = [StatementLine(*row) for row in session.execute(asked)]
    return Statement(items[:limit], items[limit - 1].id if len(items) > limit else None)


def booking_id(session: Session, *, volunteer_id: int, purpose: str, reference: str) -> int:
    """The id of the transfer that concerns this volunteer, by its public name. Raises NoSuch."""
    found = session.scalar(
        select(Transfer.id)
        .join(PointAccount, PointAccount.id == Transfer.volunteer_account_id)
        .where(
            Transfer.purpose == purpose,
            Transfer.reference == reference,
            aliases.of_person(PointAccount.volunteer_id, volunteer_id),
        )
    )
    if found is None:
        raise NoSuch(kind=N_("booking"), key=f"{purpose}.{reference}")
    return found


def uses(session: Session, *, transfer_id: int) -> list[tuple[LotLine, int]]:
    """Which lots a transfer used, with the points it took (negative) or gave back (positive)."""
    rows = session.execute(
        select(
            PointLot.id,
            PointLot.transfer_id,
            PointLot.points,
            PointLot.remaining,
            PointLot.source_type,
            PointLot.source_ref,
            PointLot.rule_version,
            PointLot.earned_on,
            PointLot.expires_on,
            PointLot.status,
            LotUse.points.label("moved"),
        )
        .join(LotUse, LotUse.lot_id == PointLot.id)
        .where(LotUse.transfer_id == transfer_id)
        .order_by(LotUse.id)
    )
    return [(LotLine(*tuple(row)[:-1]), row.moved) for row in rows]


_PURSE = (
    select(
        PointAccount.id.label("account_id"),
        PointAccount.volunteer_id,
        PointAccount.balance,
        PointAccount.held,
        select(func.coalesce(func.sum(RecoveryDue.remaining), 0))
        .where(RecoveryDue.account_id == PointAccount.id)
        .correlate(PointAccount)
        .scalar_subquery()
        .label("owed"),
        PointLot.id.label("lot_id"),
        PointLot.transfer_id,
        PointLot.points,
        PointLot.remaining,
        PointLot.source_type,
        PointLot.source_ref,
        PointLot.rule_version,
        PointLot.earned_on,
        PointLot.expires_on,
        PointLot.status,
    )
    .outerjoin(PointLot, (PointLot.account_id == PointAccount.id) & (PointLot.remaining > ZERO))
    .where(aliases.of_person(PointAccount.volunteer_id, bindparam("volunteer")))
    .order_by(PointLot.expires_on.is_(None), PointLot.expires_on, PointLot.earned_on, PointLot.id)
)
