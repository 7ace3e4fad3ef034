"""One area: what stands below it, what hangs on it, and its forms – add below, correct, close."""

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
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch, Refusal
from points.places import areas, compounds, stations
from points.places.tables import TYPES, Area
from points.registry import places, still_there
from points.registry.still_there import Left
from points.reports import figures
from points.shapes.fields import Code
from points.shapes.forms import AnyForm, Form
from points.shapes.places import AreaChangeShape, NewAreaShape, NewCompoundShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.usual import Nothing, Why


@dataclass(frozen=True, kw_only=True)
class Below(Form, like=NewAreaShape):
    """An area of a level that is asked for, below this one."""

    type: str
    name: str
    code: Annotated[str, Code(40, capitals=True)]
    households: int | None = None


@dataclass(frozen=True, kw_only=True)
class Correct(Form, like=AreaChangeShape):
    """What this area is called, of which level it is, where it belongs, who leads it."""

    name: str
    type: str
    code: Annotated[str, Code(40, capitals=True)] = ""
    parent: str = ""
    households: int | None = None
    lead: str = ""


@dataclass(frozen=True, kw_only=True)
class NewEstate(Form, like=NewCompoundShape):
    """A housing estate of a community."""

    name: str


@bp.get("/places/<code>")
def place(code: str) -> Response:
    """One area, for who may change it or what lies in it."""
    return show_place(code)


@bp.post("/places/<code>/below")
def place_below(code: str) -> Response:
    """Add an area below this one."""

    def add(session: Session, form: Below) -> str:
        return areas.add(
            session,
            type=form.type,
            code=form.code,
            name=form.name,
            parent=code,
            households=form.households,
            by=http.current_actor(),
            at=clock.now(),
        ).code

    return _done(code, Below, add)


@bp.post("/places/<code>/correct")
def place_correct(code: str) -> Response:
    """Correct this area where nothing contradicts."""

    def correct(session: Session, form: Correct) -> str:
        to = places.Correction(
            name=form.name,
            code=form.code or None,
            type=form.type,
            parent=form.parent or None,
            households=form.households,
            lead=form.lead,
        )
        return places.correct_area(session, area=code, to=to, by=http.current_actor(), at=clock.now()).code

    return _done(code, Correct, correct)


@bp.post("/places/<code>/close")
def place_close(code: str) -> Response:
    """Close this area, if nothing hangs on it any more."""
    return _done(
        code,
        Why,
        lambda session, form: (
            places.close_area(session, area=code, reason=form.reason, by=http.current_actor(), at=clock.now()).code
        ),
    )


@bp.post("/places/<code>/reopen")
def place_reopen(code: str) -> Response:
    """Take this area into use again."""
    return _done(
        code,
        Nothing,
        lambda session, _: places.reopen_area(session, area=code, by=http.current_actor(), at=clock.now()).code,
    )


def _done(code: str, form: type[AnyForm], act: Callable[[Session, AnyForm], str]) -> Response:
    try:
        typed = forms.read(form)
        forms.once(lambda session: act(session, typed))
    except Refusal as refusal:
        return show_place(code, refusal=refusal)
    flash(gettext("Entered."))
    return redirect(url_for(".place", code=code), 303)


def show_place(code: str, *, refusal: Refusal | None = None) -> Response:
    """The page of an area. Raises NoSuch for who may change nothing there."""
    session, by = db.session(), http.current_actor()
    area = areas.by_code(session, code)
    if by.role_for(areas.ARRANGE, area_path=area.path) is None:
        raise NoSuch(kind=N_("area"), key=code)
    may = by.role_for(areas.action_on(area.type), area_path=area.path) is not None
    parents = _parents(session, area, by)
    above = next((one for one in parents if one.id == area.parent_id), None)
    arranged = above is not None and by.role_for(areas.ARRANGE, area_path=above.path) is not None
    return pages.show(
        "staff/place.html",
        refusal=refusal,
        area=area,
        above=above,
        leads_up=above if arranged else None,
        below=areas.children(session, area),
        standing=stations.standing_in(session, communities=[area.id]),
        estates=compounds.of_community(session, community_id=area.id),
        left=[(one, _leads_to(one, area, by)) for one in _left(session, area)],
        may=may,
        may_stations=by.role_for("station.change", area_path=area.path) is not None,
        types_below=_types_below(area, by),
        types=pages.named([one for one in TYPES if may and by.reaches(areas.action_on(one))], "place"),
        parents=[(one.code, f"{one.name} {one.code}") for one in parents],
        new_below=forms.shown(Below),
        new_estate=forms.shown(NewEstate),
        correct=forms.shown(
            Correct,
            {
                "name": area.name,
                "type": area.type,
                "code": area.code,
                "parent": above.code if above else "",
                "households": area.households if area.households is not None else "",
                "lead": area.lead_code or "",
            },
        ),
        why=forms.shown(Why),
        warned=area in areas.warnings(session, path=area.path),
    )


def _left(session: Session, area: Area) -> list[Left]:
    return still_there.at_area(session, area, day=clock.local_date(clock.now()))


def _leads_to(left: Left, area: Area, by: Actor) -> str:
    """The page where one sees what is left, for who may open it."""
    match left.kind:
        case "areas":
            return "#below"
        case "stations" | "compounds":
            return f"#{left.kind}" if area.type == "community" else ""
        case "residents" if by.role_for(figures.ROWS, area_path=area.path):
            return url_for(".figures_rows", figure="volunteers", area=area.code)
        case "teams" if by.reaches("team.see"):
            return url_for(".team_list")
        case "accounts" if by.reaches("account.manage"):
            return url_for(".accounts")
        case "activities" if by.reaches("activity.see"):
            return url_for(".today", show="coming")
        case _:
            return ""


def _types_below(area: Area, by: Actor) -> list[tuple[str, str]]:
    """The levels that may stand below this one, where somebody may add them: the next, and a 邻 below a community."""
    if area.type == TYPES[-1] or not area.active:
        return []
    levels = [TYPES[TYPES.index(area.type) + 1]] + (["neighbour_group"] if area.type == "community" else [])
    return pages.named([one for one in levels if by.role_for(areas.action_on(one), area_path=area.path)], "place")


def _parents(session: Session, area: Area, by: Actor) -> list[Area]:
    """The areas to which this one may belong: those of its community, or all down to the communities."""
    inside = area.type in areas.WITHIN_A_COMMUNITY
    path = areas.community_of(session, area).path if inside else "/"
    types = TYPES[TYPES.index("community") : -1] if inside else TYPES[: TYPES.index("community")]
    found = areas.subtree(session, path=path, types=types)
    return [
        one
        for one in found
        if one.id == area.parent_id
        or (one.active and one.id != area.id and by.role_for(areas.ARRANGE, area_path=one.path))
    ]
