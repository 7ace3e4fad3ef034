"""Goods between stations: sent by one, on the way, received by the other or taken back."""

from dataclasses import dataclass, field
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.exchange import stock
from points.exchange.statuses import StockTransferStatus
from points.exchange.stock import Arrival, OnHand, on_the_way
from points.foundation import clock
from points.foundation.errors import Refusal
from points.places import stations
from points.places.tables import Station
from points.shapes.fields import Code, Whole
from points.shapes.forms import Each, of
from points.shapes.stock import ArrivalShape, StockTransferShape, TakeBackShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.stock import second_signature
from points.web.staff.stock_keeping import Begun, keeping, may_move, others
from points.web.usual import AtStation, Signed

A_PAGE = 30


@dataclass(frozen=True, kw_only=True)
class Sending(Signed, like=StockTransferShape):
    """Goods that go to another station."""

    station: Annotated[str, Code()]
    item: str
    qty: int
    to_station: Annotated[str, Code(data_key="to")]


@dataclass(frozen=True, kw_only=True)
class TakenIn(Signed):
    """What arrived of each batch, and why it is less; a batch left empty is not counted."""

    received: Annotated[dict[str, int], Each(of(ArrivalShape, "received"))]
    reason: Annotated[dict[str, str], Each(of(ArrivalShape, "reason"))] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TakenBack(Signed, like=TakeBackShape):
    """Why goods that were sent come back."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Earlier(AtStation):
    """Which part of the list of transfers."""

    before: Annotated[int | None, Whole(least=1)] = None


@bp.get("/stock/transfer")
def stock_transfer() -> Response:
    """The form by which goods go to another station."""
    return _send()


@bp.post("/stock/transfer")
def stock_transferred() -> Response:
    """Send them, signed by two people."""
    by, at = http.current_actor(), clock.now()

    def send(session: Session) -> str:
        return stock.send(
            session,
            from_station=form.station,
            to_station=form.to_station,
            item=form.item,
            qty=form.qty,
            by=by,
            second=second_signature(session, form),
            at=at,
        ).code

    try:
        form = forms.read(Sending)
        code = forms.once(send)
    except Refusal as refusal:
        return _send(refusal=refusal)
    flash(gettext("Sent. It is on the way until the other station has counted and received it."))
    return redirect(url_for(".stock_sent", code=code), 303)


@bp.get("/stock/transfers")
def stock_transfers() -> Response:
    """What was sent from and to the stations one sees, or to one of them; the latest first."""
    session, by = db.session(), http.current_actor()
    asked = forms.asked(Earlier)
    found = on_the_way.listing(session, by=by, station=asked.station or None, before=asked.before, limit=A_PAGE + 1)
    return pages.show(
        "staff/stock_transfers.html",
        found=[sent for _, sent in found[:A_PAGE]],
        station=asked.station,
        further=found[A_PAGE - 1][0] if len(found) > A_PAGE else None,
    )


@bp.get("/stock/transfers/<code>", endpoint="stock_sent")
def show_sent(code: str) -> Response:
    """One transfer: what was sent, who signed, and the form to receive it or to take it back."""
    return _shown(code)


@bp.post("/stock/transfers/<code>/receive")
def stock_taken_in(code: str) -> Response:
    """Receive it, counted by two."""
    by, at = http.current_actor(), clock.now()

    def take_in(session: Session) -> str:
        second = second_signature(session, form)
        arrived = stock.take_in(session, transfer=code, arrivals=arrivals, by=by, second=second, at=at)
        return str(len(arrived))

    try:
        sent = on_the_way.one(db.session(), code, by=by)
        form = forms.read(TakenIn)
        if sent.status == StockTransferStatus.SENT:
            empty = {f"received-{line.batch}" for line in sent.lines} - {f"received-{batch}" for batch in form.received}
            if empty:
                raise forms.wrong(TakenIn, **dict.fromkeys(empty, forms.MISSING))
        arrivals = [
            Arrival(batch=batch, received=there, reason=form.reason.get(batch, ""))
            for batch, there in form.received.items()
        ]
        forms.once(take_in)
    except Refusal as refusal:
        return _shown(code, refusal=refusal)
    flash(gettext("Received. The goods are on the shelf."))
    return redirect(url_for(".stock", station=sent.to_station), 303)


@bp.post("/stock/transfers/<code>/take-back")
def stock_taken_back(code: str) -> Response:
    """Take back what was sent by mistake."""
    by, at = http.current_actor(), clock.now()

    def take_back(session: Session) -> str:
        second = second_signature(session, form)
        return stock.take_back(session, transfer=code, reason=form.reason, by=by, second=second, at=at).code

    try:
        on_the_way.one(db.session(), code, by=by)
        form = forms.read(TakenBack)
        forms.once(take_back)
    except Refusal as refusal:
        return _shown(code, refusal=refusal)
    flash(gettext("Taken back. The goods are on the shelf again."))
    return redirect(url_for(".stock_sent", code=code), 303)


def _send(*, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    here = keeping(session, by)
    return pages.show(
        "staff/stock_transfer.html",
        refusal=refusal,
        form=forms.shown(Sending, forms.address(forms.asked(Begun))),
        station=here,
        items=_items(stock.on_hand(session, station=here.code, by=by)),
        others=others(session, here),
    )


def _shown(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    sent = on_the_way.one(session, code, by=by)
    waits = sent.status == StockTransferStatus.SENT
    return pages.show(
        "staff/stock_sent.html",
        refusal=refusal,
        form=forms.shown(TakenIn),
        back=forms.shown(TakenBack),
        sent=sent,
        may_receive=waits and may_move(session, _station(session, sent.to_station), by),
        may_take_back=waits and may_move(session, _station(session, sent.from_station), by),
    )


def _station(session: Session, code: str) -> Station:
    return stations.by_code(session, code)


def _items(batches: list[OnHand]) -> list[tuple[str, str]]:
    """Each item in stock by code, with how many of it are free in words."""
    free: dict[str, tuple[str, int, str]] = {}
    for batch in batches:
        _, before, _ = free.get(batch.item, ("", 0, ""))
        free[batch.item] = (batch.shown, before + batch.left - batch.reserved, batch.unit_name)
    return [
        (code, f"{code} {name} · " + gettext("%(n)s free", n=f"{left} {unit}"))
        for code, (name, left, unit) in free.items()
    ]
