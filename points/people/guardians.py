"""Guardians (监护人): who stands for a minor, verified by staff (domain §3.9)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock, masking, typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, Invalid, NoSuch
from points.journal import audit
from points.people import consents, persons, wards
from points.people.tables import Guardian, Volunteer
from points.people.wards import OF_AGE as OF_AGE
from points.people.wards import stands_for as stands_for

# --- what there is


@dataclass(frozen=True)
class NewGuardian:
    """A guardian to be entered with a minor. `volunteer`: the code of the guardian, if a volunteer too."""

    name: str
    phone: str
    relation: str
    volunteer: str | None = None


# --- what is refused


@dataclass(eq=False)
class GuardianNeedsAge(Invalid):
    """A guardian is of age and not the minor."""

    code = "guardian-not-of-age"
    title = N_("The guardian must be an adult")
    detail = N_("“%(volunteer)s” is not of age.")
    next_step = N_("Name a parent or another adult guardian.")
    volunteer: str


# --- what happens


def enter(
    session: Session,
    *,
    minor: Volunteer,
    guardian: NewGuardian,
    agreed: consents.Agreed,
    verified_by: str,
    by: Actor,
    at: datetime,
) -> Guardian:
    """Enter the guardian of a volunteer just registered, with the guardian's consent; part of `volunteers.register`.

    Raises GuardianNeedsAge or NoSuch.
    """
    guardian_id = registered(session, guardian, day=clock.local_date(at))
    consent = consents.record(session, volunteer_id=minor.id, purpose="guardian", agreed=agreed, by=by, at=at)
    row = Guardian(
        minor_id=minor.id,
        name=typed.name(guardian.name),
        phone=typed.phone_digits(guardian.phone),
        relation=guardian.relation,
        guardian_volunteer_id=guardian_id,
        consent_id=consent.id,
        verified_by=verified_by,
        created_at=at,
        created_by=by.person,
    )
    session.add(row)
    session.flush()
    return row


def verify(session: Session, *, minor: str, by: Actor, at: datetime, volunteer: str | None = None) -> Guardian:
    """Note that staff has seen who the guardian of `minor` is; a pending minor becomes active.

    `volunteer` is the guardian's own number, so that the child's pages are on their phone; without it whoever
    registered with the guardian's phone and name.
    Raises NotPermitted, NoSuch or GuardianNeedsAge.
    """
    child = persons.served(session, minor, by=by)
    role = persons.role_at_counter(by, child, "volunteer.register") or by.require("volunteer.register")
    guardian = of(session, child.id)
    if guardian is None:
        raise NoSuch(kind=N_("guardian"), key=minor)
    named = NewGuardian(guardian.name, guardian.phone, guardian.relation, volunteer)
    adult_id = registered(session, named, day=clock.local_date(at)) or guardian.guardian_volunteer_id
    guardian.verified_by, guardian.guardian_volunteer_id = by.person, adult_id
    if child.status == "pending":
        child.status = "active"
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="guardian.verify",
        target=f"volunteer:{child.code}",
        at=at,
        area_path=child.area_path,
    )
    return guardian


def part(session: Session, *, minor: str, guardian_id: int, by: Actor, at: datetime) -> None:
    """End the link of a minor to a guardian who leaves: staff look anew at who stands for the child.

    By the guardian or the office. Raises NoSuch or NotPermitted.
    """
    child = persons.by_code(session, minor)
    own = by.volunteer_id == guardian_id
    role = "guardian" if own else by.require("volunteer.suspend", area_path=child.area_path)
    for row in session.scalars(
        select(Guardian).where(Guardian.minor_id == child.id, Guardian.guardian_volunteer_id == guardian_id)
    ):
        row.guardian_volunteer_id, row.verified_by = None, ""
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="guardian.part",
        target=f"volunteer:{child.code}",
        at=at,
        area_path=child.area_path,
    )


# --- what can be asked


def registered(session: Session, guardian: NewGuardian, *, day: date) -> int | None:
    """The id of the guardian who is a volunteer too, by number or by phone and name; otherwise None.

    Raises GuardianNeedsAge or NoSuch.
    """
    if guardian.volunteer is None:
        return session.scalars(
            select(Volunteer.id).where(
                Volunteer.phone == typed.phone_digits(guardian.phone),
                Volunteer.name == typed.name(guardian.name),
                Volunteer.birth_date <= wards.born_after(day),
            )
        ).first()
    adult = persons.by_code(session, guardian.volunteer)
    if masking.age_on(adult.birth_date, day) < OF_AGE:
        raise GuardianNeedsAge(volunteer=guardian.volunteer)
    return adult.id


def of(session: Session, minor_id: int) -> Guardian | None:
    """The latest guardian of a minor."""
    statement = select(Guardian).where(Guardian.minor_id == minor_id).order_by(Guardian.id.desc()).limit(1)
    return session.scalars(statement).first()
