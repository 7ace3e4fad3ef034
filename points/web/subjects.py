"""Whose pages these are: one's own, or those of a child whom one stands for as the guardian."""

from dataclasses import dataclass

from flask import abort, g, request

from points.database import db
from points.foundation import clock
from points.foundation.actors import Actor
from points.people import wards

CHILDS = "child"
FOR_CHILDREN = frozenset(
    [
        "home",
        "activities",
        "activity",
        "sign_up",
        "cancel",
        "points",
        "points_passbook",
        "points_line",
        "records",
        "record",
        "dispute",
        "makeup",
        "claim",
        "goods",
        "reserve",
        "reservation",
        "scanner",
        "scanner_digits",
        "scan",
        "tap",
        "cancel_reservation",
        "household",
        "ask_household",
        "take_back",
        "choose_pool",
        "leave_household",
        "leave",
        "leave_now",
        "me",
        "change_consent",
        "own_copy",
        "profile",
        "change_profile",
    ]
)
"""The pages that a guardian has for a child too; teams, the PIN and the sign-ins are the child's own."""


@dataclass(frozen=True)
class Subject:
    """The volunteer shown. `reader` reads with this person's eyes; who acts is always who is signed in."""

    id: int
    code: str
    name: str
    child: bool
    reader: Actor


def subject() -> Subject:
    """Whose pages the request is for; found by the guard."""
    found: Subject = g.subject
    return found


def look_up(actor: Actor) -> None:
    """Find whose pages are asked for: a child's only by the guardian whom staff have seen.

    Raises NoSuch; ends with 404 where a page is not for children.
    """
    assert actor.volunteer_id is not None
    code = g.get(CHILDS)
    if code is None:
        g.subject = Subject(id=actor.volunteer_id, code=actor.person, name="", child=False, reader=actor)
        return
    if (request.endpoint or "").rpartition(".")[2] not in FOR_CHILDREN:
        abort(404)
    child = wards.seen(db.session(), code, by=actor, at=clock.now())
    eyes = Actor(person=child.code, volunteer_id=child.id)
    g.subject = Subject(id=child.id, code=child.code, name=child.name, child=True, reader=eyes)


def take_child(_endpoint: str | None, values: dict[str, object] | None) -> None:
    """Take the child out of the address, so that one view serves both."""
    if values and CHILDS in values:
        setattr(g, CHILDS, values.pop(CHILDS))


def give_child(endpoint: str, values: dict[str, object]) -> None:
    """Put the child into the address of its own pages."""
    if endpoint.startswith(f"{CHILDS}.") and CHILDS in g:
        values.setdefault(CHILDS, g.get(CHILDS))
