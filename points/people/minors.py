"""A minor's details: staff say why they look, it is written down, and the details are open for a short time (A16)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from points.foundation import clock, masking
from points.foundation.actors import Actor
from points.foundation.errors import N_, Invalid, NotAllowed
from points.journal import audit
from points.people import persons, wards
from points.people.statuses import LookReason
from points.people.tables import MinorLook, Volunteer

OPEN_FOR = timedelta(minutes=10)
LOOKED = "minor.look"

# --- what there is


class Person(Protocol):
    """What of a person is needed to call them by name: a volunteer, or those columns of one."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def birth_date(self) -> date: ...


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
    person = persons.served(session, volunteer, by=by)
    role = persons.role_at_counter(by, person, "volunteer.see") or by.require("volunteer.see")
    if reason not in tuple(LookReason):
        raise NoSuchReason(reason=reason)
    note(
        session,
        minor_id=person.id,
        code=person.code,
        area_path=person.area_path,
        reason=reason,
        role=role,
        by=by,
        at=at,
    )
    return person


def note(
    session: Session, *, minor_id: int, code: str, area_path: str, reason: str, role: str, by: Actor, at: datetime
) -> None:
    """Write down that somebody looks at this minor; part of a verb that has asked whether they may."""
    session.add(MinorLook(minor_id=minor_id, role=role, reason=LookReason(reason), created_at=at, created_by=by.person))
    session.flush()
    audit.write(
        session, by=by, role=role, action=LOOKED, target=f"volunteer:{code}", at=at, area_path=area_path, reason=reason
    )


# --- what can be asked


def seen(session: Session, code: str, *, by: Actor, at: datetime) -> Volunteer:
    """The volunteer with this code, if the actor may see persons there, and has said why where it is a minor.

    Raises NoSuch or ReasonNeeded.
    """
    person = persons.seen(session, code, by=by)
    require_open(session, person, by=by, at=at)
    return person


def served(session: Session, code: str, *, by: Actor, at: datetime) -> Volunteer:
    """As `seen`, also for who serves the person at a counter of their street. Raises NoSuch or ReasonNeeded."""
    person = persons.served(session, code, by=by)
    require_open(session, person, by=by, at=at)
    return person


def require_open(session: Session, person: Volunteer, *, by: Actor, at: datetime) -> None:
    """Raises ReasonNeeded where the person is a minor and `by`, who is not that minor, has not just said why."""
    if closed(session, [person], by=by, at=at):
        raise ReasonNeeded(volunteer=person.code)


def names(session: Session, people: Iterable[Person], *, by: Actor, at: datetime) -> dict[str, str]:
    """The names of these people by code; of a minor 小志愿者 and three signs, unless the minor is open to `by`."""
    asked = list(people)
    masked = closed(session, asked, by=by, at=at)
    return {one.code: masking.mask_minor(one.code) if one.code in masked else one.name for one in asked}


def closed(session: Session, people: Iterable[Person], *, by: Actor, at: datetime) -> set[str]:
    """Which of these people are minors whose details are not open to `by`, by code.

    Open they are to themselves, to their guardian, and for ten minutes to who said why. Without minors it asks nothing.
    """
    born_after = wards.born_after(clock.local_date(at))
    young = {one.id: one.code for one in people if one.birth_date > born_after and one.id != by.volunteer_id}
    if not young:
        return set()
    own = set(session.scalars(wards.of_guardian(by.volunteer_id))) if by.volunteer_id is not None else set()
    return {code for id_, code in young.items() if id_ not in own} - explained(session, young.values(), by=by, at=at)


def explained(session: Session, codes: Iterable[str], *, by: Actor, at: datetime) -> set[str]:
    """Of which of these people `by` has said, not more than ten minutes ago, why they look; or has entered them."""
    since = at - OPEN_FOR
    said = exists().where(
        MinorLook.minor_id == Volunteer.id, MinorLook.created_by == by.person, MinorLook.created_at > since
    )
    entered = and_(
        Volunteer.created_by == by.person, Volunteer.created_at > since, Volunteer.registered_via != "import"
    )
    return set(session.scalars(select(Volunteer.code).where(Volunteer.code.in_(list(codes)), or_(said, entered))))


def looked_at(session: Session, person: Volunteer) -> list[tuple[datetime, str, str]]:
    """Who looked at this person's details as a minor: when, in which role, and why; the latest first."""
    rows = session.execute(
        select(MinorLook.created_at, MinorLook.role, MinorLook.reason)
        .where(MinorLook.minor_id == person.id)
        .order_by(MinorLook.id.desc())
    )
    return [(at, role, reason) for at, role, reason in rows]
