"""Being signed in by staff: this phone shows four digits and waits until somebody at the counter lets it in."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.access import assisted_sign_in
from points.access.tables import SignInRequest
from points.database import db, transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people.tables import Volunteer
from points.places import stations
from points.places.tables import Station
from points.shapes.fields import Code
from points.shapes.forms import Form
from points.web import forms, pages
from points.web.public import bp
from points.web.usual import Next

COOKIE = "points_asked"


@dataclass(frozen=True, kw_only=True)
class Standing(Form):
    """The station at which somebody stands."""

    station: Annotated[str, Code()]


@bp.get("/sign-in/help")
def sign_in_help() -> Response:
    """At which station, and then the number to read out."""
    return _help()


@bp.post("/sign-in/help")
@http.limiter.limit("20 per minute;200 per hour")
def ask_for_help() -> Response:
    """Show a number on this phone; what it showed before is void."""
    try:
        station = forms.read(Standing).station
        with transaction() as session:
            asked, cookie = assisted_sign_in.ask(
                session,
                station=station,
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
def sign_in_help_now() -> Response:
    """Whether staff have let this phone in; asked by the waiting page every few seconds."""
    waits = _waits()
    return jsonify(state=waits.status if waits else "over")


@bp.post("/sign-in/help/go-on")
def go_on() -> Response:
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


def _help(*, refusal: Refusal | None = None) -> Response:
    session, waits = db.session(), _waits()
    station = session.get_one(Station, waits.station_id) if waits else None
    return pages.show(
        "public/sign_in_help.html",
        refusal=refusal,
        form=forms.shown(Standing),
        waits=waits,
        station=station,
        places=[(door.code, door.name) for door in stations.doors(session) if door.status == "active"],
        back=_back(),
    )


def _waits() -> SignInRequest | None:
    cookie = request.cookies.get(COOKIE, "")
    return assisted_sign_in.waiting(db.session(), cookie=cookie, at=clock.now()) if cookie else None


def _back() -> str:
    return pages.our_page(forms.asked(Next).next, "")
