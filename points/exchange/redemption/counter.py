"""The counter: exchange in one step, or reserve for later."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from points import ledger
from points.access.identity import Identity
from points.exchange import stock
from points.exchange.redemption import rules
from points.exchange.redemption.rules import Basket, Proxy, Redeemer
from points.exchange.redemption.situation import Scene, lock_accounts, look, read_offer, refuse_past_limit
from points.exchange.statuses import GoodsKind, GoodsStatus, MoveKind, RedemptionStatus, VoucherStatus
from points.exchange.tables import Redemption, RedemptionLine, Voucher
from points.foundation import clock, codes
from points.foundation.actors import Actor, NotPermitted
from points.foundation.masking import age_on
from points.foundation.orm import adding, dialect_of, on_both, table_of
from points.foundation.statements import run
from points.journal import audit, counters, idempotency
from points.people import guardians
from points.rewards import rulesets

# --- what there is


@dataclass(frozen=True, slots=True)
class Chosen:
    """An item that was asked for, at the price of the day."""

    id: int
    code: str
    kind: GoodsKind
    merchant_id: int | None
    qty: int
    price: int


# --- what happens


def redeem(
    session: Session,
    *,
    basket: Basket,
    identity: Identity,
    by: Actor,
    at: datetime,
    exchange_day: str | None = None,
    proxy: Proxy | None = None,
) -> Redemption:
    """Exchange a volunteer's points for goods handed over at a station's counter.

    It belongs to the station's open exchange day if there is one; `exchange_day` insists on one by its code.
    The same `key` redeems once: asked again for the same, it returns the first redemption.
    Raises InsufficientPoints, OutOfStock, BatchExpired, OverMonthLimit, OverSessionLimit, NotOnOffer, TooYoungFor,
    NeedsGuardian, SelfDealing, SameHousehold, ProxyIsClerk, SecondKnowsNeeded, PersonSuspended, StationClosed,
    SessionNotOpen, KeyReused, NoSuch or NotPermitted, and then nothing changed.
    """
    wanted = rules.gathered(basket.lines)
    day = clock.local_date(at)
    scene = look(session, volunteer=basket.volunteer, station=basket.station, by=by, second=identity.second)
    here, redeemer = scene.here, scene.redeemer
    role = by.require("redemption.operate", station_id=here.id, area_path=here.area_path)
    if exchange_day is not None and exchange_day != scene.exchange_day:
        raise rules.SessionNotOpen(session=exchange_day)
    accounts = lock_accounts(session, redeemer, at=at)
    print_ = rules.fingerprint("redeem", basket, wanted)
    earlier, rows, used = read_offer(session, scene, wanted=wanted, key=basket.key, day=day)
    if earlier is not None:
        return _repeated(earlier, print_)
    _refuse_absent(scene)
    rules.refuse_unvouched(identity, by=by, here=here)
    rules.refuse_self_dealing(redeemer, by=by, second=identity.second, proxy=proxy)
    rules.refuse_unaccompanied(session, redeemer, by=by, proxy=proxy, day=day, hand_over=True)
    chosen = _choose(rows, wanted, redeemer=redeemer, here=here, day=day)
    total = sum(item.price * item.qty for item in chosen)
    refuse_past_limit(scene, used=used, wanted=total)
    picks = _pick(session, chosen, rows, here=here, day=day)
    code = next_code(session, here=here, day=day)
    ledger.spend(session, accounts=accounts, points=total, reference=f"redemption:{code}", day=day, by=by, at=at)
    redemption = _write(
        session,
        scene,
        chosen=chosen,
        picks=picks,
        by=by,
        at=at,
        values={
            "code": code,
            "status": RedemptionStatus.FULFILLED,
            "day": day,
            "session_id": scene.exchange_day_id,
            "total_points": total,
            "rule_version": rows[0].rule_version or "",
            "client_token": basket.key,
            "fingerprint": print_,
            "fulfilled_by": by.person,
            "fulfilled_at": at,
            "identity_check": identity.check,
            "identity_second": identity.second.person if identity.second else None,
            "proxy_name": proxy.name.strip() if proxy else "",
            "proxy_relation": proxy.relation.strip() if proxy else "",
        },
    )
    stock.change_batches(session, summed(picks, lambda qty: (-qty, 0)))
    stock.note_moves(session, redeem_moves(picks, code), by=by.person, at=at)
    audit.write(
        session,
        by=by,
        role=role,
        action="redemption.redeem",
        target=f"redemption:{code}",
        at=at,
        area_path=here.area_path,
        facts={"points": total, "items": sum(wanted.values()), "identity": identity.check, "proxy": proxy is not None},
    )
    return redemption


def reserve(session: Session, *, basket: Basket, by: Actor, at: datetime) -> Redemption:
    """Promise goods to a volunteer until the rule set's days have passed (7), against points held.

    Asked by the volunteer, by a minor's guardian, or by the station's staff for them. `key` as in `redeem`.
    Raises as `redeem`, except what concerns the hand-over.
    """
    wanted = rules.gathered(basket.lines)
    day = clock.local_date(at)
    scene = look(session, volunteer=basket.volunteer, station=basket.station, by=by, second=None)
    here, redeemer = scene.here, scene.redeemer
    role = require_own_or_staff(session, redeemer_id=redeemer.id, here=here, by=by, at=at)
    accounts = lock_accounts(session, redeemer, at=at)
    print_ = rules.fingerprint("reserve", basket, wanted)
    earlier, rows, _ = read_offer(session, scene, wanted=wanted, key=basket.key, day=day)
    if earlier is not None:
        return _repeated(earlier, print_)
    _refuse_absent(scene)
    rules.refuse_unaccompanied(session, redeemer, by=by, proxy=None, day=day, hand_over=False)
    chosen = _choose(rows, wanted, redeemer=redeemer, here=here, day=day)
    total = sum(item.price * item.qty for item in chosen)
    days = rulesets.days(session, "pickup_days", street_id=rows[0].street_id, day=day)
    picks = _pick(session, chosen, rows, here=here, day=day)
    code = next_code(session, here=here, day=day)
    ledger.reserve(session, accounts=accounts, points=total, reference=f"redemption:{code}", day=day, by=by, at=at)
    redemption = _write(
        session,
        scene,
        chosen=chosen,
        picks=picks,
        by=by,
        at=at,
        values={
            "code": code,
            "status": RedemptionStatus.RESERVED,
            "day": day,
            "session_id": None,
            "total_points": total,
            "rule_version": rows[0].rule_version or "",
            "client_token": basket.key,
            "fingerprint": print_,
            "pickup_code": codes.new(),
            "pickup_until": clock.at_local(day + timedelta(days=days), time(23, 59, 59)),
        },
    )
    stock.change_batches(session, summed(picks, lambda qty: (0, qty)))
    audit.write(
        session,
        by=by,
        role=role,
        action="redemption.reserve",
        target=f"redemption:{code}",
        at=at,
        area_path=here.area_path,
        facts={"points": total, "items": sum(wanted.values())},
    )
    return redemption


def summed(picks: Sequence[stock.Pick], change: Callable[[int], tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """What changes in each batch: `change` of the quantity is what is added to left and to reserved."""
    changes: dict[int, tuple[int, int]] = {}
    for pick in picks:
        left, reserved = changes.get(pick.batch_id, (0, 0))
        more_left, more_reserved = change(pick.qty)
        changes[pick.batch_id] = (left + more_left, reserved + more_reserved)
    return changes


def redeem_moves(picks: Sequence[stock.Pick], code: str) -> list[dict[str, Any]]:
    """The movements of goods that leave the shelf for the redemption `code`."""
    return [
        {
            "batch_id": pick.batch_id,
            "delta": -pick.qty,
            "kind": MoveKind.REDEEM,
            "reference": f"redemption:{code}",
            "second_by": None,
            "reason": "",
        }
        for pick in picks
    ]


def next_code(session: Session, *, here: stock.Place, day: date) -> str:
    """The next receipt number of the station and day; its counter stays locked, so it is asked for late."""
    return next_codes(session, here=here, day=day, count=1)[0]


def next_codes(session: Session, *, here: stock.Place, day: date, count: int) -> list[str]:
    """As `next_code`, so many of them in a row."""
    numbers = counters.next_numbers(session, f"redemption:{here.number}:{day:%Y%m%d}", count)
    return [f"DH{day:%Y%m%d}-{here.number:02d}{number:04d}" for number in numbers]


def issue_vouchers(session: Session, lines: Sequence[tuple[int, int, int]], *, by: Actor, at: datetime) -> None:
    """Issue one code a piece for (line id, merchant id, quantity); one statement."""
    rows = [
        {
            "code": codes.new(),
            "line_id": line_id,
            "merchant_id": merchant_id,
            "status": VoucherStatus.ISSUED,
            "created_at": at,
            "created_by": by.person,
        }
        for line_id, merchant_id, qty in lines
        for _ in range(qty)
    ]
    if rows:
        run(session, _ADD_VOUCHERS, rows)


def require_own_or_staff(session: Session, *, redeemer_id: int, here: stock.Place, by: Actor, at: datetime) -> str:
    """The role in which `by` may act on a reservation: the redeemer, a minor's guardian or the station's staff.

    Raises NotPermitted.
    """
    if by.volunteer_id == redeemer_id:
        return "volunteer"
    role = by.role_for("redemption.operate", station_id=here.id, area_path=here.area_path)
    if role is not None:
        return role
    if guardians.stands_for(session, by.volunteer_id, redeemer_id, day=clock.local_date(at)):
        return "guardian"
    raise NotPermitted(action="redemption.operate")


_REDEMPTION = table_of(Redemption)
_ADD_REDEMPTION = on_both(
    _REDEMPTION,
    lambda insert: insert.on_conflict_do_nothing(index_elements=["client_token"]).returning(_REDEMPTION.c.id),
)
_NOT_YET = {
    column.name: column.default.arg if column.default else None  # type: ignore[attr-defined]
    for column in _REDEMPTION.c
    if column.nullable or column.default
}
"""The columns that a new redemption may leave empty."""
_ADD_LINES = adding(RedemptionLine)
_ADD_LINES_RETURNING = insert(table_of(RedemptionLine)).returning(
    RedemptionLine.id, RedemptionLine.item_id, RedemptionLine.qty
)
_ADD_VOUCHERS = adding(Voucher)


def _repeated(earlier: Redemption, print_: str) -> Redemption:
    if earlier.fingerprint != print_:
        raise idempotency.KeyReused()
    return earlier


def _refuse_absent(scene: Scene) -> None:
    if scene.here.status != "active":
        raise rules.StationClosed(station=scene.here.name)
    rules.refuse_inactive(scene.redeemer)


def _choose(
    rows: Sequence[Any], wanted: Mapping[str, int], *, redeemer: Redeemer, here: stock.Place, day: date
) -> list[Chosen]:
    """The items asked for, on the shelf here, within age and the month's limit, at the price of the day."""
    found = {row.code: row for row in rows}
    chosen = []
    for code, qty in wanted.items():
        row = found.get(code)
        if row is None or row.status != GoodsStatus.ON_SHELF or row.price is None or row.street_id not in here.area_ids:
            raise rules.NotOnOffer(item=code)
        if row.min_age and age_on(redeemer.birth_date, day) < row.min_age:
            raise rules.TooYoungFor(item=code, name=row.name, min_age=row.min_age)
        used = int(row.used)
        if row.limit_pp_month and used + qty > row.limit_pp_month:
            raise rules.OverMonthLimit(
                item=code,
                name=row.name,
                limit=row.limit_pp_month,
                used=used,
                wanted=qty,
                left=max(row.limit_pp_month - used, 0),
            )
        chosen.append(Chosen(row.id, code, row.kind, row.merchant_id, qty, row.price))
    return chosen


