"""Who may be registered twice: the list, two numbers side by side, merged or known to be two people."""

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
from points.foundation.errors import Refusal
from points.people import duplicates, minors
from points.registry import merging
from points.shapes.fields import Code, Login, Secret, Text
from points.shapes.forms import Form
from points.web import forms, pages
from points.web.staff import bp
from points.web.staff.people import community_names, listed
from points.web.staff.stock import second_signature
from points.web.usual import Page, Signed


@dataclass(frozen=True, kw_only=True)
class Compared(Form):
    """Two numbers that were typed to be compared."""

    one: Annotated[str, Text(40)] = ""
    other: Annotated[str, Text(40)] = ""


@dataclass(frozen=True, kw_only=True)
class Pair(Form):
    """Two numbers side by side."""

    one: Annotated[str, Code()]
    other: Annotated[str, Code()]


@dataclass(frozen=True, kw_only=True)
class Merge(Pair):
    """Which of the two is kept, how that is known, and who signs where points or hours go over."""

    kept: Annotated[str, Code()]
    reason: Annotated[str, Text(200, least=2)]
    second_login: Annotated[str, Login(40)] = ""
    second_password: Annotated[str, Secret()] = ""


@bp.get("/people/duplicates")
def people_duplicates() -> Response:
    """The pairs that may be one person, or straight to two numbers that were typed."""
    asked = forms.asked(Compared)
    if asked.one and asked.other:
        return redirect(url_for(".people_compare", one=asked.one, other=asked.other), 303)
    session, by, today = db.session(), http.current_actor(), clock.local_date(clock.now())
    by.require_somewhere(merging.ACTION)
    page = forms.asked(Page).page
    found = duplicates.pairs(session, by=by, offset=(page - 1) * duplicates.MOST)
    return pages.show(
        "staff/duplicates.html",
        pairs=[
            {"one": listed(pair.one, today), "other": listed(pair.other, today), "why": pair.why}
            for pair in found.pairs
        ],
        found=found,
        turned=pages.turned(page, found.count, a_page=duplicates.MOST),
        communities=community_names(session),
    )


@bp.get("/people/duplicates/<one>/<other>")
def people_compare(one: str, other: str) -> Response:
    """Two numbers side by side."""
    return _compare(one, other)


@bp.post("/people/duplicates/merge")
def people_merge() -> Response:
    """Merge the one into the other, signed by a colleague where points or hours go over."""
    pair = forms.read(Pair)

    def merge(session: Session) -> str:
        return merging.merge(
            session,
            kept=form.kept,
            gone=gone,
            reason=form.reason,
            second=_second(session, form),
            by=http.current_actor(),
            at=clock.now(),
        ).kept

    try:
        form = forms.read(Merge)
        gone = form.one if form.kept == form.other else form.other
        code = forms.once(merge)
    except Refusal as refusal:
        return _compare(pair.one, pair.other, refusal=refusal)
    flash(gettext("%(gone)s is merged: it leads here from now on.", gone=gone))
    return redirect(url_for(".people_person", code=code), 303)


@bp.post("/people/duplicates/apart")
def people_apart() -> Response:
    """Remember that they are two people."""
    pair = forms.read(Pair)
    try:
        forms.once(
            lambda session: duplicates.say_apart(
                session, one=pair.one, other=pair.other, by=http.current_actor(), at=clock.now()
            )
        )
    except Refusal as refusal:
        return _compare(pair.one, pair.other, refusal=refusal)
    flash(gettext("Two people. They are not proposed again."))
    return redirect(url_for(".people_duplicates"), 303)


def _compare(one: str, other: str, *, refusal: Refusal | None = None) -> Response:
    session, by, at = db.session(), http.current_actor(), clock.now()
    sides = merging.side_by_side(session, one=one, other=other, by=by)
    for side in sides:
        minors.require_open(session, side.person, by=by, at=at)
    # the number with more behind it is proposed to be kept, the older one if they are alike
    likelier = max(sides, key=lambda side: (side.records + side.exchanges, side.points, -side.person.id))
    needing = [merging.needs_two(session, volunteer_id=side.person.id) for side in sides]
    shown = forms.shown(Merge)
    return pages.show(
        "staff/compare.html",
        refusal=refusal,
        form=shown,
        sides=sides,
        kept=shown.get("kept") or likelier.person.code,
        two=any(needing),
        always_two=all(needing),
        communities=community_names(session),
    )


def _second(session: Session, form: Merge) -> Actor | None:
    signed = Signed(second_login=form.second_login, second_password=form.second_password)
    return second_signature(session, signed) if form.second_login else None
