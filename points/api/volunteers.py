"""Volunteers: who takes part, their consents, cards, households and points."""

from datetime import date
from typing import Any

from marshmallow import fields as shown
from sqlalchemy.orm import Session

from points import http
from points.api import paging
from points.api.fields import Code, Day, Flag, Shape, Text, Word
from points.api.names import codes_of
from points.api.room import Given, IfMatch, Room, tagged
from points.database import db, transaction
from points.foundation import clock, masking
from points.people import cards, consents, guardians, households, minors, persons, volunteers
from points.people.tables import PURPOSES, Volunteer
from points.places.tables import Area

room = Room("volunteers", __name__, description="People, their consents, cards, households.")


class VolunteerShape(Shape):
    """A volunteer as those see them who may: no birth date, no full phone number."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    gender = shown.String(required=True)
    age_band = shown.String(required=True)
    phone = shown.String(required=True, metadata={"description": "Masked; empty for none"})
    community = shown.String(required=True)
    neighbour_group = shown.String(required=True, allow_none=True)
    status = shown.String(required=True)
    points_policy = shown.String(required=True)
    elder_mode = shown.Boolean(required=True)
    registered_via = shown.String(required=True)
    service_categories = shown.String(required=True)
    availability = shown.String(required=True)
    national_volunteer_no = shown.String(required=True, allow_none=True)
    is_demo = shown.Boolean(required=True)


class VolunteersQuery(paging.Named):
    """Which volunteers: those of an area, or those whose code, name or phone is asked for."""

    area = Code(metadata={"description": "This area and all below it"})
    text = Text(40, least=1, metadata={"description": "A code, a name, a phone number or its last four digits"})


class NewGuardianShape(Shape):
    """The guardian of a minor."""

    name = Text(40, least=2, required=True)
    phone = Text(20, least=1, required=True)
    relation = Text(20, least=1, required=True)
    volunteer = Code(load_default=None, allow_none=True)


class NewVolunteerShape(Shape):
    """A person to register."""

    name = Text(40, least=2, required=True)
    birth_date = Day(earliest=date(1900, 1, 1), required=True)
    community = Code(required=True)
    consents = shown.List(Word(*PURPOSES), required=True)
    phone = Text(20, load_default=None, allow_none=True)
    phone_none = Flag(load_default=False)
    gender = Word("female", "male", "unsaid", load_default="unsaid")
    neighbour_group = Code(load_default=None, allow_none=True)
    compound = Text(60, load_default=None, allow_none=True)
    channel = Word("web", "paper", load_default="paper")
    paper_ref = Text(60, load_default="")
    text_version = Text(20, least=1, load_default="2026-1")
    guardian = shown.Nested(NewGuardianShape, load_default=None, allow_none=True)
    pin = Text(12, load_default=None, allow_none=True)
    points_policy = Word("earn", "hours_only", load_default="earn")
    elder_mode = Flag(load_default=False)
    residence_text = Text(60, load_default="")
    service_categories = Text(200, load_default="")
    availability = Text(120, load_default="")
    emergency_contact = Text(60, load_default="")
    national_volunteer_no = Text(40, load_default=None, allow_none=True)


class VolunteerChangeShape(Shape):
    """What to change of a volunteer."""

    name = Text(40, least=2)
    phone = Text(20)
    gender = Word("female", "male", "unsaid")
    neighbour_group = Code()
    residence_text = Text(60)
    service_categories = Text(200)
    availability = Text(120)
    emergency_contact = Text(60)
    national_volunteer_no = Text(40, least=1)
    elder_mode = Flag()
    points_policy = Word("earn", "hours_only")
    reason = Text(200, load_default="")


class LookShape(Shape):
    """Why one looks at the details of a minor."""

    reason = Word(*minors.REASONS, required=True)


class ReasonShape(Shape):
    """Why."""

    reason = Text(200, least=1, required=True)


class PinShape(Shape):
    """A PIN."""

    pin = Text(12, least=1, required=True)


class ConsentShape(Shape):
    """A consent, given or taken back."""

    purpose = shown.String(required=True)
    text_version = shown.String(required=True)
    channel = shown.String(required=True)
    granted_at = shown.AwareDateTime(required=True)
    withdrawn_at = shown.AwareDateTime(required=True, allow_none=True)


class NewConsentShape(Shape):
    """A consent to record."""

    purpose = Word(*PURPOSES, required=True)
    text_version = Text(20, least=1, load_default="2026-1")
    channel = Word("web", "paper", load_default="web")
    paper_ref = Text(60, load_default="")


class PurposeShape(Shape):
    """What a consent is for."""

    purpose = Word(*PURPOSES, required=True)


class ConsentsShape(Shape):
    """Every consent of a person, latest first."""

    items = shown.List(shown.Nested(ConsentShape), required=True)


class CardShape(Shape):
    """A printed card; its QR holds `/c/<code>`."""

    code = shown.String(required=True)
    serial = shown.String(required=True)
    issued_at = shown.AwareDateTime(required=True)


class HouseholdShape(Shape):
    """A household: separate earning, shared spending by consent."""

    code = shown.String(required=True)
    members = shown.List(shown.String(), required=True)
    waiting = shown.Boolean(required=True, metadata={"description": "Whether the head has yet to accept the request"})


class HouseholdChoiceShape(Shape):
    """Found a household (no `household`) or join one; `pool` shares spending and needs the consent."""

    household = Code(load_default=None, allow_none=True)
    pool = Flag(load_default=False)


class PoolShape(Shape):
    """Whether to share one's points with the household."""

    pool = Flag(required=True)


