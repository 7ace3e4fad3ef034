"""Where the service works: areas, stations and kinds of service, entered before the first activity."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.actors import NotPermitted
from points.foundation.errors import Refusal
from points.places import areas, stations
from points.places.tables import TYPES, Station
from points.service import activities
from points.web import forms, pages
from points.web.staff import bp

LEVELS = ("city", "district", "street", "community")


@bp.get("/places")
def places() -> Any:
    """The areas in reach with their stations, and the kinds of service."""
    return _places()


@bp.post("/places/areas")
def place_add() -> Any:
    """Add an area one level below another."""

    def add(session: Session) -> str:
        above = areas.by_code(session, request.form.get("parent", ""))
        below = TYPES[TYPES.index(above.type) + 1 :]
        return areas.add(
            session,
            type=below[0] if below else above.type,
            code=forms.code("code"),
            name=forms.text("name", 60, least=1),
            parent=above.code,
            by=http.current_actor(),
            at=clock.now(),
        ).code

    return _entered(add, "area")


@bp.post("/places/stations")
def place_station() -> Any:
    """Open a station in a community."""

    def open_it(session: Session) -> str:
        return stations.open_station(
            session,
            stations.NewStation(
                area=request.form.get("area", ""),
                number=pages.whole_number(request.form, "number"),
                code=forms.code("code"),
                name=forms.text("name", 60, least=1),
                address=forms.text("address", 120, least=1),
                open_hours=forms.text("open_hours", 120, least=1),
                phone=forms.text("phone", 20, least=1),
            ),
            by=http.current_actor(),
            at=clock.now(),
        ).code

    return _entered(open_it, "station")


@bp.post("/places/kinds")
def place_kinds() -> Any:
    """Take over the usual kinds of service."""

    def add(session: Session) -> str:
        return str(activities.add_usual(session, by=http.current_actor(), at=clock.now()))

    return _entered(add, "kinds")


def _entered(act: Callable[[Session], str], which: str) -> Any:
    try:
        forms.once(act)
    except Refusal as refusal:
        return _places(refusal=refusal, which=which)
    flash(gettext("Entered."))
    return redirect(url_for(".places"), 303)


def _places(*, refusal: Refusal | None = None, which: str = "") -> Any:
    session, by = db.session(), http.current_actor()
    if not by.reaches("area.change"):
        raise NotPermitted(action="area.change")
    found = areas.subtree(session, path="/", by=by, types=LEVELS)
    top = min((one.path.count("/") for one in found), default=0)
    communities = [one for one in found if one.type == "community"]
    standing: dict[int, list[Station]] = {}
    for station in stations.standing_in(session, communities=[one.id for one in communities]):
        standing.setdefault(station.area_id, []).append(station)
    return pages.show(
        "staff/places.html",
        refusal=refusal,
        form=request.form,
        which=which,
        found=found,
        depth={one.id: one.path.count("/") - top for one in found},
        standing=standing,
        parents=[(one.code, one.name) for one in found if one.type != "community"],
        communities=[(one.code, one.name) for one in communities],
        kinds=activities.categories(session),
        may_kinds=bool(by.reaches("ruleset.draft")),
        next_number=stations.next_number(session),
    )
