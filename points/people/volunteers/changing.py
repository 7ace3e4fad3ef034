"""What is kept of a volunteer is changed: by themselves, their guardian, or staff who corrects what is wrong."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from points.foundation import clock, masking
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Conflict
from points.journal import audit
from points.people import consents, guardians, persons, wards
from points.people.guardians import NewGuardian
from points.people.tables import Consent, Team, Volunteer
from points.people.volunteers import details
from points.people.volunteers.registration import GuardianNeeded
from points.places import areas, compounds
from points.places.tables import Area

# --- what there is


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is to be changed of a volunteer; None leaves it as it is.

    "" for `neighbour_group` or `compound` (a name) means none, for `phone` that somebody of 60 or more has none.
    `guardian` is the one who stands for a minor from now on, with the consent on the paper of `paper_ref`, or given
    here on the screen.
    """

    name: str | None = None
    birth_date: date | None = None
    phone: str | None = None
    gender: str | None = None
    community: str | None = None
    neighbour_group: str | None = None
    compound: str | None = None
    residence_text: str | None = None
    service_categories: str | None = None
    availability: str | None = None
    emergency_contact: str | None = None
    national_volunteer_no: str | None = None
    elder_mode: bool | None = None
    points_policy: str | None = None
    guardian: NewGuardian | None = None
    paper_ref: str = ""


PLAIN = (
    "gender",
    "residence_text",
    "service_categories",
    "availability",
    "emergency_contact",
    "elder_mode",
    "points_policy",
)
BY_STAFF = ("name", "birth_date", "community", "guardian")
"""Legal records and what children are spared rest on these, so somebody else looks at a document."""

# --- what is refused


@dataclass(eq=False)
class AdultsPart(Conflict):
    """Who leads a team or stands for a child cannot turn out to be a minor."""

    code = "adults-part"
    title = N_("Only an adult does this")
    detail = N_("With this birth date %(volunteer)s would be under 18, but leads a team or stands for a child.")
    next_step = N_("Check the birth date; or name another leader or guardian first.")
    volunteer: str
    field: str = "birth_date"


@dataclass(eq=False)
class AnotherStreet(Conflict):
    """The number, its points and its cards are of one street."""

    code = "another-street"
    title = N_("This community is in another street")
    detail = N_("“%(community)s” is in another street. Points are spent in the street where they were earned.")
    next_step = N_("Whoever moves there ends the registration here, points used up first, and registers there.")
    community: str
    field: str = "community"


# --- what happens


def change(
    session: Session, *, volunteer: str, changes: Changes, by: Actor, at: datetime, reason: str = ""
) -> Volunteer:
    """Change what is given, by the person, a minor's guardian or staff.

    Name, birth date, community and guardian are changed by staff alone, and not by the person in question. A community
    is changed by who may in both; the 邻 and the 小区 of the old one are gone then. Who turns out to be a minor needs
    a guardian, whose phone is the contact from then on; who turns out to be an adult, a phone of their own.

    Raises NotPermitted, NoSuch, BadName, NotBornYet, TooYoung, BadPhone, PhoneNeeded, PhoneTaken, NationalNumberTaken,
    WrongNeighbourGroup, AnotherStreet, AdultsPart, GuardianNeeded or GuardianNeedsAge.
    """
    person = persons.by_code(session, volunteer)
    role = wards.own_or(session, person, "volunteer.change", by=by, at=at)
    persons.refuse_left(person)
    if any(getattr(changes, field) is not None for field in BY_STAFF):
        if by.oneself == person.id:
            raise NotPermitted(action="volunteer.change")
        role = by.require("volunteer.change", area_path=person.area_path)
    day = clock.local_date(at)
    fields: dict[str, object] = {field: value for field in PLAIN if (value := getattr(changes, field)) is not None}
    if changes.national_volunteer_no is not None:
        number = details.free_national_number(session, changes.national_volunteer_no, of=person.id)
        fields["national_volunteer_no"] = number
    if changes.name is not None:
        fields["name"] = details.tidy_name(changes.name)
    fields |= _home(session, person, changes, by=by)
    fields |= _age_and_phone(session, person, changes, day=day, staff=role not in wards.OWN)
    changed = [field for field, value in fields.items() if getattr(person, field) != value]
    for field in changed:
        setattr(person, field, fields[field])
    if "phone" in changed:
        person.phone_set_by, person.phone_set_at = by_staff(by, role), at
    session.flush()
    if changes.guardian is not None and details.is_minor(person, day):
        _another_guardian(session, person, changes.guardian, paper_ref=changes.paper_ref, by=by, at=at)
        changed.append("guardian")
    if changed:
        audit.write(
            session,
            by=by,
            role=role,
            action="volunteer.change",
            target=f"volunteer:{person.code}",
            at=at,
            area_path=person.area_path,
            facts={"fields": changed},
            reason=reason,
        )
    return person


