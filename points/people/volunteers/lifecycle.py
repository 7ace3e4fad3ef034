"""What happens to a volunteer after registration: PIN, suspension, closing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Unpack

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from points.foundation import clock, secrets
from points.foundation.actors import SYSTEM, Actor
from points.foundation.errors import N_, Conflict, Invalid
from points.journal import audit
from points.people import persons
from points.people.tables import Suspension, Volunteer
from points.people.volunteers import details
from points.people.volunteers.changing import by_staff

# --- what there is


PRESENT = frozenset({"pending", "active", "suspended"})
"""Whose account can be closed."""

# --- what is refused


@dataclass(eq=False)
class NotInState(Conflict):
    """The volunteer is not in a state from which this can happen."""

    code = "wrong-state"
    title = N_("That is not possible now")
    detail = N_("%(volunteer)s is %(status)s.")
    next_step = N_("Ask your community administrator.")
    volunteer: str
    status: str


@dataclass(eq=False)
class UntilIsPast(Invalid):
    """A suspension does not end before it begins."""

    code = "until-is-past"
    title = N_("Please check the last day")
    detail = N_("%(until)s is over already.")
    next_step = N_("Enter today or a later day; or leave it empty, and end the suspension by hand.")
    until: date
    field: str = "until"


# --- what happens


def set_pin(
    session: Session, *, volunteer: str, pin: str, by: Actor, at: datetime, well_known: bool = False
) -> Volunteer:
    """Set the PIN, by the person or at the counter; part of `access.pins.set_pin`, which ends sign-ins.

    `well_known` is said by the demo alone, whose PIN stands on its pages.
    Raises NotPermitted, NoSuch, HasLeft, BadPin or WeakPin.
    """
    person = persons.by_code(session, volunteer)
    role = persons.own_or(by, person, "card.issue", at_counter=True)
    persons.refuse_left(person)
    if not well_known:
        details.refuse_bad_pin(pin, birth_date=person.birth_date, phone=person.phone)
    person.pin_hash = secrets.hash_secret(pin)
    person.pin_set_by, person.pin_set_at = by_staff(by, role), at
    session.flush()
    _note(session, person, "volunteer.set_pin", by=by, role=role, at=at)
    return person


def suspend(
    session: Session, *, volunteer: str, reason: str, by: Actor, at: datetime, until: date | None = None
) -> Volunteer:
    """Suspend, to the end of the day `until` or until it is lifted: hours and points stay, nothing new may be done.

    The person reads the reason on their own page. Part of `registry.suspending.suspend`, which gives places back.
    Raises NotPermitted, NoSuch, NotInState or UntilIsPast.
    """
    if until is not None and until < clock.local_date(at):
        raise UntilIsPast(until=until)
    person = _move(session, volunteer, "suspended", frozenset({"active"}), reason=reason, by=by, at=at)
    session.add(
        Suspension(volunteer_id=person.id, reason=reason[:200], until=until, created_at=at, created_by=by.person)
    )
    session.flush()
    return person


def reinstate(session: Session, *, volunteer: str, reason: str, by: Actor, at: datetime) -> Volunteer:
    """End a suspension. Raises NotPermitted, NoSuch or NotInState."""
    person = _move(session, volunteer, "active", frozenset({"suspended"}), reason=reason, by=by, at=at)
    _lift(session, person.id, by=by, at=at)
    return person


def end_suspensions(session: Session, *, at: datetime) -> int:
    """End those whose last day is over; how many."""
    due = (
        select(Volunteer.code)
        .join(Suspension, Suspension.volunteer_id == Volunteer.id)
        .where(
            Suspension.lifted_at.is_(None),
            Suspension.until < clock.local_date(at),
            Volunteer.status == "suspended",
        )
        .order_by(Volunteer.id)
    )
    codes = session.scalars(due).all()
    for code in codes:
        reinstate(session, volunteer=code, reason="", by=SYSTEM, at=at)
    return len(codes)


def close(session: Session, person: Volunteer, *, by: Actor, at: datetime, points_until: date | None = None) -> None:
    """Close the account and free the phone for a new registration; part of `registry.leaving.leave`, which decides.

    Until `points_until` the PIN stays, by which what points are left are used up at the counter.
    """
    _lift(session, person.id, by=by, at=at)
    person.status, person.closed_at, person.points_until = "closed", at, points_until
    person.phone, person.phone_none = None, True
    if points_until is None:
        person.pin_hash = None
    session.flush()


# --- what can be asked


def suspension(session: Session, person: Volunteer) -> Suspension | None:
    """Why and until when the person is suspended; None where they are not, or nobody wrote it down."""
    if person.status != "suspended":
        return None
    open_ = select(Suspension).where(Suspension.volunteer_id == person.id, Suspension.lifted_at.is_(None))
    return session.scalars(open_).first()


def suspended_until(session: Session, people: Iterable[Volunteer]) -> dict[int, date | None]:
    """Of those who are suspended, the last day, or None where it is to be lifted; by their ids."""
    asked = [one.id for one in people if one.status == "suspended"]
    if not asked:
        return {}
    open_ = select(Suspension.volunteer_id, Suspension.until).where(
        Suspension.volunteer_id.in_(asked), Suspension.lifted_at.is_(None)
    )
    return {row.volunteer_id: row.until for row in session.execute(open_)}


def _lift(session: Session, volunteer_id: int, *, by: Actor, at: datetime) -> None:
    open_ = update(Suspension).where(Suspension.volunteer_id == volunteer_id, Suspension.lifted_at.is_(None))
    session.execute(open_.values(lifted_at=at, lifted_by=by.person))


def _move(
    session: Session, code: str, status: str, allowed: frozenset[str], *, reason: str, by: Actor, at: datetime
) -> Volunteer:
    person = persons.seen(session, code, by=by)
    role = by.require("volunteer.suspend", area_path=person.area_path)
    if person.status not in allowed:
        raise NotInState(volunteer=person.code, status=person.status)
    before, person.status = person.status, status
    session.flush()
    facts = {"from": before, "to": status}
    _note(session, person, "volunteer.status", by=by, role=role, reason=reason, at=at, facts=facts)
    return person


def _note(session: Session, person: Volunteer, action: str, **act: Unpack[audit.Act]) -> None:
    audit.write(session, action=action, target=f"volunteer:{person.code}", area_path=person.area_path, **act)
