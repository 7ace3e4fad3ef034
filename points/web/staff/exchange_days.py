"""Exchange sessions: planned, opened, watched on a screen, closed with a count whose differences two explain."""

from datetime import datetime, time
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http
from points.database import db, transaction
from points.exchange import exchange_days
from points.exchange.exchange_days import closing
from points.foundation import clock
from points.foundation.errors import Refusal
from points.places import stations
from points.places.tables import Station
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.stock import second_signature, show_stock

COUNTED, REASON = "counted-", "reason-"
RENEWS = 5  # seconds
RELOADS = 3 * RENEWS  # as a whole, where there is no script


@bp.post("/stock/sessions")
def session_plan() -> Any:
    """Plan an exchange session."""
    form = request.form
    try:
        with transaction() as session:
            exchange_days.plan(
                session,
                station=form.get("station", ""),
                title=forms.text("title", 60) or gettext("Exchange session"),
                start_at=_moment(form.get("day", ""), form.get("start", "")),
                end_at=_moment(form.get("day", ""), form.get("end", "")),
                max_points_pp=pages.whole_number(form, "max_points_pp"),
                by=http.current_actor(),
                at=clock.now(),
            )
    except Refusal as refusal:
        return show_stock(refusal=refusal)
    flash(gettext("Planned."))
    return redirect(url_for(".stock", station=form.get("station")), 303)


@bp.get("/sessions/<code>")
def session(code: str) -> Any:
    """One exchange session: its figures, its count, and every hand-over for signature."""
    return _session(code)


@bp.get("/sessions/<code>/screen")
def session_screen(code: str) -> Any:
    """The session on a screen for everybody in the room: live figures, what is left, no names."""
    return pages.show("staff/session_screen.html", renews=RENEWS, reloads=RELOADS, **_live(code))


@bp.get("/sessions/<code>/screen/now")
def session_screen_now(code: str) -> Any:
    """The part of the screen that renews itself."""
    return render_template("staff/session_screen_now.html", **_live(code))


@bp.get("/sessions/<code>/close")
def session_close(code: str) -> Any:
    """What is to be counted before the session closes."""
    return _close(code)


@bp.post("/sessions/<code>/close")
def session_closed(code: str) -> Any:
    """Close it with the count; what was left empty is as in the books."""
    form = request.form
    counted = {
        name.removeprefix(COUNTED): pages.whole_number(form, name, -1)
        for name, typed in form.items()
        if name.startswith(COUNTED) and typed.strip()
    }
    try:
        with transaction() as session:
            closing.close(session, code=code, counted=counted, by=http.current_actor(), at=clock.now())
    except Refusal as refusal:
        return _close(code, refusal=refusal)
    return redirect(url_for(".session", code=code), 303)


@bp.post("/sessions/<code>/explain")
def session_explained(code: str) -> Any:
    """Say why the count differs, signed by two; the book follows."""
    by, at = http.current_actor(), clock.now()

    def explain(session: Session) -> str:
        reasons = {name.removeprefix(REASON): forms.text(name, 200) for name in request.form if name.startswith(REASON)}
        closing.explain(session, code=code, reasons=reasons, by=by, second=second_signature(session), at=at)
        return code

    try:
        forms.once(explain)
    except Refusal as refusal:
        return _session(code, refusal=refusal)
    flash(gettext("Explained and signed by two. The book says what is there."))
    return redirect(url_for(".session", code=code), 303)


@bp.post("/sessions/<code>/<step>")
def session_step(code: str, step: str) -> Any:
    """Open it, or cancel it."""
    by, at = http.current_actor(), clock.now()
    try:
        with transaction() as session:
            match step:
                case "open":
                    exchange_days.open_session(session, code=code, by=by, at=at)
                case "cancel":
                    exchange_days.cancel(session, code=code, reason=forms.text("reason", 200), by=by, at=at)
                case _:
                    pages.not_here()
    except Refusal as refusal:
        return _session(code, refusal=refusal)
    return redirect(url_for(".session", code=code), 303)


def _session(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    exchange_day = exchange_days.seen(session, code, by=by)
    station = session.get_one(Station, exchange_day.station_id)
    path = stations.area_path(session, station)
    return pages.show(
        "staff/session.html",
        refusal=refusal,
        form=request.form,
        exchange_day=exchange_day,
        station=station,
        figures=exchange_days.figures(session, code=code),
        sheet=closing.sheet(session, code=code, by=by),
        hand_overs=exchange_days.hand_overs(session, code=code, by=by),
        may_run=bool(by.reaches("session.run")),
        may_move=by.role_for("stock.move", station_id=station.id, area_path=path) is not None,
    )


def _close(code: str, *, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    exchange_day = exchange_days.seen(session, code, by=by)
    return pages.show(
        "staff/session_close.html",
        refusal=refusal,
        form=request.form,
        exchange_day=exchange_day,
        station=session.get_one(Station, exchange_day.station_id),
        table=closing.table(session, code=code, by=by),
        figures=exchange_days.figures(session, code=code),
    )


def _live(code: str) -> dict[str, Any]:
    at = clock.now()
    return {"live": exchange_days.live(db.session(), code=code, by=http.current_actor(), at=at), "now": at}


def _moment(day: str, clock_time: str) -> datetime:
    try:
        return clock.at_local(forms.day(day), time.fromisoformat(clock_time))
    except (ValueError, OverflowError) as error:
        raise forms.DateUnreadable() from error
