"""Skills: said by the person, seen by somebody else, and read by activities that ask for one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import NoSuch
from points.people import skills
from points.people.tables import Volunteer, VolunteerSkill
from points.service import signups
from tests import make

SOON = make.TODAY + timedelta(days=60)


def proposed(session: Session, person: Volunteer, **facts: Any) -> VolunteerSkill:
    me = make.volunteer_actor(session, person)
    return skills.propose(session, volunteer=person.code, skill="理发", by=me, at=make.NOW, **facts)


def test_what_one_says_counts_once_staff_has_seen_the_proof(session: Session) -> None:
    person, admin = make.volunteer(session), make.community_admin(session)
    activity = make.activity(session, required_skill="理发", start=make.NOW + timedelta(days=2))
    join = {"activity": activity.code, "volunteer": person.code, "by": make.volunteer_actor(session, person)}
    row = proposed(session, person, proof="美发师五级证")
    assert (row.verified_by, skills.verified(session, street_ids=[person.street_id])) == ("", [])
    assert skills.waiting(session, by=admin) == 1
    with pytest.raises(signups.NotSuitable):
        signups.sign_up(session, at=make.NOW, **join)
    seen = skills.add(
        session, volunteer=person.code, skill="理发", qualification_no_last4="4300-1234", valid_until=SOON, by=admin,
        at=make.NOW,
    )  # fmt: skip
    assert seen is row
    assert (row.proof, row.qualification_no_last4, row.verified_by) == ("美发师五级证", "1234", admin.person)
    assert skills.waiting(session, by=admin) == 0
    assert signups.sign_up(session, at=make.NOW, **join).status == "approved"
    with pytest.raises(skills.SkillKnown):
        proposed(session, person)


def test_a_proof_that_is_over_proves_nothing(session: Session) -> None:
    person = make.volunteer(session)
    with pytest.raises(skills.ProofIsOver):
        proposed(session, person, valid_until=make.TODAY - timedelta(days=1))
    row = proposed(session, person, valid_until=make.TODAY)
    assert not skills.is_over(row, make.TODAY)
    assert skills.is_over(row, make.TODAY + timedelta(days=1))


def test_nobody_sees_their_own_proof_and_no_stranger_any(session: Session) -> None:
    person, admin = make.volunteer(session), make.community_admin(session)
    proposed(session, person)
    both = Actor(person=admin.person, volunteer_id=person.id, permits=admin.permits)
    for by in (both, make.volunteer_actor(session, person)):
        with pytest.raises(NotPermitted):
            skills.add(session, volunteer=person.code, skill="理发", by=by, at=make.NOW)
    stranger = make.community_admin(session, "CS")
    with pytest.raises(NoSuch):
        skills.add(session, volunteer=person.code, skill="理发", by=stranger, at=make.NOW)
    with pytest.raises(NoSuch):
        skills.drop(session, volunteer=person.code, skill="理发", by=stranger, at=make.NOW)
    assert skills.roster(session, by=stranger) == ([], 0)


def test_a_skill_is_taken_off_by_the_person_or_the_office(session: Session) -> None:
    person, admin = make.volunteer(session), make.community_admin(session)
    for by in (make.volunteer_actor(session, person), admin):
        proposed(session, person)
        skills.drop(session, volunteer=person.code, skill="理发", by=by, at=make.NOW)
        assert skills.of(session, person.id) == []
    with pytest.raises(NoSuch):
        skills.drop(session, volunteer=person.code, skill="理发", by=admin, at=make.NOW)
