"""Goods come back: all that is left of a receipt, one line of it, or some of a line. Signed by two, within the days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from points import ledger
from points.access import two_people
from points.exchange import stock
from points.exchange.redemption import lifecycle, rules
from points.exchange.redemption.lifecycle import HeldLine
from points.exchange.redemption.tables import GoodsReturn
from points.exchange.statuses import GoodsKind, MoveKind, RedemptionStatus, VoucherStatus
from points.exchange.stock import BatchChange, Move
from points.exchange.tables import Redemption, RedemptionLine, Voucher
from points.exchange.vouchers import VoucherUsed
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid
from points.foundation.statements import Writes
from points.people import aliases
from points.rewards import rulesets

# --- what there is


@dataclass(frozen=True, kw_only=True)
class BroughtBack:
    """What of one item comes back; `batch` says from which, where the receipt has the item from several."""

    item: str
    qty: int
    batch: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Act:
    """One time that goods of a receipt come back."""

    number: int
    to_stock: bool
    reason: str
    by: Actor
    second: Actor
    at: datetime


# --- what is refused


@dataclass(eq=False)
class NotOnReceipt(Invalid):
    """Goods that the receipt does not have."""

    code = "not-on-receipt"
    title = N_("Not on this receipt")
    detail = N_("%(item)s is not on the receipt %(redemption)s.")
    next_step = N_("Choose among the goods on the receipt.")
    item: str
    redemption: str


@dataclass(eq=False)
class MoreThanHandedOver(Conflict):
    """More comes back than is still out."""

    code = "more-than-handed-over"
    title = N_("More than was handed over")
    detail = N_("%(wanted)d of “%(name)s” would come back, %(left)d are still out.")
    next_step = N_("Look at the receipt; some may have come back before.")
    name: str
    wanted: int
    left: int


# --- what happens


def give_back(
    session: Session,
    *,
    redemption: str,
    to_stock: bool,
    reason: str,
    by: Actor,
    second: Actor,
    at: datetime,
    lines: Sequence[BroughtBack] = (),
) -> Redemption:
    """Take faulty goods back within the rule set's days (7), signed by two people; the points go to the same lots.

    Without `lines` all that is still out comes back. `to_stock` puts the goods back on the shelf, otherwise they are a
    loss. The price is what was paid; the lots that were used last have
    their points first, and an expired lot lives again for 30 days. Unused vouchers become void. Raises WrongState,
    ReturnTooLate, NotOnReceipt, MoreThanHandedOver, BadQuantity, VoucherUsed, SelfDealing, SecondPersonNeeded,
    ReasonMissing, NoSuch or NotPermitted, and then nothing changed.
    """
    row, here = lifecycle.locked(session, redemption)
    role = by.require("redemption.operate", station_id=here.id, area_path=here.area_path)
    second.require("redemption.witness", station_id=here.id, area_path=here.area_path)
    redeemer_id = aliases.kept(session, row.redeemer_id)
    for person in (by, second):
        if two_people.is_oneself(session, row.redeemer_code, by=person, volunteer_id=redeemer_id):
            raise rules.SelfDealing(clerk=person.person)
    alone = stock.SecondPersonNeeded(person=by.person)
    two_people.refuse_one_person(session, alone, first=by.person, second=second, at=at)
    if not reason.strip():
        raise stock.ReasonMissing()
    lifecycle.refuse_unless(row, RedemptionStatus.FULFILLED)
    held = lifecycle.lines_of(session, [row.id], lock=False)  # their batches are locked after the accounts
    _refuse_late(session, row, street_id=held[0].item.street_id, at=at)
    chosen = _chosen(row, held, lines)
    vouchers = [voucher for line, qty in chosen for voucher in _unused(session, line, qty)]
    points = sum(line.price * qty for line, qty in chosen)
    whole = points == row.total_points
    number = 1 + (session.scalar(_LAST, {"redemption": row.id}) or 0)
    ledger.give_back(
        session,
        reference=f"redemption:{row.code}",
        day=clock.local_date(at),
        by=by,
        at=at,
        reason=reason,
        part=None if whole else ledger.Part(points=points, number=number),
    )
    lifecycle.lines_of(session, [row.id])
    for voucher in vouchers:
        voucher.status = VoucherStatus.VOID
    act = _Act(number=number, to_stock=to_stock, reason=reason, by=by, second=second, at=at)
    _take_goods_back(session, row, chosen, act)
    row.points_returned += points
    if row.points_returned == row.total_points:
        row.status = RedemptionStatus.RETURNED
        row.ended_at = at
        row.ended_by = by.person
        row.ended_reason = reason
        row.returned_by = by.person
        row.returned_second = second.person
    session.flush()
    two_people.sign(
        session,
        first=by.person,
        second=second,
        action="redemption.return",
        target=f"redemption:{row.code}",
        at=at,
        area_path=here.area_path,
    )
    facts = {"points": points, "to_stock": to_stock, "second": second.person}
    facts |= {} if whole else {line.item.code: qty for line, qty in chosen}
    lifecycle.note(session, "redemption.return", row, here, by=by, role=role, at=at, reason=reason, facts=facts)
    return row


_LAST = select(func.max(GoodsReturn.number)).where(GoodsReturn.redemption_id == bindparam("redemption"))


def _refuse_late(session: Session, row: Redemption, *, street_id: int, at: datetime) -> None:
    """Raises ReturnTooLate after the days that the street's rules give."""
    day = clock.local_date(at)
    assert row.fulfilled_at is not None
    handed_over = clock.local_date(row.fulfilled_at)
    days = rulesets.days(session, "return_days", street_id=street_id, day=day)
    if day > handed_over + timedelta(days=days):
        raise rules.ReturnTooLate(days=days, handed_over=handed_over)


