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


def test_who_asks_belongs_to_the_household_once_its_head_accepts(session: Session) -> None:
    a, b = make.volunteer(session), make.volunteer(session)
    home = make.household(session, a)
    head, me = make.volunteer_actor(session, a), make.volunteer_actor(session, b)
    request = households.ask(session, household=home.code, volunteer=b.code, by=me, at=make.NOW)
    assert households.ask(session, household=home.code, volunteer=b.code, by=me, at=LATER) is request
    assert households.of(session, b.id) is None
    assert [person.code for _asked, person in households.asking(session, home.id)] == [b.code]
    households.answer(session, volunteer=b.code, accept=True, by=head, at=LATER)
    assert households.members(session, home.id) == [a, b]
    assert households.asking(session, home.id) == []
    assert households.pool(session, a.id) == [a.id], "nobody shares before saying so"
    households.choose_pool(session, volunteer=b.code, pool=True, by=me, at=LATER)
    assert households.pool(session, a.id) == [a.id, b.id]


def test_only_the_head_or_staff_answer(session: Session) -> None:
    a, b, c = (make.volunteer(session) for _ in range(3))
    home = make.household(session, a, c)
    me = make.volunteer_actor(session, b)
    households.ask(session, household=home.code, volunteer=b.code, by=me, at=make.NOW)
    for by in (me, make.volunteer_actor(session, c), make.stranger(session)):
        with pytest.raises(households.OnlyTheHead):
            households.answer(session, volunteer=b.code, accept=True, by=by, at=make.NOW)
    households.answer(session, volunteer=b.code, accept=True, by=make.clerk(session), at=make.NOW)
    assert households.of(session, b.id) == home


def test_declined_or_taken_back_it_is_over_and_may_be_asked_again(session: Session) -> None:
    a, b = make.volunteer(session), make.volunteer(session)
    home = make.household(session, a)
    head, me = make.volunteer_actor(session, a), make.volunteer_actor(session, b)
    for end in (
        lambda: households.answer(session, volunteer=b.code, accept=False, by=head, at=LATER),
        lambda: households.take_back(session, volunteer=b.code, by=me, at=LATER),
    ):
        households.ask(session, household=home.code, volunteer=b.code, by=me, at=make.NOW)
        end()
        with pytest.raises(households.NobodyAsks):
            households.answer(session, volunteer=b.code, accept=True, by=head, at=LATER)
        with pytest.raises(households.NobodyAsks):
            households.take_back(session, volunteer=b.code, by=me, at=LATER)
    assert households.of(session, b.id) is None


def test_one_household_is_asked_at_a_time(session: Session) -> None:
    a, b, c = (make.volunteer(session) for _ in range(3))
    first, second = make.household(session, a), make.household(session, c)
    me = make.volunteer_actor(session, b)
    households.ask(session, household=first.code, volunteer=b.code, by=me, at=make.NOW)
    with pytest.raises(households.AskedElsewhere):
        households.ask(session, household=second.code, volunteer=b.code, by=me, at=make.NOW)
    households.found(session, head=b.code, community="BZ", by=me, at=make.NOW)
    assert households.asked(session, b.id) is None, "who founds their own asks no longer"


def test_the_code_alone_lets_nobody_in(session: Session) -> None:
    a, b = make.volunteer(session), make.volunteer(session)
    home = make.household(session, a, b)
    me = make.volunteer_actor(session, b)
    households.leave(session, volunteer=b.code, by=me, at=make.NOW)
    with pytest.raises(households.OnlyTheHead):
        households.join(session, household=home.code, volunteer=b.code, pool=True, by=me, at=make.NOW)
    assert households.pool(session, b.id) == [b.id]
    households.join(session, household=home.code, volunteer=b.code, pool=True, by=make.clerk(session), at=make.NOW)
    assert households.pool(session, b.id) == [b.id, a.id]


def test_the_head_lets_somebody_go_and_nobody_else_does(session: Session) -> None:
    a, b, c = (make.volunteer(session) for _ in range(3))
    home = make.household(session, a, b, c)
    for by in (make.volunteer_actor(session, c), make.volunteer_actor(session, b)):
        with pytest.raises(households.OnlyTheHead):
            households.remove(session, volunteer=b.code, by=by, at=LATER)
    head = make.volunteer_actor(session, a)
    with pytest.raises(households.OnlyTheHead):
        households.remove(session, volunteer=a.code, by=head, at=LATER)
    households.remove(session, volunteer=b.code, by=head, at=LATER)
    assert households.members(session, home.id) == [a, c]
    with pytest.raises(households.OnlyTheHead):
        households.remove(session, volunteer=b.code, by=head, at=LATER)


def test_when_the_head_leaves_the_longest_adult_member_is_head(session: Session) -> None:
    a, c = make.volunteer(session), make.volunteer(session)
    child = make.minor(session)
    home = make.household(session, a, child, c, pool=False)
    households.leave(session, volunteer=a.code, by=make.volunteer_actor(session, a), at=LATER)
    assert home.head_id == c.id
    households.leave(session, volunteer=c.code, by=make.volunteer_actor(session, c), at=LATER)
    assert home.head_id == child.id


def test_a_guardian_who_is_head_takes_the_child_in_and_decides_for_it(session: Session) -> None:
    parent = make.volunteer(session)
    child = make.minor(session, guardian=make.guardian_of(parent))
    home = make.household(session, parent)
    me = make.volunteer_actor(session, parent)
    assert households.ask(session, household=home.code, volunteer=child.code, by=me, at=make.NOW) is None
    households.choose_pool(session, volunteer=child.code, pool=True, by=me, at=make.NOW)
    assert households.pool(session, parent.id) == [parent.id, child.id]
    households.leave(session, volunteer=child.code, by=me, at=LATER)
    assert households.members(session, home.id) == [parent]


def test_a_stranger_founds_no_household_for_others(session: Session) -> None:
    person = make.volunteer(session)
    for by in (make.stranger(session), make.volunteer_actor(session, make.volunteer(session))):
        with pytest.raises(NoSuch):
            households.found(session, head=person.code, community="BZ", by=by, at=make.NOW)
    assert households.of(session, person.id) is None


def test_who_leaves_keeps_their_own_points_and_loses_the_others(session: Session) -> None:
    a, b = make.volunteer(session), make.volunteer(session)
    make.points(session, a, 18)
    make.points(session, b, 40)
    make.household(session, a, b)
    households.leave(session, volunteer=b.code, by=make.volunteer_actor(session, b), at=make.NOW)
    kept = {person.code: ledger.balance(session, person.id, day=make.TODAY).balance for person in (a, b)}
    assert kept == {a.code: 18, b.code: 40}
    assert (households.pool(session, a.id), households.pool(session, b.id)) == ([a.id], [b.id])
