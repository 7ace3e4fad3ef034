"""The counter: exchange in one step, or reserve for later.

Each takes five statements where the database takes many writes in one: the scene with the accounts that pay, the offer
with its batches, the receipt's number, the lots, and all that is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from points import ledger
from points.access.identity import Identity
from points.access.tables import Signature
from points.exchange import stock
from points.exchange.redemption import rules
from points.exchange.redemption.rules import Basket, Proxy
from points.exchange.redemption.situation import (
    Article,
    Offered,
    Scene,
    lock_offer,
    look_and_lock,
    refuse_past_limit,
)
from points.exchange.statuses import GoodsKind, GoodsStatus, MoveKind, RedemptionStatus, VoucherStatus
from points.exchange.stock import BatchChange, Move, Pick
from points.exchange.tables import Redemption, RedemptionLine, Voucher
from points.foundation import clock, codes
from points.foundation.actors import Actor, NotPermitted
from points.foundation.masking import age_on
from points.foundation.orm import table_of
from points.foundation.statements import Parent, Row, Writes
from points.journal import audit, counters, idempotency
from points.people import guardians, wards
from points.rewards import rulesets

# --- what there is


@dataclass(frozen=True, slots=True)
class Chosen:
    """So many of an item that was asked for, at the price of the day."""

    article: Article
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
    Raises FromOtherStreet, FromOtherCommunity, InsufficientPoints, OutOfStock, BatchExpired, OverMonthLimit,
    OverExchangeDayLimit, NotOnOffer, TooYoungFor,
    NeedsGuardian, SelfDealing, SameHousehold, ProxyIsClerk, SecondKnowsNeeded, PersonSuspended, StationClosed,
    ExchangeDayNotOpen, KeyReused, NoSuch or NotPermitted, and then nothing changed.
    """
    wanted, day, second = rules.gathered(basket.lines), clock.local_date(at), identity.second
    scene, accounts = look_and_lock(session, basket, by=by, second=second, at=at)
    here, redeemer, open_day = scene.here, scene.redeemer, scene.exchange_day
    role = by.require("redemption.operate", station_id=here.id, area_path=here.area_path)
    if exchange_day is not None and (open_day is None or exchange_day != open_day.code):
        raise rules.ExchangeDayNotOpen(session=exchange_day)
    offered = lock_offer(session, scene, wanted=wanted, key=basket.key, day=day)
    fingerprint = rules.fingerprint("redeem", basket, wanted)
    if offered.earlier_id is not None:
        return _repeated(session, offered.earlier_id, fingerprint)
    _refuse_absent(scene, day)
    rules.refuse_stranger(session, redeemer, here=here)
    rules.refuse_unvouched(session, identity, by=by, here=here, at=at)
    rules.refuse_self_dealing(redeemer, by=by, second=second, proxy=proxy)
    rules.refuse_unaccompanied(session, redeemer, by=by, proxy=proxy, day=day, hand_over=True)
    chosen = _choose(scene, offered, wanted, day=day)
    total = sum(item.price * item.qty for item in chosen)
    refuse_past_limit(open_day, used=offered.used_that_day, wanted=total)
    picks = _pick(chosen, offered, day=day)
    code = next_code(session, here=here, day=day)
    writes = Writes()
    payment = ledger.Payment(accounts=accounts, points=total, reference=f"redemption:{code}", day=day)
    ledger.spend(session, payment=payment, by=by, at=at, together=writes)
    row = {
        **_begun(scene, basket, code, fingerprint, by=by, at=at),
        "status": RedemptionStatus.FULFILLED,
        "session_id": open_day.id if open_day else None,
        "total_points": total,
        "rule_version": offered.rule_version,
        "fulfilled_by": by.person,
        "fulfilled_at": at,
        "identity_check": identity.check,
        "identity_second": second.person if second else None,
        "proxy_name": proxy.name.strip() if proxy else "",
        "proxy_relation": proxy.relation.strip() if proxy else "",
    }
    _add(writes, row, chosen, picks)
    merchants = {item.article.id: item.article.merchant_id for item in chosen if item.article.kind == GoodsKind.VOUCHER}
    of_merchants = [
        ({"item_id": pick.item_id, "batch_id": pick.batch_id}, merchant, pick.qty)
        for pick in picks
        if (merchant := merchants.get(pick.item_id))
    ]
    add_vouchers(writes, of_merchants, by=by, at=at, parents=[_LINE_OF])
    stock.change_batches(writes, [BatchChange(batch_id=pick.batch_id, left=-pick.qty) for pick in picks])
    stock.add_moves(writes, redeem_moves(picks, code), by=by, at=at)
    writes.insert(Signature, rules.vouched(identity, code, by=by, here=here, at=at))
    audit.gather(
        writes,
        action="redemption.redeem",
        target=f"redemption:{code}",
        area_path=here.area_path,
        by=by,
        role=role,
        at=at,
        facts={"points": total, "items": sum(wanted.values()), "identity": identity.check, "proxy": proxy is not None},
    )
    return _sent(session, writes, row)


