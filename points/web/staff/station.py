"""A station for the office: corrected, paused, closed once nothing is left there."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch, Refusal
from points.places import areas, stations
from points.places.tables import Area, Station
from points.registry import places, still_there
from points.registry.still_there import Left
from points.shapes.forms import AnyForm, Form
from points.shapes.places import StationChangeShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.usual import Nothing, Why


@dataclass(frozen=True, kw_only=True)
class StationCard(Form, like=StationChangeShape):
    """What everybody reads of a station."""

    name: str
    address: str
    open_hours: str
    phone: str
    low_counter: bool = False


@bp.get("/stations/<code>")
def place_of_station(code: str) -> Response:
    """One station, for who may change it."""
    return _station(code)


@bp.post("/stations/<code>/correct")
def place_station_correct(code: str) -> Response:
    """Correct name, address, open hours and phone."""

    def correct(session: Session, form: StationCard) -> object:
        to = stations.StationFacts(**vars(form))
        return stations.correct(session, station=code, to=to, by=http.current_actor(), at=clock.now())

    return _done(code, StationCard, correct)


@bp.post("/stations/<code>/pause")
def place_station_pause(code: str) -> Response:
    """Pause it for a while."""
    by, at = http.current_actor(), clock.now()
    return _done(
        code,
        Why,
        lambda session, why: stations.set_status(
            session, station=code, status="paused", reason=why.reason, by=by, at=at
        ),
        about="pause",
    )


@bp.post("/stations/<code>/close")
def place_station_close(code: str) -> Response:
    """Close it for good."""
    by, at = http.current_actor(), clock.now()
    return _done(
        code,
        Why,
        lambda session, why: places.close_station(session, station=code, reason=why.reason, by=by, at=at),
        about="close",
    )


@bp.post("/stations/<code>/reopen")
def place_station_reopen(code: str) -> Response:
    """Let it serve again."""
    by, at = http.current_actor(), clock.now()
    return _done(
        code,
        Nothing,
        lambda session, _: stations.set_status(session, station=code, status="active", reason="", by=by, at=at),
    )


def _done(code: str, form: type[AnyForm], act: Callable[[Session, AnyForm], object], *, about: str = "") -> Response:
    try:
        typed = forms.read(form)
        forms.once(lambda session: act(session, typed))
    except Refusal as refusal:
        return _station(code, refusal=refusal, about=about)
    flash(gettext("Entered."))
    return redirect(url_for(".place_of_station", code=code), 303)


def _station(code: str, *, refusal: Refusal | None = None, about: str = "") -> Response:
    """The page; `about` says which of its forms was sent."""
    session, by = db.session(), http.current_actor()
    station = stations.by_code(session, code)
    community = session.get_one(Area, station.area_id)
    if by.role_for("station.change", area_path=community.path) is None:
        raise NoSuch(kind=N_("station"), key=code)
    venue = stations.venue_of(session, station)
    left = still_there.at_station(session, station, day=clock.local_date(clock.now()))
    return pages.show(
        "staff/station.html",
        refusal=refusal,
        station=station,
        community=community,
        venue=venue,
        street=areas.street_of(session, community),
        may_place=by.role_for(areas.ARRANGE, area_path=community.path) is not None,
        left=[(one, _leads_to(one, station, by)) for one in left],
        card=forms.shown(
            StationCard,
            {
                "name": station.name,
                "address": venue.address,
                "open_hours": station.open_hours,
                "phone": station.phone,
                "low_counter": venue.low_counter,
            },
        ),
        why=lambda what: forms.shown(Why, here=what == about),
    )


def _leads_to(left: Left, station: Station, by: Actor) -> str:
    match left.kind:
        case "stock" | "reservations" if by.reaches("stock.see"):
            return url_for(".stock", station=station.code)
        case "exchange_days" if by.reaches("session.see"):
            return url_for(".exchange_day", code=left.first)
        case "accounts" if by.reaches("account.manage"):
            return url_for(".accounts")
        case _:
            return ""