def by_staff(by: Actor, role: str) -> str | None:
    """Who set it, where it was not the person, their guardian or the installation."""
    return None if role in wards.OWN or by.omnipotent else by.person


def _home(session: Session, person: Volunteer, changes: Changes, *, by: Actor) -> dict[str, object]:
    """Where the person lives, if that changes. Raises NoSuch, NotPermitted, AnotherStreet or WrongNeighbourGroup."""
    fields: dict[str, object] = {}
    home = session.get_one(Area, person.community_id)
    if changes.community is not None and changes.community != home.code:
        home = areas.community_by_code(session, changes.community)
        if areas.street_of(session, home).id != person.street_id:
            raise AnotherStreet(community=home.code)
        by.require("volunteer.change", area_path=home.path)
        fields = {"community_id": home.id, "neighbour_group_id": None, "area_path": home.path, "compound_id": None}
    if changes.neighbour_group == "":
        fields |= {"neighbour_group_id": None, "area_path": home.path}
    elif changes.neighbour_group is not None:
        group = details.neighbour_group_of(session, changes.neighbour_group, home)
        fields |= {"neighbour_group_id": group.id, "area_path": group.path}
    if changes.compound == "":
        fields["compound_id"] = None
    elif changes.compound is not None:
        fields["compound_id"] = compounds.by_name(session, community_id=home.id, name=changes.compound).id
    return fields


def _age_and_phone(
    session: Session, person: Volunteer, changes: Changes, *, day: date, staff: bool
) -> dict[str, object]:
    """Birth date and phone, if they change, and what follows from them.

    Raises NotBornYet, TooYoung, AdultsPart, GuardianNeeded, BadPhone, PhoneNeeded or PhoneTaken.
    """
    if changes.birth_date is None and changes.phone is None:
        return {}
    fields: dict[str, object] = {}
    before = age = masking.age_on(person.birth_date, day)
    if changes.birth_date is not None:
        age = details.checked_age(changes.birth_date, day)
        fields["birth_date"] = changes.birth_date
    if age < details.OF_AGE <= before:
        if _has_an_adults_part(session, person, day=day):
            raise AdultsPart(volunteer=person.code)
        if changes.guardian is None and guardians.of(session, person.id) is None:
            raise GuardianNeeded()
    if before < details.OF_AGE <= age and person.status == "pending":
        fields["status"] = "active"
    typed = person.phone if changes.phone is None else changes.phone
    phone = details.free_phone(session, typed, none=staff, age=age, of=person.id)
    return fields | {"phone": phone, "phone_none": phone is None}


def _has_an_adults_part(session: Session, person: Volunteer, *, day: date) -> bool:
    leads = select(exists().where(Team.leader_id == person.id, Team.status != "dissolved"))
    return bool(session.scalar(leads)) or bool(wards.children(session, volunteer_id=person.id, day=day))


def _another_guardian(
    session: Session, minor: Volunteer, guardian: NewGuardian, *, paper_ref: str, by: Actor, at: datetime
) -> None:
    """Who stands for the minor from now on, seen by the staff who enters it. Raises as a registration does."""
    details.tidy_name(guardian.name, field="guardian_name")
    details.guardian_phone(guardian.phone)
    given = update(Consent).where(
        Consent.subject_id == minor.id, Consent.purpose == "guardian", Consent.withdrawn_at.is_(None)
    )
    session.execute(given.values(withdrawn_at=at))
    agreed = consents.Agreed(
        channel="paper" if paper_ref else "web", paper_ref=paper_ref, text_version=consents.TEXT_VERSION
    )
    guardians.enter(session, minor=minor, guardian=guardian, agreed=agreed, verified_by=by.person, by=by, at=at)