def reserve(
    session: Session, *, basket: Basket, by: Actor, at: datetime, identity: Identity | None = None
) -> Redemption:
    """Promise goods to a volunteer until the rule set's days have passed (7), against points held.

    Asked by the volunteer, by a minor's guardian, or by the station's staff for them, who then check `identity` as for
    a hand-over. `key` as in `redeem`. Raises as `redeem`, except what concerns the hand-over, or IdentityNeeded.
    """
    wanted, day, second = rules.gathered(basket.lines), clock.local_date(at), identity.second if identity else None
    scene, accounts = look_and_lock(session, basket, by=by, second=second, at=at)
    here, redeemer = scene.here, scene.redeemer
    role = require_own_or_staff(session, redeemer_id=redeemer.id, here=here, by=by, at=at)
    offered = lock_offer(session, scene, wanted=wanted, key=basket.key, day=day)
    fingerprint = rules.fingerprint("reserve", basket, wanted)
    if offered.earlier_id is not None:
        return _repeated(session, offered.earlier_id, fingerprint)
    _refuse_absent(scene, day)
    rules.refuse_stranger(session, redeemer, here=here)
    if role not in wards.OWN:
        if identity is None:
            raise rules.IdentityNeeded()
        rules.refuse_unvouched(session, identity, by=by, here=here, at=at)
        rules.refuse_self_dealing(redeemer, by=by, second=second, proxy=None)
    rules.refuse_unaccompanied(session, redeemer, by=by, proxy=None, day=day, hand_over=False)
    chosen = _choose(scene, offered, wanted, day=day)
    total = sum(item.price * item.qty for item in chosen)
    days = rulesets.days(session, "pickup_days", street_id=chosen[0].article.street_id, day=day)
    picks = _pick(chosen, offered, day=day)
    code = next_code(session, here=here, day=day)
    writes = Writes()
    payment = ledger.Payment(accounts=accounts, points=total, reference=f"redemption:{code}", day=day)
    ledger.reserve(session, payment=payment, by=by, at=at, together=writes)
    row = {
        **_begun(scene, basket, code, fingerprint, by=by, at=at),
        "status": RedemptionStatus.RESERVED,
        "total_points": total,
        "rule_version": offered.rule_version,
        "pickup_code": codes.new(),
        "pickup_until": clock.at_local(day + timedelta(days=days), time(23, 59, 59)),
    }
    _add(writes, row, chosen, picks)
    stock.change_batches(writes, [BatchChange(batch_id=pick.batch_id, reserved=pick.qty) for pick in picks])
    writes.insert(Signature, rules.vouched(identity, code, by=by, here=here, at=at))
    audit.gather(
        writes,
        action="redemption.reserve",
        target=f"redemption:{code}",
        area_path=here.area_path,
        by=by,
        role=role,
        at=at,
        facts={"points": total, "items": sum(wanted.values()), "identity": identity.check if identity else None},
    )
    return _sent(session, writes, row)


def redeem_moves(picks: Iterable[Pick], code: str) -> list[Move]:
    """The movements of goods that leave the shelf for the redemption `code`."""
    return [
        Move(batch_id=pick.batch_id, delta=-pick.qty, kind=MoveKind.REDEEM, reference=f"redemption:{code}")
        for pick in picks
    ]


def next_code(session: Session, *, here: stock.Place, day: date) -> str:
    """The next receipt number of the station and day; its counter stays locked, so it is asked for late."""
    return next_codes(session, here=here, day=day, count=1)[0]


def next_codes(session: Session, *, here: stock.Place, day: date, count: int) -> list[str]:
    """As `next_code`, so many of them in a row."""
    numbers = counters.next_numbers(session, f"redemption:{here.number}:{day:%Y%m%d}", count)
    return [f"DH{day:%Y%m%d}-{here.number:02d}{number:04d}" for number in numbers]


