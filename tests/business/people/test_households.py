"""Households: separate earning, shared spending where both sides consent."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from points import ledger
from points.foundation.actors import SYSTEM
from points.foundation.errors import NoSuch
from points.people import consents, households, volunteers
from tests import make

LATER = make.NOW + timedelta(days=1)


def test_who_pools_may_spend_each_others_points_own_first(session: Session) -> None:
    a, b, c = (make.volunteer(session) for _ in range(3))
    make.household(session, b, a, c)
    assert households.pool(session, a.id) == [a.id, b.id, c.id]
    assert households.pool(session, b.id) == [b.id, a.id, c.id]


def test_without_pooling_everybody_spends_their_own(session: Session) -> None:
    a, b = make.volunteer(session), make.volunteer(session)
    make.household(session, a, b, pool=False)
    assert households.pool(session, a.id) == [a.id]


def test_pooling_is_mutual(session: Session) -> None:
    a, b, c = (make.volunteer(session) for _ in range(3))
    household = make.household(session, a, b)
    households.join(session, household=household.code, volunteer=c.code, pool=False, by=SYSTEM, at=make.NOW)
    assert households.pool(session, a.id) == [a.id, b.id]
    assert households.pool(session, c.id) == [c.id]


def test_withdrawing_the_consent_ends_pooling_at_once(session: Session) -> None:
    a, b = make.volunteer(session), make.volunteer(session)
    make.household(session, a, b)
    me = make.volunteer_actor(session, b)
    consents.withdraw(session, volunteer=b.code, purpose="household_pool", by=me, at=LATER)
    assert households.pool(session, a.id) == [a.id]
    assert households.pool(session, b.id) == [b.id]
    households.choose_pool(session, volunteer=b.code, pool=True, by=me, at=LATER)
    assert households.pool(session, a.id) == [a.id, b.id]
    households.choose_pool(session, volunteer=b.code, pool=False, by=me, at=LATER)
    assert households.pool(session, a.id) == [a.id]


def test_leaving_ends_pooling_and_membership(session: Session) -> None:
    a, b = make.volunteer(session), make.volunteer(session)
    household = make.household(session, a, b)
    households.leave(session, volunteer=b.code, by=make.volunteer_actor(session, b), at=LATER)
    assert households.pool(session, a.id) == [a.id]
    assert households.members(session, household.id) == [a]
    with pytest.raises(households.NotInHousehold):
        households.leave(session, volunteer=b.code, by=SYSTEM, at=LATER)


def test_the_points_of_someone_suspended_or_gone_are_not_spent_by_others(session: Session) -> None:
    a, b = make.volunteer(session), make.volunteer(session)
    make.household(session, a, b)
    volunteers.suspend(session, volunteer=b.code, reason="核查", by=SYSTEM, at=LATER)
    assert households.pool(session, a.id) == [a.id]


def test_a_person_belongs_to_one_household(session: Session) -> None:
    a, b, c = (make.volunteer(session) for _ in range(3))
    make.household(session, a, b)
    other = make.household(session, c)
    for volunteer in (a, b):
        with pytest.raises(households.InAHousehold):
            households.join(session, household=other.code, volunteer=volunteer.code, pool=False, by=SYSTEM, at=make.NOW)
    assert households.members(session, other.id) == [c]


def test_nobody_pools_for_another_without_the_consent(session: Session) -> None:
    a, b = make.volunteer(session), make.volunteer(session)
    household = make.household(session, a)
    with pytest.raises(volunteers.ConsentNeeded) as refusal:
        households.join(
            session, household=household.code, volunteer=b.code, pool=True, by=make.clerk(session), at=make.NOW
        )
    assert refusal.value.purpose == "household_pool"
    assert households.of(session, b.id) is None


def test_who_joins_and_pools_for_themselves_consents_by_that(session: Session) -> None:
    a, b = make.volunteer(session), make.volunteer(session)
    household = make.household(session, a)
    me = make.volunteer_actor(session, b)
    households.join(session, household=household.code, volunteer=b.code, pool=True, by=me, at=make.NOW)
    assert "household_pool" in consents.open_for(session, b.id)
    assert households.pool(session, a.id) == [a.id, b.id]


def test_a_stranger_founds_no_household_for_others(session: Session) -> None:
    person = make.volunteer(session)
    for by in (make.stranger(session), make.volunteer_actor(session, make.volunteer(session))):
        with pytest.raises(NoSuch):
            households.found(session, head=person.code, community="BZ", by=by, at=make.NOW)
    assert households.of(session, person.id) is None


def test_who_left_does_not_come_back_by_the_code_alone(session: Session) -> None:
    a, b = make.volunteer(session), make.volunteer(session)
    household = make.household(session, a, b)
    me = make.volunteer_actor(session, b)
    households.leave(session, volunteer=b.code, by=me, at=make.NOW)
    with pytest.raises(households.LeftBefore):
        households.join(session, household=household.code, volunteer=b.code, pool=True, by=me, at=make.NOW)
    assert households.pool(session, b.id) == [b.id]
    clerk = make.clerk(session)
    households.join(session, household=household.code, volunteer=b.code, pool=True, by=clerk, at=make.NOW)
    assert households.pool(session, b.id) == [b.id, a.id]


def test_who_leaves_keeps_their_own_points_and_loses_the_others(session: Session) -> None:
    a, b = make.volunteer(session), make.volunteer(session)
    make.points(session, a, 18)
    make.points(session, b, 40)
    make.household(session, a, b)
    households.leave(session, volunteer=b.code, by=make.volunteer_actor(session, b), at=make.NOW)
    kept = {person.code: ledger.balance(session, person.id, day=make.TODAY).balance for person in (a, b)}
    assert kept == {a.code: 18, b.code: 40}
    assert (households.pool(session, a.id), households.pool(session, b.id)) == ([a.id], [b.id])