@room.read("/volunteers", query=VolunteersQuery, answer=paging.page_of(VolunteerShape))
def list_volunteers(given: Given) -> Any:
    """The volunteers in your reach, by code; of minors neither name, gender nor what they offer."""
    session = db.session()
    found = persons.listing(
        session,
        by=http.current_actor(),
        area=given.get("area"),
        text=given.get("text", ""),
        after=given.get("cursor"),
        limit=given["limit"] + 1,
    )
    kept = found[: given["limit"]]
    return paging.page(_shown(session, kept), kept[-1].code if len(found) > len(kept) else None)


@room.read("/volunteers/<code:code>", answer=VolunteerShape)
def show_volunteer(code: str) -> Any:
    """One volunteer. Who looks at a minor says why first, with `look`."""
    session = db.session()
    return tagged(_shown(session, [_seen(session, code)])[0])


@room.act("/volunteers/<code:code>/look", body=LookShape, answer=VolunteerShape)
def look_at_minor(given: Given, code: str) -> Any:
    """Say why you look at the details of a minor: they are open to you for ten minutes, and the family can read it."""
    return _moved(minors.look, given, code)


@room.act("/volunteers", body=NewVolunteerShape, answer=VolunteerShape, status=201, once=True)
def register_volunteer(given: Given) -> Any:
    """Register a person, with the consents they gave."""
    guardian = given["guardian"] and guardians.NewGuardian(**given["guardian"])
    with transaction() as session:
        volunteer = volunteers.register(
            session,
            **{**given, "guardian": guardian},
            registered_via="staff",
            by=http.current_actor(),
            at=clock.now(),
        )
        return _shown(session, [volunteer])[0]


@room.change("/volunteers/<code:code>", body=VolunteerChangeShape, answer=VolunteerShape)
def change_volunteer(given: Given, code: str, if_match: IfMatch) -> Any:
    """Change what is sent: by the person, or by staff."""
    by = http.current_actor()
    with transaction() as session:
        if_match.check(_shown(session, [_seen(session, code)])[0])
        volunteer = volunteers.change(session, volunteer=code, **given, by=by, at=clock.now())
        return tagged(_shown(session, [volunteer])[0])


@room.act("/volunteers/<code:code>/suspend", body=ReasonShape, answer=VolunteerShape)
def suspend_volunteer(given: Given, code: str) -> Any:
    """Suspend: hours and points stay, nothing new may be done."""
    return _moved(volunteers.suspend, given, code)


@room.act("/volunteers/<code:code>/reinstate", body=ReasonShape, answer=VolunteerShape)
def reinstate_volunteer(given: Given, code: str) -> Any:
    """End a suspension."""
    return _moved(volunteers.reinstate, given, code)


@room.act("/volunteers/<code:code>/close", body=ReasonShape, answer=VolunteerShape)
def close_volunteer(given: Given, code: str) -> Any:
    """Close the account of a person who leaves."""
    return _moved(volunteers.close, given, code)


@room.act("/volunteers/<code:code>/pin", body=PinShape, answer=VolunteerShape)
def set_pin(given: Given, code: str) -> Any:
    """Set the PIN: by the person, or at the counter."""
    return _moved(volunteers.set_pin, given, code)


@room.act("/volunteers/<code:code>/cards", body=ReasonShape, answer=CardShape, status=201)
def issue_card(given: Given, code: str) -> Any:
    """Issue a card; the one before is revoked."""
    with transaction() as session:
        card = cards.issue(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())
        return {"code": card.code, "serial": card.serial, "issued_at": card.created_at}


@room.act("/volunteers/<code:code>/cards/revoke", body=ReasonShape, answer=VolunteerShape)
def revoke_card(given: Given, code: str) -> Any:
    """Revoke the live card, by its holder or at the counter: it is lost. Without one, nothing changes."""
    by = http.current_actor()
    with transaction() as session:
        cards.revoke(session, volunteer=code, **given, by=by, at=clock.now())
        return _shown(session, [persons.by_code(session, code)])[0]


@room.act("/volunteers/<code:code>/guardian/verify", answer=VolunteerShape)
def verify_guardian(given: Given, code: str) -> Any:
    """Note that you have seen who the guardian of this minor is; a registration that waited for it becomes active."""
    by = http.current_actor()
    with transaction() as session:
        guardians.verify(session, minor=code, by=by, at=clock.now())
        return _shown(session, [persons.by_code(session, code)])[0]


