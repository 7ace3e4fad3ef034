"""Consents: one per purpose, versioned, as easily withdrawn as given (个人信息保护法)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from points.foundation import clock, masking
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NotAllowed
from points.journal import audit
from points.people import persons, wards
from points.people.tables import PURPOSES, Consent, Volunteer

TEXT_VERSION = "2026-1"

# --- what there is


@dataclass(frozen=True)
class Agreed:
    """How somebody agreed: on the web or on a paper kept under `paper_ref`, to which version of the text."""

    channel: str
    paper_ref: str
    text_version: str


# --- what is refused


@dataclass(eq=False)
class PaperNeedsReference(Invalid):
    """A consent on paper names where the paper is kept."""

    code = "paper-needs-reference"
    title = N_("Where is the paper?")
    detail = N_("A consent given on paper needs the number of the paper.")
    next_step = N_("Enter the number written on the signed form.")


@dataclass(eq=False)
class NoSuchPurpose(Invalid):
    """There is no consent for this purpose."""

    code = "no-such-purpose"
    title = N_("There is no such consent")
    detail = N_("“%(purpose)s” is not a purpose to consent to.")
    next_step = N_("Choose one of the purposes listed.")
    purpose: str


@dataclass(eq=False)
class RegisterConsentStays(Conflict):
    """The consent that a registration rests on ends with the registration."""

    code = "close-instead"
    title = N_("This consent ends with the account")
    detail = N_("Without the consent “%(purpose)s” there is no account.")
    next_step = N_("Ask to close the account instead.")
    purpose: str


@dataclass(eq=False)
class GuardianDecides(NotAllowed):
    """Below fourteen the guardian agrees for the child, and takes back."""

    code = "guardian-decides"
    title = N_("Your guardian decides this")
    detail = N_("Up to 13 years the guardian agrees, and takes back, for the child.")
    next_step = N_("Ask your guardian: it is one tap on their own page, or at the station.")


# --- what happens


def grant(
    session: Session,
    *,
    volunteer: str,
    purpose: str,
    text_version: str,
    channel: str,
    by: Actor,
    at: datetime,
    paper_ref: str = "",
) -> Consent:
    """Record a consent, by the person or by staff who has it in writing; an open one of the same version stays.

    For a minor the guardian may, and up to 13 only the guardian; from 14 on the young person's own takes its place.
    Raises NotPermitted, NoSuch, GuardianDecides, NoSuchPurpose or PaperNeedsReference.
    """
    person = persons.by_code(session, volunteer)
    role = _decider(session, by, person, at=at)
    earlier = _open(session, person.id, purpose)
    renewed = by.volunteer_id == person.id and earlier is not None and given_for_child(earlier, person)
    if earlier is not None and earlier.text_version == text_version and not renewed:
        return earlier
    if earlier is not None:
        earlier.withdrawn_at = at
        session.flush()
    agreed = Agreed(channel=channel, paper_ref=paper_ref, text_version=text_version)
    consent = record(session, volunteer_id=person.id, purpose=purpose, agreed=agreed, by=by, at=at)
    audit.write(
        session,
        by=by,
        role=role,
        action="consent.grant",
        target=f"volunteer:{person.code}",
        at=at,
        area_path=person.area_path,
        facts={"purpose": purpose, "version": text_version, "channel": channel},
    )
    return consent


def record(
    session: Session,
    *,
    volunteer_id: int,
    purpose: str,
    agreed: Agreed,
    by: Actor,
    at: datetime,
) -> Consent:
    """Write the row of a consent; part of `grant` and of a registration.

    Raises NoSuchPurpose or PaperNeedsReference.
    """
    refuse_unfounded([purpose], channel=agreed.channel, paper_ref=agreed.paper_ref)
    consent = Consent(
        subject_id=volunteer_id,
        purpose=purpose,
        text_version=agreed.text_version,
        granted_at=at,
        channel=agreed.channel,
        paper_ref=agreed.paper_ref.strip(),
        recorded_by=by.person,
        created_at=at,
        created_by=by.person,
    )
    session.add(consent)
    session.flush()
    return consent


def withdraw(session: Session, *, volunteer: str, purpose: str, by: Actor, at: datetime) -> bool:
    """Withdraw a consent; it works at once. Whether one was open.

    Raises NotPermitted, NoSuch, GuardianDecides, or RegisterConsentStays for those that an account rests on.
    """
    person = persons.by_code(session, volunteer)
    role = _decider(session, by, person, at=at)
    if purpose in ("register", "guardian"):
        raise RegisterConsentStays(purpose=purpose)
    statement = update(Consent).where(
        Consent.subject_id == person.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    withdrawn = session.execute(statement.values(withdrawn_at=at).returning(Consent.id)).first() is not None
    if withdrawn:
        audit.write(
            session,
            by=by,
            role=role,
            action="consent.withdraw",
            target=f"volunteer:{person.code}",
            at=at,
            area_path=person.area_path,
            facts={"purpose": purpose},
        )
    return withdrawn


def refuse_unfounded(purposes: list[str], *, channel: str, paper_ref: str) -> None:
    """Raises NoSuchPurpose or PaperNeedsReference."""
    for purpose in purposes:
        if purpose not in PURPOSES:
            raise NoSuchPurpose(purpose=purpose)
    if channel == "paper" and not paper_ref.strip():
        raise PaperNeedsReference()


# --- what can be asked


def open_for(session: Session, volunteer_id: int) -> set[str]:
    """The purposes to which this person consents now."""
    statement = select(Consent.purpose).where(Consent.subject_id == volunteer_id, Consent.withdrawn_at.is_(None))
    return set(session.scalars(statement))


def history(session: Session, volunteer_id: int) -> list[Consent]:
    """Every consent of this person, latest first."""
    return list(session.scalars(select(Consent).where(Consent.subject_id == volunteer_id).order_by(Consent.id.desc())))


def given_for_child(consent: Consent, person: Volunteer) -> bool:
    """Whether this consent was given before the person was fourteen, so by the guardian for them."""
    return masking.age_on(person.birth_date, clock.local_date(consent.granted_at)) < wards.CHOOSES_FROM


def _open(session: Session, volunteer_id: int, purpose: str) -> Consent | None:
    statement = select(Consent).where(
        Consent.subject_id == volunteer_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return session.scalars(statement).first()


def _decider(session: Session, by: Actor, person: Volunteer, *, at: datetime) -> str:
    """The role in which `by` decides a consent of `person`. Raises NotPermitted, NoSuch, GuardianDecides."""
    if by.volunteer_id == person.id and masking.age_on(person.birth_date, clock.local_date(at)) < wards.CHOOSES_FROM:
        raise GuardianDecides()
    return wards.own_or(session, person, "volunteer.register", by=by, at=at)
