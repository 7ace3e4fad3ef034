"""Where I belong: my household, with whom I share points, and my teams."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from points import http
from points.database import db, transaction
from points.foundation import clock, masking
from points.foundation.errors import Refusal
from points.people import households, teams, volunteers
from points.people.persons import Volunteer
from points.web import pages
from points.web.volunteer import bp


@bp.get("/household")
def household() -> Any:
    """Who is in my household, who shares points with it, and whether I do."""
    return _household()


@bp.post("/household/pool")
def choose_pool() -> Any:
    """Begin or end sharing my points; beginning is my consent."""
    by, pool = http.current_actor(), bool(request.form.get("pool"))
    try:
        with transaction() as session:
            households.choose_pool(session, volunteer=by.person, pool=pool, by=by, at=clock.now())
    except Refusal as refusal:
        return _household(refusal=refusal)
    shared = gettext("You share your points with your household from now on.")
    flash(shared if pool else gettext("Your points are yours alone from now on."), "good")
    return redirect(url_for(".household"), 303)


@bp.post("/household/leave")
def leave_household() -> Any:
    """Leave the household; my points stay mine."""
    by = http.current_actor()
    try:
        with transaction() as session:
            households.leave(session, volunteer=by.person, by=by, at=clock.now())
    except Refusal as refusal:
        return _household(refusal=refusal)
    flash(gettext("You left the household. Your points are yours alone."), "good")
    return redirect(url_for(".household"), 303)


@bp.get("/teams", endpoint="teams")
def my_teams() -> Any:
    """My teams, and those of my street that I could join."""
    return _teams()


@bp.post("/teams/<code>/apply")
def apply_to_team(code: str) -> Any:
    """Ask to join; the leader decides."""
    by = http.current_actor()
    try:
        with transaction() as session:
            teams.apply(session, team=code, volunteer=by.person, by=by, at=clock.now())
    except Refusal as refusal:
        return _teams(refusal=refusal)
    flash(gettext("The leader has your application and decides."), "good")
    return redirect(url_for(".teams"), 303)


@bp.post("/teams/<code>/leave")
def leave_team(code: str) -> Any:
    """Leave a team, or take the application back."""
    by = http.current_actor()
    try:
        with transaction() as session:
            teams.leave(session, team=code, volunteer=by.person, by=by, at=clock.now())
    except Refusal as refusal:
        return _teams(refusal=refusal)
    flash(gettext("You are no longer in this team."), "good")
    return redirect(url_for(".teams"), 303)


def _household(*, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    assert by.volunteer_id is not None
    home = households.of(session, by.volunteer_id)
    sharing = households.pooling(session, home.id) if home else set()
    members = households.members(session, home.id) if home else []
    return pages.show(
        "volunteer/household.html",
        refusal=refusal,
        home=home,
        members=[(_name(one, by.volunteer_id), one.code, one.id in sharing) for one in members],
        sharing=by.volunteer_id in sharing,
    )


def _teams(*, refusal: Refusal | None = None) -> Any:
    session, by = db.session(), http.current_actor()
    assert by.volunteer_id is not None
    return pages.show(
        "volunteer/teams.html",
        refusal=refusal,
        mine=teams.mine(session, volunteer_id=by.volunteer_id),
        others=teams.open_to(session, volunteer_id=by.volunteer_id),
    )


def _name(person: Volunteer, me: int) -> str:
    """A member as the others of the household see them (domain §3.9)."""
    if person.id == me:
        return person.name
    young = volunteers.is_minor(person, clock.local_date(clock.now()))
    return masking.mask_minor(person.code) if young else masking.mask_name(person.name)
