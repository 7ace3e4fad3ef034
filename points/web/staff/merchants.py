"""Merchants: their links, the vouchers they bring on paper, and the month's settlement; donors beside them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.exchange import stock, vouchers
from points.exchange.vouchers import SettlementLine
from points.foundation import clock
from points.foundation.actors import NotPermitted
from points.foundation.errors import Refusal
from points.shapes.fields import Code, Month, Text
from points.shapes.forms import Form
from points.shapes.merchants import NewMerchantShape
from points.shapes.stock import DonorShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.goods import streets_of
from points.web.usual import Why


@dataclass(frozen=True, kw_only=True)
class OfMonth(Form):
    """Which month; this one, unless said."""

    month: Annotated[date | None, Month()] = None


@dataclass(frozen=True, kw_only=True)
class NewMerchant(Form, like=NewMerchantShape):
    """A merchant to add."""

    street: str
    name: str
    code: Annotated[str, Code(20, capitals=True)]


@dataclass(frozen=True, kw_only=True)
class Voucher(Form):
    """The code on a voucher, or its address."""

    code: Annotated[str, Text(200)]


@dataclass(frozen=True, kw_only=True)
class NewDonor(Form, like=DonorShape):
    """Who gives goods."""

    name: str
    code: Annotated[str, Code(20, capitals=True)]
    publish_name: bool = False


@bp.get("/merchants")
def merchants() -> Response:
    """The merchants with what each of them is owed for a month."""
    return _merchants()


@bp.post("/merchants")
def merchant_add() -> Response:
    """Add a merchant; its link is shown once."""
    by, at, tokens = http.current_actor(), clock.now(), list[str]()

    def add(session: Session) -> str:
        added, token = vouchers.add_merchant(session, street=form.street, code=form.code, name=form.name, by=by, at=at)
        tokens.append(token)
        return added.code

    try:
        form = forms.read(NewMerchant)
        code = forms.once(add)
    except Refusal as refusal:
        return _merchants(refusal=refusal)
    return _link(code, tokens)


@bp.get("/merchants/<code>")
def merchant(code: str) -> Response:
    """One merchant's month, to print and sign."""
    return _merchant(code)


@bp.post("/merchants/<code>/link")
def merchant_link(code: str) -> Response:
    """Give a merchant a new link; the old one is dead."""
    by, at, tokens = http.current_actor(), clock.now(), list[str]()

    def renew(session: Session) -> None:
        vouchers.merchant_seen(session, code, by=by)
        tokens.append(vouchers.new_token(session, merchant=code, by=by, at=at))

    try:
        forms.once(renew)
    except Refusal as refusal:
        return _merchant(code, refusal=refusal)
    return _link(code, tokens)


@bp.post("/merchants/<code>/dismiss")
def merchant_dismiss(code: str) -> Response:
    """End a merchant's part."""
    try:
        reason = forms.read(Why).reason

        def act(session: Session) -> None:
            vouchers.merchant_seen(session, code, by=http.current_actor())
            vouchers.dismiss_merchant(
                session,
                merchant=code,
                reason=reason,
                by=http.current_actor(),
                at=clock.now(),
            )

        forms.once(act)
    except Refusal as refusal:
        return _merchant(code, refusal=refusal)
    return redirect(url_for(".merchant", code=code), 303)


@bp.get("/vouchers")
def vouchers_accept() -> Response:
    """Where vouchers on paper are typed or scanned one after the other."""
    return _accept()


@bp.post("/vouchers")
def voucher_accepted() -> Response:
    """Book one voucher as used."""
    try:
        code = forms.read(Voucher).code
        used = forms.once(
            lambda session: vouchers.accept(session, code=code, by=http.current_actor(), at=clock.now()).code
        )
    except Refusal as refusal:
        return _accept(refusal=refusal)
    flash(gettext("%(code)s is booked.", code=used))
    return redirect(url_for(".vouchers_accept"), 303)


@bp.get("/donors")
def donors() -> Response:
    """Who gives goods, and whether their name may be published."""
    return _donors()


@bp.post("/donors")
def donor_add() -> Response:
    """Enter who gives goods."""
    by, at = http.current_actor(), clock.now()

    def add(session: Session) -> str:
        return stock.add_donor(
            session,
            code=form.code,
            name=form.name,
            publish_name=form.publish_name,
            by=by,
            at=at,
        ).code

    try:
        form = forms.read(NewDonor)
        forms.once(add)
    except Refusal as refusal:
        return _donors(refusal=refusal)
    flash(gettext("Entered."))
    return redirect(url_for(".donors"), 303)


def _merchants(*, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    if not by.reaches("voucher.see"):
        raise NotPermitted(action="voucher.see")
    month, merchants = _month(), vouchers.merchants(session, by=by)
    used: dict[str, list[SettlementLine]] = {one.code: [] for one in merchants}
    for line in vouchers.settlement(session, month=month, by=by):
        used.setdefault(line.merchant, []).append(line)
    owed = {code: sum(line.total_fen for line in lines) for code, lines in used.items()}
    return pages.show(
        "staff/merchants.html",
        refusal=refusal,
        form=forms.shown(NewMerchant),
        found=[(one, used[one.code], owed[one.code]) for one in merchants],
        total=sum(owed.values()),
        streets=[street for street in streets_of(session, by) if by.role_for("goods.change", area_path=street.path)],
        may_accept=bool(by.reaches("voucher.accept")),
        month=month,
        months=_months(),
    )


def _merchant(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by, month = db.session(), http.current_actor(), _month()
    found = vouchers.merchant_seen(session, code, by=by)
    lines = vouchers.settlement(session, month=month, by=by, merchant=code)
    return pages.show(
        "staff/merchant.html",
        refusal=refusal,
        form=forms.shown(Why),
        merchant=found,
        lines=lines,
        count=sum(line.count for line in lines),
        total=sum(line.total_fen for line in lines),
        month=month,
        months=_months(),
        may_change=bool(by.reaches("goods.change")),
    )


def _link(code: str, tokens: list[str]) -> Response:
    """The link, which is kept nowhere: when the form is sent again there is none to show."""
    if not tokens:
        flash(gettext("This was done before, and the link was shown then. Make a new one if nobody has it."), "care")
        return redirect(url_for(".merchant", code=code), 303)
    name = vouchers.merchant_seen(db.session(), code, by=http.current_actor()).name
    address = f"{http.public_url()}{url_for('public.merchant', token=tokens[-1])}"
    return pages.show("staff/merchant_link.html", name=name, address=address)


def _accept(*, refusal: Refusal | None = None) -> Response:
    if not http.current_actor().reaches("voucher.accept"):
        raise NotPermitted(action="voucher.accept")
    return pages.show("staff/vouchers.html", refusal=refusal, form=forms.shown(Voucher))


def _donors(*, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    by.require_somewhere("donor.add")
    return pages.show("staff/donors.html", refusal=refusal, form=forms.shown(NewDonor), found=stock.donors(session))


def _month() -> date:
    """The month asked for, or this one. Raises FormUnreadable."""
    return forms.read_address(OfMonth).month or _months()[0]


def _months() -> list[date]:
    """This month and the eleven before."""
    months = [clock.local_date(clock.now()).replace(day=1)]
    while len(months) < 12:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months
