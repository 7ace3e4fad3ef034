"""A housing estate (小区) and its buildings (楼栋): added, corrected, closed."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.errors import N_, NoSuch, Refusal
from points.places import areas, compounds
from points.places.tables import Compound
from points.registry import places
from points.shapes.forms import AnyForm, Form
from points.shapes.places import BuildingNameShape, NewCompoundShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.place import NewEstate, show_place
from points.web.usual import Nothing, Why


@dataclass(frozen=True, kw_only=True)
class EstateFacts(Form, like=NewCompoundShape):
    """What a housing estate is called, and what it has."""

    name: str
    has_party_branch: bool = False
    has_owners_committee: bool = False
    property_company: str = ""


@dataclass(frozen=True, kw_only=True)
class NewBuilding(Form, like=BuildingNameShape):
    """A building to add."""

    name: str


@dataclass(frozen=True, kw_only=True)
class OtherName(Form, like=BuildingNameShape):
    """Another name of a building."""

    name: str


@bp.post("/places/<code>/estates")
def place_estate_add(code: str) -> Response:
    """Add a housing estate to a community."""
    try:
        form = forms.read(NewEstate)
        made = forms.once(
            lambda session: (
                compounds.add(session, community=code, name=form.name, by=http.current_actor(), at=clock.now()).code
            )
        )
    except Refusal as refusal:
        return show_place(code, refusal=refusal)
    flash(gettext("Entered."))
    return redirect(url_for(".place_estate", code=made), 303)


@bp.get("/estates/<code>")
def place_estate(code: str) -> Response:
    """One housing estate, for who arranges its community."""
    return _estate(code)


@bp.post("/estates/<code>/correct")
def place_estate_correct(code: str) -> Response:
    """Correct what is kept of it."""

    def correct(session: Session, form: EstateFacts) -> object:
        to = compounds.Estate(**vars(form))
        return compounds.change(session, compound=code, to=to, by=http.current_actor(), at=clock.now())

    return _done(code, EstateFacts, correct)


@bp.post("/estates/<code>/close")
def place_estate_close(code: str) -> Response:
    """Close it, where nobody lives there any more."""
    by, at = http.current_actor(), clock.now()
    return _done(
        code, Why, lambda session, why: places.close_compound(session, compound=code, reason=why.reason, by=by, at=at)
    )


@bp.post("/estates/<code>/reopen")
def place_estate_reopen(code: str) -> Response:
    """Take it into use again."""
    by, at = http.current_actor(), clock.now()
    return _done(code, Nothing, lambda session, _: places.reopen_compound(session, compound=code, by=by, at=at))


@bp.post("/estates/<code>/buildings")
def place_building_add(code: str) -> Response:
    """Add a building."""
    by, at = http.current_actor(), clock.now()
    return _done(
        code,
        NewBuilding,
        lambda session, form: compounds.add_building(session, compound=code, name=form.name, by=by, at=at),
    )


@bp.post("/buildings/<code>/rename")
def place_building_rename(code: str) -> Response:
    """Give a building another name."""
    by, at = http.current_actor(), clock.now()
    return _done(
        _estate_of(code),
        OtherName,
        lambda session, form: compounds.rename_building(session, building=code, name=form.name, by=by, at=at),
        about=code,
    )


@bp.post("/buildings/<code>/close")
def place_building_close(code: str) -> Response:
    """Close a building, where nobody lives there any more."""
    by, at = http.current_actor(), clock.now()
    return _done(
        _estate_of(code),
        Why,
        lambda session, why: places.close_building(session, building=code, reason=why.reason, by=by, at=at),
        about=code,
    )


@bp.post("/buildings/<code>/reopen")
def place_building_reopen(code: str) -> Response:
    """Take a building into use again."""
    by, at = http.current_actor(), clock.now()
    return _done(
        _estate_of(code), Nothing, lambda session, _: places.reopen_building(session, building=code, by=by, at=at)
    )


def _estate_of(building: str) -> str:
    session = db.session()
    return session.get_one(Compound, compounds.building_by_code(session, building).compound_id).code


def _done(code: str, form: type[AnyForm], act: Callable[[Session, AnyForm], object], *, about: str = "") -> Response:
    try:
        typed = forms.read(form)
        forms.once(lambda session: act(session, typed))
    except Refusal as refusal:
        return _estate(code, refusal=refusal, about=about)
    flash(gettext("Entered."))
    return redirect(url_for(".place_estate", code=code), 303)


def _estate(code: str, *, refusal: Refusal | None = None, about: str = "") -> Response:
    """The page; `about` is the building whose form was sent."""
    session, by = db.session(), http.current_actor()
    estate = compounds.by_code(session, code)
    community = compounds.community_of(session, estate)
    if by.role_for(areas.ARRANGE, area_path=community.path) is None:
        raise NoSuch(kind=N_("compound"), key=code)
    return pages.show(
        "staff/estate.html",
        refusal=refusal,
        estate=estate,
        community=community,
        buildings=compounds.buildings(session, compound_id=estate.id),
        facts=forms.shown(
            EstateFacts,
            {
                "name": estate.name,
                "has_party_branch": estate.has_party_branch,
                "has_owners_committee": estate.has_owners_committee,
                "property_company": estate.property_company,
            },
        ),
        new_building=forms.shown(NewBuilding),
        other_name=lambda one: forms.shown(OtherName, {"name": one.name}, here=one.code == about),
        why=lambda building: forms.shown(Why, here=building == about),
    )
