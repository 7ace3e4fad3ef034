"""Ending a resident's part in the office, for who asks for it or has moved or died."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import minors, persons
from points.registry import leaving
from points.shapes.fields import Code, Flag, Word
from points.shapes.forms import Form
from points.shapes.volunteers import LeavingShape
from points.web import forms, pages, words
from points.web.staff import bp


@dataclass(frozen=True, kw_only=True)
class Leaving(Form, like=LeavingShape):
    """Why somebody leaves, what becomes of the points that are left, and of the activities that they lead."""

    reason: str
    points: Annotated[str, Word("use", "pool", "waive")] = ""
    successor: Annotated[str, Code()] = ""
    call_off: Annotated[bool, Flag()] = False


@bp.get("/people/<code>/leave")
def people_leave(code: str) -> Response:
    """What ends when this resident leaves, and what stays."""
    return _leave(code)


@bp.post("/people/<code>/leave")
def people_leave_now(code: str) -> Response:
    """End a resident's part: what was to come is others' again, and the phone can register anew."""
    by, at = http.current_actor(), clock.now()
    try:
        form = forms.read(Leaving)
        chosen = leaving.wishes(points=form.points, successor=form.successor, call_off=form.call_off)
        left = forms.once(
            lambda session: leaving.leave(session, volunteer=code, reason=form.reason, chosen=chosen, by=by, at=at).code
        )
    except Refusal as refusal:
        return _leave(code, refusal=refusal)
    name = persons.by_code(db.session(), left).name
    flash(gettext("%(name)s has left. The phone can register anew.", name=name))
    return redirect(url_for(".people_person", code=code), 303)


def _leave(code: str, *, refusal: Refusal | None = None) -> Response:
    """Raises ReasonNeeded of a minor, NotPermitted."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    person = minors.seen(session, code, by=by, at=at)
    by.require("volunteer.suspend", area_path=person.area_path)
    ties = leaving.ties(session, person, at=at)
    return pages.show(
        "staff/leave.html",
        refusal=refusal,
        person=person,
        form=forms.shown(Leaving),
        ties=ties,
        choices=[(one, gettext(words.POINTS_GO[one])) for one in ties.points_may_go],
    )
