"""Leaving: what ends, what stays, and the one button that ends my part or my child's."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import persons
from points.registry import leaving
from points.shapes.fields import Code, Flag, Word
from points.shapes.forms import Form
from points.web import forms, pages, words
from points.web.subjects import subject
from points.web.volunteer import bp


@dataclass(frozen=True, kw_only=True)
class Leaving(Form):
    """What becomes of the points that are left, and of the activities that I lead."""

    points: Annotated[str, Word("use", "pool", "waive")] = ""
    successor: Annotated[str, Code()] = ""
    call_off: Annotated[bool, Flag()] = False


@bp.get("/me/leave", endpoint="leave")
def ask_to_leave() -> Response:
    """What ends when I leave, and what stays."""
    return _leave()


@bp.post("/me/leave", endpoint="leave_now")
def leave_now() -> Response:
    """End my part, or my child's: what was to come is others' again, and the phone can register anew."""
    by, at, who = http.current_actor(), clock.now(), subject()
    try:
        chosen = leaving.wishes(**vars(forms.read(Leaving)))
        forms.once(lambda session: leaving.leave(session, volunteer=who.code, reason="", chosen=chosen, by=by, at=at))
    except Refusal as refusal:
        return _leave(refusal=refusal)
    if who.child:
        return redirect("/my/children", 303)
    flash(gettext("You have left. What you did stays on record. Thank you for it."), "good")
    return redirect(url_for("public.home"), 303)


def _leave(*, refusal: Refusal | None = None) -> Response:
    session, who = db.session(), subject()
    person = persons.by_code(session, who.code)
    ties = leaving.ties(session, person, at=clock.now())
    return pages.show(
        "volunteer/leave.html",
        refusal=refusal,
        subject=who,
        person=person,
        form=forms.shown(Leaving),
        ties=ties,
        choices=[(one, gettext(words.POINTS_GO[one])) for one in ties.points_may_go],
    )
