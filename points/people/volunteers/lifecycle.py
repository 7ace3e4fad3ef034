"""What happens to a volunteer after registration: changes, PIN, suspension, closing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from sqlalchemy.orm import Session

from points.foundation import clock, masking, secrets
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict
from points.journal import audit
from points.people import persons, wards
from points.people.tables import Volunteer
from points.people.volunteers import details
from points.places.tables import Area

# --- what there is


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is to be changed of a volunteer; None leaves it as it is."""

    name: str | None = None
    phone: str | None = None
    gender: str | None = None
    neighbour_group: str | None = None
    residence_text: str | None = None
    service_categories: str | None = None
    availability: str | None = None
    emergency_contact: str | None = None
    national_volunteer_no: str | None = None
    elder_mode: bool | None = None
    points_policy: str | None = None


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


# --- what happens


def change(
    session: Session, *, volunteer: str, changes: Changes, by: Actor, at: datetime, reason: str = ""
) -> Volunteer:
    """Change what is given, by the person, a minor's guardian or staff; the name only by staff.

    The name stands in legal records.

    Raises NotPermitted, NoSuch, BadName, BadPhone, PhoneTaken, NationalNumberTaken or WrongNeighbourGroup.
    """
    person = persons.by_code(session, volunteer)
    role = wards.own_or(session, person, "volunteer.change", by=by, at=at)
    fields: dict[str, object] = {
        "gender": changes.gender,
        "residence_text": changes.residence_text,
        "service_categories": changes.service_categories,
        "availability": changes.availability,
        "emergency_contact": changes.emergency_contact,
        "national_volunteer_no": details.free_national_number(session, changes.national_volunteer_no, of=person.id),
        "elder_mode": changes.elder_mode,
        "points_policy": changes.points_policy,
    }
    if changes.name is not None:
        role = by.require("volunteer.change", area_path=person.area_path)
        fields["name"] = details.tidy_name(changes.name)
    if changes.phone is not None:
        age = masking.age_on(person.birth_date, clock.local_date(at))
        fields["phone"] = details.free_phone(session, changes.phone, none=False, age=age, of=person.id)
        fields["phone_none"] = fields["phone"] is None
    if changes.neighbour_group is not None:
        home = session.get_one(Area, person.community_id)
        group = details.neighbour_group_of(session, changes.neighbour_group, home)
        fields |= {"neighbour_group_id": group.id, "area_path": group.path}
    changed = [field for field, value in fields.items() if value is not None and getattr(person, field) != value]
    for field in changed:
        setattr(person, field, fields[field])
    if "phone" in changed:
        person.phone_set_by, person.phone_set_at = _by_staff(by, role), at
    session.flush()
    if changed:
        _note(session, person, "volunteer.change", by=by, role=role, reason=reason, at=at, facts={"fields": changed})
    return person


def set_pin(
    session: Session, *, volunteer: str, pin: str, by: Actor, at: datetime, well_known: bool = False
) -> Volunteer:
    """Set the PIN, by the person or at the counter; part of `access.pins.set_pin`, which ends sign-ins.

    `well_known` is said by the demo alone, whose PIN stands on its pages.
    Raises NotPermitted, NoSuch, BadPin or WeakPin.
    """
    person = persons.by_code(session, volunteer)
    role = persons.own_or(by, person, "card.issue", at_counter=True)
    if not well_known:
        details.refuse_bad_pin(pin, birth_date=person.birth_date, phone=person.phone)
    person.pin_hash = secrets.hash_secret(pin)
    person.pin_set_by, person.pin_set_at = _by_staff(by, role), at
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
    """Close the account and free the phone for a new registration; part of `registry.leaving.leave`.

    Raises NotPermitted, NoSuch or NotInState.
    """
    person = _move(session, volunteer, "closed", set(PRESENT), reason=reason, by=by, at=at)
    person.phone, person.phone_none, person.pin_hash = None, True, None
    session.flush()
    return person


def _by_staff(by: Actor, role: str) -> str | None:
    """Who set it, where it was not the person, their guardian or the installation."""
    return None if role in wards.OWN or by.omnipotent else by.person


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


def _note(session: Session, person: Volunteer, action: str, **act: Unpack[audit.Act]) -> None:
    audit.write(session, action=action, target=f"volunteer:{person.code}", area_path=person.area_path, **act)
