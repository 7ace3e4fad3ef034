"""The shelf: what is there, and receiving with a second signature."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http
from points.access import identity
from points.database import db
from points.exchange import exchange_days, goods, stock
from points.exchange.exchange_days import closing
from points.exchange.statuses import BatchSource, GoodsStatus
from points.exchange.stock import Delivery
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import Refusal
from points.places import areas, stations
from points.places.tables import Station
from points.web import forms, pages
from points.web.staff import bp


@bp.get("/stock", endpoint="stock")
def list_stock() -> Any:
    """What a station has, batch by batch, and its exchange sessions."""
    return show_stock()


@bp.get("/stock/receive")
def stock_receive() -> Any:
    """The form of a delivery."""
    return _receive()


@bp.post("/stock/receive")
def stock_received() -> Any:
    """Take goods in, signed by two people."""
    form, by, at = request.form, http.current_actor(), clock.now()

    def receive(session: Session) -> str:
        batch = stock.receive(
            session,
            delivery=Delivery(
                station=form.get("station", ""),
                item=form.get("item", ""),
                qty=pages.whole_number(form, "qty"),
                source=BatchSource(form.get("source", "")),
                donor=form.get("donor") or None,
                best_before=forms.day(form["best_before"]) if form.get("best_before") else None,
                unit_cost_fen=pages.whole_number(form, "unit_cost_fen"),
            ),
            by=by,
            second=second_signature(session),
            at=at,
        )
        return batch.code

    try:
        batch = forms.once(receive)
    except Refusal as refusal:
        return _receive(refusal=refusal)
    flash(gettext("Received as batch %(batch)s.", batch=batch))
    return redirect(url_for(".stock", station=form.get("station")), 303)


def second_signature(session: Session) -> Actor:
    """Who signs beside the person signed in, by their own login and password. Raises WrongSecret, TooManyAttempts."""
    form = request.form
    return identity.witness(
        session,
        login=form.get("second_login", "").strip(),
        password=form.get("second_password", ""),
        at=clock.now(),
    )


def show_stock(*, refusal: Refusal | None = None) -> Any:
    """The page of a station's stock."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    mine = stations.visible(session, by=by)
    here = _chosen(mine)
    return pages.show(
        "staff/stock.html",
        refusal=refusal,
        form=request.form,
        stations=mine,
        station=here,
        batches=stock.on_hand(session, station=here.code, by=by) if here else [],
        soon={batch.batch for batch in stock.near_expiry(session, by=by, day=clock.local_date(at), station=here.code)}
        if here
        else set(),
        exchange_days=exchange_days.listing(session, by=by, station=here.code, limit=6) if here else [],
        unexplained=closing.unexplained(session, station=here.code) if here else [],
        may_receive=bool(by.reaches("stock.move")),
        may_run=bool(by.reaches("session.run")),
        today=clock.local_date(at),
    )


def _receive(*, refusal: Refusal | None = None) -> Any:
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    mine = stations.visible(session, by=by)
    here = _chosen(mine)
    if here is None:
        pages.not_here()
    street = next(areas.code_of(session, door.street_id) for door in stations.doors(session) if door.code == here.code)
    listed = goods.listing(session, street=street, day=today)
    offered = [item for item, _ in listed if item.status != GoodsStatus.RETIRED]
    return pages.show(
        "staff/stock_receive.html",
        refusal=refusal,
        form=request.form,
        station=here,
        items=[(item.code, f"{item.code} {item.name} {item.spec}") for item in offered],
        donors=stock.donors(session),
        today=today.isoformat(),
    )


def _chosen(mine: list[Station]) -> Station | None:
    asked = request.values.get("station", "")
    return next((station for station in mine if station.code == asked), mine[0] if mine else None)
