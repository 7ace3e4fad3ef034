"""A minor's details: staff say why they look, it is written down, and the details are open for a short time (A16)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Invalid, NotAllowed
from points.journal import audit
from points.journal.audit import AuditEntry
from points.people import persons
from points.people.persons import Volunteer
from points.people.volunteers import details

OPEN_FOR = timedelta(minutes=10)
LOOKED = "minor.look"
REASONS = ("counter", "guardian", "activity", "correction", "safety")

# --- what is refused


@dataclass(eq=False)
class ReasonNeeded(NotAllowed):
    """A minor's details are sensitive: nobody looks without saying why."""

    code = "reason-needed"
    title = N_("Why do you look?")
    detail = N_("%(volunteer)s is under 18. Whoever looks at the details says why, and the family can read it.")
    next_step = N_("Choose the reason; the details are open for ten minutes.")
    volunteer: str


@dataclass(eq=False)
class NoSuchReason(Invalid):
    """The reason is none of those there are."""

    code = "no-such-reason"
    title = N_("Which reason?")
    detail = N_("“%(reason)s” is none of the reasons.")
    next_step = N_("Choose one of the reasons on the page.")
    reason: str


# --- what happens


def look(session: Session, *, volunteer: str, reason: str, by: Actor, at: datetime) -> Volunteer:
    """Say why one looks at a minor's details; they are open to this person for ten minutes.

    Raises NoSuch, NotPermitted or NoSuchReason.
    """
    person = persons.seen(session, volunteer, by=by)
    role = by.require("volunteer.see", area_path=person.area_path)
    if reason not in REASONS:
        raise NoSuchReason(reason=reason)
    audit.write(
        session,
        by=by,
        role=role,
        action=LOOKED,
        target=f"volunteer:{person.code}",
        at=at,
        area_path=person.area_path,
        reason=reason,
    )
    return person


# --- what can be asked


def require_open(session: Session, person: Volunteer, *, by: Actor, at: datetime) -> None:
    """Raises ReasonNeeded where the person is a minor and `by`, who is not that minor, has not just said why."""
    if not details.is_minor(person, clock.local_date(at)) or by.volunteer_id == person.id:
        return
    said = select(AuditEntry.id).where(
        AuditEntry.target == f"volunteer:{person.code}",
        AuditEntry.created_at > at - OPEN_FOR,
        AuditEntry.action == LOOKED,
        AuditEntry.created_by == by.person,
    )
    if session.scalar(said.limit(1)) is None:
        raise ReasonNeeded(volunteer=person.code)


def looked_at(session: Session, person: Volunteer) -> list[tuple[datetime, str, str]]:
    """Who looked at this person's details as a minor: when, in which role, and why; the latest first."""
    rows = session.execute(
        select(AuditEntry.created_at, AuditEntry.role, AuditEntry.reason)
        .where(AuditEntry.target == f"volunteer:{person.code}", AuditEntry.action == LOOKED)
        .order_by(AuditEntry.id.desc())
    )
    return [(at, role, reason) for at, role, reason in rows]
