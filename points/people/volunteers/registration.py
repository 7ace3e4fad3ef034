"""Registration: a person becomes a volunteer, with the consents that this rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from points.foundation import clock, secrets
from points.foundation.actors import Actor, Reach
from points.foundation.errors import N_, Invalid
from points.journal import audit, counters
from points.people import consents, guardians
from points.people.consents import TEXT_VERSION
from points.people.guardians import NewGuardian
from points.people.tables import Volunteer
from points.people.volunteers import details
from points.places import areas, compounds

NEWCOMER = Actor(
    person="newcomer",
    permits={"volunteer.register": (Reach(role="newcomer", everywhere=True),)},
)
"""Somebody not yet registered, who registers: may nothing else."""

# --- what there is


@dataclass(frozen=True, kw_only=True)
class NewVolunteer:
    """Who registers, where, and what they agreed to. `community`, `neighbour_group` are codes, `compound` is a name.

    `consents` are purposes; `channel` is web or paper, and paper has a `paper_ref`.
    """

    name: str
    birth_date: date
    community: str
    registered_via: str
    consents: Sequence[str]
    phone: str | None = None
    phone_none: bool = False
    gender: str = "unsaid"
    neighbour_group: str | None = None
    compound: str | None = None
    channel: str = "web"
    paper_ref: str = ""
    text_version: str = TEXT_VERSION
    guardian: NewGuardian | None = None
    pin: str | None = None
    points_policy: str = "earn"
    elder_mode: bool = False
    is_demo: bool = False
    residence_text: str = ""
    service_categories: str = ""
    availability: str = ""
    emergency_contact: str = ""
    national_volunteer_no: str | None = None


# --- what is refused


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


# --- what happens


def register(session: Session, new: NewVolunteer, *, by: Actor, at: datetime) -> Volunteer:
    """Register a person in a community and give them a volunteer code, with the consents they gave.

    `by` is NEWCOMER for people who register themselves, otherwise staff who may register there. Under 6 is refused;
    under 18 needs a guardian, whose consent is recorded beside the "register" consent (given by the guardian up to
    13, by the minor from 14 on). Staff who registers a minor has verified the guardian; a self-registered minor is
    `pending` until `guardians.verify`. A minor's phone is the guardian's and not stored on the minor.
    Raises NotPermitted, NoSuch, BadName, BadPhone, BadPin, PhoneNeeded, PhoneTaken, NationalNumberTaken, TooYoung,
    NotBornYet, GuardianNeeded, ConsentNeeded, NoSuchPurpose, PaperNeedsReference, WrongNeighbourGroup, NotACommunity,
    PlaceClosed.
    """
    home = areas.community_by_code(session, new.community)
    group = details.neighbour_group_of(session, new.neighbour_group, home) if new.neighbour_group else None
    area_path = group.path if group else home.path
    role = by.require("volunteer.register", area_path=area_path)
    areas.require_in_use(session, group or home)
    day = clock.local_date(at)
    name = details.tidy_name(new.name)
    age = details.checked_age(new.birth_date, day)
    phone = details.free_phone(session, new.phone, none=new.phone_none, age=age)
    national_volunteer_no = details.free_national_number(session, new.national_volunteer_no)
    if age < details.OF_AGE and new.guardian is None:
        raise GuardianNeeded()
    if new.guardian is not None:
        details.tidy_name(new.guardian.name, field="guardian_name")
        details.guardian_phone(new.guardian.phone)
        guardians.registered(session, new.guardian, day=day)
    if "register" not in new.consents:
        raise ConsentNeeded(purpose="register")
    consents.refuse_unfounded(list(new.consents), channel=new.channel, paper_ref=new.paper_ref)
    if new.pin is not None:
        details.refuse_bad_pin(new.pin, birth_date=new.birth_date, phone=phone)
    street = areas.street_of(session, home)
    letters = "".join(character for character in street.code.upper() if character.isalpha())
    is_self = by.person == NEWCOMER.person
    set_by = None if is_self or by.omnipotent else by.person
    volunteer = Volunteer(
        code=f"{letters}{counters.next_number(session, f'volunteer:{letters}'):06d}",
        name=name,
        gender=new.gender,
        birth_date=new.birth_date,
        phone=phone,
        phone_none=phone is None,
        street_id=street.id,
        community_id=home.id,
        neighbour_group_id=group.id if group else None,
        area_path=area_path,
        compound_id=compounds.by_name(session, community_id=home.id, name=new.compound).id if new.compound else None,
        residence_text=new.residence_text,
        service_categories=new.service_categories,
        availability=new.availability,
        emergency_contact=new.emergency_contact,
        national_volunteer_no=national_volunteer_no,
        registered_via=new.registered_via,
        status="pending" if is_self and age < details.OF_AGE else "active",
        points_policy=new.points_policy,
        elder_mode=new.elder_mode,
        pin_hash=secrets.hash_secret(new.pin) if new.pin is not None else None,
        pin_set_by=set_by if new.pin is not None else None,
        pin_set_at=at if new.pin is not None else None,
        phone_set_by=set_by if phone else None,
        phone_set_at=at if phone else None,
        is_demo=new.is_demo,
        created_at=at,
        created_by=by.person,
    )
    session.add(volunteer)
    session.flush()
    agreed = consents.Agreed(channel=new.channel, paper_ref=new.paper_ref, text_version=new.text_version)
    for purpose in dict.fromkeys(new.consents):
        if purpose != "guardian":  # that one is recorded with the guardian
            consents.record(session, volunteer_id=volunteer.id, purpose=purpose, agreed=agreed, by=by, at=at)
    if age < details.OF_AGE and new.guardian is not None:
        guardians.enter(
            session,
            minor=volunteer,
            guardian=new.guardian,
            agreed=agreed,
            verified_by="" if is_self else by.person,
            by=by,
            at=at,
        )
    audit.write(
        session,
        by=by,
        role=role,
        action="volunteer.register",
        target=f"volunteer:{volunteer.code}",
        at=at,
        area_path=area_path,
        facts={"via": new.registered_via, "consents": sorted(new.consents), "minor": age < details.OF_AGE},
    )
    return volunteer
