"""After a reservation or an exchange: hand over, cancel, let lapse, take back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Unpack

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from points import ledger
from points.access import two_people
from points.access.identity import Identity
from points.access.tables import Signature
from points.exchange import stock
from points.exchange.redemption import counter, rules, situation
from points.exchange.redemption.rules import Proxy
from points.exchange.statuses import GoodsKind, MoveKind, RedemptionStatus, VoucherStatus
from points.exchange.stock import BatchChange, Move
from points.exchange.tables import GoodsItem, Redemption, RedemptionLine, StockBatch, Voucher
from points.exchange.vouchers import VoucherUsed
from points.foundation import clock, masking, typed
from points.foundation.actors import SYSTEM, Actor
from points.foundation.errors import N_, NoSuch
from points.foundation.statements import Writes
from points.journal import audit
from points.people import aliases
from points.people.tables import HouseholdMember
from points.places.tables import Station
from points.rewards import rulesets

# --- what there is


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a redemption, under the lock of its batch; `item` is the item's code."""

    id: int
    item_id: int
    batch_id: int
    qty: int
    item: str
    name: str
    kind: GoodsKind
    merchant_id: int | None
    best_before: date | None


# --- what happens


def fulfil(
    session: Session,
    *,
    redemption: str,
    identity: Identity,
    by: Actor,
    at: datetime,
    proxy: Proxy | None = None,
) -> Redemption:
    """Hand over what was reserved; `redemption` is its code or its pick-up code.

    It then belongs to the station's open exchange day and counts for today.
    Raises WrongState, PickupPassed, BatchExpired, OverExchangeDayLimit, NeedsGuardian, SelfDealing, SameHousehold,
    ProxyIsClerk, SecondKnowsNeeded, PersonSuspended, NoSuch or NotPermitted, and then nothing changed.
    """
    row, here = _locked(session, redemption)
    role = by.require("redemption.operate", station_id=here.id, area_path=here.area_path)
    day = clock.local_date(at)
    scene = situation.look(session, volunteer=row.redeemer_code, station=here.code, by=by, second=identity.second)
    _refuse_unless(row, RedemptionStatus.RESERVED)
    if row.pickup_until is not None and at > row.pickup_until:
        raise rules.PickupPassed(redemption=row.code, until=clock.local_date(row.pickup_until))
    rules.refuse_inactive(scene.redeemer, day=day)
    rules.refuse_unvouched(session, identity, by=by, here=here, at=at)
    rules.refuse_self_dealing(scene.redeemer, by=by, second=identity.second, proxy=proxy)
    rules.refuse_unaccompanied(session, scene.redeemer, by=by, proxy=proxy, day=day, hand_over=True)
    ledger.spend_held(session, reference=f"redemption:{row.code}", by=by, at=at)
    lines = _lines(session, [row.id])
    for line in lines:
        if line.best_before is not None and line.best_before < day:
            raise stock.BatchExpired(item=line.item, name=line.name, best_before=line.best_before)
    situation.refuse_over_exchange_day(session, scene, wanted=row.total_points)
    row.status = RedemptionStatus.FULFILLED
    row.day = day
    row.session_id = scene.exchange_day.id if scene.exchange_day else None
    row.fulfilled_by = by.person
    row.fulfilled_at = at
    row.identity_check = identity.check
    row.identity_second = identity.second.person if identity.second else None
    row.proxy_name = proxy.name.strip() if proxy else ""
    row.proxy_relation = proxy.relation.strip() if proxy else ""
    session.flush()
    writes = Writes()
    of_merchants = [
        ({"line_id": line.id}, line.merchant_id, line.qty)
        for line in lines
        if line.kind == GoodsKind.VOUCHER and line.merchant_id
    ]
    counter.add_vouchers(writes, of_merchants, by=by, at=at)
    stock.change_batches(
        writes, [BatchChange(batch_id=line.batch_id, left=-line.qty, reserved=-line.qty) for line in lines]
    )
    picks = [stock.Pick(line.item_id, line.batch_id, line.qty) for line in lines]
    stock.add_moves(writes, counter.redeem_moves(picks, row.code), by=by, at=at)
    writes.insert(Signature, rules.vouched(identity, row.code, by=by, here=here, at=at))
    writes.send(session)
    facts = {"points": row.total_points, "identity": identity.check, "proxy": proxy is not None}
    _note(session, "redemption.fulfil", row, here, by=by, role=role, at=at, facts=facts)
    return row


