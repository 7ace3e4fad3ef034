"""The catalogue of a street: what is offered, proposed and retired, at which price from when."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.exchange import goods, vouchers
from points.exchange.goods import Change, NewItem
from points.exchange.statuses import GoodsClass, GoodsKind
from points.exchange.tables import ICONS, GoodsItem
from points.foundation import clock
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import Refusal
from points.places import areas, stations
from points.places.tables import Area
from points.shapes.fields import Code, Whole, Yuan
from points.shapes.forms import Form
from points.shapes.goods import (
    HIGHEST_VALUE,
    GoodsChangeShape,
    NewGoodsShape,
    PriceShape,
    WithdrawPriceShape,
)
from points.web import forms, pages, words
from points.web.staff import bp

OF_NO_MERCHANT = (GoodsKind.GOODS, GoodsKind.SERVICE)


@dataclass(frozen=True, kw_only=True)
class OfStreet(Form):
    """Which street."""

    street: Annotated[str, Code()] = ""


@dataclass(frozen=True, kw_only=True)
class Described(Form, like=GoodsChangeShape):
    """What an item is called, what it is worth, and for whom it is."""

    name: str
    spec: str = ""
    unit_name: str
    ref_value: Annotated[int, Yuan(most=HIGHEST_VALUE)]
    limit_pp_month: int = 0
    min_age: int = 0
    perishable: bool = False
    icon: str = "package"


@dataclass(frozen=True, kw_only=True)
class NewGoods(Described, like=NewGoodsShape):
    """An item to propose."""

    street: str
    code: Annotated[str, Code(20, capitals=True)]
    price: int
    kind: str = "goods"
    goods_class: str = "other"
    merchant: str = ""


@dataclass(frozen=True, kw_only=True)
class NewPrice(Form, like=PriceShape):
    """A price from a day on."""

    price: int
    effective_from: date


@dataclass(frozen=True, kw_only=True)
class WithdrawnPrice(Form, like=WithdrawPriceShape):
    """Which announced price does not come, and why."""

    effective_from: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class ChangedGoods(Described):
    """What to change of an item as it was read."""

    version: Annotated[int, Whole()]


@bp.get("/goods", endpoint="goods")
def list_goods() -> Response:
    """Every item of a street with its state and price."""
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    streets = streets_of(session, by)
    asked = forms.asked(OfStreet).street
    street = next((one for one in streets if asked in ("", one.code)), None)
    if asked and street is None:
        pages.not_here()
    found = goods.listing(session, street=street.code, day=today) if street else []
    return pages.show(
        "staff/goods.html",
        streets=streets,
        street=street,
        found=[
            (state, rows) for state in words.GOODS_STATE if (rows := [row for row in found if row[0].status == state])
        ],
        may_propose=bool(by.reaches("goods.propose")),
    )


@bp.get("/goods/new")
def goods_new() -> Response:
    """The form of a new item."""
    return _new()


@bp.post("/goods")
def goods_add() -> Response:
    """Propose an item, as a draft that nobody sees yet."""
    by, at = http.current_actor(), clock.now()

    def add(session: Session) -> str:
        return goods.add(
            session,
            new=NewItem(
                code=form.code,
                name=form.name,
                spec=form.spec,
                unit_name=form.unit_name,
                price=form.price,
                ref_value_fen=form.ref_value,
                kind=GoodsKind(form.kind),
                goods_class=GoodsClass(form.goods_class),
                limit_pp_month=form.limit_pp_month,
                min_age=form.min_age,
                perishable=form.perishable,
                merchant=form.merchant or None,
                icon=form.icon,
            ),
            street=form.street,
            by=by,
            at=at,
        ).code

    try:
        form = forms.read(NewGoods)
        code = forms.once(add)
    except Refusal as refusal:
        return _new(refusal=refusal)
    flash(gettext("Noted as a draft. It is offered once it is put on the shelf."))
    return redirect(url_for(".goods_item", code=code), 303)


@bp.get("/goods/<code>")
def goods_item(code: str) -> Response:
    """One item: its state, what its price is worth, its prices before and to come."""
    return _item(code)


@bp.post("/goods/<code>/price")
def goods_price(code: str) -> Response:
    """Announce a price from a day on."""
    by, at = http.current_actor(), clock.now()

    def set_price(session: Session) -> str:
        return goods.set_price(
            session,
            item=code,
            price=form.price,
            effective_from=form.effective_from,
            by=by,
            at=at,
        ).effective_from.isoformat()

    try:
        form = forms.read(NewPrice)
        begins = forms.once(set_price)
    except Refusal as refusal:
        return _item(code, refusal=refusal)
    flash(gettext("Announced: the new price begins on %(day)s.", day=http.day(date.fromisoformat(begins))))
    return redirect(url_for(".goods_item", code=code), 303)


@bp.post("/goods/<code>/price/withdraw")
def goods_price_withdraw(code: str) -> Response:
    """Withdraw a price that was announced by mistake; the one before it goes on."""
    by, at = http.current_actor(), clock.now()
    try:
        form = forms.read(WithdrawnPrice)
        forms.once(
            lambda session: goods.withdraw_price(
                session, item=code, effective_from=form.effective_from, reason=form.reason, by=by, at=at
            )
        )
    except Refusal as refusal:
        return _item(code, refusal=refusal)
    flash(gettext("Withdrawn. The price of today goes on."))
    return redirect(url_for(".goods_item", code=code), 303)


@bp.post("/goods/<code>/change")
def goods_change(code: str) -> Response:
    """Change what an item is called, its limits and its drawing; its price is announced."""
    by, at = http.current_actor(), clock.now()

    def change(session: Session) -> str:
        return goods.change(
            session,
            item=code,
            version=form.version,
            change=Change(
                name=form.name,
                spec=form.spec,
                unit_name=form.unit_name,
                ref_value_fen=form.ref_value,
                limit_pp_month=form.limit_pp_month,
                min_age=form.min_age,
                perishable=form.perishable,
                icon=form.icon,
            ),
            by=by,
            at=at,
        ).code

    try:
        form = forms.read(ChangedGoods)
        forms.once(change)
    except Refusal as refusal:
        return _item(code, refusal=refusal)
    flash(gettext("Changed."))
    return redirect(url_for(".goods_item", code=code), 303)


@bp.post("/goods/<code>/<step>")
def goods_step(code: str, step: str) -> Response:
    """Put it on the shelf, take it off, or retire it."""
    steps = {"put-on": goods.put_on_shelf, "take-off": goods.take_off_shelf, "retire": goods.retire}
    if step not in steps:
        pages.not_here()
    try:
        forms.once(lambda session: steps[step](session, item=code, by=http.current_actor(), at=clock.now()))
    except Refusal as refusal:
        return _item(code, refusal=refusal)
    return redirect(url_for(".goods_item", code=code), 303)


def _new(*, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    if not by.reaches("goods.propose"):
        raise NotPermitted(action="goods.propose")
    streets = streets_of(session, by)
    if not streets:
        pages.not_here()
    merchants = [one for one in vouchers.merchants(session, by=by) if one.active]
    return pages.show(
        "staff/goods_new.html",
        refusal=refusal,
        form=forms.shown(NewGoods, {"street": forms.asked(OfStreet).street}),
        streets=streets,
        merchants=merchants,
        kinds=(*OF_NO_MERCHANT, GoodsKind.VOUCHER) if merchants else OF_NO_MERCHANT,
        classes=tuple(GoodsClass),
        icons=ICONS,
    )


def _item(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    item, street = _seen(session, code, by)
    price = goods.price_on(session, item_id=item.id, day=today)
    notice = goods.notice(session, street_id=item.street_id, day=today)
    return pages.show(
        "staff/goods_item.html",
        refusal=refusal,
        change=forms.shown(ChangedGoods),
        new_price=forms.shown(NewPrice),
        withdrawing=forms.shown(WithdrawnPrice),
        item=item,
        street=street,
        price=price,
        guide=goods.price_guide(price, item.ref_value_fen) if price else None,
        prices=[(one, goods.price_guide(one.price, item.ref_value_fen)) for one in goods.prices(session, item=code)],
        notice=notice,
        earliest=today if item.status == "draft" else today + timedelta(days=notice),
        today=today,
        icons=ICONS,
        may_change=by.role_for("goods.change", area_path=street.path) is not None,
    )


def _seen(session: Session, code: str, by: Actor) -> tuple[GoodsItem, Area]:
    item = goods.by_code(session, code)
    street = next((one for one in streets_of(session, by) if one.id == item.street_id), None)
    if street is None:
        pages.not_here()
    return item, street


def streets_of(session: Session, by: Actor) -> list[Area]:
    """The streets in which this person has to do with goods, also through a station or a community in it."""
    reaches = by.reaches("stock.see")
    paths = [reach.area_path for reach in reaches if reach.area_path is not None]
    paths += [stations.area_path(session, station) for station in stations.visible(session, by=by)]
    return [
        street
        for street in areas.subtree(session, path="/", types=("street",))
        if any(path.startswith(street.path) or street.path.startswith(path) for path in paths)
        or any(reach.everywhere for reach in reaches)
    ]
