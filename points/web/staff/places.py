"""Where the service works: areas, stations and kinds of service, entered before the first activity."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.actors import NotPermitted
from points.foundation.errors import Refusal
from points.places import areas, serving, stations
from points.places.tables import TYPES, Station
from points.service import activities
from points.shapes.fields import Code
from points.shapes.forms import AnyForm, Form
from points.shapes.places import AgreementShape, NewAreaShape, NewStationShape, ServingShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.usual import Nothing

LEVELS = TYPES[: TYPES.index("community") + 1]
"""What the list shows; what lies within a community stands on the community's own page."""


@dataclass(frozen=True, kw_only=True)
class NewArea(Form, like=NewAreaShape):
    """An area of a level that is asked for, below another."""

    parent: str
    type: str
    name: str
    code: Annotated[str, Code(40, capitals=True)]


@dataclass(frozen=True, kw_only=True)
class NewStation(Form, like=NewStationShape):
    """A station in a community."""

    area: str
    name: str
    code: Annotated[str, Code(20, capitals=True)]
    number: int
    address: str
    open_hours: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Serves(Form, like=ServingShape):
    """Whether every station of a street serves the whole street."""

    street: Annotated[str, Code()]
    whole_street: bool = False


@dataclass(frozen=True, kw_only=True)
class Agreed(Form, like=AgreementShape):
    """Another street whose residents are served too, once it has said the same."""

    street: Annotated[str, Code()]
    other: str


@bp.get("/places")
def places() -> Response:
    """The areas in reach with their stations, and the kinds of service."""
    return _places()


@bp.post("/places/areas")
def place_add() -> Response:
    """Add an area below another."""

    def add(session: Session, form: NewArea) -> str:
        return areas.add(
            session,
            type=form.type,
            code=form.code,
            name=form.name,
            parent=form.parent,
            by=http.current_actor(),
            at=clock.now(),
        ).code

    return _entered(NewArea, add)


@bp.post("/places/stations")
def place_station() -> Response:
    """Open a station in a community."""

    def open_it(session: Session, form: NewStation) -> str:
        return stations.open_station(
            session,
            stations.NewStation(
                area=form.area,
                number=form.number,
                code=form.code,
                name=form.name,
                address=form.address,
                open_hours=form.open_hours,
                phone=form.phone,
            ),
            by=http.current_actor(),
            at=clock.now(),
        ).code

    return _entered(NewStation, open_it)


@bp.post("/places/serving")
def place_serving() -> Response:
    """Say whom the stations of a street serve."""

    def choose(session: Session, form: Serves) -> str:
        by, at = http.current_actor(), clock.now()
        return serving.choose(session, street=form.street, whole_street=form.whole_street, by=by, at=at).street

    return _entered(Serves, choose)


@bp.post("/places/agreements")
def place_agree() -> Response:
    """Agree with another street to serve its residents."""

    def agree(session: Session, form: Agreed) -> str:
        return serving.agree(
            session, street=form.street, other=form.other, by=http.current_actor(), at=clock.now()
        ).street

    return _entered(Agreed, agree)


@bp.post("/places/agreements/end")
def place_disagree() -> Response:
    """Take the agreement back."""

    def end(session: Session, form: Agreed) -> str:
        by, at = http.current_actor(), clock.now()
        return serving.end_agreement(session, street=form.street, other=form.other, by=by, at=at).street

    return _entered(Agreed, end)


@bp.post("/places/kinds")
def place_kinds() -> Response:
    """Take over the usual kinds of service."""

    def add(session: Session, _: Nothing) -> str:
        return str(activities.add_usual(session, by=http.current_actor(), at=clock.now()))

    return _entered(Nothing, add)


def _entered(form: type[AnyForm], act: Callable[[Session, AnyForm], str]) -> Response:
    try:
        typed = forms.read(form)
        forms.once(lambda session: act(session, typed))
    except Refusal as refusal:
        return _places(refusal=refusal)
    flash(gettext("Entered."))
    return redirect(url_for(".places"), 303)


def _places(*, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    if not by.reaches(areas.ARRANGE):
        raise NotPermitted(action=areas.ARRANGE)
    found = areas.subtree(session, path="/", by=by, types=LEVELS)
    top = min((one.path.count("/") for one in found), default=0)
    communities = [one for one in found if one.type == "community"]
    standing: dict[int, list[Station]] = {}
    for station in stations.standing_in(session, communities=[one.id for one in communities]):
        standing.setdefault(station.area_id, []).append(station)
    return pages.show(
        "staff/places.html",
        refusal=refusal,
        new_area=forms.shown(NewArea),
        new_station=forms.shown(NewStation),
        found=found,
        depth={one.id: one.path.count("/") - top for one in found},
        standing=standing,
        parents=[(one.code, f"{one.name} {one.code}") for one in found if one.active],
        types=pages.named([one for one in TYPES[1:] if by.reaches(areas.action_on(one))], "place"),
        opens={one.code for one in found if by.role_for(areas.ARRANGE, area_path=one.path)},
        may_stations=bool(by.reaches("station.change")),
        communities=[(one.code, one.name) for one in communities if one.active],
        streets=[
            serving.of_street(session, street=one.code)
            for one in found
            if one.type == "street" and by.role_for("station.change", area_path=one.path)
        ],
        others=serving.others(session),
        kinds=activities.categories(session),
        may_kinds=bool(by.reaches("ruleset.draft")),
        next_number=stations.next_number(session),
    )
