"""Keeping the shelf true: goods written off, moved to another station, near their date, counted each month."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

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
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.stock import second_signature

REASON = 200


@bp.get("/stock/near")
def stock_near() -> Any:
    """What is near its date or past it, station by station, what ends first above."""
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    batches: dict[str, list[OnHand]] = defaultdict(list)
    for batch in sorted(stock.near_expiry(session, by=by, day=today), key=lambda one: one.best_before or today):
        batches[batch.station].append(batch)
    found = []
    for station in stations.visible(session, by=by):
        if station.code in batches:
            may_move = _may_move(session, station, by)
            may_send = may_move and bool(_others(session, station))
            rows = [(batch, _to_send(batch, today) if may_send else 0) for batch in batches[station.code]]
            found.append((station, rows, may_move))
    return pages.show(
        "staff/stock_near.html",
        found=found,
        days=stock.NEAR_EXPIRY_DAYS,
        today=today,
    )


@bp.get("/stock/write-off")
def stock_write_off() -> Any:
    """The form by which spoilt, lost or expired goods leave the book."""
    return _write_off()


@bp.post("/stock/write-off")
def stock_written_off() -> Any:
    """Take them out of the book, signed by two people."""
    form, by, at = request.form, http.current_actor(), clock.now()

    def write_off(session: Session) -> str:
        return stock.write_off(
            session,
            batch=form.get("batch", ""),
            qty=pages.whole_number(form, "qty"),
            kind=MoveKind.EXPIRED if form.get("kind") == MoveKind.EXPIRED else MoveKind.LOSS,
            reason=forms.text("reason", REASON),
            by=by,
            second=second_signature(session),
            at=at,
        ).code

    try:
        batch = forms.once(write_off)
    except Refusal as refusal:
        return _write_off(refusal=refusal)
    flash(gettext("Written off from batch %(batch)s.", batch=batch))
    return redirect(url_for(".stock", station=form.get("station")), 303)


@bp.get("/stock/transfer")
def stock_transfer() -> Any:
    """The form by which goods go to another station."""
    return _transfer()


@bp.post("/stock/transfer")
def stock_transferred() -> Any:
    """Move them, signed by two people."""
    form, by, at = request.form, http.current_actor(), clock.now()

    def transfer(session: Session) -> str:
        arrived = stock.transfer(
            session,
            from_station=form.get("station", ""),
            to_station=form.get("to", ""),
            item=form.get("item", ""),
            qty=pages.whole_number(form, "qty"),
            by=by,
            second=second_signature(session),
            at=at,
        )
        return ", ".join(batch.code for batch in arrived)

    try:
        batches = forms.once(transfer)
    except Refusal as refusal:
        return _transfer(refusal=refusal)
    flash(gettext("Moved. There it is batch %(batches)s.", batches=batches))
    return redirect(url_for(".stock", station=form.get("station")), 303)


@bp.get("/stock/count")
def stock_count() -> Any:
    """The form of a month's count: every batch, without what the book says."""
    return _count()


@bp.post("/stock/count")
def stock_counted() -> Any:
    """Close the month with the count, signed by two people; a difference needs its reason."""
    form, by, at = request.form, http.current_actor(), clock.now()

    def count(session: Session) -> str:
        return stock.stocktake(
            session,
            station=form.get("station", ""),
            month=_month(form.get("month", "")),
            counts=_counts(),
            by=by,
            second=second_signature(session),
            at=at,
        ).code

    try:
        forms.once(count)
    except Refusal as refusal:
        return _count(refusal=refusal)
    flash(gettext("Counted. The month is closed."))
    return redirect(url_for(".stock", station=form.get("station")), 303)


