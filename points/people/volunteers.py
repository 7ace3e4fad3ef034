"""Volunteers: registered, changed, suspended, closed. The table stands in `persons`, guardians in `guardians`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock, masking, secrets
from points.foundation.actors import Actor, Reach
from points.foundation.errors import N_, Conflict, Invalid
from points.journal import audit, counters
from points.people import consents, guardians, persons, skills
from points.people.guardians import Guardian as Guardian
from points.people.guardians import NewGuardian as NewGuardian
from points.people.persons import Volunteer as Volunteer
from points.people.persons import by_code as by_code
from points.people.persons import search as search
from points.people.persons import seen as seen
from points.people.skills import VolunteerSkill as VolunteerSkill
from points.places import areas
from points.places.areas import Area

add_skill = skills.add

NEWCOMER = Actor(
    person="newcomer",
    permits={"volunteer.register": (Reach(role="newcomer", everywhere=True),)},
)
"""Somebody not yet registered, who registers: may nothing else."""

YOUNGEST = 6
SELF_CONSENT_FROM = 14
OF_AGE = guardians.OF_AGE
PHONE_OPTIONAL_FROM = 60
_NAME = re.compile(r"[^\W\d_〇]|〇")
_PHONE = re.compile(r"[0-9]{7,15}")
_PIN = re.compile(r"[0-9]{4,6}")

# --- what is refused


@dataclass(eq=False)
class BadName(Invalid):
    """A name has 2–20 Chinese characters, letters or middle dots."""

    code = "bad-name"
    title = N_("Please check the name")
    detail = N_("A name has 2 to 20 characters: Chinese characters, letters and the middle dot.")
    next_step = N_("Enter the name as on the identity card, without titles.")


@dataclass(eq=False)
class BadPhone(Invalid):
    """A phone number has 7–15 digits."""

    code = "bad-phone"
    title = N_("Please check the phone number")
    detail = N_("A phone number has 7 to 15 digits.")
    next_step = N_("Enter the digits only.")


@dataclass(eq=False)
class BadPin(Invalid):
    """A PIN has 4–6 digits."""

    code = "bad-pin"
    title = N_("Please check the PIN")
    detail = N_("A PIN has 4 to 6 digits.")
    next_step = N_("Choose 4 to 6 digits that you remember easily and others do not guess.")


@dataclass(eq=False)
class PhoneNeeded(Invalid):
    """Only minors and people from 60 on register without a phone."""

    code = "phone-needed"
    title = N_("A phone number is needed")
    detail = N_("From 18 to %(until)s a phone number is needed to register.")
    next_step = N_("Enter a phone number.")
    until: int


@dataclass(eq=False)
class PhoneTaken(Conflict):
    """The phone is another volunteer's."""

    code = "phone-taken"
    title = N_("This phone number is already registered")
    detail = N_("Another volunteer has registered with this phone number.")
    next_step = N_("Sign in with it, or ask at the station.")


@dataclass(eq=False)
class TooYoung(Invalid):
    """Nobody below six takes part (domain §3.9)."""

    code = "too-young"
    title = N_("Too young")
    detail = N_("Volunteers are at least %(minimum)s years old.")
    next_step = N_("Come back when the child is %(minimum)s.")
    minimum: int


@dataclass(eq=False)
class NotBornYet(Invalid):
    """The birth date lies in the future or too far back."""

    code = "bad-birth-date"
    title = N_("Please check the birth date")
    detail = N_("This birth date cannot be right.")
    next_step = N_("Enter year, month and day of birth.")


@dataclass(eq=False)
class GuardianNeeded(Invalid):
    """A minor registers with a guardian (6–13: who consents for the child; 14–17: together with the minor)."""

    code = "guardian-needed"
    title = N_("A guardian is needed")
    detail = N_("Under 18 a guardian must agree.")
    next_step = N_("Enter the guardian's name, phone and relation.")


