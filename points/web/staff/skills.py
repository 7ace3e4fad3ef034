"""What residents can do: proofs to look at, at one person or in the whole reach."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import minors, skills
from points.shapes.fields import Text
from points.shapes.forms import Form
from points.shapes.volunteers import DroppedSkillShape, SeenSkillShape
from points.web import forms, pages
from points.web.staff import bp
from points.web.usual import Page

A_PAGE = 30


@dataclass(frozen=True, kw_only=True)
class Search(Page):
    """A part of a skill's name."""

    skill: Annotated[str, Text(40)] = ""


@dataclass(frozen=True, kw_only=True)
class Seen(Form, like=SeenSkillShape):
    """A skill, and the proof that was seen."""

    skill: str
    proof: str = ""
    qualification_no_last4: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Dropped(Form, like=DroppedSkillShape):
    """A skill that somebody no longer has, and why."""

    skill: str
    reason: str = ""


@bp.get("/skills", endpoint="skills")
def skill_list() -> Response:
    """Who can do what: proofs that nobody has seen first."""
    session, by, asked = db.session(), http.current_actor(), forms.asked(Search)
    by.require_somewhere("volunteer.change")
    rows, count = skills.roster(session, by=by, skill=asked.skill, offset=(asked.page - 1) * A_PAGE, limit=A_PAGE)
    at = clock.now()
    return pages.show(
        "staff/skills.html",
        rows=rows,
        count=count,
        names=minors.names(session, [person for _, person in rows], by=by, at=at),
        turned=pages.turned(asked.page, count, a_page=A_PAGE),
        text=asked.skill,
        over={row.id for row, _ in rows if skills.is_over(row, clock.local_date(at))},
    )


@bp.get("/people/<code>/skills")
def people_skills(code: str) -> Response:
    """What this resident can do, and what they say they can."""
    return _skills(code)


@bp.post("/people/<code>/skills")
def people_skill_seen(code: str) -> Response:
    """Note a skill whose proof was seen."""
    by, at = http.current_actor(), clock.now()
    try:
        form = forms.read(Seen)
        forms.once(
            lambda session: skills.add(
                session,
                volunteer=code,
                skill=form.skill,
                proof=form.proof,
                qualification_no_last4=form.qualification_no_last4,
                valid_until=form.valid_until,
                by=by,
                at=at,
            )
        )
    except Refusal as refusal:
        return _skills(code, refusal=refusal)
    flash(gettext("Noted. Activities that ask for it are open to them."), "good")
    return redirect(url_for(".people_skills", code=code), 303)


@bp.post("/people/<code>/skills/drop")
def people_skill_drop(code: str) -> Response:
    """Take a skill off, or decline what was proposed."""
    by, at = http.current_actor(), clock.now()
    try:
        form = forms.read(Dropped)
        forms.once(
            lambda session: skills.drop(session, volunteer=code, skill=form.skill, reason=form.reason, by=by, at=at)
        )
    except Refusal as refusal:
        return _skills(code, refusal=refusal)
    flash(gettext("Taken off."))
    return redirect(url_for(".people_skills", code=code), 303)


def _skills(code: str, *, refusal: Refusal | None = None) -> Response:
    """Raises ReasonNeeded of a minor, NotPermitted."""
    session, by, at = db.session(), http.current_actor(), clock.now()
    person = minors.seen(session, code, by=by, at=at)
    by.require("volunteer.change", area_path=person.area_path)
    found = skills.of(session, person.id)
    return pages.show(
        "staff/person_skills.html",
        refusal=refusal,
        person=person,
        form=forms.shown(Seen),
        dropping=forms.shown(Dropped),
        found=found,
        over={row.id for row in found if skills.is_over(row, clock.local_date(at))},
    )