def _write_off(*, refusal: Refusal | None = None) -> Any:
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    here = _keeping(session, by)
    batches = stock.on_hand(session, station=here.code, by=by)
    asked = request.values.get("batch", "")
    chosen = next((batch for batch in batches if batch.batch == asked), None)
    if asked and chosen is None and refusal is None:
        pages.not_here()
    return pages.show(
        "staff/stock_write_off.html",
        refusal=refusal,
        form=request.form,
        station=here,
        batches=[(one.batch, f"{one.name} · {one.left} {one.unit_name} · {one.batch}") for one in batches],
        chosen=chosen,
        kind="expired" if chosen and chosen.best_before and chosen.best_before < today else "loss",
    )


def _transfer(*, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    here = _keeping(session, by)
    return pages.show(
        "staff/stock_transfer.html",
        refusal=refusal,
        form=request.form or request.args,
        station=here,
        items=_items(stock.on_hand(session, station=here.code, by=by)),
        others=_others(session, here),
    )


def _count(*, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    here = _keeping(session, by)
    batches = stock.on_hand(session, station=here.code, by=by)
    still_open = [month for month in _months() if not stock.month_closed(session, station=here.code, month=month)]
    return pages.show(
        "staff/stock_count.html",
        refusal=refusal,
        form=request.form,
        station=here,
        batches=batches,
        booked=_differing(batches) if refusal else {},
        months=[(f"{month:%Y-%m}", http.month(month)) for month in still_open],
    )


def _keeping(session: Session, by: Actor) -> Station:
    """The station asked for, or the first, if its stock may be moved; the page of none where it may not be seen."""
    asked = request.values.get("station", "")
    mine = [one for one in stations.visible(session, by=by) if asked in ("", one.code)]
    if not mine:
        pages.not_here()
    here = next((one for one in mine if _may_move(session, one, by)), None)
    if here is None:
        raise NotPermitted(action="stock.move")
    return here


def _may_move(session: Session, station: Station, by: Actor) -> bool:
    path = stations.area_path(session, station)
    return by.role_for("stock.move", station_id=station.id, area_path=path) is not None


def _others(session: Session, station: Station) -> list[Door]:
    """The other stations of its street, to which goods may go."""
    doors = stations.doors(session)
    streets = {door.street_id for door in doors if door.code == station.code}
    return [door for door in doors if door.street_id in streets and door.code != station.code]


def _to_send(batch: OnHand, today: date) -> int:
    """How many of a batch another station may get: none past its date, none that is promised."""
    good = batch.best_before is not None and batch.best_before >= today
    return batch.left - batch.reserved if good else 0


def _items(batches: list[OnHand]) -> list[tuple[str, str]]:
    """Each item in stock by code, with how many of it are free in words."""
    free: dict[str, tuple[str, int, str]] = {}
    for batch in batches:
        _, before, _ = free.get(batch.item, ("", 0, ""))
        free[batch.item] = (batch.name, before + batch.left - batch.reserved, batch.unit_name)
    return [
        (code, f"{code} {name} · " + gettext("%(n)s free", n=f"{left} {unit}"))
        for code, (name, left, unit) in free.items()
    ]


def _months() -> list[date]:
    """This month and the one before: a count at the turn of the month may close either."""
    this = clock.local_date(clock.now()).replace(day=1)
    return [this, (this - timedelta(days=1)).replace(day=1)]


def _month(typed: str) -> date:
    month = forms.day(f"{typed}-01")
    if month not in _months():
        raise forms.DateUnreadable()
    return month


def _counts() -> list[Count]:
    """What was typed for each batch; a batch left empty is not counted, and the business says which."""
    typed = [
        name.removeprefix("counted-") for name, value in request.form.items() if name.startswith("counted-") and value
    ]
    return [
        Count(
            batch=batch,
            counted=pages.whole_number(request.form, f"counted-{batch}", -1),
            reason=forms.text(f"reason-{batch}", REASON),
        )
        for batch in typed
    ]


def _differing(batches: list[OnHand]) -> dict[str, int]:
    """What the book says of the batches counted otherwise; of the others the page stays silent."""
    return {
        batch.batch: batch.left
        for batch in batches
        if request.form.get(f"counted-{batch.batch}")
        and pages.whole_number(request.form, f"counted-{batch.batch}", -1) != batch.left
    }