@dataclass(eq=False)
class ConsentNeeded(Invalid):
    """Without this consent there is no registration."""

    code = "consent-needed"
    title = N_("Your consent is needed")
    detail = N_("This needs the consent “%(purpose)s”.")
    next_step = N_("Read the text and agree, or leave it.")
    purpose: str


@dataclass(eq=False)
class WrongNeighbourGroup(Invalid):
    """The 邻 does not lie in the community."""

    code = "wrong-neighbour-group"
    title = N_("This group lies elsewhere")
    detail = N_("“%(neighbour_group)s” is no 邻 of “%(community)s”.")
    next_step = N_("Choose a group of this community.")
    neighbour_group: str
    community: str


@dataclass(eq=False)
class NotInState(Conflict):
    """The volunteer is not in a state from which this can happen."""

    code = "wrong-state"
    title = N_("That is not possible now")
    detail = N_("%(volunteer)s is %(status)s.")
    next_step = N_("Ask your community administrator.")
    volunteer: str
    status: str


# --- what happens


def register(
    session: Session,
    *,
    name: str,
    birth_date: date,
    community: str,
    registered_via: str,
    consents: Sequence[str],
    by: Actor,
    at: datetime,
    phone: str | None = None,
    phone_none: bool = False,
    gender: str = "unsaid",
    neighbour_group: str | None = None,
    compound: str | None = None,
    channel: str = "web",
    paper_ref: str = "",
    text_version: str = "2026-1",
    guardian: NewGuardian | None = None,
    pin: str | None = None,
    points_policy: str = "earn",
    elder_mode: bool = False,
    is_demo: bool = False,
    residence_text: str = "",
    service_categories: str = "",
    availability: str = "",
    emergency_contact: str = "",
    national_volunteer_no: str | None = None,
) -> Volunteer:
    """Register a person in a community and give them a volunteer code, with the consents they gave.

    `by` is NEWCOMER for people who register themselves, otherwise staff who may register there. Under 6 is refused;
    under 18 needs a guardian, whose consent is recorded beside the "register" consent (given by the guardian up to
    13, by the minor from 14 on). Staff who registers a minor has verified the guardian; a self-registered minor is
    `pending` until `guardians.verify`. A minor's phone is the guardian's and not stored on the minor.
    Raises NotPermitted, NoSuch, BadName, BadPhone, BadPin, PhoneNeeded, PhoneTaken, TooYoung, NotBornYet,
    GuardianNeeded, ConsentNeeded, NoSuchPurpose, PaperNeedsReference, WrongNeighbourGroup, NotACommunity.
    """
    home = areas.community_by_code(session, community)
    group = _neighbour_group(session, neighbour_group, home) if neighbour_group else None
    area_path = group.path if group else home.path
    role = by.require("volunteer.register", area_path=area_path)
    day = clock.local_date(at)
    name = tidy_name(name)
    age = _age(birth_date, day)
    phone = _phone(session, phone, none=phone_none, age=age)
    if age < OF_AGE and guardian is None:
        raise GuardianNeeded()
    if guardian is not None:
        tidy_name(guardian.name)
        _refuse_bad_phone(persons.tidy_phone(guardian.phone))
    if "register" not in consents:
        raise ConsentNeeded(purpose="register")
    _refuse_unfounded_consents(list(consents), channel=channel, paper_ref=paper_ref)
    if pin is not None:
        _refuse_bad_pin(pin)
    street = areas.street_of(session, home)
    letters = "".join(character for character in street.code.upper() if character.isalpha())
    is_self = by.person == NEWCOMER.person
    volunteer = Volunteer(
        code=f"{letters}{counters.next_number(session, f'volunteer:{letters}'):06d}",
        name=name,
        gender=gender,
        birth_date=birth_date,
        phone=phone,
        phone_none=phone is None,
        street_id=street.id,
        community_id=home.id,
        neighbour_group_id=group.id if group else None,
        area_path=area_path,
        compound_id=areas.compound_by_name(session, community_id=home.id, name=compound).id if compound else None,
        residence_text=residence_text,
        service_categories=service_categories,
        availability=availability,
        emergency_contact=emergency_contact,
        national_volunteer_no=national_volunteer_no or None,
        registered_via=registered_via,
        status="pending" if is_self and age < OF_AGE else "active",
        points_policy=points_policy,
        elder_mode=elder_mode,
        pin_hash=secrets.hash_secret(pin) if pin is not None else None,
        is_demo=is_demo,
        created_at=at,
        created_by=by.person,
    )
    session.add(volunteer)
    session.flush()
    _record_consents(
        session, volunteer, consents, channel=channel, paper_ref=paper_ref, text_version=text_version, by=by, at=at
    )
    if age < OF_AGE and guardian is not None:
        guardians.enter(
            session,
            minor=volunteer,
            guardian=guardian,
            channel=channel,
            paper_ref=paper_ref,
            text_version=text_version,
            verified_by="" if is_self else by.person,
            by=by,
            at=at,
            day=day,
        )
    audit.write(
        session,
        by=by,
        role=role,
        action="volunteer.register",
        target=f"volunteer:{volunteer.code}",
        at=at,
        area_path=area_path,
        facts={"via": registered_via, "consents": sorted(consents), "minor": age < OF_AGE},
    )
    return volunteer


