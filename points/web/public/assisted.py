"""Being signed in by staff: this phone shows four digits and waits until somebody at the counter lets it in."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from points import http
from points.access import assisted_sign_in
from points.access.tables import SignInRequest
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people.tables import Volunteer
from points.places import stations
from points.places.tables import Station
from points.web import pages
from points.web.public import bp

COOKIE = "points_asked"


@bp.get("/sign-in/help")
def sign_in_help() -> Any:
    """At which station, and then the number to read out."""
    return _help()


@bp.post("/sign-in/help")
@http.limiter.limit("20 per minute;200 per hour")
def ask_for_help() -> Any:
    """Show a number on this phone; what it showed before is void."""
    try:
        with transaction() as session:
            asked, cookie = assisted_sign_in.ask(
                session,
                station=request.form.get("station", ""),
                agent=http.agent(),
                at=clock.now(),
                cookie=request.cookies.get(COOKIE),
            )
    except Refusal as refusal:
        return _help(refusal=refusal)
    answer = redirect(url_for(".sign_in_help", next=_back() or None), 303)
    lasts = int((asked.expires_at - asked.created_at).total_seconds())
    answer.set_cookie(
        COOKIE, cookie, max_age=lasts, httponly=True, samesite="Lax", secure=request.is_secure, path="/sign-in/help"
    )
    return answer


@bp.get("/sign-in/help/now")
def sign_in_help_now() -> Any:
    """Whether staff have let this phone in; asked by the waiting page every few seconds."""
    waits = _waits()
    return {"state": waits.status if waits else "over"}


@bp.post("/sign-in/help/go-on")
def go_on() -> Any:
    """Sign this phone in, once staff have approved it."""
    cookie = request.cookies.get(COOKIE, "")
    large = False
    with transaction() as session:
        collected = assisted_sign_in.collect(session, cookie=cookie, at=clock.now())
        if collected is not None:
            large = session.get_one(Volunteer, collected[0].volunteer_id).elder_mode
    if collected is None:
        flash(gettext("Not yet. Read the number to the staff; they let this phone in."), "care")
        return redirect(url_for(".sign_in_help", next=_back() or None), 303)
    opened, session_cookie = collected
    flash(gettext("You are signed in on this phone."), "good")
    answer = redirect(_back() or url_for("volunteer.home"), 303)
    lasts = int((opened.expires_at - opened.created_at).total_seconds())
    http.set_session_cookie(answer, session_cookie, max_age=lasts)
    answer.delete_cookie(COOKIE, path="/sign-in/help")
    if large and pages.ELDER_COOKIE not in request.cookies:
        pages.remember(answer, pages.ELDER_COOKIE, "1")
    return answer


def _help(*, refusal: Refusal | None = None) -> Any:
    session, waits = db.session(), _waits()
    station = session.get_one(Station, waits.station_id) if waits else None
    return pages.show(
        "public/sign_in_help.html",
        refusal=refusal,
        waits=waits,
        station=station,
        places=[(door.code, door.name) for door in stations.doors(session) if door.status == "active"],
        back=_back(),
    )


def _waits() -> SignInRequest | None:
    cookie = request.cookies.get(COOKIE, "")
    return assisted_sign_in.waiting(db.session(), cookie=cookie, at=clock.now()) if cookie else None


def _back() -> str:
    return pages.our_page(request.values.get("next", ""), "")
