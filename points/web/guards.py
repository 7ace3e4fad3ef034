"""Who may open which pages: one guard per audience, run before each of its requests and nowhere else.

A guard answers "is this the right kind of person at all"; what exactly the person may do where is decided by the
business, inside the verb.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from points import http
from points.foundation.actors import Actor
from points.foundation.errors import N_, NotAllowed
from points.web import filled, subjects


@dataclass(eq=False)
class NotForThisAudience(NotAllowed):
    """Somebody is signed in, but these pages are for other people."""

    code = "not-for-you"
    title = N_("These pages are for staff")
    detail = N_("You are signed in as a volunteer. These pages need a staff or team leader sign-in.")
    next_step = N_("Go back, or sign out and sign in as staff.")


@dataclass(eq=False)
class NotAVolunteer(NotAllowed):
    """A staff account that belongs to no volunteer opened a volunteer's page."""

    code = "not-a-volunteer"
    title = N_("These pages are for volunteers")
    detail = N_("This staff account is not linked to a volunteer, so it has no points and no records of its own.")
    next_step = N_("Sign out and sign in with your phone or card and PIN.")


def anyone() -> None:
    """Public pages: nobody needs to be signed in."""


def volunteers() -> Response | None:
    """A volunteer's own pages, and a child's for its guardian: signed in, and no staff without a volunteer's number."""
    actor = http.signed_in()
    if actor is None:
        return _to_sign_in("public.sign_in")
    if actor.volunteer_id is None:
        raise NotAVolunteer()
    subjects.look_up(actor)
    return None


def staff() -> Response | None:
    """Staff pages: a staff account, or a volunteer who leads a team."""
    actor = http.signed_in()
    if actor is None:
        return _to_sign_in("public.staff_sign_in")
    if not is_staff(actor):
        raise NotForThisAudience()
    return None


def is_staff(actor: Actor | None) -> bool:
    """Whether the staff pages are for this person."""
    return actor is not None and (actor.account_id is not None or bool(actor.permits))


def stand_before(bp: Blueprint, guard: Callable[[], Response | None]) -> None:
    """Put `guard` before every request of `bp`."""
    bp.before_request(guard)


def _to_sign_in(endpoint: str) -> Response:
    if request.method == "GET":
        return redirect(url_for(endpoint, next=request.full_path.rstrip("?")), 303)
    if filled.typed():  # the browser sends the form there, so that it is not lost
        return redirect(url_for("public.sign_in_again", to=request.full_path.rstrip("?")), 307)
    return redirect(url_for(endpoint, next=filled.page_of_form() or None), 303)
