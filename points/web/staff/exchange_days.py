"""Exchange sessions: planned, opened, watched on a screen, closed with a count whose differences two explain."""

from dataclasses import dataclass, field
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.exchange import exchange_days
from points.exchange.exchange_days import closing
from points.exchange.statuses import ExchangeDayStatus
from points.foundation import clock
from points.foundation.errors import Refusal
from points.places import stations
from points.places.tables import Station
from points.shapes.activities import WhyShape
from points.shapes.fields import Code
from points.shapes.forms import Each, Form, of
from points.shapes.stock import CountShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.stock import NewDay, second_signature, show_stock
from points.web.usual import Page, Signed, Why

DAYS_A_PAGE = 20
RENEWS = 5  # seconds
RELOADS = 3 * RENEWS  # as a whole, where there is no script


@dataclass(frozen=True, kw_only=True)
class OfStation(Form):
    """Which station's; empty for all."""

    station: Annotated[str, Code()] = ""


@dataclass(frozen=True, kw_only=True)
class Left(Form):
    """What was counted of each item; nothing stays empty."""

    counted: Annotated[dict[str, int], Each(of(CountShape, "counted"))] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Explained(Signed):
    """Why each item differs."""

    reason: Annotated[dict[str, str], Each(of(WhyShape, "reason"))]


@bp.post("/stock/sessions")
def exchange_day_plan() -> Response:
    """Plan an exchange session."""
    try:
        form = forms.read(NewDay)
        forms.once(
            lambda session: exchange_days.plan(
                session,
                station=form.station,
                title=form.title or gettext("Exchange session"),
                start_at=clock.at_local(form.day, form.start),
                end_at=clock.at_local(form.day, form.end),
                max_points_pp=form.max_points_pp,
                by=http.current_actor(),
                at=clock.now(),
            )
        )
    except Refusal as refusal:
        return show_stock(refusal=refusal)
    flash(gettext("Planned."))
    return redirect(url_for(".stock", station=form.station), 303)


@bp.get("/sessions")
def exchange_day_list() -> Response:
    """Every exchange session within reach, the latest first, of one station or of all."""
    session, by = db.session(), http.current_actor()
    by.require_somewhere("session.see")
    asked, page = forms.asked(OfStation), forms.asked(Page).page
    mine = stations.visible(session, by=by)
    station = asked.station if asked.station in {one.code for one in mine} else None
    count = exchange_days.count(session, by=by, station=station)
    return pages.show(
        "staff/exchange_days.html",
        stations=mine,
        names={one.id: one.name for one in mine},
        chosen=station or "",
        exchange_days=exchange_days.listing(
            session, by=by, station=station, offset=(page - 1) * DAYS_A_PAGE, limit=DAYS_A_PAGE
        ),
        count=count,
        turned=pages.turned(page, count, a_page=DAYS_A_PAGE),
        asked={"station": station} if station else {},
    )


@bp.get("/sessions/<code>")
def exchange_day(code: str) -> Response:
    """One exchange session: its figures, its count, and every hand-over for signature."""
    return _shown(code)


@bp.get("/sessions/<code>/screen")
def exchange_day_screen(code: str) -> Response:
    """The session on a screen for everybody in the room: live figures, what is left, no names."""
    return _live(code, "staff/exchange_day_screen.html")


@bp.get("/sessions/<code>/screen/now")
def exchange_day_screen_now(code: str) -> Response:
    """The part of the screen that renews itself."""
    return _live(code, "staff/exchange_day_screen_now.html")


@bp.get("/sessions/<code>/close")
def exchange_day_close(code: str) -> Response:
    """What is to be counted before the session closes."""
    return _close(code)


@bp.post("/sessions/<code>/close")
def exchange_day_closed(code: str) -> Response:
    """Close it with the count of everything; a number left out is asked for beside its field."""
    try:
        by = http.current_actor()
        counted = forms.read(Left).counted
        here = exchange_days.seen(db.session(), code, by=by)
        if here.status == ExchangeDayStatus.OPEN:
            table = closing.table(db.session(), code=code, by=by)
            if empty := [f"counted-{one.item}" for one in table if one.item not in counted]:
                raise forms.wrong(Left, **dict.fromkeys(empty, forms.MISSING))
        forms.once(
            lambda session: closing.close(session, code=code, counted=counted, by=http.current_actor(), at=clock.now())
        )
    except Refusal as refusal:
        return _close(code, refusal=refusal)
    return redirect(url_for(".exchange_day", code=code), 303)


@bp.post("/sessions/<code>/explain")
def exchange_day_explained(code: str) -> Response:
    """Say why the count differs, signed by two; the book follows."""
    by, at = http.current_actor(), clock.now()

    def explain(session: Session) -> str:
        second = second_signature(session, form)
        closing.explain(session, code=code, reasons=form.reason, by=by, second=second, at=at)
        return code

    try:
        form = forms.read(Explained)
        forms.once(explain)
    except Refusal as refusal:
        return _shown(code, refusal=refusal)
    flash(gettext("Explained and signed by two. The book says what is there."))
    return redirect(url_for(".exchange_day", code=code), 303)


@bp.post("/sessions/<code>/<step>")
def exchange_day_step(code: str, step: str) -> Response:
    """Open it, or cancel it."""
    by, at = http.current_actor(), clock.now()
    try:

        def act(session: Session) -> None:
            match step:
                case "open":
                    exchange_days.open_day(session, code=code, by=by, at=at)
                case "cancel":
                    exchange_days.cancel(session, code=code, reason=forms.read(Why).reason, by=by, at=at)
                case _:
                    pages.not_here()

        forms.once(act)
    except Refusal as refusal:
        return _shown(code, refusal=refusal)
    return redirect(url_for(".exchange_day", code=code), 303)


def _shown(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    exchange_day = exchange_days.seen(session, code, by=by)
    station = session.get_one(Station, exchange_day.station_id)
    path = stations.area_path(session, station)
    return pages.show(
        "staff/exchange_day.html",
        refusal=refusal,
        form=forms.shown(Explained),
        why=forms.shown(Why),
        exchange_day=exchange_day,
        station=station,
        figures=exchange_days.figures(session, code=code),
        sheet=closing.sheet(session, code=code, by=by),
        hand_overs=exchange_days.hand_overs(session, code=code, by=by),
        may_run=bool(by.reaches("session.run")),
        sees_receipts=by.role_for("redemption.see", station_id=station.id, area_path=path) is not None,
        may_move=by.role_for("stock.move", station_id=station.id, area_path=path) is not None,
    )


def _close(code: str, *, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    exchange_day = exchange_days.seen(session, code, by=by)
    return pages.show(
        "staff/exchange_day_close.html",
        refusal=refusal,
        form=forms.shown(Left),
        exchange_day=exchange_day,
        station=session.get_one(Station, exchange_day.station_id),
        table=closing.table(session, code=code, by=by),
        figures=exchange_days.figures(session, code=code),
    )


def _live(code: str, template: str) -> Response:
    at = clock.now()
    live = exchange_days.live(db.session(), code=code, by=http.current_actor(), at=at)
    return pages.show(template, live=live, now=at, renews=RENEWS, reloads=RELOADS)
