"""Guardians (监护人): who stands for a minor, verified by staff (domain §3.9)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.foundation import masking
from points.foundation.actors import Actor
from points.foundation.errors import N_, Invalid, NoSuch
from points.foundation.orm import Base, Row
from points.journal import audit
from points.people import consents, persons
from points.people.persons import Volunteer

OF_AGE = 18

# --- what there is


class Guardian(Row, Base):
    """Who stands for a minor: name, phone and relation, with the guardian's consent.

    `verified_by` is the staff member who has seen who it is; empty until then.
    """

    __tablename__ = "guardian"
    __table_args__ = (Index(None, "minor_id"),)

    minor_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    name: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(20))
    relation: Mapped[str] = mapped_column(String(20))
    guardian_volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer.id"))
    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id"))
    verified_by: Mapped[str]


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
    channel: str,
    paper_ref: str,
    text_version: str,
    verified_by: str,
    by: Actor,
    at: datetime,
    day: date,
) -> Guardian:
    """Enter the guardian of a volunteer just registered, with the guardian's consent; part of `volunteers.register`.

    Raises GuardianNeedsAge or NoSuch.
    """
    guardian_id = registered(session, guardian, day=day)
    consent = consents.record(
        session,
        volunteer_id=minor.id,
        purpose="guardian",
        text_version=text_version,
        channel=channel,
        paper_ref=paper_ref,
        by=by,
        at=at,
    )
    row = Guardian(
        minor_id=minor.id,
        name=guardian.name.strip(),
        phone=persons.tidy_phone(guardian.phone),
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


def verify(session: Session, *, minor: str, by: Actor, at: datetime) -> Guardian:
    """Note that staff has seen who the guardian of `minor` is; a pending minor becomes active.

    Raises NotPermitted or NoSuch.
    """
    volunteer = persons.seen(session, minor, by=by)
    role = by.require("volunteer.register", area_path=volunteer.area_path)
    guardian = of(session, volunteer.id)
    if guardian is None:
        raise NoSuch(kind=N_("guardian"), key=minor)
    guardian.verified_by = by.person
    if volunteer.status == "pending":
        volunteer.status = "active"
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="guardian.verify",
        target=f"volunteer:{volunteer.code}",
        at=at,
        area_path=volunteer.area_path,
    )
    return guardian


# --- what can be asked


def registered(session: Session, guardian: NewGuardian, *, day: date) -> int | None:
    """The id of the guardian who is a volunteer too, otherwise None. Raises GuardianNeedsAge or NoSuch."""
    if guardian.volunteer is None:
        return None
    adult = persons.by_code(session, guardian.volunteer)
    if masking.age_on(adult.birth_date, day) < OF_AGE:
        raise GuardianNeedsAge(volunteer=guardian.volunteer)
    return adult.id


def of(session: Session, minor_id: int) -> Guardian | None:
    """The latest guardian of a minor."""
    statement = select(Guardian).where(Guardian.minor_id == minor_id).order_by(Guardian.id.desc()).limit(1)
    return session.scalars(statement).first()


def stands_for(session: Session, volunteer_id: int | None, minor_id: int) -> bool:
    """Whether this volunteer is a guardian of the minor and staff has seen that; nobody (None) never is."""
    if volunteer_id is None:
        return False
    parameters = {"guardian": volunteer_id, "minor": minor_id}
    return session.execute(_STANDS_FOR, parameters).first() is not None


_STANDS_FOR = (
    select(Guardian.id)
    .where(
        Guardian.minor_id == bindparam("minor"),
        Guardian.guardian_volunteer_id == bindparam("guardian"),
        Guardian.verified_by != "",
    )
    .limit(1)
)
