"""Whose an account is: a volunteer's, or a person's who is known by name and phone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access.tables import Account, StaffPerson
from points.foundation import typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, Invalid
from points.people import persons
from points.people.tables import Volunteer
from points.people.volunteers import details

# --- what there is


@dataclass(frozen=True, kw_only=True)
class Behind:
    """Whose an account is: a volunteer code, or a name with phone."""

    name: str = ""
    phone: str = ""
    volunteer: str = ""


NOT_SAID = Behind()

# --- what is refused


@dataclass(eq=False)
class PersonNeeded(Invalid):
    """An account without anybody behind it."""

    code = "person-needed"
    title = N_("Whose sign-in is it?")
    detail = N_("A sign-in belongs to one person: a volunteer, or somebody with name and phone.")
    next_step = N_("Enter the volunteer code, or the name and the phone.")
    field: str = "phone"


# --- what happens


def person_of(
    session: Session, behind: Behind, *, login: str, by: Actor, at: datetime
) -> tuple[int | None, int | None]:
    """The volunteer's id, or the id of the person known by name and phone, who is entered when new.

    A phone that is a volunteer's names that volunteer. Only the command line may leave open who it is.
    Raises NoSuch, PersonNeeded or BadPhone.
    """
    if behind.volunteer:
        return persons.by_code(session, behind.volunteer).id, None
    meant = typed.phone(behind.phone) if behind.phone.strip() else None
    if behind.phone.strip() and meant is None:
        raise details.BadPhone()
    phone = meant.number if meant else None
    if not by.omnipotent and (phone is None or not behind.name.strip()):
        raise PersonNeeded(field="phone" if phone is None else "name")
    volunteer_id = session.scalar(select(Volunteer.id).where(Volunteer.phone == phone)) if phone else None
    if volunteer_id is not None:
        return volunteer_id, None
    known = _known(session, phone=phone, login=login)
    if known is None:
        taken = session.scalar(select(StaffPerson.id).where(StaffPerson.key == login)) is not None
        known = StaffPerson(
            key=f"{login[:24]}~{phone}" if taken else login, phone=phone, created_at=at, created_by=by.person
        )
        session.add(known)
    known.phone = phone or known.phone
    known.name = behind.name.strip() or known.name or login
    session.flush()
    return None, known.id


# --- what can be asked


def behind_of(session: Session, accounts: Iterable[Account]) -> dict[int, Behind]:
    """Whose these accounts are, by their ids: the volunteer, or the name with phone."""
    rows = session.execute(
        select(Account.id, Volunteer.name, Volunteer.phone, Volunteer.code, StaffPerson.name, StaffPerson.phone)
        .outerjoin(Volunteer, Volunteer.id == Account.volunteer_id)
        .outerjoin(StaffPerson, StaffPerson.id == Account.person_id)
        .where(Account.id.in_([account.id for account in accounts]))
    )
    return {
        number: Behind(name=called or known or "", phone=own or phone or "", volunteer=code or "")
        for number, called, own, code, known, phone in rows
    }


def _known(session: Session, *, phone: str | None, login: str) -> StaffPerson | None:
    """Who has this phone; otherwise who stands behind this login and whose phone nobody knew."""
    if phone is not None:
        found = session.scalars(select(StaffPerson).where(StaffPerson.phone == phone)).first()
        if found is not None:
            return found
    own = StaffPerson.key == login
    return session.scalars(
        select(StaffPerson).where(own if phone is None else own & StaffPerson.phone.is_(None))
    ).first()