def add_vouchers(
    writes: Writes, pieces: Iterable[tuple[Row, int, int]], *, by: Actor, at: datetime, parents: Sequence[Parent] = ()
) -> None:
    """Add one voucher a piece for (what names its line, merchant id, quantity)."""
    rows = [
        {
            "code": codes.new(),
            **line,
            "merchant_id": merchant_id,
            "status": VoucherStatus.ISSUED,
            "created_at": at,
            "created_by": by.person,
        }
        for line, merchant_id, qty in pieces
        for _ in range(qty)
    ]
    writes.insert(Voucher, rows, parents=parents)


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


_OF_REDEMPTION = Parent("redemption_id", table_of(Redemption), ("code",))
_LINE_OF = Parent("line_id", table_of(RedemptionLine), ("item_id", "batch_id"))
_NOT_YET = {
    "points_returned": 0,
    "session_id": None,
    "pickup_code": None,
    "pickup_until": None,
    "fulfilled_by": None,
    "fulfilled_at": None,
    "identity_check": None,
    "identity_second": None,
    "proxy_name": "",
    "proxy_relation": "",
    "ended_at": None,
    "ended_by": None,
    "ended_reason": "",
    "returned_by": None,
    "returned_second": None,
}
"""What a new redemption may leave empty."""


def _repeated(session: Session, earlier_id: int, fingerprint: str) -> Redemption:
    earlier = session.get_one(Redemption, earlier_id, populate_existing=True)
    if earlier.fingerprint != fingerprint:
        raise idempotency.KeyReused()
    return earlier


def _refuse_absent(scene: Scene, day: date) -> None:
    if scene.here.status != "active":
        raise rules.StationClosed(station=scene.here.name)
    rules.refuse_inactive(scene.redeemer, day=day)


def _choose(scene: Scene, offered: Offered, wanted: Mapping[str, int], *, day: date) -> list[Chosen]:
    """The items asked for, on the shelf here, within age and the month's limit, at the price of the day."""
    chosen = []
    for code, qty in wanted.items():
        article = offered.articles.get(code)
        if (
            article is None
            or article.status != GoodsStatus.ON_SHELF
            or article.price is None
            or article.street_id not in scene.here.area_ids
        ):
            raise rules.NotOnOffer(item=code)
        if article.min_age and age_on(scene.redeemer.birth_date, day) < article.min_age:
            raise rules.TooYoungFor(item=code, name=article.shown, min_age=article.min_age)
        limit = article.limit_pp_month
        if limit and article.used + qty > limit:
            raise rules.OverMonthLimit(
                item=code,
                name=article.shown,
                limit=limit,
                used=article.used,
                wanted=qty,
                left=max(limit - article.used, 0),
            )
        chosen.append(Chosen(article, qty, article.price))
    return chosen


def _pick(chosen: Sequence[Chosen], offered: Offered, *, day: date) -> list[Pick]:
    return [
        pick
        for item in chosen
        for pick in stock.pick(
            offered.batches,
            item_id=item.article.id,
            code=item.article.code,
            name=item.article.shown,
            qty=item.qty,
            day=day,
        )
    ]


def _begun(scene: Scene, basket: Basket, code: str, fingerprint: str, *, by: Actor, at: datetime) -> dict[str, object]:
    """What every new redemption says."""
    return {
        **_NOT_YET,
        "code": code,
        "station_id": scene.here.id,
        "redeemer_id": scene.redeemer.id,
        "redeemer_code": scene.redeemer.code,
        "household_id": scene.redeemer.household_id,
        "day": clock.local_date(at),
        "client_token": basket.key,
        "fingerprint": fingerprint,
        "created_at": at,
        "created_by": by.person,
    }


def _add(writes: Writes, row: dict[str, object], chosen: Sequence[Chosen], picks: Sequence[Pick]) -> None:
    """Add the redemption and its lines to what is written."""
    prices = {item.article.id: item.price for item in chosen}
    lines = [
        {
            "code": row["code"],
            "item_id": pick.item_id,
            "batch_id": pick.batch_id,
            "qty": pick.qty,
            "price": prices[pick.item_id],
            "created_at": row["created_at"],
            "created_by": row["created_by"],
        }
        for pick in picks
    ]
    writes.insert(Redemption, [row], once=("client_token",))
    writes.insert(RedemptionLine, lines, parents=[_OF_REDEMPTION])


def _sent(session: Session, writes: Writes, row: dict[str, object]) -> Redemption:
    """Write all of it; the redemption as it stands in the database now, which the session need not know."""
    ids = writes.send(session, answer=Redemption)
    if not ids:  # the key of another person's redemption that was written meanwhile
        raise idempotency.KeyReused()
    return Redemption(id=ids[0], **row)
