"""Goods on offer, their dated prices, and the classes that may never be offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.exchange import stock
from points.foundation import clock, codes
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Conflict, Invalid, NoSuch
from points.foundation.orm import Base, Row, append_only, check, choice
from points.journal import audit
from points.places.areas import Area
from points.places.stations import Station
from points.rewards import rulesets

FORBIDDEN = (
    "烟", "酒", "药", "现金", "红包", "购物卡", "礼品卡", "储值卡", "充值卡", "预付卡", "加油卡", "话费",
    "彩票", "股票", "基金", "证券", "债券", "理财", "保险单", "缴费", "代缴", "抵扣费", "处方", "保健品",
)  # fmt: skip
"""Words of what may never be exchanged: money and what stands for it, tobacco, alcohol, medicine, securities, lottery,
anything tied to a fee (domain §3.2)."""
ALLOWED = ("酒精", "料酒", "烟灰", "抽油烟机", "油烟", "药皂", "药箱")
"""Household words that contain a forbidden one and mean something else."""
GUIDE_FEN = (200, 400)
"""The price guide: ten points are worth ¥2–4 of reference value (domain §3.7 rule 9)."""

Guide = Literal["worth-too-little", "worth-too-much"]

# --- what there is


class Merchant(Row, Base):
    """A 爱心商户 that provides the service of a voucher."""

    __tablename__ = "merchant"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    street_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class GoodsItem(Row, Base):
    """An article, a voucher or a service on offer in a street. `label_code` is in its shelf QR (`/g/<code>`).

    `ref_value_fen` is the reference value in 1/100 yuan; `limit_pp_month` 0 means no limit. The price in force is
    the newest `GoodsPrice`.
    """

    __tablename__ = "goods_item"
    __table_args__ = (
        UniqueConstraint("street_id", "code"),
        check("ref_value", "ref_value_fen >= 0"),
        check("limit", "limit_pp_month >= 0"),
        check("voucher_has_merchant", "kind <> 'voucher' OR merchant_id IS NOT NULL"),
    )

    street_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    code: Mapped[str] = mapped_column(String(20), unique=True)
    label_code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    spec: Mapped[str] = mapped_column(String(40))
    unit_name: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(choice("kind", "goods", "voucher", "service"), default="goods")
    ref_value_fen: Mapped[int]
    perishable: Mapped[bool] = mapped_column(default=False)
    limit_pp_month: Mapped[int] = mapped_column(default=0)
    min_age: Mapped[int] = mapped_column(default=0)
    merchant_id: Mapped[int | None] = mapped_column(ForeignKey("merchant.id"))
    status: Mapped[str] = mapped_column(choice("status", "draft", "on_shelf", "off_shelf", "retired"), default="draft")
    version: Mapped[int] = mapped_column(default=1)


class GoodsPrice(Row, Base):
    """The price of an item in points from a date on; prospective, with notice."""

    __tablename__ = "goods_price"
    __table_args__ = (UniqueConstraint("item_id", "effective_from"), check("price", "price > 0"))

    item_id: Mapped[int] = mapped_column(ForeignKey("goods_item.id"))
    price: Mapped[int]
    effective_from: Mapped[date]


append_only(GoodsPrice.__table__)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Offer:
    """An item as a station offers it on a day. `left` counts what may still be promised and is not past its date."""

    code: str
    label_code: str
    name: str
    spec: str
    unit_name: str
    kind: str
    price: int
    ref_value_fen: int
    limit_pp_month: int
    min_age: int
    left: int
    next_price: int | None
    next_price_from: date | None


@dataclass(frozen=True)
class Change:
    """What may be changed of an item besides its price and status; None leaves it as it is."""

    name: str | None = None
    spec: str | None = None
    unit_name: str | None = None
    ref_value_fen: int | None = None
    perishable: bool | None = None
    limit_pp_month: int | None = None
    min_age: int | None = None


# --- what is refused


@dataclass(eq=False)
class ForbiddenGoods(Invalid):
    """The name or specification belongs to a class that may never be exchanged."""

    code = "forbidden-goods"
    title = N_("These goods may not be exchanged")
    detail = N_(
        "“%(name)s” contains “%(word)s”: money and cards, tobacco, alcohol, medicine and lottery are never exchanged."
    )
    next_step = N_("Choose everyday goods or a service instead.")
    name: str
    word: str


@dataclass(eq=False)
class CodeTaken(Conflict):
    """There is an item with this code."""

    code = "goods-code-taken"
    title = N_("This code is taken")
    detail = N_("There is already an item with the code %(item)s.")
    next_step = N_("Choose another code.")
    item: str


@dataclass(eq=False)
class BadFigure(Invalid):
    """A price, value, limit or age outside what makes sense."""

    code = "bad-figure"
    title = N_("This number is not possible")
    detail = N_("%(field)s cannot be %(value)s.")
    next_step = N_("Enter a whole number: a price of at least 1 point, the others 0 or more.")
    field: str
    value: int


@dataclass(eq=False)
class NeedsMerchant(Invalid):
    """A voucher without the merchant who provides the service."""

    code = "needs-merchant"
    title = N_("A voucher needs its merchant")
    detail = N_("The voucher %(item)s names no merchant that provides the service.")
    next_step = N_("Add the merchant first, then name it here.")
    item: str


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
class WrongStatus(Conflict):
    """The item is not in a state that allows this."""

    code = "goods-wrong-status"
    title = N_("Not possible now")
    detail = N_("%(item)s is %(status)s.")
    next_step = N_("Look at the item again; somebody may have changed it.")
    item: str
    status: str


@dataclass(eq=False)
class ChangedMeanwhile(Conflict):
    """Somebody changed the item since it was read."""

    code = "changed-meanwhile"
    title = N_("Changed meanwhile")
    detail = N_("%(item)s was changed since you opened it (version %(version)d).")
    next_step = N_("Open it again and repeat your change.")
    item: str
    version: int


# --- what happens


def add(
    session: Session,
    *,
    street: str,
    code: str,
    name: str,
    spec: str,
    unit_name: str,
    price: int,
    ref_value_fen: int,
    by: Actor,
    at: datetime,
    kind: str = "goods",
    limit_pp_month: int = 0,
    perishable: bool = False,
    min_age: int = 0,
    merchant: str | None = None,
) -> GoodsItem:
    """Propose an item for a street, as a draft; its first price holds from today.

    `merchant` is the code of a voucher's merchant. A price outside the guide is allowed and shown (`price_guide`).
    Raises ForbiddenGoods, CodeTaken, BadFigure, NeedsMerchant, NoSuch, NotPermitted.
    """
    area = _street(session, street)
    role = _require_propose(session, by=by, street=area)
    refuse_forbidden(f"{name} {spec}")
    _refuse_bad_figures(price=price, ref_value_fen=ref_value_fen, limit_pp_month=limit_pp_month, min_age=min_age)
    if session.scalar(select(GoodsItem.id).where(GoodsItem.code == code)) is not None:
        raise CodeTaken(item=code)
    merchant_id = None
    if merchant is not None:
        merchant_id = session.scalar(
            select(Merchant.id).where(Merchant.code == merchant, Merchant.street_id == area.id, Merchant.active)
        )
        if merchant_id is None:
            raise NoSuch(kind=N_("merchant"), key=merchant)
    if kind == "voucher" and merchant_id is None:
        raise NeedsMerchant(item=code)
    item = GoodsItem(
        street_id=area.id,
        code=code,
        label_code=codes.new(),
        name=name,
        spec=spec,
        unit_name=unit_name,
        kind=kind,
        ref_value_fen=ref_value_fen,
        perishable=perishable,
        limit_pp_month=limit_pp_month,
        min_age=min_age,
        merchant_id=merchant_id,
        status="draft",
        version=1,
        created_at=at,
        created_by=by.person,
    )
    session.add(item)
    session.flush()
    today = clock.local_date(at)
    session.add(GoodsPrice(item_id=item.id, price=price, effective_from=today, created_at=at, created_by=by.person))
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="goods.propose",
        target=f"goods:{code}",
        at=at,
        area_path=area.path,
        facts={"price": price, "ref_value_fen": ref_value_fen, "kind": kind},
    )
    return item


def change(session: Session, *, item: str, version: int, change: Change, by: Actor, at: datetime) -> GoodsItem:
    """Change what `change` names of an item read at `version`.

    Raises ChangedMeanwhile, ForbiddenGoods, BadFigure, WrongStatus when retired, NoSuch, NotPermitted.
    """
    goods, path, role = _for_change(session, item, by)
    values = {field: value for field, value in vars(change).items() if value is not None}
    refuse_forbidden(f"{values.get('name', '')} {values.get('spec', '')}")
    _refuse_bad_figures(**{field: value for field, value in values.items() if field in _FIGURES})
    if goods.status == "retired":
        raise WrongStatus(item=item, status=goods.status)
    changed = session.execute(
        update(GoodsItem)
        .where(GoodsItem.id == goods.id, GoodsItem.version == version)
        .values(version=version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise ChangedMeanwhile(item=item, version=goods.version)
    session.refresh(goods)
    _note(session, "goods.change", goods, by=by, role=role, at=at, path=path, facts=values)
    return goods


def set_price(
    session: Session, *, item: str, price: int, effective_from: date, by: Actor, at: datetime
) -> GoodsPrice:
    """Set the price of an item from a date on, with the rule set's notice (15 days); a draft's may begin today.

    Raises ShortNotice, PriceSet, BadFigure, WrongStatus when retired, NoSuch, NotPermitted.
    """
    goods, path, role = _for_change(session, item, by)
    _refuse_bad_figures(price=price)
    if goods.status == "retired":
        raise WrongStatus(item=item, status=goods.status)
    today = clock.local_date(at)
    notice = parameter(session, "price_notice_days", street_id=goods.street_id, day=today)
    days = 0 if goods.status == "draft" else notice
    if effective_from < today + timedelta(days=days):
        raise ShortNotice(earliest=today + timedelta(days=days), days=days)
    if session.scalar(
        select(GoodsPrice.id).where(GoodsPrice.item_id == goods.id, GoodsPrice.effective_from == effective_from)
    ):
        raise PriceSet(item=item, effective_from=effective_from)
    row = GoodsPrice(
        item_id=goods.id, price=price, effective_from=effective_from, created_at=at, created_by=by.person
    )
    session.add(row)
    session.flush()
    facts = {"price": price, "effective_from": effective_from.isoformat()}
    _note(session, "goods.price", goods, by=by, role=role, at=at, path=path, facts=facts)
    return row


def put_on_shelf(session: Session, *, item: str, by: Actor, at: datetime) -> GoodsItem:
    """Offer an item at every station of its street that has it in stock.

    Raises WrongStatus when it is on the shelf or retired, NoSuch, NotPermitted.
    """
    return _move(session, item, to="on_shelf", of=("draft", "off_shelf"), by=by, at=at)


def take_off_shelf(session: Session, *, item: str, by: Actor, at: datetime) -> GoodsItem:
    """Stop offering an item; reservations made before are still handed over.

    Raises WrongStatus when it is not on the shelf, NoSuch, NotPermitted.
    """
    return _move(session, item, to="off_shelf", of=("on_shelf",), by=by, at=at)


def retire(session: Session, *, item: str, by: Actor, at: datetime) -> GoodsItem:
    """Never offer an item again.

    Raises WrongStatus when it is on the shelf or retired, NoSuch, NotPermitted.
    """
    return _move(session, item, to="retired", of=("draft", "off_shelf"), by=by, at=at)


# --- what can be asked


def by_code(session: Session, code: str) -> GoodsItem:
    """The item with this code. Raises NoSuch."""
    item = session.scalar(select(GoodsItem).where(GoodsItem.code == code))
    if item is None:
        raise NoSuch(kind=N_("item"), key=code)
    return item


def by_label(session: Session, label: str) -> GoodsItem:
    """The item whose shelf label (`/g/<code>`) this is. Raises NoSuch."""
    item = session.scalar(select(GoodsItem).where(GoodsItem.label_code == codes.normalise(label)))
    if item is None:
        raise NoSuch(kind=N_("item"), key=label)
    return item


def price_on(session: Session, *, item_id: int, day: date) -> int | None:
    """The price of an item on `day`: the newest that has begun; None before the first."""
    return session.scalar(
        select(GoodsPrice.price)
        .where(GoodsPrice.item_id == item_id, GoodsPrice.effective_from <= day)
        .order_by(GoodsPrice.effective_from.desc())
        .limit(1)
    )


def prices(session: Session, *, item: str) -> Sequence[GoodsPrice]:
    """All prices of an item, the newest first; public, with the previous and the coming ones (domain §3.11)."""
    return session.scalars(
        select(GoodsPrice)
        .join(GoodsItem, GoodsItem.id == GoodsPrice.item_id)
        .where(GoodsItem.code == item)
        .order_by(GoodsPrice.effective_from.desc())
    ).all()


def price_guide(price: int, ref_value_fen: int) -> Guide | None:
    """Whether ten points buy less or more reference value than ¥2–4; None inside the guide. A warning, no error."""
    least, most = GUIDE_FEN
    if ref_value_fen * 10 < least * price:
        return "worth-too-little"
    return "worth-too-much" if ref_value_fen * 10 > most * price else None


def on_offer(session: Session, *, station: str, day: date) -> list[Offer]:
    """What a station offers on `day`, by code, with what is left of it; items out of stock stand there with 0.

    Raises NoSuch for an unknown station.
    """
    place = stock.place(session, station)
    newer = GoodsPrice.__table__.alias("newer")
    coming = (
        select(newer.c.item_id, func.min(newer.c.effective_from).label("from_day"))
        .where(newer.c.effective_from > day)
        .group_by(newer.c.item_id)
        .subquery()
    )
    left = (
        select(stock.StockBatch.item_id, func.sum(stock.free()).label("left"))
        .where(stock.StockBatch.station_id == place.id, stock.StockBatch.qty_left > 0, stock.not_past(day))
        .group_by(stock.StockBatch.item_id)
        .subquery()
    )
    rows = session.execute(
        select(GoodsItem, price_of_day(day).label("price"), left.c.left, coming.c.from_day, newer.c.price.label("next"))
        .outerjoin(left, left.c.item_id == GoodsItem.id)
        .outerjoin(coming, coming.c.item_id == GoodsItem.id)
        .outerjoin(newer, (newer.c.item_id == GoodsItem.id) & (newer.c.effective_from == coming.c.from_day))
        .where(GoodsItem.street_id.in_(place.area_ids), GoodsItem.status == "on_shelf")
        .order_by(GoodsItem.code)
    ).all()
    return [
        Offer(
            code=item.code,
            label_code=item.label_code,
            name=item.name,
            spec=item.spec,
            unit_name=item.unit_name,
            kind=item.kind,
            price=price,
            ref_value_fen=item.ref_value_fen,
            limit_pp_month=item.limit_pp_month,
            min_age=item.min_age,
            left=int(in_stock or 0),
            next_price=next_price,
            next_price_from=from_day,
        )
        for item, price, in_stock, from_day, next_price in rows
        if price is not None
    ]


def listing(session: Session, *, street: str, day: date) -> list[tuple[GoodsItem, int | None]]:
    """Every item of a street in any state, by code, each with its price on `day`. Raises NoSuch."""
    area = _street(session, street)
    rows = session.execute(
        select(GoodsItem, price_of_day(day)).where(GoodsItem.street_id == area.id).order_by(GoodsItem.code)
    )
    return [(item, price) for item, price in rows]


def price_of_day(day: Any) -> Any:
    """The scalar subquery of an item's price on `day` (a date or a bound parameter), for a select of items."""
    return (
        select(GoodsPrice.price)
        .where(GoodsPrice.item_id == GoodsItem.id, GoodsPrice.effective_from <= day)
        .order_by(GoodsPrice.effective_from.desc())
        .limit(1)
        .correlate(GoodsItem)
        .scalar_subquery()
    )


