"""The shelf: what is there, and receiving with a second signature."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.access import identity
from points.database import db
from points.exchange import exchange_days, goods, stock
from points.exchange.exchange_days import closing
from points.exchange.naming import as_shown
from points.exchange.statuses import BatchSource, GoodsStatus, StockTransferStatus
from points.exchange.stock import DeliveryNote, NoteLine, Sent, on_the_way
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import Refusal
from points.places import areas, stations
from points.places.tables import Station
from points.shapes.exchange_days import NewSessionShape
from points.shapes.fields import ClockTime, Day, Whole
from points.shapes.forms import Each, Form, of
from points.shapes.stock import ReceiptShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.usual import AtStation, Signed

FIRST_ROWS, MOST_ROWS = 8, 80
"""How many rows a delivery note has at first, and at most."""


@dataclass(frozen=True, kw_only=True)
class DeliveryForm(Signed, like=ReceiptShape):
    """A delivery note to type down: rows of goods, each with a number of its own; a row left empty is none."""

    station: str
    source: str
    donor: str = ""
    item: Annotated[dict[str, str], Each(of(ReceiptShape, "item"))] = field(default_factory=dict)
    qty: Annotated[dict[str, int], Each(of(ReceiptShape, "qty"))] = field(default_factory=dict)
    best_before: Annotated[dict[str, date], Each(of(ReceiptShape, "best_before"))] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Rows(AtStation):
    """How many rows the delivery note has."""

    rows: Annotated[int, Whole(least=1, most=MOST_ROWS)] = FIRST_ROWS


@dataclass(frozen=True, kw_only=True)
class NewDay(Form, like=NewSessionShape):
    """An exchange day to plan."""

    station: str
    title: str = ""
    day: Annotated[date, Day()]
    start: Annotated[time, ClockTime()]
    end: Annotated[time, ClockTime()]
    max_points_pp: int = 0


@bp.get("/stock", endpoint="stock")
def list_stock() -> Response:
    """What a station has, batch by batch, and its exchange sessions."""
    return show_stock()


@bp.get("/stock/receive")
def stock_receive() -> Response:
    """The form of a delivery."""
    return _receive()


@bp.post("/stock/receive")
def stock_received() -> Response:
    """Take the goods of a delivery note in, signed once by two people."""
    by, at = http.current_actor(), clock.now()

    def receive(session: Session) -> str:
        batches = stock.receive_note(
            session,
            delivery=DeliveryNote(
                station=form.station,
                source=BatchSource(form.source),
                donor=form.donor or None,
                lines=lines,
            ),
            by=by,
            second=second_signature(session, form),
            at=at,
        )
        return ", ".join(batch.code for batch in batches)

    try:
        form = forms.read(DeliveryForm)
        lines = _lines(form)
        batches = forms.once(receive)
    except Refusal as refusal:
        return _receive(refusal=refusal)
    flash(gettext("Received as batch %(batch)s.", batch=batches))
    return redirect(url_for(".stock", station=form.station), 303)


def _lines(form: DeliveryForm) -> list[NoteLine]:
    """The rows that were filled in. Raises FormUnreadable for one that lacks its goods or its number."""
    rows = sorted({int(row) for row in (*form.item, *form.qty, *form.best_before) if row.isdecimal()}) or [1]
    missing = {f"item-{row}": forms.MISSING for row in rows if str(row) not in form.item}
    missing |= {f"qty-{row}": forms.MISSING for row in rows if str(row) not in form.qty}
    if missing:
        raise forms.wrong(DeliveryForm, **missing)
    return [
        NoteLine(row=row, item=form.item[str(row)], qty=form.qty[str(row)], best_before=form.best_before.get(str(row)))
        for row in rows
    ]


def second_signature(session: Session, form: Signed) -> Actor:
    """Who signs beside the person signed in, by their own login and password. Raises WrongSecret, TooManyAttempts."""
    return identity.witness(
        session, login=form.second_login, password=form.second_password, clerk=http.current_actor(), at=clock.now()
    )


FIRST_DAYS = 6
"""How many exchange days stand on the page of the stock; the others have a page of their own."""


def show_stock(*, refusal: Refusal | None = None) -> Response:
    """The page of a station's stock."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    by.require_somewhere("stock.see")
    mine = stations.visible(session, by=by)
    here = _chosen(mine)
    return pages.show(
        "staff/stock.html",
        refusal=refusal,
        form=forms.shown(NewDay),
        stations=mine,
        station=here,
        batches=stock.on_hand(session, station=here.code, by=by) if here else [],
        soon={batch.batch for batch in stock.near_expiry(session, by=by, day=clock.local_date(at), station=here.code)}
        if here
        else set(),
        on_the_way=_on_the_way(session, here.code, by) if here else [],
        exchange_days=exchange_days.listing(session, by=by, station=here.code, limit=FIRST_DAYS) if here else [],
        days_count=exchange_days.count(session, by=by, station=here.code) if here else 0,
        unexplained=closing.unexplained(session, station=here.code) if here else [],
        may_receive=bool(by.reaches("stock.move")),
        may_run=bool(by.reaches("session.run")),
        today=clock.local_date(at),
    )


def _on_the_way(session: Session, station: str, by: Actor) -> list[Sent]:
    """All that is on the way from or to a station, however much it is."""
    found, before = [], None
    while part := on_the_way.listing(session, by=by, station=station, status=StockTransferStatus.SENT, before=before):
        found += [sent for _, sent in part]
        before = part[-1][0]
    return found


def _receive(*, refusal: Refusal | None = None) -> Response:
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    by.require_somewhere("stock.move")
    mine = stations.visible(session, by=by)
    here = _chosen(mine)
    if here is None:
        pages.not_here()
    rows = forms.asked(Rows).rows
    street = next(areas.code_of(session, door.street_id) for door in stations.doors(session) if door.code == here.code)
    listed = goods.listing(session, street=street, day=today)
    offered = [item for item, _ in listed if item.status != GoodsStatus.RETIRED]
    return pages.show(
        "staff/stock_receive.html",
        refusal=refusal,
        form=forms.shown(DeliveryForm),
        rows=rows,
        numbers=range(1, rows + 1),
        more=rows + FIRST_ROWS if rows + FIRST_ROWS <= MOST_ROWS else 0,
        station=here,
        items=[(item.code, f"{item.code} {as_shown(item.name, item.spec)}") for item in offered],
        donors=stock.donors(session),
        today=today.isoformat(),
    )


def _chosen(mine: list[Station]) -> Station | None:
    asked = forms.asked(AtStation).station
    return next((station for station in mine if station.code == asked), mine[0] if mine else None)
