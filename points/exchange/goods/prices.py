"""The price of goods: dated, set ahead with notice, never rewritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, exists, select
from sqlalchemy.orm import Session

from points.exchange.goods import changing
from points.exchange.statuses import GoodsStatus
from points.exchange.tables import GoodsItem, GoodsPrice, GoodsPriceWithdrawal
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch
from points.rewards import rulesets

# --- what there is


@dataclass(frozen=True)
class Priced:
    """A price from a date on; `withdrawn` says why it does not come, where it was announced by mistake."""

    price: int
    effective_from: date
    withdrawn: str | None


# --- what is refused


@dataclass(eq=False)
class ShortNotice(Conflict):
    """A new price that would begin before its notice has passed."""

    code = "short-notice"
    title = N_("Too soon for a new price")
    detail = N_(
        "A price of an offered item begins at the earliest on %(earliest)s, %(days)d days after it is made known."
    )
    next_step = N_("Choose %(earliest)s or a later date.")
    earliest: date
    days: int


@dataclass(eq=False)
class PriceSet(Conflict):
    """There is a price from this date already; prices are not rewritten."""

    code = "price-already-set"
    title = N_("A price is set for this date")
    detail = N_("%(item)s has a price from %(effective_from)s already.")
    next_step = N_("Choose another date.")
    item: str
    effective_from: date


@dataclass(eq=False)
class PriceBegun(Conflict):
    """A price that has begun was paid; only what is announced is withdrawn."""

    code = "price-begun"
    title = N_("This price has begun")
    detail = N_("The price of %(item)s from %(effective_from)s has begun, or was withdrawn before.")
    next_step = N_("Announce a new price.")
    item: str
    effective_from: date


@dataclass(eq=False)
class WhyWithdrawn(Invalid):
    """Everybody has read the price; so everybody reads why it does not come."""

    code = "price-reason"
    title = N_("Say why")
    detail = N_("Write in %(least)d to %(most)d characters why this price does not come.")
    next_step = N_("For example: typed wrongly.")
    least: int = 5
    most: int = 200
    field: str = "reason"


# --- what happens


def set_price(session: Session, *, item: str, price: int, effective_from: date, by: Actor, at: datetime) -> GoodsPrice:
    """Set the price of an item from a date on, with the rule set's notice (15 days); a draft's may begin today.

    Raises ShortNotice, PriceSet, BadFigure, WrongStatus when retired, NoSuch, NotPermitted.
    """
    goods, path, role = changing.locked(session, item, by=by)
    changing.refuse_bad_figures(price=price)
    changing.refuse_retired(goods)
    today = clock.local_date(at)
    days = 0 if goods.status == GoodsStatus.DRAFT else notice(session, street_id=goods.street_id, day=today)
    if effective_from < today + timedelta(days=days):
        raise ShortNotice(earliest=today + timedelta(days=days), days=days)
    if session.scalar(
        select(GoodsPrice.id).where(GoodsPrice.item_id == goods.id, GoodsPrice.effective_from == effective_from)
    ):
        raise PriceSet(item=item, effective_from=effective_from)
    row = GoodsPrice(item_id=goods.id, price=price, effective_from=effective_from, created_at=at, created_by=by.person)
    session.add(row)
    session.flush()
    facts = {"price": price, "effective_from": effective_from.isoformat()}
    changing.note(session, "goods.price", goods, by=by, role=role, at=at, path=path, facts=facts)
    return row


def withdraw(
    session: Session, *, item: str, effective_from: date, reason: str, by: Actor, at: datetime
) -> GoodsPriceWithdrawal:
    """Withdraw a price that is announced and has not begun; the price before it goes on.

    Raises PriceBegun, WhyWithdrawn, NoSuch, NotPermitted.
    """
    goods, path, role = changing.locked(session, item, by=by)
    found = session.scalars(
        select(GoodsPrice).where(GoodsPrice.item_id == goods.id, GoodsPrice.effective_from == effective_from)
    ).first()
    if found is None:
        raise NoSuch(kind=N_("price"), key=f"{item} {effective_from}")
    reason, wrong = reason.strip(), WhyWithdrawn()
    if not wrong.least <= len(reason) <= wrong.most:
        raise wrong
    if effective_from <= clock.local_date(at) or _withdrawn(session, [found.id]):
        raise PriceBegun(item=item, effective_from=effective_from)
    row = GoodsPriceWithdrawal(price_id=found.id, reason=reason, created_at=at, created_by=by.person)
    session.add(row)
    session.flush()
    facts = {"price": found.price, "effective_from": effective_from.isoformat()}
    changing.note(
        session, "goods.withdraw_price", goods, by=by, role=role, at=at, path=path, facts=facts, reason=reason
    )
    return row


# --- what can be asked


def notice(session: Session, *, street_id: int, day: date) -> int:
    """How many days before it begins the price of an offered item is made known, by the street's rules on `day`."""
    return rulesets.days(session, "price_notice_days", street_id=street_id, day=day)


def price_on(session: Session, *, item_id: int, day: date) -> int | None:
    """The price of an item on `day`: the newest that has begun; None before the first."""
    return session.scalar(
        select(GoodsPrice.price)
        .where(GoodsPrice.item_id == item_id, GoodsPrice.effective_from <= day, holds())
        .order_by(GoodsPrice.effective_from.desc())
        .limit(1)
    )


def prices(session: Session, *, item: str) -> list[Priced]:
    """All prices of an item, the newest first; public, with the previous and the coming ones (domain §3.11)."""
    found = session.scalars(
        select(GoodsPrice)
        .join(GoodsItem, GoodsItem.id == GoodsPrice.item_id)
        .where(GoodsItem.code == item)
        .order_by(GoodsPrice.effective_from.desc())
    ).all()
    why = _withdrawn(session, [one.id for one in found])
    return [Priced(one.price, one.effective_from, why.get(one.id)) for one in found]


def holds() -> ColumnElement[bool]:
    """The condition that a price was not withdrawn before it began."""
    return ~exists().where(GoodsPriceWithdrawal.price_id == GoodsPrice.id).correlate(GoodsPrice)


def price_of_day(day: date | BindParameter[date]) -> ScalarSelect[int]:
    """The scalar subquery of an item's price on `day` (a date or a bound parameter), for a select of items."""
    return (
        select(GoodsPrice.price)
        .where(GoodsPrice.item_id == GoodsItem.id, GoodsPrice.effective_from <= day, holds())
        .order_by(GoodsPrice.effective_from.desc())
        .limit(1)
        .correlate(GoodsItem)
        .scalar_subquery()
    )


def _withdrawn(session: Session, price_ids: Sequence[int]) -> dict[int, str]:
    """Why each of these prices does not come, by its id."""
    asked = select(GoodsPriceWithdrawal.price_id, GoodsPriceWithdrawal.reason)
    return dict(session.execute(asked.where(GoodsPriceWithdrawal.price_id.in_(price_ids))).all())
