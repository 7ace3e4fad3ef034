"""Volunteers: who takes part, their consents, cards, households and points."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from points import http
from points.access import pins
from points.api import paging
from points.api.names import codes_of
from points.api.room import IfMatch, Room, tagged
from points.database import db, transaction
from points.foundation import clock, masking
from points.people import cards, consents, guardians, households, minors, persons, residence, volunteers
from points.people.tables import Volunteer
from points.places.tables import Area
from points.registry import correcting, leaving
from points.shapes.fields import Given
from points.shapes.paging import page_of
from points.shapes.volunteers import (
    CardShape,
    ConsentShape,
    ConsentsShape,
    HomeShape,
    HouseholdChoiceShape,
    HouseholdHomeShape,
    HouseholdShape,
    LeavingShape,
    LookShape,
    NewConsentShape,
    NewVolunteerShape,
    PinShape,
    PoolShape,
    PurposeShape,
    ReasonShape,
    SuspensionShape,
    VolunteerChangeShape,
    VolunteerShape,
    VolunteersQuery,
)

room = Room("volunteers", __name__, description="People, their consents, cards, households.")


@room.read("/volunteers", query=VolunteersQuery, answer=page_of(VolunteerShape))
def list_volunteers(given: Given) -> object:
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
def show_volunteer(code: str) -> object:
    """One volunteer. Who looks at a minor says why first, with `look`."""
    session = db.session()
    return tagged(_shown(session, [_seen(session, code)])[0])


@room.act("/volunteers/<code:code>/look", body=LookShape, answer=VolunteerShape)
def look_at_minor(given: Given, code: str) -> object:
    """Say why you look at the details of a minor: they are open to you for ten minutes, and the family can read it."""
    return _moved(minors.look, given, code)


@room.act("/volunteers", body=NewVolunteerShape, answer=VolunteerShape, status=201, once=True)
def register_volunteer(given: Given) -> object:
    """Register a person, with the consents they gave."""
    guardian = given["guardian"] and guardians.NewGuardian(**given["guardian"])
    with transaction() as session:
        volunteer = volunteers.register(
            session,
            volunteers.NewVolunteer(**{**given, "guardian": guardian}, registered_via="staff"),
            by=http.current_actor(),
            at=clock.now(),
        )
        return _shown(session, [volunteer])[0]


@room.change("/volunteers/<code:code>", body=VolunteerChangeShape, answer=VolunteerShape)
def change_volunteer(given: Given, code: str, if_match: IfMatch) -> object:
    """Change what is sent: by the person, or by staff; sign-ups that do not suit another birth date end."""
    by = http.current_actor()
    with transaction() as session:
        if_match.check(_shown(session, [_seen(session, code)])[0])
        changed = correcting.correct(
            session, volunteer=code, changes=_changes(given), by=by, at=clock.now(), reason=given["reason"]
        )
        return tagged(_shown(session, [changed.person])[0])


@room.act("/volunteers/<code:code>/suspend", body=SuspensionShape, answer=VolunteerShape)
def suspend_volunteer(given: Given, code: str) -> object:
    """Suspend: hours and points stay, nothing new may be done, and places until then are given back."""
    with transaction() as session:
        done = correcting.suspend(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())
        return _shown(session, [done.person])[0]


@room.act("/volunteers/<code:code>/reinstate", body=ReasonShape, answer=VolunteerShape)
def reinstate_volunteer(given: Given, code: str) -> object:
    """End a suspension."""
    return _moved(volunteers.reinstate, given, code)


@room.act("/volunteers/<code:code>/close", body=LeavingShape, answer=VolunteerShape)
def close_volunteer(given: Given, code: str) -> object:
    """Close the account of a person who leaves: places, reservations, teams, household and phone are free again."""
    wishes = leaving.wishes(**{name: value for name, value in given.items() if name != "reason"})
    return _moved(leaving.leave, {"reason": given["reason"], "chosen": wishes}, code)


@room.act("/volunteers/<code:code>/pin", body=PinShape, answer=VolunteerShape)
def set_pin(given: Given, code: str) -> object:
    """Set the PIN: by the person, or at the counter."""
    return _moved(pins.set_pin, given, code)


@room.act("/volunteers/<code:code>/cards", body=ReasonShape, answer=CardShape, status=201)
def issue_card(given: Given, code: str) -> object:
    """Issue a card; the one before is revoked."""
    with transaction() as session:
        card = cards.issue(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())
        return {"code": card.code, "serial": card.serial, "issued_at": card.created_at}


@room.act("/volunteers/<code:code>/cards/revoke", body=ReasonShape, answer=VolunteerShape)
def revoke_card(given: Given, code: str) -> object:
    """Revoke the live card, by its holder or at the counter: it is lost. Without one, nothing changes."""
    by = http.current_actor()
    with transaction() as session:
        cards.revoke(session, volunteer=code, **given, by=by, at=clock.now())
        return _shown(session, [persons.by_code(session, code)])[0]


@room.act("/volunteers/<code:code>/guardian/verify", answer=VolunteerShape)
def verify_guardian(given: Given, code: str) -> object:
    """Note that you have seen who the guardian of this minor is; a registration that waited for it becomes active."""
    by = http.current_actor()
    with transaction() as session:
        guardians.verify(session, minor=code, by=by, at=clock.now())
        return _shown(session, [persons.by_code(session, code)])[0]


@room.read("/cards/<code:card>", answer=VolunteerShape)
def show_card_holder(card: str) -> object:
    """Whose card it is, for those who may see or serve the person. A card identifies; it signs nobody in."""
    session, by = db.session(), http.current_actor()
    return _shown(session, [persons.served(session, cards.holder(session, card).code, by=by)])[0]


@room.read("/volunteers/<code:code>/consents", answer=ConsentsShape)
def list_consents(code: str) -> object:
    """What the person consented to, and when."""
    session = db.session()
    volunteer = _seen(session, code)
    return {"items": consents.history(session, volunteer.id)}


@room.act("/volunteers/<code:code>/consents", body=NewConsentShape, answer=ConsentShape, status=201)
def grant_consent(given: Given, code: str) -> object:
    """Record a consent: by the person, or by staff who has it in writing."""
    with transaction() as session:
        return consents.grant(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())


@room.act("/volunteers/<code:code>/consents/withdraw", body=PurposeShape, answer=ConsentsShape)
def withdraw_consent(given: Given, code: str) -> object:
    """Take a consent back; it works at once."""
    with transaction() as session:
        consents.withdraw(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())
        return {"items": consents.history(session, persons.by_code(session, code).id)}


@room.read("/volunteers/<code:code>/household", answer=HouseholdShape)
def show_household(code: str) -> object:
    """The household the person belongs to."""
    session = db.session()
    return _household(session, _seen(session, code))


@room.act("/volunteers/<code:code>/household", body=HouseholdChoiceShape, answer=HouseholdShape, status=201)
def join_household(given: Given, code: str) -> object:
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


@room.act("/volunteers/<code:code>/home", body=HomeShape, answer=VolunteerShape)
def say_home(given: Given, code: str) -> object:
    """Say where in the community a person lives: 邻, and 小区 or 楼栋."""
    with transaction() as session:
        home = residence.Home(**given)
        person = residence.place_person(session, volunteer=code, home=home, by=http.current_actor(), at=clock.now())
        return _shown(session, [person])[0]


@room.act("/volunteers/<code:code>/household/home", body=HouseholdHomeShape, answer=HouseholdShape)
def say_household_home(given: Given, code: str) -> object:
    """Say where the household of this person lives."""
    with transaction() as session:
        home = residence.Home(given.get("neighbour_group", ""), given.get("dwelling", ""))
        by, at = http.current_actor(), clock.now()
        residence.place_household(session, volunteer=code, home=home, members=given["members"], by=by, at=at)
        return _household(session, persons.by_code(session, code))


@room.act("/volunteers/<code:code>/household/pool", body=PoolShape, answer=HouseholdShape)
def choose_pool(given: Given, code: str) -> object:
    """Begin or end sharing one's points with the household."""
    with transaction() as session:
        households.choose_pool(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())
        return _household(session, persons.by_code(session, code))


