"""Sign-ups: taking a place, giving it back, deciding, and the roster of an activity."""

from collections.abc import Callable

from points import http
from points.api import paging
from points.api.room import Room
from points.database import db, transaction
from points.foundation import clock
from points.people import minors
from points.service import signups
from points.service.tables import Signup
from points.shapes.activities import WhyShape
from points.shapes.fields import Given
from points.shapes.paging import page_of
from points.shapes.signups import (
    CancelSignupShape,
    DecisionShape,
    NewSignupShape,
    RosterShape,
    ShownShape,
    SignupShape,
    SignupsQuery,
)

room = Room("signups", __name__, description="Places at activities, and their rosters.")


@room.read("/volunteers/<code:code>/signups", query=SignupsQuery, answer=page_of(SignupShape))
def list_volunteer_signups(given: Given, code: str) -> object:
    """A volunteer's sign-ups, latest activity first."""
    session = db.session()
    person = minors.seen(session, code, by=http.current_actor(), at=clock.now())
    limit, after = given["limit"], given.get("cursor")
    found = signups.mine(session, volunteer_id=person.id, after=after, limit=limit + 1)
    kept = found[:limit]
    items = [
        _signup(signup, activity.code, person.code) | {"status": signups.standing(signup, activity)}
        for signup, activity in kept
    ]
    return paging.page(items, kept[-1][1].code if len(found) > limit else None)


@room.read("/activities/<code:code>/signups", answer=RosterShape)
def list_signups(code: str) -> object:
    """The roster, for whoever runs the activity; minors without their names until `show-minors`."""
    return {"items": signups.roster(db.session(), activity=code, by=http.current_actor(), at=clock.now())}


@room.act("/activities/<code:code>/signups/show-minors", answer=ShownShape)
def show_minors(given: Given, code: str) -> object:
    """Show you the names of the minors of this roster for ten minutes; each family can read that you looked."""
    with transaction() as session:
        return {"shown": signups.show_minors(session, activity=code, by=http.current_actor(), at=clock.now())}


@room.act("/activities/<code:code>/signups", body=NewSignupShape, answer=SignupShape, status=201)
def sign_up(given: Given, code: str) -> object:
    """Take a place, or one on the waiting list; signed up again, the earlier sign-up comes back."""
    with transaction() as session:
        signup = signups.sign_up(session, activity=code, **given, by=http.current_actor(), at=clock.now())
        return _signup(signup, code, given["volunteer"])


@room.act("/activities/<code:code>/signups/<code:volunteer>/cancel", body=CancelSignupShape, answer=SignupShape)
def cancel_signup(given: Given, code: str, volunteer: str) -> object:
    """Give a place back; the waiting list moves up."""
    return _signed(signups.cancel, given, code, volunteer)


@room.act("/activities/<code:code>/signups/<code:volunteer>/decide", body=DecisionShape, answer=SignupShape)
def decide_signup(given: Given, code: str, volunteer: str) -> object:
    """Let a pending sign-up in, or decline it."""
    return _signed(signups.decide, given, code, volunteer)


@room.act("/activities/<code:code>/signups/<code:volunteer>/reject", body=WhyShape, answer=SignupShape)
def reject_signup(given: Given, code: str, volunteer: str) -> object:
    """Decline a sign-up with a reason."""
    return _signed(signups.reject, given, code, volunteer)


def _signed(verb: Callable[..., Signup], given: Given, code: str, volunteer: str) -> object:
    with transaction() as session:
        signup = verb(session, activity=code, volunteer=volunteer, **given, by=http.current_actor(), at=clock.now())
        return _signup(signup, code, volunteer)


def _signup(signup: Signup, activity: str, volunteer: str) -> dict[str, object]:
    return {
        "activity": activity,
        "volunteer": volunteer,
        "status": signup.status,
        "queued_at": signup.queued_at,
        "walk_in": signup.walk_in,
        "guardian_present": signup.guardian_present,
    }
