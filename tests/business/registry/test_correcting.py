"""What is kept of a person is put right, and what follows from it; suspensions with a reason and a last day."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from points.foundation.actors import SYSTEM, Actor, NotPermitted
from points.foundation.errors import NoSuch
from points.people import consents, guardians, volunteers, wards
from points.people.tables import Volunteer
from points.people.volunteers import Changes, NewGuardian
from points.registry import correcting
from points.registry.correcting import Corrected
from points.service import signups
from points.service.statuses import SignupStatus
from tests import make

PARENT = NewGuardian(name="钱家长", phone="13900000001", relation="母亲")
CHILD = date(2014, 3, 1)


def corrected(session: Session, person: Volunteer, *, by: Actor | None = None, **changes: Any) -> Corrected:
    return correcting.correct(
        session,
        volunteer=person.code,
        changes=Changes(**changes),
        by=by or make.community_admin(session),
        at=make.NOW,
        reason="登记时看错了",
    )


def test_who_turns_out_to_be_a_child_needs_a_guardian_whose_phone_is_the_contact(session: Session) -> None:
    person = make.volunteer(session)
    with pytest.raises(volunteers.GuardianNeeded):
        corrected(session, person, birth_date=CHILD)
    assert person.birth_date == make.ADULT_BORN
    corrected(session, person, birth_date=CHILD, guardian=PARENT, paper_ref="P-7")
    assert (person.birth_date, person.phone, person.phone_none) == (CHILD, None, True)
    guardian = guardians.of(session, person.id)
    assert guardian is not None
    assert guardian.verified_by
    assert "guardian" in consents.open_for(session, person.id)


def test_who_turns_out_to_be_an_adult_needs_a_phone(session: Session) -> None:
    person = make.minor(session)
    with pytest.raises(volunteers.PhoneNeeded):
        corrected(session, person, birth_date=make.ADULT_BORN)
    corrected(session, person, birth_date=make.ADULT_BORN, phone="19912345678")
    assert (person.phone, person.phone_none) == ("19912345678", False)


def test_an_elder_without_a_phone_who_is_forty_needs_one(session: Session) -> None:
    person = make.elder(session)
    with pytest.raises(volunteers.PhoneNeeded):
        corrected(session, person, birth_date=make.ADULT_BORN)
    corrected(session, person, birth_date=date(1951, 3, 1))
    assert person.phone_none


def test_leaders_and_guardians_are_no_children(session: Session) -> None:
    leader, parent = make.volunteer(session), make.volunteer(session)
    make.team(session, leader=leader)
    make.minor(session, guardian=make.guardian_of(parent))
    for person in (leader, parent):
        with pytest.raises(volunteers.AdultsPart):
            corrected(session, person, birth_date=CHILD, guardian=PARENT)


def test_places_for_another_age_are_given_back(session: Session) -> None:
    person, next_one = make.volunteer(session), make.volunteer(session)
    grown_ups = make.activity(
        session, title="仅限成人的活动", min_age=18, capacity=1, start=make.NOW + timedelta(days=2)
    )
    for one in (person, next_one):
        signups.sign_up(
            session, activity=grown_ups.code, volunteer=one.code, by=make.volunteer_actor(session, one), at=make.NOW
        )
    done = corrected(session, person, birth_date=date(2010, 3, 1), guardian=PARENT)
    assert done.given_back == ["仅限成人的活动"]
    (theirs, _) = signups.mine(session, volunteer_id=next_one.id)[0]
    assert theirs.status == SignupStatus.APPROVED


def test_a_move_within_the_street_takes_who_may_in_both_places(session: Session) -> None:
    ground = make.street(session)
    person = make.volunteer(session, neighbour_group="BZ-1-1-1")
    for admin in (make.community_admin(session), make.community_admin(session, "CS"), make.clerk(session)):
        with pytest.raises((NotPermitted, NoSuch)):
            corrected(session, person, by=admin, community="CS")
    corrected(session, person, by=make.street_admin(session), community="CS")
    assert (person.community_id, person.neighbour_group_id, person.area_path) == (ground.b.id, None, ground.b.path)
    with pytest.raises(volunteers.AnotherStreet):
        corrected(session, person, by=SYSTEM, community="NZ")


def test_a_neighbour_group_and_an_estate_are_set_and_cleared(session: Session) -> None:
    ground = make.street(session)
    person = make.volunteer(session)
    corrected(session, person, neighbour_group="BZ-1-1-1")
    assert person.area_path == ground.neighbour_group.path
    corrected(session, person, neighbour_group="", compound="")
    assert (person.neighbour_group_id, person.area_path, person.compound_id) == (None, ground.a.path, None)


def test_nobody_corrects_their_own_name_or_birth_date(session: Session) -> None:
    admin = make.community_admin(session)
    person = make.volunteer(session)
    both = Actor(person=admin.person, volunteer_id=person.id, permits=admin.permits)
    for change in ({"name": "钱立春"}, {"birth_date": CHILD}, {"community": "BZ"}):
        with pytest.raises(NotPermitted):
            corrected(session, person, by=both, **change)
    with pytest.raises(NotPermitted):
        corrected(session, person, by=make.volunteer_actor(session, person), birth_date=date(1981, 1, 1))


def test_another_guardian_takes_the_place_of_the_first(session: Session) -> None:
    aunt = make.volunteer(session, name="孙姑姑")
    child = make.minor(session)
    corrected(session, child, guardian=make.guardian_of(aunt))
    assert wards.stands_for(session, aunt.id, child.id, day=make.TODAY)
    given = [one for one in consents.history(session, child.id) if one.purpose == "guardian"]
    assert [one.withdrawn_at is None for one in given] == [True, False]


def test_a_suspension_has_a_reason_and_a_last_day_and_ends_by_itself(session: Session) -> None:
    person, admin = make.volunteer(session), make.community_admin(session)
    soon = make.activity(session, start=make.NOW + timedelta(days=2))
    later = make.activity(session, start=make.NOW + timedelta(days=9))
    for one in (soon, later):
        signups.sign_up(
            session, activity=one.code, volunteer=person.code, by=make.volunteer_actor(session, person), at=make.NOW
        )
    facts = {"volunteer": person.code, "reason": "三次代签", "by": admin, "at": make.NOW}
    with pytest.raises(volunteers.UntilIsPast):
        correcting.suspend(session, until=make.TODAY - timedelta(days=1), **facts)
    until = make.TODAY + timedelta(days=7)
    assert correcting.suspend(session, until=until, **facts).given_back == [soon.title]
    why = volunteers.suspension(session, person)
    assert why is not None
    assert (why.reason, why.until) == ("三次代签", until)
    assert signups.coming(session, volunteer_id=person.id, at=make.NOW) == [later.code]
    assert volunteers.end_suspensions(session, at=make.NOW + timedelta(days=7)) == 0
    assert volunteers.end_suspensions(session, at=make.NOW + timedelta(days=8)) == 1
    assert (person.status, volunteers.suspension(session, person)) == ("active", None)
