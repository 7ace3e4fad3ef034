"""Keeping the shelf true: goods written off, near their date, counted each month."""

from collections import defaultdict
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
from points.exchange.stock import OnHand, blind
from points.exchange.stock.stocktake import earliest
from points.foundation import clock
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import Refusal
from points.places import stations
from points.places.stations import Door
from points.places.tables import Station
from points.shapes.activities import WhyShape
from points.shapes.fields import NO_MONTH, Code, Flag, Month, Whole
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
    """What was counted of each batch; nothing stays empty."""

    station: Annotated[str, Code()]
    month: Annotated[date, Month()]
    counted: Annotated[dict[str, int], Each(of(CountShape, "counted"))] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MonthExplained(Signed):
    """Why the count of each batch differs from the book."""

    station: Annotated[str, Code()]
    reason: Annotated[dict[str, str], Each(of(WhyShape, "reason"))] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Anew(AtStation):
    """Whether a count that waits is taken anew."""

    again: Annotated[bool, Flag()] = False


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
    """Keep the count, signed by two people; it closes the month where it is as in the book."""
    by, at = http.current_actor(), clock.now()

    def count(session: Session) -> str:
        closed = blind.count(
            session,
            station=form.station,
            month=form.month,
            counted=form.counted,
            by=by,
            second=second_signature(session, form),
            at=at,
        )
        return "closed" if closed else "waits"

    try:
        form = forms.read(MonthlyCount)
        if form.month not in _months():
            raise forms.wrong(MonthlyCount, month=NO_MONTH)
        batches = stock.on_hand(db.session(), station=form.station, by=by)
        if empty := [f"counted-{one.batch}" for one in batches if one.batch not in form.counted]:
            raise forms.wrong(MonthlyCount, **dict.fromkeys(empty, forms.MISSING))
        said = forms.once(count)
    except Refusal as refusal:
        return _count(refusal=refusal)
    if said == "waits":
        return redirect(url_for(".stock_count", station=form.station), 303)
    flash(gettext("Counted. The month is closed."))
    return redirect(url_for(".stock", station=form.station), 303)


@bp.post("/stock/count/explain")
def stock_count_explained() -> Response:
    """Say why the count differs, signed by two; the month is then closed."""
    by, at = http.current_actor(), clock.now()

    def explain(session: Session) -> str:
        second = second_signature(session, form)
        return blind.explain(session, station=form.station, reasons=form.reason, by=by, second=second, at=at).code

    try:
        form = forms.read(MonthExplained)
        forms.once(explain)
    except Refusal as refusal:
        return _count(refusal=refusal)
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


def _count(*, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    here = keeping(session, by)
    waits = None if forms.asked(Anew).again else blind.waiting(session, station=here.code)
    still_open = [month for month in _months() if not stock.month_closed(session, station=here.code, month=month)]
    this = clock.local_date(clock.now()).replace(day=1)
    return pages.show(
        "staff/stock_count.html",
        refusal=refusal,
        form=forms.shown(MonthlyCount),
        explained=forms.shown(MonthExplained),
        station=here,
        counted=waits,
        batches=stock.on_hand(session, station=here.code, by=by),
        months=[(f"{month:%Y-%m}", http.month(month)) for month in still_open],
        next_on=earliest(this),
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
    """The months that a count may close today: the one before, and in its last week this one."""
    today = clock.local_date(clock.now())
    this = today.replace(day=1)
    before = (this - timedelta(days=1)).replace(day=1)
    return [this, before] if today >= earliest(this) else [before]
