"""Keeping the shelf true: goods written off, near their date, counted each month."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.exchange import stock
from points.exchange.statuses import MoveKind
from points.exchange.stock import Count, OnHand
from points.foundation import clock
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import Refusal
from points.places import stations
from points.places.stations import Door
from points.places.tables import Station
from points.shapes.fields import NO_MONTH, Code, Month, Whole
from points.shapes.forms import Each, of
from points.shapes.stock import CountShape, LossShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.stock import second_signature
from points.web.usual import AtStation, Signed


@dataclass(frozen=True, kw_only=True)
class Begun(AtStation):
    """What a form begins with: goods near their date that were pointed at."""

    batch: Annotated[str, Code()] = ""
    item: Annotated[str, Code()] = ""
    qty: Annotated[int | None, Whole(least=1)] = None


@dataclass(frozen=True, kw_only=True)
class Loss(Signed, like=LossShape):
    """Goods that leave the book."""

    station: Annotated[str, Code()]
    batch: str
    kind: str
    qty: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class MonthlyCount(Signed):
    """What was counted of each batch, and why it differs; a batch left empty is not counted."""

    station: Annotated[str, Code()]
    month: Annotated[date, Month()]
    counted: Annotated[dict[str, int], Each(of(CountShape, "counted"))]
    reason: Annotated[dict[str, str], Each(of(CountShape, "reason"))] = field(default_factory=dict)


@bp.get("/stock/near")
def stock_near() -> Response:
    """What is near its date or past it, station by station, what ends first above."""
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    batches: dict[str, list[OnHand]] = defaultdict(list)
    for batch in sorted(stock.near_expiry(session, by=by, day=today), key=lambda one: one.best_before or today):
        batches[batch.station].append(batch)
    found = []
    for station in stations.visible(session, by=by):
        if station.code in batches:
            moves = may_move(session, station, by)
            may_send = moves and bool(others(session, station))
            rows = [(batch, _to_send(batch, today) if may_send else 0) for batch in batches[station.code]]
            found.append((station, rows, moves))
    return pages.show(
        "staff/stock_near.html",
        found=found,
        days=stock.NEAR_EXPIRY_DAYS,
        today=today,
    )


@bp.get("/stock/write-off")
def stock_write_off() -> Response:
    """The form by which spoilt, lost or expired goods leave the book."""
    return _write_off()


@bp.post("/stock/write-off")
def stock_written_off() -> Response:
    """Take them out of the book, signed by two people."""
    by, at = http.current_actor(), clock.now()

    def write_off(session: Session) -> str:
        return stock.write_off(
            session,
            batch=form.batch,
            qty=form.qty,
            kind=MoveKind(form.kind),
            reason=form.reason,
            by=by,
            second=second_signature(session, form),
            at=at,
        ).code

    try:
        form = forms.read(Loss)
        batch = forms.once(write_off)
    except Refusal as refusal:
        return _write_off(refusal=refusal)
    flash(gettext("Written off from batch %(batch)s.", batch=batch))
    return redirect(url_for(".stock", station=form.station), 303)


@bp.get("/stock/count")
def stock_count() -> Response:
    """The form of a month's count: every batch, without what the book says."""
    return _count()


@bp.post("/stock/count")
def stock_counted() -> Response:
    """Close the month with the count, signed by two people; a difference needs its reason."""
    by, at = http.current_actor(), clock.now()
    counted: Mapping[str, int] = {}

    def count(session: Session) -> str:
        return stock.stocktake(
            session,
            station=form.station,
            month=form.month,
            counts=counts,
            by=by,
            second=second_signature(session, form),
            at=at,
        ).code

    try:
        form = forms.read(MonthlyCount)
        counted = form.counted
        if form.month not in _months():
            raise forms.wrong(MonthlyCount, month=NO_MONTH)
        counts = [
            Count(batch=batch, counted=there, reason=form.reason.get(batch, "")) for batch, there in counted.items()
        ]
        forms.once(count)
    except Refusal as refusal:
        return _count(refusal=refusal, counted=counted)
    flash(gettext("Counted. The month is closed."))
    return redirect(url_for(".stock", station=form.station), 303)


def _write_off(*, refusal: Refusal | None = None) -> Response:
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    here = keeping(session, by)
    batches = stock.on_hand(session, station=here.code, by=by)
    asked = forms.asked(Begun).batch
    chosen = next((batch for batch in batches if batch.batch == asked), None)
    if asked and chosen is None and refusal is None:
        pages.not_here()
    return pages.show(
        "staff/stock_write_off.html",
        refusal=refusal,
        form=forms.shown(Loss),
        station=here,
        batches=[(one.batch, f"{one.shown} · {one.left} {one.unit_name} · {one.batch}") for one in batches],
        chosen=chosen,
        kind="expired" if chosen and chosen.best_before and chosen.best_before < today else "loss",
    )


def _count(*, refusal: Refusal | None = None, counted: Mapping[str, int] | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    here = keeping(session, by)
    batches = stock.on_hand(session, station=here.code, by=by)
    still_open = [month for month in _months() if not stock.month_closed(session, station=here.code, month=month)]
    return pages.show(
        "staff/stock_count.html",
        refusal=refusal,
        form=forms.shown(MonthlyCount),
        station=here,
        batches=batches,
        booked={one.batch: one.left for one in batches if (counted or {}).get(one.batch, one.left) != one.left},
        months=[(f"{month:%Y-%m}", http.month(month)) for month in still_open],
    )


def keeping(session: Session, by: Actor) -> Station:
    """The station asked for, or the first, if its stock may be moved; the page of none where it may not be seen."""
    asked = forms.asked(AtStation).station
    mine = [one for one in stations.visible(session, by=by) if asked in ("", one.code)]
    if not mine:
        pages.not_here()
    here = next((one for one in mine if may_move(session, one, by)), None)
    if here is None:
        raise NotPermitted(action="stock.move")
    return here


def may_move(session: Session, station: Station, by: Actor) -> bool:
    path = stations.area_path(session, station)
    return by.role_for("stock.move", station_id=station.id, area_path=path) is not None


def others(session: Session, station: Station) -> list[Door]:
    """The other stations of its street, to which goods may go."""
    doors = stations.doors(session)
    streets = {door.street_id for door in doors if door.code == station.code}
    return [door for door in doors if door.street_id in streets and door.code != station.code]


def _to_send(batch: OnHand, today: date) -> int:
    """How many of a batch another station may get: none past its date, none that is promised."""
    good = batch.best_before is not None and batch.best_before >= today
    return batch.left - batch.reserved if good else 0


def _months() -> list[date]:
    """This month and the one before: a count at the turn of the month may close either."""
    this = clock.local_date(clock.now()).replace(day=1)
    return [this, (this - timedelta(days=1)).replace(day=1)]
