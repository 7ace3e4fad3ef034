"""Merchants: their links, the vouchers they bring on paper, and the month's settlement; donors beside them."""

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http
from points.database import db, transaction
from points.exchange import stock, vouchers
from points.exchange.vouchers import SettlementLine
from points.foundation import clock
from points.foundation.actors import NotPermitted
from points.foundation.errors import Refusal
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.goods import streets_of


@bp.get("/merchants")
def merchants() -> Any:
    """The merchants with what each of them is owed for a month."""
    return _merchants()


@bp.post("/merchants")
def merchant_add() -> Any:
    """Add a merchant; its link is shown once."""
    form = request.form
    try:
        with transaction() as session:
            added, token = vouchers.add_merchant(
                session,
                street=form.get("street", ""),
                code=forms.code("code"),
                name=forms.text("name", 60, least=1),
                by=http.current_actor(),
                at=clock.now(),
            )
            name = added.name
    except Refusal as refusal:
        return _merchants(refusal=refusal)
    return _link(name, token)


@bp.get("/merchants/<code>")
def merchant(code: str) -> Any:
    """One merchant's month, to print and sign."""
    return _merchant(code)


@bp.post("/merchants/<code>/link")
def merchant_link(code: str) -> Any:
    """Give a merchant a new link; the old one is dead."""
    try:
        with transaction() as session:
            name = vouchers.merchant_seen(session, code, by=http.current_actor()).name
            token = vouchers.new_token(session, merchant=code, by=http.current_actor(), at=clock.now())
    except Refusal as refusal:
        return _merchant(code, refusal=refusal)
    return _link(name, token)


@bp.post("/merchants/<code>/dismiss")
def merchant_dismiss(code: str) -> Any:
    """End a merchant's part."""
    try:
        with transaction() as session:
            vouchers.merchant_seen(session, code, by=http.current_actor())
            vouchers.dismiss_merchant(
                session,
                merchant=code,
                reason=forms.text("reason", 200, least=1),
                by=http.current_actor(),
                at=clock.now(),
            )
    except Refusal as refusal:
        return _merchant(code, refusal=refusal)
    return redirect(url_for(".merchant", code=code), 303)


@bp.get("/vouchers")
def vouchers_accept() -> Any:
    """Where vouchers on paper are typed or scanned one after the other."""
    return _accept()


@bp.post("/vouchers")
def voucher_accepted() -> Any:
    """Book one voucher as used."""
    try:
        with transaction() as session:
            used = vouchers.accept(
                session, code=request.form.get("code", ""), by=http.current_actor(), at=clock.now()
            ).code
    except Refusal as refusal:
        return _accept(refusal=refusal)
    flash(gettext("%(code)s is booked.", code=used))
    return redirect(url_for(".vouchers_accept"), 303)


@bp.get("/donors")
def donors() -> Any:
    """Who gives goods, and whether their name may be published."""
    return _donors()


@bp.post("/donors")
def donor_add() -> Any:
    """Enter who gives goods."""
    form, by, at = request.form, http.current_actor(), clock.now()

    def add(session: Session) -> str:
        return stock.add_donor(
            session,
            code=forms.code("code"),
            name=forms.text("name", 60, least=1),
            publish_name=bool(form.get("publish_name")),
            by=by,
            at=at,
        ).code

    try:
        forms.once(add)
    except Refusal as refusal:
        return _donors(refusal=refusal)
    flash(gettext("Entered."))
    return redirect(url_for(".donors"), 303)


def _merchants(*, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    if not by.reaches("report.see"):
        raise NotPermitted(action="report.see")
    month = _month()
    owed: dict[str, list[SettlementLine]] = {}
    for line in vouchers.settlement(session, month=month, by=by):
        owed.setdefault(line.merchant, []).append(line)
    return pages.show(
        "staff/merchants.html",
        refusal=refusal,
        form=request.form,
        found=[(one, owed.get(one.code, [])) for one in vouchers.merchants(session, by=by)],
        total=sum(line.total_fen for lines in owed.values() for line in lines),
        streets=[street for street in streets_of(session, by) if by.role_for("goods.change", area_path=street.path)],
        may_accept=bool(by.reaches("voucher.accept")),
        month=month,
        months=_months(),
    )


def _merchant(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by, month = db.session(), http.current_actor(), _month()
    found = vouchers.merchant_seen(session, code, by=by)
    lines = vouchers.settlement(session, month=month, by=by, merchant=code)
    return pages.show(
        "staff/merchant.html",
        refusal=refusal,
        form=request.form,
        merchant=found,
        lines=lines,
        total=sum(line.total_fen for line in lines),
        month=month,
        months=_months(),
        may_change=bool(by.reaches("goods.change")),
    )


def _link(name: str, token: str) -> Any:
    address = f"{http.public_url()}{url_for('public.merchant', token=token)}"
    return pages.show("staff/merchant_link.html", name=name, address=address)


def _accept(*, refusal: Refusal | None = None) -> Any:
    if not http.current_actor().reaches("voucher.accept"):
        raise NotPermitted(action="voucher.accept")
    return pages.show("staff/vouchers.html", refusal=refusal, form=request.form)


def _donors(*, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    by.require_somewhere("stock.move")
    return pages.show("staff/donors.html", refusal=refusal, form=request.form, found=stock.donors(session))


def _month() -> date:
    """The month asked for, or this one. Raises DateUnreadable."""
    asked = request.args.get("month", "")
    return forms.day(f"{asked}-01") if asked else _months()[0]


def _months() -> list[date]:
    """This month and the eleven before."""
    months = [clock.local_date(clock.now()).replace(day=1)]
    while len(months) < 12:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months