@room.read("/cards/<code:card>", answer=VolunteerShape)
def show_card_holder(card: str) -> Any:
    """Whose card it is, for those who may see the person. A card identifies; it signs nobody in."""
    session, by = db.session(), http.current_actor()
    return _shown(session, [persons.seen(session, cards.holder(session, card).code, by=by)])[0]


@room.read("/volunteers/<code:code>/consents", answer=ConsentsShape)
def list_consents(code: str) -> Any:
    """What the person consented to, and when."""
    session = db.session()
    volunteer = _seen(session, code)
    return {"items": consents.history(session, volunteer.id)}


@room.act("/volunteers/<code:code>/consents", body=NewConsentShape, answer=ConsentShape, status=201)
def grant_consent(given: Given, code: str) -> Any:
    """Record a consent: by the person, or by staff who has it in writing."""
    with transaction() as session:
        return consents.grant(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())


@room.act("/volunteers/<code:code>/consents/withdraw", body=PurposeShape, answer=ConsentsShape)
def withdraw_consent(given: Given, code: str) -> Any:
    """Take a consent back; it works at once."""
    with transaction() as session:
        consents.withdraw(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())
        return {"items": consents.history(session, persons.by_code(session, code).id)}


@room.read("/volunteers/<code:code>/household", answer=HouseholdShape)
def show_household(code: str) -> Any:
    """The household the person belongs to."""
    session = db.session()
    return _household(session, _seen(session, code))


@room.act("/volunteers/<code:code>/household", body=HouseholdChoiceShape, answer=HouseholdShape, status=201)
def join_household(given: Given, code: str) -> Any:
    """Found a household, or join one; who joins for themselves asks, and its head accepts on their page."""
    by, at = http.current_actor(), clock.now()
    with transaction() as session:
        volunteer = persons.seen(session, code, by=by)
        if given["household"] is None:
            home = session.get_one(Area, volunteer.community_id).code
            households.found(session, head=code, community=home, pool=given["pool"], by=by, at=at)
        elif by.volunteer_id == volunteer.id:
            asked = households.ask(session, household=given["household"], volunteer=code, by=by, at=at)
            if asked is not None:
                return {"code": households.by_code(session, given["household"]).code, "members": [], "waiting": True}
        else:
            households.join(session, household=given["household"], volunteer=code, pool=given["pool"], by=by, at=at)
        return _household(session, volunteer)


@room.act("/volunteers/<code:code>/household/pool", body=PoolShape, answer=HouseholdShape)
def choose_pool(given: Given, code: str) -> Any:
    """Begin or end sharing one's points with the household."""
    with transaction() as session:
        households.choose_pool(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())
        return _household(session, persons.by_code(session, code))


@room.act("/volunteers/<code:code>/household/leave", answer=VolunteerShape)
def leave_household(given: Given, code: str) -> Any:
    """Leave the household; one's own points stay one's own."""
    with transaction() as session:
        households.leave(session, volunteer=code, by=http.current_actor(), at=clock.now())
        return _shown(session, [persons.by_code(session, code)])[0]


def _seen(session: Session, code: str) -> Volunteer:
    """The volunteer, for who may know them; a minor for who has said why. Raises NoSuch, ReasonNeeded."""
    return minors.seen(session, code, by=http.current_actor(), at=clock.now())


def _moved(verb: Any, given: Given, code: str) -> Any:
    with transaction() as session:
        volunteer = verb(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())
        return _shown(session, [volunteer])[0]


def _household(session: Session, volunteer: Volunteer) -> dict[str, Any]:
    home = households.of(session, volunteer.id)
    if home is None:
        raise households.NotInHousehold(volunteer=volunteer.code)
    return {
        "code": home.code,
        "members": [member.code for member in households.members(session, home.id)],
        "waiting": False,
    }


def _shown(session: Session, found: list[Volunteer]) -> list[dict[str, Any]]:
    """As the asking person may see them; minors who are not open to them only by their code."""
    at = clock.now()
    today = clock.local_date(at)
    closed = minors.closed(session, found, by=http.current_actor(), at=at)
    areas = codes_of(
        session, Area, [id_ for person in found for id_ in (person.community_id, person.neighbour_group_id)]
    )
    rows = [
        {
            "code": person.code,
            "name": person.name,
            "gender": person.gender,
            "age_band": masking.age_band(masking.age_on(person.birth_date, today)),
            "phone": masking.mask_phone(person.phone),
            "community": areas[person.community_id],
            "neighbour_group": areas[person.neighbour_group_id],
            "status": person.status,
            "points_policy": person.points_policy,
            "elder_mode": person.elder_mode,
            "registered_via": person.registered_via,
            "service_categories": person.service_categories,
            "availability": person.availability,
            "national_volunteer_no": person.national_volunteer_no,
            "is_demo": person.is_demo,
        }
        for person in found
    ]
    return [row | _hidden(str(row["code"])) if row["code"] in closed else row for row in rows]


def _hidden(code: str) -> dict[str, Any]:
    """What stands instead of a minor's details."""
    return {
        "name": masking.mask_minor(code),
        "gender": "unsaid",
        "neighbour_group": None,
        "service_categories": "",
        "availability": "",
        "national_volunteer_no": None,
    }
