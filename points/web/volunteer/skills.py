"""What I can do: said by me, seen by the community."""

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import skills
from points.shapes.forms import Form
from points.shapes.volunteers import DroppedSkillShape, ProposedSkillShape
from points.web import forms, pages
from points.web.subjects import subject
from points.web.volunteer import bp


@dataclass(frozen=True, kw_only=True)
class Proposed(Form, like=ProposedSkillShape):
    """What one can do, and what proves it."""

    skill: str
    proof: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Gone(Form, like=DroppedSkillShape):
    """What one no longer does."""

    skill: str


@bp.get("/skills", endpoint="skills")
def my_skills() -> Response:
    """What I can do, and whether the community has seen the proof."""
    return _skills()


@bp.post("/skills")
def propose_skill() -> Response:
    """Say that one can do something."""
    by, who, at = http.current_actor(), subject(), clock.now()
    try:
        form = forms.read(Proposed)
        forms.once(
            lambda session: skills.propose(
                session,
                volunteer=who.code,
                skill=form.skill,
                proof=form.proof,
                valid_until=form.valid_until,
                by=by,
                at=at,
            )
        )
    except Refusal as refusal:
        return _skills(refusal=refusal)
    flash(gettext("Saved. Bring the proof to your community; it counts once they have seen it."), "good")
    return redirect(url_for(".skills"), 303)


@bp.post("/skills/drop")
def drop_skill() -> Response:
    """Take a skill off."""
    by, who, at = http.current_actor(), subject(), clock.now()
    try:
        skill = forms.read(Gone).skill
        forms.once(lambda session: skills.drop(session, volunteer=who.code, skill=skill, by=by, at=at))
    except Refusal as refusal:
        return _skills(refusal=refusal)
    flash(gettext("Taken off."))
    return redirect(url_for(".skills"), 303)


def _skills(*, refusal: Refusal | None = None) -> Response:
    found = skills.of(db.session(), subject().id)
    return pages.show(
        "volunteer/skills.html",
        refusal=refusal,
        subject=subject(),
        form=forms.shown(Proposed),
        found=found,
        over={row.id for row in found if skills.is_over(row, clock.local_date(clock.now()))},
    )
