"""What is kept of a person is corrected or suspended, and what they can then no longer take part in is given back."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import Refusal
from points.people import volunteers
from points.people.tables import Volunteer
from points.people.volunteers import Changes
from points.service import signups
from points.service.tables import Activity, Signup

# --- what there is


@dataclass(frozen=True)
class Corrected:
    """The person as they are kept now, and the activities to come whose place was given back, by their titles."""

    person: Volunteer
    given_back: list[str]


# --- what happens


def correct(
    session: Session, *, volunteer: str, changes: Changes, by: Actor, at: datetime, reason: str = ""
) -> Corrected:
    """As `volunteers.change`; places in activities that the person is too young or too old for are given back.

    Raises what that raises.
    """
    person = volunteers.change(session, volunteer=volunteer, changes=changes, by=by, at=at, reason=reason)
    given_back: list[str] = []
    if changes.birth_date is not None and person.status == "active":
        for activity, signup in _coming(session, person, at=at):
            try:
                signups.refuse_unsuitable(
                    session, activity=activity, person=person, guardian_present=signup.guardian_present
                )
            except Refusal:
                given_back.append(_give_back(session, activity, person, by=by, at=at, reason=reason))
    return Corrected(person, given_back)


def suspend(
    session: Session, *, volunteer: str, reason: str, by: Actor, at: datetime, until: date | None = None
) -> Corrected:
    """As `volunteers.suspend`; places in activities that begin before it ends go to who waits for them.

    Raises what that raises.
    """
    person = volunteers.suspend(session, volunteer=volunteer, reason=reason, by=by, at=at, until=until)
    given_back = [
        _give_back(session, activity, person, by=by, at=at, reason=reason)
        for activity, _ in _coming(session, person, at=at)
        if until is None or clock.local_date(activity.start_at) <= until
    ]
    return Corrected(person, given_back)


# --- what can be asked


def _coming(session: Session, person: Volunteer, *, at: datetime) -> list[tuple[Activity, Signup]]:
    """What the person has signed up for, in the order in which it is locked."""
    codes = signups.coming(session, volunteer_id=person.id, at=at)
    statement = (
        select(Activity, Signup)
        .join(Signup, Signup.activity_id == Activity.id)
        .where(Activity.code.in_(codes), Signup.volunteer_id == person.id)
        .order_by(Activity.id)
    )
    return [(activity, signup) for activity, signup in session.execute(statement)]


def _give_back(session: Session, activity: Activity, person: Volunteer, *, by: Actor, at: datetime, reason: str) -> str:
    """Whoever may correct or suspend a person may do so everywhere, under their own name."""
    ends = replace(by, omnipotent=True)
    signups.cancel(session, activity=activity.code, volunteer=person.code, by=ends, at=at, reason=reason)
    return activity.title