def _pick(
    session: Session, chosen: Sequence[Chosen], rows: Sequence[Any], *, here: stock.Place, day: date
) -> list[stock.Pick]:
    names = {row.code: row.name for row in rows}
    batches = stock.lock_open(session, station_id=here.id, item_ids=[item.id for item in chosen])
    return [
        pick
        for item in chosen
        for pick in stock.pick(batches, item_id=item.id, code=item.code, name=names[item.code], qty=item.qty, day=day)
    ]


def _write(
    session: Session,
    scene: Scene,
    *,
    chosen: Sequence[Chosen],
    picks: Sequence[stock.Pick],
    by: Actor,
    at: datetime,
    values: dict[str, Any],
) -> Redemption:
    """Write the redemption, its lines and, where it is handed over, its vouchers."""
    row = {
        **_NOT_YET,
        "station_id": scene.here.id,
        "redeemer_id": scene.redeemer.id,
        "redeemer_code": scene.redeemer.code,
        "household_id": scene.redeemer.household_id,
        "created_at": at,
        "created_by": by.person,
        **values,
    }
    written_id = run(session, _ADD_REDEMPTION[dialect_of(session)], row).scalar()
    if written_id is None:  # the key of another person's redemption that was written meanwhile
        raise idempotency.KeyReused()
    redemption = Redemption(id=written_id, **row)  # as it stands in the database now; the session need not know it
    prices = {item.id: item.price for item in chosen}
    merchants = {item.id: item.merchant_id for item in chosen if item.kind == GoodsKind.VOUCHER and item.merchant_id}
    lines = [
        {
            "redemption_id": redemption.id,
            "item_id": pick.item_id,
            "batch_id": pick.batch_id,
            "qty": pick.qty,
            "price": prices[pick.item_id],
            "created_at": at,
            "created_by": by.person,
        }
        for pick in picks
    ]
    if merchants and redemption.status == RedemptionStatus.FULFILLED:
        written = run(session, _ADD_LINES_RETURNING, lines).all()
        issue_vouchers(
            session,
            [(line_id, merchants[item_id], qty) for line_id, item_id, qty in written if item_id in merchants],
            by=by,
            at=at,
        )
    else:
        run(session, _ADD_LINES, lines)
    return redemption