@room.act("/volunteers/<code:code>/household/leave", answer=VolunteerShape)
def leave_household(given: Given, code: str) -> object:
    """Leave the household; one's own points stay one's own."""
    with transaction() as session:
        households.leave(session, volunteer=code, by=http.current_actor(), at=clock.now())
        return _shown(session, [persons.by_code(session, code)])[0]


def _seen(session: Session, code: str) -> Volunteer:
    """The volunteer, for who may know them; a minor for who has said why. Raises NoSuch, ReasonNeeded."""
    return minors.seen(session, code, by=http.current_actor(), at=clock.now())


def _moved(verb: Callable[..., Volunteer], given: Given, code: str) -> object:
    with transaction() as session:
        volunteer = verb(session, volunteer=code, **given, by=http.current_actor(), at=clock.now())
        return _shown(session, [volunteer])[0]


def _changes(given: Given) -> volunteers.Changes:
    """`null` for the neighbour group or the compound means none."""
    sent = dict(given)
    sent.pop("reason")
    for name in ("neighbour_group", "compound"):
        if name in sent and sent[name] is None:
            sent[name] = ""
    if "guardian" in sent:
        sent["guardian"] = guardians.NewGuardian(**sent["guardian"])
    return volunteers.Changes(**sent)


def _household(session: Session, volunteer: Volunteer) -> dict[str, object]:
    home = households.of(session, volunteer.id)
    if home is None:
        raise households.NotInHousehold(volunteer=volunteer.code)
    return {
        "code": home.code,
        "members": [member.code for member in households.members(session, home.id)],
        "waiting": False,
    }


def _shown(session: Session, found: list[Volunteer]) -> list[dict[str, object]]:
    """As the asking person may see them; minors who are not open to them only by their code."""
    at, by = clock.now(), http.current_actor()
    today = clock.local_date(at)
    closed = minors.closed(session, found, by=by, at=at)
    areas = codes_of(
        session, Area, [id_ for person in found for id_ in (person.community_id, person.neighbour_group_id)]
    )
    until = volunteers.suspended_until(session, found)
    rows: list[dict[str, object]] = [
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
            "suspended_until": until.get(person.id),
        }
        for person in found
    ]
    served_only = {
        person.code
        for person in found
        if not by.role_for("volunteer.see", area_path=person.area_path)
        and by.role_for("counter.serve", area_path=person.area_path)
    }
    rows = [row | _AWAY if row["code"] in served_only else row for row in rows]
    return [row | _hidden(str(row["code"])) if row["code"] in closed else row for row in rows]


_AWAY = {"neighbour_group": None, "service_categories": "", "availability": "", "national_volunteer_no": None}
"""What a counter elsewhere in the street does not learn of somebody whom it serves."""


def _hidden(code: str) -> dict[str, object]:
    """What stands instead of a minor's details."""
    return {
        "name": masking.mask_minor(code),
        "gender": "unsaid",
        "neighbour_group": None,
        "service_categories": "",
        "availability": "",
        "national_volunteer_no": None,
    }