def change(
    session: Session,
    *,
    volunteer: str,
    by: Actor,
    at: datetime,
    reason: str = "",
    name: str | None = None,
    phone: str | None = None,
    gender: str | None = None,
    neighbour_group: str | None = None,
    residence_text: str | None = None,
    service_categories: str | None = None,
    availability: str | None = None,
    emergency_contact: str | None = None,
    national_volunteer_no: str | None = None,
    elder_mode: bool | None = None,
    points_policy: str | None = None,
) -> Volunteer:
    """Change what is given, by the person or by staff; the name only by staff (it stands in legal records).

    Raises NotPermitted, NoSuch, BadName, BadPhone, PhoneTaken or WrongNeighbourGroup.
    """
    person = persons.by_code(session, volunteer)
    role = persons.own_or(by, person, "volunteer.change")
    fields: dict[str, Any] = {
        "gender": gender,
        "residence_text": residence_text,
        "service_categories": service_categories,
        "availability": availability,
        "emergency_contact": emergency_contact,
        "national_volunteer_no": national_volunteer_no,
        "elder_mode": elder_mode,
        "points_policy": points_policy,
    }
    if name is not None:
        role = by.require("volunteer.change", area_path=person.area_path)
        fields["name"] = tidy_name(name)
    if phone is not None:
        age = masking.age_on(person.birth_date, clock.local_date(at))
        fields["phone"] = _phone(session, phone, none=False, age=age, of=person.id)
        fields["phone_none"] = fields["phone"] is None
    if neighbour_group is not None:
        home = session.get_one(Area, person.community_id)
        group = _neighbour_group(session, neighbour_group, home)
        fields |= {"neighbour_group_id": group.id, "area_path": group.path}
    changed = [field for field, value in fields.items() if value is not None and getattr(person, field) != value]
    for field in changed:
        setattr(person, field, fields[field])
    session.flush()
    if changed:
        _note(session, person, "volunteer.change", by=by, role=role, reason=reason, at=at, facts={"fields": changed})
    return person


def set_pin(session: Session, *, volunteer: str, pin: str, by: Actor, at: datetime) -> Volunteer:
    """Set the PIN, by the person or at the counter. Raises NotPermitted, NoSuch or BadPin."""
    person = persons.by_code(session, volunteer)
    role = persons.own_or(by, person, "card.issue")
    _refuse_bad_pin(pin)
    person.pin_hash = secrets.hash_secret(pin)
    session.flush()
    _note(session, person, "volunteer.set_pin", by=by, role=role, at=at)
    return person


def suspend(session: Session, *, volunteer: str, reason: str, by: Actor, at: datetime) -> Volunteer:
    """Suspend: the person keeps hours and points and may do nothing new. Raises NotPermitted, NoSuch, NotInState."""
    return _move(session, volunteer, "suspended", {"active"}, reason=reason, by=by, at=at)