def cancel(session: Session, *, redemption: str, by: Actor, at: datetime, reason: str = "") -> Redemption:
    """Cancel a reservation: the same lots have their points again, the same batches are free again.

    By the redeemer, a minor's guardian or the station's staff. Raises WrongState, NoSuch or NotPermitted.
    """
    row, here = _locked(session, redemption)
    role = counter.require_own_or_staff(session, redeemer_id=row.redeemer_id, here=here, by=by, at=at)
    _refuse_unless(row, RedemptionStatus.RESERVED)
    _let_go(session, row, status=RedemptionStatus.CANCELLED, reason=reason, by=by, at=at)
    _note(session, "redemption.cancel", row, here, by=by, role=role, at=at, reason=reason)
    return row


def lapse_due(session: Session, *, at: datetime) -> int:
    """Let every reservation lapse whose time to collect has passed; how many. Points and goods go back as in `cancel`.

    All accounts and then all batches are locked first, in their order, because an exchange locks several too.
    """
    due = session.scalars(
        select(Redemption)
        .where(Redemption.status == RedemptionStatus.RESERVED, Redemption.pickup_until < at)
        .order_by(Redemption.id)
        .with_for_update(key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    if not due:
        return 0
    homes = [row.household_id for row in due if row.household_id is not None]
    people = {row.redeemer_id for row in due}
    if homes:
        people.update(
            session.scalars(select(HouseholdMember.volunteer_id).where(HouseholdMember.household_id.in_(homes)))
        )
    ledger.lock_accounts(session, volunteer_ids=sorted(people), at=at)
    stations = {
        station_id: stock.place(session, code)
        for station_id, code in session.execute(
            select(Station.id, Station.code).where(Station.id.in_({row.station_id for row in due}))
        )
    }
    _lines(session, [row.id for row in due])
    for row in due:
        _let_go(session, row, status=RedemptionStatus.LAPSED, reason="", by=SYSTEM, at=at)
        _note(session, "redemption.lapse", row, stations[row.station_id], by=SYSTEM, role="system", at=at)
    return len(due)


def forget_proxies(session: Session, *, volunteer_id: int, name: str) -> None:
    """Mask the names of who came in this person's place, and this name where it came in others'; part of forgetting."""
    mine = Redemption.redeemer_id == volunteer_id, Redemption.proxy_name != ""
    rows = select(Redemption).where(or_(and_(*mine), Redemption.proxy_name == name)).order_by(Redemption.id)
    for row in session.scalars(rows.with_for_update()):
        row.proxy_name = masking.mask_name(row.proxy_name)
    session.flush()


def give_back(
    session: Session,
    *,
    redemption: str,
    to_stock: bool,
    reason: str,
    by: Actor,
    second: Actor,
    at: datetime,
) -> Redemption:
    """Take faulty goods back within the rule set's days (7), signed by two people; the points go to the same lots.

    An expired lot lives again for 30 days. `to_stock` puts the goods back on the shelf, otherwise they are a loss.
    Unused vouchers become void. Raises WrongState, ReturnTooLate, VoucherUsed, SelfDealing, SecondPersonNeeded,
    ReasonMissing, NoSuch or NotPermitted, and then nothing changed.
    """
    row, here = _locked(session, redemption)
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
    _refuse_unless(row, RedemptionStatus.FULFILLED)
    day = clock.local_date(at)
    assert row.fulfilled_at is not None
    handed_over = clock.local_date(row.fulfilled_at)
    street_id = session.scalars(_STREET, {"redemption": row.id}).first()
    assert street_id is not None
    days = rulesets.days(session, "return_days", street_id=street_id, day=day)
    if day > handed_over + timedelta(days=days):
        raise rules.ReturnTooLate(days=days, handed_over=handed_over)
    ledger.give_back(session, reference=f"redemption:{row.code}", day=day, by=by, at=at, reason=reason)
    lines = _lines(session, [row.id])
    _void_vouchers(session, lines)
    _take_goods_back(session, row, lines, to_stock=to_stock, reason=reason, by=by, second=second, at=at)
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
    facts = {"points": row.total_points, "to_stock": to_stock, "second": second.person}
    _note(session, "redemption.return", row, here, by=by, role=role, at=at, reason=reason, facts=facts)
    return row


_LINES = (
    select(
        RedemptionLine.id,
        RedemptionLine.item_id,
        RedemptionLine.batch_id,
        RedemptionLine.qty,
        GoodsItem.code.label("item"),
        GoodsItem.name,
        GoodsItem.kind,
        GoodsItem.merchant_id,
        StockBatch.best_before,
    )
    .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
    .join(StockBatch, StockBatch.id == RedemptionLine.batch_id)
    .where(RedemptionLine.redemption_id.in_(bindparam("redemptions", expanding=True)))
    .order_by(StockBatch.id)
    .with_for_update(key_share=True, of=StockBatch)
)
_STREET = (
    select(GoodsItem.street_id)
    .join(RedemptionLine, RedemptionLine.item_id == GoodsItem.id)
    .where(RedemptionLine.redemption_id == bindparam("redemption"))
    .limit(1)
)


def _lines(session: Session, redemption_ids: Sequence[int]) -> list[_Line]:
    """The lines with their items and batches, which are locked in their order; after the accounts."""
    return [_Line(*row) for row in session.execute(_LINES, {"redemptions": list(redemption_ids)})]


def _locked(session: Session, text: str) -> tuple[Redemption, stock.Place]:
    """The redemption by its code or pick-up code, locked, and where it is. Raises NoSuch."""
    found = session.execute(
        select(Redemption, Station.code)
        .join(Station, Station.id == Redemption.station_id)
        .where(or_(Redemption.code == text, Redemption.pickup_code == typed.random_code(text)))
        .with_for_update(key_share=True, of=Redemption)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NoSuch(kind=N_("redemption"), key=text)
    return found[0], stock.place(session, found[1])


def _refuse_unless(row: Redemption, status: RedemptionStatus) -> None:
    if row.status != status:
        raise rules.WrongState(redemption=row.code, status=row.status)


def _let_go(
    session: Session, row: Redemption, *, status: RedemptionStatus, reason: str, by: Actor, at: datetime
) -> None:
    ledger.release(session, reference=f"redemption:{row.code}", by=by, at=at, reason=reason)
    writes = Writes()
    lines = _lines(session, [row.id])
    stock.change_batches(writes, [BatchChange(batch_id=line.batch_id, reserved=-line.qty) for line in lines])
    writes.send(session)
    row.status = status
    row.ended_at = at
    row.ended_by = by.person
    row.ended_reason = reason
    session.flush()


def _void_vouchers(session: Session, lines: Sequence[_Line]) -> None:
    """Make the vouchers of these lines void. Raises VoucherUsed when one has done its service."""
    mine = Voucher.line_id.in_([line.id for line in lines if line.kind == GoodsKind.VOUCHER])
    vouchers = session.scalars(
        select(Voucher)
        .where(mine)
        .order_by(Voucher.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for voucher in vouchers:
        if voucher.used_at is not None:
            raise VoucherUsed(used_on=clock.local_date(voucher.used_at))
    session.execute(
        update(Voucher).where(mine).values(status=VoucherStatus.VOID).execution_options(synchronize_session=False)
    )


def _take_goods_back(
    session: Session,
    row: Redemption,
    lines: Sequence[_Line],
    *,
    to_stock: bool,
    reason: str,
    by: Actor,
    second: Actor,
    at: datetime,
) -> None:
    writes = Writes()
    moves = [_signed_move(row, line, line.qty, MoveKind.RETURN, second, reason) for line in lines]
    if to_stock:
        stock.change_batches(writes, [BatchChange(batch_id=line.batch_id, left=line.qty) for line in lines])
    else:
        moves += [_signed_move(row, line, -line.qty, MoveKind.LOSS, second, reason) for line in lines]
    stock.add_moves(writes, moves, by=by, at=at)
    writes.send(session)


def _signed_move(row: Redemption, line: _Line, delta: int, kind: MoveKind, second: Actor, reason: str) -> Move:
    return Move(
        batch_id=line.batch_id,
        delta=delta,
        kind=kind,
        reference=f"redemption:{row.code}",
        second_by=second.person,
        reason=reason,
    )


def _note(session: Session, action: str, row: Redemption, here: stock.Place, **act: Unpack[audit.Act]) -> None:
    audit.write(session, action=action, target=f"redemption:{row.code}", area_path=here.area_path, **act)