def parameter(session: Session, name: str, *, street_id: int, day: date) -> int:
    """A number of days from the street's rules in force, or the default where it has none yet."""
    try:
        params = rulesets.in_force(session, street_id=street_id, day=day).params
    except rulesets.NoRulesInForce:
        params = rulesets.DEFAULT_PARAMS
    return int(params.get(name, rulesets.DEFAULT_PARAMS[name]))


def refuse_forbidden(text: str) -> None:
    """Raises ForbiddenGoods when `text` names a class of goods that may never be exchanged."""
    remaining = text
    for word in ALLOWED:
        remaining = remaining.replace(word, "")
    for word in FORBIDDEN:
        if word in remaining:
            raise ForbiddenGoods(name=text.strip(), word=word)


_FIGURES = frozenset({"price", "ref_value_fen", "limit_pp_month", "min_age"})


def _refuse_bad_figures(**figures: int) -> None:
    for field, value in figures.items():
        if value < (1 if field == "price" else 0):
            raise BadFigure(field=field, value=value)


def _street(session: Session, code: str) -> Area:
    area = session.scalar(select(Area).where(Area.code == code, Area.type == "street"))
    if area is None:
        raise NoSuch(kind=N_("street"), key=code)
    return area


def _require_propose(session: Session, *, by: Actor, street: Area) -> str:
    """The role that may propose goods for `street`: also one held at a station in it."""
    role = by.role_for("goods.propose", area_path=street.path)
    if role is not None:
        return role
    reaches = {reach.station_id: reach.role for reach in by.reaches("goods.propose") if reach.station_id is not None}
    statement: Select[Any] = (
        select(Station.id)
        .join(Area, Area.id == Station.area_id)
        .where(Station.id.in_(reaches), Area.path.startswith(street.path))
    )
    for station_id in session.scalars(statement):
        return reaches[station_id]
    raise NotPermitted(action="goods.propose")


def _for_change(session: Session, code: str, by: Actor) -> tuple[GoodsItem, str, str]:
    row = session.execute(
        select(GoodsItem, Area.path)
        .join(Area, Area.id == GoodsItem.street_id)
        .where(GoodsItem.code == code)
        .with_for_update(of=GoodsItem, key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NoSuch(kind=N_("item"), key=code)
    return row[0], row[1], by.require("goods.change", area_path=row[1])


def _move(session: Session, code: str, *, to: str, of: tuple[str, ...], by: Actor, at: datetime) -> GoodsItem:
    goods, path, role = _for_change(session, code, by)
    if goods.status not in of:
        raise WrongStatus(item=code, status=goods.status)
    facts = {"from": goods.status, "to": to}
    goods.status = to
    goods.version += 1
    session.flush()
    _note(session, f"goods.{to}", goods, by=by, role=role, at=at, path=path, facts=facts)
    return goods


def _note(
    session: Session,
    action: str,
    goods: GoodsItem,
    *,
    by: Actor,
    role: str,
    at: datetime,
    path: str,
    facts: dict[str, Any],
) -> None:
    audit.write(
        session, by=by, role=role, action=action, target=f"goods:{goods.code}", at=at, area_path=path, facts=facts
    )