def reinstate(session: Session, *, volunteer: str, reason: str, by: Actor, at: datetime) -> Volunteer:
    """End a suspension. Raises NotPermitted, NoSuch or NotInState."""
    return _move(session, volunteer, "active", {"suspended"}, reason=reason, by=by, at=at)


def close(session: Session, *, volunteer: str, reason: str, by: Actor, at: datetime) -> Volunteer:
    """Close the account of a volunteer who leaves. Raises NotPermitted, NoSuch or NotInState."""
    return _move(session, volunteer, "closed", {"pending", "active", "suspended"}, reason=reason, by=by, at=at)


# --- what can be asked


def tidy_name(name: str) -> str:
    """`name` as it is stored. Raises BadName."""
    name = re.sub("[•・‧．]", "·", name.strip())
    letters = name.replace("·", "")
    if not 2 <= len(name) <= 20 or not letters or not all(_NAME.fullmatch(letter) for letter in letters):
        raise BadName()
    return name


def age(volunteer: Volunteer, day: date) -> int:
    """Full years of age on `day`."""
    return masking.age_on(volunteer.birth_date, day)


def is_minor(volunteer: Volunteer, day: date) -> bool:
    """Whether the volunteer is under 18 on `day`."""
    return age(volunteer, day) < OF_AGE


def _age(birth_date: date, day: date) -> int:
    years = masking.age_on(birth_date, day)
    if birth_date > day or years > 120:
        raise NotBornYet()
    if years < YOUNGEST:
        raise TooYoung(minimum=YOUNGEST)
    return years


def _phone(session: Session, phone: str | None, *, none: bool, age: int, of: int | None = None) -> str | None:
    """The phone to store: none for minors (the guardian's is the contact) and for elders without one."""
    if age < OF_AGE:
        return None
    if not phone or not phone.strip():
        if none and age >= PHONE_OPTIONAL_FROM:
            return None
        raise PhoneNeeded(until=PHONE_OPTIONAL_FROM - 1)
    phone = persons.tidy_phone(phone)
    _refuse_bad_phone(phone)
    holder = session.scalar(select(Volunteer.id).where(Volunteer.phone == phone))
    if holder is not None and holder != of:
        raise PhoneTaken()
    return phone


def _refuse_bad_phone(phone: str) -> None:
    if not _PHONE.fullmatch(phone):
        raise BadPhone()


def _refuse_bad_pin(pin: str) -> None:
    if not _PIN.fullmatch(pin):
        raise BadPin()


def _refuse_unfounded_consents(purposes: list[str], *, channel: str, paper_ref: str) -> None:
    consents.refuse_unfounded(purposes, channel=channel, paper_ref=paper_ref)


def _record_consents(
    session: Session,
    volunteer: Volunteer,
    purposes: Sequence[str],
    *,
    channel: str,
    paper_ref: str,
    text_version: str,
    by: Actor,
    at: datetime,
) -> None:
    for purpose in dict.fromkeys(purposes):
        if purpose == "guardian":
            continue  # recorded with the guardian
        consents.record(
            session,
            volunteer_id=volunteer.id,
            purpose=purpose,
            text_version=text_version,
            channel=channel,
            paper_ref=paper_ref,
            by=by,
            at=at,
        )


def _neighbour_group(session: Session, code: str, home: Area) -> Area:
    group = areas.by_code(session, code)
    if group.type != "neighbour_group" or not group.path.startswith(home.path):
        raise WrongNeighbourGroup(neighbour_group=code, community=home.code)
    return group


def _move(
    session: Session, code: str, status: str, allowed: set[str], *, reason: str, by: Actor, at: datetime
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


def _note(
    session: Session,
    person: Volunteer,
    action: str,
    *,
    by: Actor,
    role: str,
    at: datetime,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    audit.write(
        session,
        by=by,
        role=role,
        action=action,
        target=f"volunteer:{person.code}",
        at=at,
        area_path=person.area_path,
        reason=reason,
        facts=facts,
    )
