"""After a reservation: hand over, cancel, let lapse; and what every change of a redemption begins with."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, Unpack

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from points import ledger
from points.access.identity import Identity
from points.access.tables import Signature
from points.exchange import stock
from points.exchange.naming import as_shown
from points.exchange.redemption import counter, rules, situation
from points.exchange.redemption.rules import Proxy
from points.exchange.statuses import GoodsKind, RedemptionStatus
from points.exchange.stock import BatchChange
from points.exchange.tables import GoodsItem, Redemption, RedemptionLine, StockBatch
from points.foundation import clock, masking, typed
from points.foundation.actors import SYSTEM, Actor
from points.foundation.errors import N_, NoSuch
from points.foundation.statements import Writes
from points.journal import audit
from points.people.tables import HouseholdMember
from points.places.tables import Station

# --- what there is


class HeldLine(NamedTuple):
    """A line of a redemption as it was read."""

    id: int
    batch_id: int
    qty: int
    qty_returned: int
    price: int
    item: GoodsItem
    batch: str
    best_before: date | None

    @property
    def shown(self) -> str:
        return as_shown(self.item.name, self.item.spec)

    @property
    def left(self) -> int:
        return self.qty - self.qty_returned


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
    row, here = locked(session, redemption)
    role = by.require("redemption.operate", station_id=here.id, area_path=here.area_path)
    day = clock.local_date(at)
    scene = situation.look(session, volunteer=row.redeemer_code, station=here.code, by=by, second=identity.second)
    refuse_unless(row, RedemptionStatus.RESERVED)
    if row.pickup_until is not None and at > row.pickup_until:
        raise rules.PickupPassed(redemption=row.code, until=clock.local_date(row.pickup_until))
    rules.refuse_inactive(scene.redeemer, day=day)
    rules.refuse_unvouched(session, identity, by=by, here=here, at=at)
    rules.refuse_self_dealing(scene.redeemer, by=by, second=identity.second, proxy=proxy)
    rules.refuse_unaccompanied(session, scene.redeemer, by=by, proxy=proxy, day=day, hand_over=True)
    ledger.spend_held(session, reference=f"redemption:{row.code}", by=by, at=at)
    lines = lines_of(session, [row.id])
    for line in lines:
        if line.best_before is not None and line.best_before < day:
            raise stock.BatchExpired(item=line.item.code, name=line.shown, best_before=line.best_before)
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
        ({"line_id": line.id}, line.item.merchant_id, line.qty)
        for line in lines
        if line.item.kind == GoodsKind.VOUCHER and line.item.merchant_id
    ]
    counter.add_vouchers(writes, of_merchants, by=by, at=at)
    stock.change_batches(
        writes, [BatchChange(batch_id=line.batch_id, left=-line.qty, reserved=-line.qty) for line in lines]
    )
    picks = [stock.Pick(line.item.id, line.batch_id, line.qty) for line in lines]
    stock.add_moves(writes, counter.redeem_moves(picks, row.code), by=by, at=at)
    writes.insert(Signature, rules.vouched(identity, row.code, by=by, here=here, at=at))
    writes.send(session)
    facts = {"points": row.total_points, "identity": identity.check, "proxy": proxy is not None}
    note(session, "redemption.fulfil", row, here, by=by, role=role, at=at, facts=facts)
    return row


def cancel(session: Session, *, redemption: str, by: Actor, at: datetime, reason: str = "") -> Redemption:
    """Cancel a reservation: the same lots have their points again, the same batches are free again.

    By the redeemer, a minor's guardian or the station's staff. Raises WrongState, NoSuch or NotPermitted.
    """
    row, here = locked(session, redemption)
    role = counter.require_own_or_staff(session, redeemer_id=row.redeemer_id, here=here, by=by, at=at)
    refuse_unless(row, RedemptionStatus.RESERVED)
    _let_go(session, row, status=RedemptionStatus.CANCELLED, reason=reason, by=by, at=at)
    note(session, "redemption.cancel", row, here, by=by, role=role, at=at, reason=reason)
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
    lines_of(session, [row.id for row in due])
    for row in due:
        _let_go(session, row, status=RedemptionStatus.LAPSED, reason="", by=SYSTEM, at=at)
        note(session, "redemption.lapse", row, stations[row.station_id], by=SYSTEM, role="system", at=at)
    return len(due)


def forget_proxies(session: Session, *, volunteer_id: int, name: str) -> None:
    """Mask the names of who came in this person's place, and this name where it came in others'; part of forgetting."""
    mine = Redemption.redeemer_id == volunteer_id, Redemption.proxy_name != ""
    rows = select(Redemption).where(or_(and_(*mine), Redemption.proxy_name == name)).order_by(Redemption.id)
    for row in session.scalars(rows.with_for_update()):
        row.proxy_name = masking.mask_name(row.proxy_name)
    session.flush()


_LINES = (
    select(
        RedemptionLine.id,
        RedemptionLine.batch_id,
        RedemptionLine.qty,
        RedemptionLine.qty_returned,
        RedemptionLine.price,
        GoodsItem,
        StockBatch.code.label("batch"),
        StockBatch.best_before,
    )
    .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
    .join(StockBatch, StockBatch.id == RedemptionLine.batch_id)
    .where(RedemptionLine.redemption_id.in_(bindparam("redemptions", expanding=True)))
    .order_by(StockBatch.id)
)


def lines_of(session: Session, redemption_ids: Sequence[int], *, lock: bool = True) -> list[HeldLine]:
    """The lines with their items and batches; these are locked in their order, after the accounts, unless told not."""
    statement = _LINES.with_for_update(key_share=True, of=StockBatch) if lock else _LINES
    return [HeldLine._make(row) for row in session.execute(statement, {"redemptions": list(redemption_ids)})]


def locked(session: Session, text: str) -> tuple[Redemption, stock.Place]:
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


def refuse_unless(row: Redemption, status: RedemptionStatus) -> None:
    """Raises WrongState for a redemption in another state."""
    if row.status != status:
        raise rules.WrongState(redemption=row.code, status=row.status)


def _let_go(
    session: Session, row: Redemption, *, status: RedemptionStatus, reason: str, by: Actor, at: datetime
) -> None:
    ledger.release(session, reference=f"redemption:{row.code}", by=by, at=at, reason=reason)
    writes = Writes()
    lines = lines_of(session, [row.id])
    stock.change_batches(writes, [BatchChange(batch_id=line.batch_id, reserved=-line.qty) for line in lines])
    writes.send(session)
    row.status = status
    row.ended_at = at
    row.ended_by = by.person
    row.ended_reason = reason
    session.flush()


def note(session: Session, action: str, row: Redemption, here: stock.Place, **act: Unpack[audit.Act]) -> None:
    """Write what was done to a redemption to the audit log."""
    audit.write(session, action=action, target=f"redemption:{row.code}", area_path=here.area_path, **act)
