"""Where I belong: my teams, those I could join, asking and leaving."""

from dataclasses import dataclass
from typing import Annotated

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug import Response

from points import http
from points.database import db
from points.foundation import clock
from points.foundation.errors import Refusal
from points.people import team_invitations, teams
from points.shapes.fields import Flag
from points.shapes.forms import Form
from points.web import forms, pages
from points.web.volunteer import bp


@dataclass(frozen=True, kw_only=True)
class Answer(Form):
    """Yes or no."""

    accept: Annotated[bool, Flag()] = False


@bp.get("/teams", endpoint="teams")
def my_teams() -> Response:
    """My teams, and those of my street that I could join."""
    return _teams()


@bp.post("/teams/<code>/apply")
def apply_to_team(code: str) -> Response:
    """Ask to join; the leader decides."""
    by = http.current_actor()
    try:
        forms.once(lambda session: teams.apply(session, team=code, volunteer=by.person, by=by, at=clock.now()))
    except Refusal as refusal:
        return _teams(refusal=refusal)
    flash(gettext("The leader has your application and decides."), "good")
    return redirect(url_for(".teams"), 303)


@bp.post("/teams/<code>/answer")
def answer_team(code: str) -> Response:
    """Say yes or no to a team that asks one to join."""
    by, at = http.current_actor(), clock.now()
    try:
        accept = forms.read(Answer).accept
        forms.once(
            lambda session: team_invitations.answer(
                session, team=code, volunteer=by.person, accept=accept, by=by, at=at
            )
        )
    except Refusal as refusal:
        return _teams(refusal=refusal)
    flash(gettext("Welcome to the team.") if accept else gettext("Declined. Nobody is angry."), "good")
    return redirect(url_for(".teams"), 303)


@bp.post("/teams/<code>/leave")
def leave_team(code: str) -> Response:
    """Leave a team, or take the application back."""
    by = http.current_actor()
    try:
        forms.once(lambda session: teams.leave(session, team=code, volunteer=by.person, by=by, at=clock.now()))
    except Refusal as refusal:
        return _teams(refusal=refusal)
    flash(gettext("You are no longer in this team."), "good")
    return redirect(url_for(".teams"), 303)


def _teams(*, refusal: Refusal | None = None) -> Response:
    session, by = db.session(), http.current_actor()
    assert by.volunteer_id is not None
    return pages.show(
        "volunteer/teams.html",
        refusal=refusal,
        invited=team_invitations.mine(session, volunteer_id=by.volunteer_id),
        mine=teams.mine(session, volunteer_id=by.volunteer_id),
        others=teams.open_to(session, volunteer_id=by.volunteer_id),
    )
