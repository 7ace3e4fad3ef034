"""The kinds of service and the themes of months: added, renamed, closed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
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
from points.places import areas
from points.service import activities
from points.service.activities import themes
from points.shapes.activities import CategoryChangeShape, NewCategoryShape, NewThemeShape
from points.shapes.fields import Code, Flag, Month, Text
from points.shapes.forms import AnyForm, Form
from points.web import forms, pages
from points.web.staff import bp
from points.web.usual import Nothing, Why


@dataclass(frozen=True, kw_only=True)
class NewKind(Form, like=NewCategoryShape):
    """A kind of service, and what is asked of it."""

    code: str
    name: str
    coef_pct: int = 100
    hours_eligible: Annotated[bool, Flag()] = False
    minors_ok: Annotated[bool, Flag()] = False
    hazard_default: Annotated[bool, Flag()] = False


@dataclass(frozen=True, kw_only=True)
class KindFacts(Form, like=CategoryChangeShape):
    """What a kind of service is called, and what is asked of it."""

    name: str
    coef_pct: int
    hours_eligible: Annotated[bool, Flag()] = False
    minors_ok: Annotated[bool, Flag()] = False
    hazard_default: Annotated[bool, Flag()] = False


@dataclass(frozen=True, kw_only=True)
class Theme(Form, like=NewThemeShape):
    """The theme of a month of an area."""

    area: Annotated[str, Code()]
    month: Annotated[date, Month()]
    title: str


@dataclass(frozen=True, kw_only=True)
class ThemeName(Form, like=NewThemeShape):
    """Another title of a theme."""

    area: Annotated[str, Code()]
    month: Annotated[date, Month()]
    title: str


@dataclass(frozen=True, kw_only=True)
class ThemeOf(Form):
    """Which theme."""

    area: Annotated[str, Code()]
    month: Annotated[date, Month()]


@dataclass(frozen=True, kw_only=True)
class AskedTheme(Form):
    """Of which theme a form was sent."""

    area: Annotated[str, Code()] = ""
    month: Annotated[str, Text(10)] = ""


@bp.get("/kinds")
def place_categories() -> Response:
    """The kinds of service, and the themes of months."""
    return _kinds()


@bp.post("/kinds")
def place_category_add() -> Response:
    """Add a kind of service."""

    def add(session: Session, form: NewKind) -> object:
        return activities.add_category(session, activities.Kind(**vars(form)), by=http.current_actor(), at=clock.now())

    return _done(NewKind, add)


@bp.post("/kinds/<code>/correct")
def place_category_correct(code: str) -> Response:
    """Rename a kind, or change what is asked of it."""

    def correct(session: Session, form: KindFacts) -> object:
        to = activities.KindChange(**vars(form))
        return activities.change_category(session, category=code, to=to, by=http.current_actor(), at=clock.now())

    return _done(KindFacts, correct, about=code)


@bp.post("/kinds/<code>/close")
def place_category_close(code: str) -> Response:
    """Plan nothing of this kind any more."""
    by, at = http.current_actor(), clock.now()
    return _done(
        Why,
        lambda session, why: activities.close_category(session, category=code, reason=why.reason, by=by, at=at),
        about=code,
    )


@bp.post("/kinds/<code>/reopen")
def place_category_reopen(code: str) -> Response:
    """Let activities of this kind be planned again."""
    by, at = http.current_actor(), clock.now()
    return _done(Nothing, lambda session, _: activities.reopen_category(session, category=code, by=by, at=at))


@bp.post("/themes")
def place_theme_add() -> Response:
    """Set the theme of a month."""
    by, at = http.current_actor(), clock.now()
    return _done(
        Theme,
        lambda session, form: activities.add_theme(
            session, area=form.area, year=form.month.year, month=form.month.month, title=form.title, by=by, at=at
        ),
    )


@bp.post("/themes/rename")
def place_theme_rename() -> Response:
    """Give the theme of a month another title."""
    by, at = http.current_actor(), clock.now()
    return _done(
        ThemeName,
        lambda session, form: themes.rename(
            session, area=form.area, year=form.month.year, month=form.month.month, title=form.title, by=by, at=at
        ),
    )


@bp.post("/themes/end")
def place_theme_end() -> Response:
    """Let no further activity belong to the theme of a month."""
    by, at = http.current_actor(), clock.now()
    return _done(
        ThemeOf,
        lambda session, form: themes.end(
            session, area=form.area, year=form.month.year, month=form.month.month, by=by, at=at
        ),
    )


def _done(form: type[AnyForm], act: Callable[[Session, AnyForm], object], *, about: str = "") -> Response:
    try:
        typed = forms.read(form)
        forms.once(lambda session: act(session, typed))
    except Refusal as refusal:
        return _kinds(refusal=refusal, about=about)
    flash(gettext("Entered."))
    return redirect(url_for(".place_categories"), 303)


def _kinds(*, refusal: Refusal | None = None, about: str = "") -> Response:
    """The page; `about` is the kind whose form was sent."""
    session, by = db.session(), http.current_actor()
    may_kinds = bool(by.reaches("ruleset.draft"))
    if not may_kinds and not by.reaches(areas.ARRANGE):
        raise NotPermitted(action="ruleset.draft")
    places = [
        one
        for one in areas.subtree(session, path="/", by=by, types=("street", "community"))
        if one.active and by.role_for("activity.approve", area_path=one.path)
    ]
    return pages.show(
        "staff/kinds.html",
        refusal=refusal,
        kinds=activities.every_category(session) if may_kinds else activities.categories(session),
        may_kinds=may_kinds,
        places=places,
        themes=[(one, theme) for one in places for theme in themes.of_area(session, area_id=one.id)],
        new_kind=forms.shown(NewKind),
        facts=lambda kind: forms.shown(
            KindFacts,
            {
                "name": kind.name,
                "coef_pct": kind.coef_pct,
                "hours_eligible": kind.hours_eligible,
                "minors_ok": kind.minors_ok,
                "hazard_default": kind.hazard_default,
            },
            here=kind.code == about,
        ),
        why=lambda code: forms.shown(Why, here=code == about),
        new_theme=forms.shown(Theme),
        renaming=_asked_theme(),
        other_title=lambda title, here: forms.shown(ThemeName, {"title": title}, here=here),
    )


def _asked_theme() -> tuple[str, str]:
    """Of which theme another title was typed: the area and the month as the address of the form has them."""
    asked = forms.asked(AskedTheme)
    return asked.area, asked.month