def _chosen(row: Redemption, lines: Sequence[HeldLine], wanted: Sequence[BroughtBack]) -> list[tuple[HeldLine, int]]:
    """Which lines come back, and how much of each. Raises NotOnReceipt, MoreThanHandedOver, BadQuantity."""
    left = {line.id: line.left for line in lines}
    if not wanted:
        return [(line, left[line.id]) for line in lines if left[line.id]]
    taken = dict.fromkeys(left, 0)
    for one in wanted:
        if one.qty < 1:
            raise stock.BadQuantity(qty=one.qty)
        mine = [line for line in lines if line.item.code == one.item and one.batch in (None, line.batch)]
        if not mine:
            raise NotOnReceipt(item=one.item, redemption=row.code)
        out = sum(left[line.id] - taken[line.id] for line in mine)
        if one.qty > out:
            raise MoreThanHandedOver(name=mine[0].shown, wanted=one.qty, left=out)
        missing = one.qty
        for line in mine:
            more = min(missing, left[line.id] - taken[line.id])
            taken[line.id] += more
            missing -= more
    return [(line, taken[line.id]) for line in lines if taken[line.id]]


def _unused(session: Session, line: HeldLine, qty: int) -> list[Voucher]:
    """So many unused vouchers of a line, locked; none for other goods. Raises VoucherUsed when too few are unused."""
    if line.item.kind != GoodsKind.VOUCHER:
        return []
    vouchers = session.scalars(
        select(Voucher)
        .where(Voucher.line_id == line.id, Voucher.status != VoucherStatus.VOID)
        .order_by(Voucher.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    unused = [voucher for voucher in vouchers if voucher.used_at is None]
    if len(unused) < qty:
        used = max(voucher.used_at for voucher in vouchers if voucher.used_at is not None)
        raise VoucherUsed(used_on=clock.local_date(used))
    return unused[:qty]


def _take_goods_back(session: Session, row: Redemption, chosen: Sequence[tuple[HeldLine, int]], act: _Act) -> None:
    for line, qty in chosen:
        session.execute(
            update(RedemptionLine)
            .where(RedemptionLine.id == line.id)
            .values(qty_returned=RedemptionLine.qty_returned + qty)
            .execution_options(synchronize_session=False)
        )
    reference = f"redemption:{row.code}" + (f":{act.number}" if act.number > 1 else "")

    def moved(line: HeldLine, delta: int, kind: MoveKind) -> Move:
        return Move(
            batch_id=line.batch_id,
            delta=delta,
            kind=kind,
            reference=reference,
            second_by=act.second.person,
            reason=act.reason,
        )

    writes = Writes()
    rows = [
        {
            "redemption_id": row.id,
            "line_id": line.id,
            "number": act.number,
            "qty": qty,
            "to_stock": act.to_stock,
            "reason": act.reason,
            "second_by": act.second.person,
            "created_at": act.at,
            "created_by": act.by.person,
        }
        for line, qty in chosen
    ]
    writes.insert(GoodsReturn, rows)
    moves = [moved(line, qty, MoveKind.RETURN) for line, qty in chosen]
    if act.to_stock:
        stock.change_batches(writes, [BatchChange(batch_id=line.batch_id, left=qty) for line, qty in chosen])
    else:
        moves += [moved(line, -qty, MoveKind.LOSS) for line, qty in chosen]
    stock.add_moves(writes, moves, by=act.by, at=act.at)
    writes.send(session)
