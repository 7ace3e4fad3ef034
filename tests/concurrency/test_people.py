"""What belongs to one person goes to the first who asks; the others are refused in words."""

from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from points import database, ledger
from points.foundation.actors import SYSTEM
from points.people import households, volunteers
from points.people.tables import HouseholdRequest, Volunteer
from points.registry import merging
from tests import make
from tests.business.exchange import counter
from tests.business.ledger import books
from tests.concurrency.threads import at_once, refusals

pytestmark = pytest.mark.race


def register(community: str, session: Session) -> str:
    return volunteers.register(
        session,
        volunteers.NewVolunteer(
            name="赵立春",
            birth_date=date(1980, 1, 1),
            community=community,
            registered_via="self",
            phone="13800000000",
            consents=("register",),
        ),
        by=volunteers.NEWCOMER,
        at=make.NOW,
    ).code


@pytest.fixture
def streets(engine: Engine) -> Engine:
    with database.sessions(engine)() as session, database.write_transaction(session):
        make.street(session)
    return engine


@pytest.mark.parametrize("communities", [("BZ",) * 4, ("BZ", "NZ", "BZ", "NZ")], ids=["one", "two streets"])
def test_a_phone_registered_at_the_same_moment_is_one_volunteers(streets: Engine, communities: tuple[str, ...]) -> None:
    outcomes = at_once(streets, *(partial(register, community) for community in communities))
    assert refusals(outcomes) == ["phone-taken"] * 3
    with database.sessions(streets)() as session:
        assert session.scalar(select(func.count()).select_from(Volunteer)) == 1


def test_a_phone_changed_to_at_the_same_moment_is_one_volunteers(streets: Engine) -> None:
    with database.sessions(streets)() as session, database.write_transaction(session):
        people = [make.volunteer(session).code for _ in range(4)]

    def change(code: str, session: Session) -> None:
        volunteers.change(
            session, volunteer=code, by=SYSTEM, at=make.NOW, changes=volunteers.Changes(phone="13800000000")
        )

    assert refusals(at_once(streets, *(partial(change, code) for code in people))) == ["phone-taken"] * 3


def test_a_volunteers_number_has_no_gap_after_a_refusal(streets: Engine) -> None:
    with database.sessions(streets)() as session, database.write_transaction(session):
        first = make.volunteer(session, phone="13800000000").code
    assert refusals(at_once(streets, partial(register, "BZ"))) == ["phone-taken"]
    with database.sessions(streets)() as session, database.write_transaction(session):
        assert int(make.volunteer(session).code[2:]) == int(first[2:]) + 1


def test_a_merge_and_an_exchange_at_the_same_moment_spend_the_points_once(engine: Engine) -> None:
    def prepare(session: Session) -> tuple[Volunteer, Volunteer, Any]:
        place = counter.shop(session, points=0)
        kept, gone = make.volunteer(session), make.volunteer(session)
        make.points(session, gone, 30)
        return kept, gone, place

    with database.sessions(engine)() as session, database.write_transaction(session):
        kept, gone, place = prepare(session)
        second = make.street_admin(session)

    def merge(session: Session) -> str:
        facts = {"reason": "", "by": place.witness, "second": second, "at": make.NOW}
        return merging.merge(session, kept=kept.code, gone=gone.code, **facts).kept

    outcomes = at_once(
        engine,
        merge,
        lambda session: counter.redeem(session, gone, by=place.clerk).code,
        lambda session: counter.redeem(session, kept, by=place.clerk).code,
    )
    # who comes before the merge to the number without points is told so, and nothing else goes wrong
    assert set(refusals(outcomes)) <= {"insufficient-points"}
    exchanged = sum(isinstance(one, str) and one.startswith("DH") for one in outcomes)
    with database.sessions(engine)() as session:
        books.assert_the_books_are_right(session)
        assert exchanged <= 1
        assert ledger.balances(session, [kept.id, gone.id]) == {kept.id: 30 - 20 * exchanged, gone.id: 0}


def test_two_who_merge_the_same_pair_at_once_merge_it_once(engine: Engine) -> None:
    with database.sessions(engine)() as session, database.write_transaction(session):
        one, other = make.volunteer(session), make.volunteer(session)
        make.points(session, one, 30)
        make.points(session, other, 5)
        admin, clerk = make.community_admin(session), make.street_admin(session)

    def merge(kept: str, gone: str, session: Session) -> str:
        facts = {"reason": "", "by": admin, "second": clerk, "at": make.NOW}
        return merging.merge(session, kept=kept, gone=gone, **facts).kept

    pairs = [(one.code, other.code), (other.code, one.code)] * 2
    outcomes = at_once(engine, *(partial(merge, kept, gone) for kept, gone in pairs))
    assert refusals(outcomes) == ["same-number"] * 3
    with database.sessions(engine)() as session:
        books.assert_the_books_are_right(session)
        assert sorted(ledger.balances(session, [one.id, other.id]).values()) == [0, 35]


def test_a_request_to_join_is_answered_once_and_leads_to_one_membership(engine: Engine) -> None:
    with database.sessions(engine)() as session, database.write_transaction(session):
        head, person = make.volunteer(session), make.volunteer(session)
        home = make.household(session, head, pool=False)
        code, asker, household = home.code, person.code, home.id
        by, me = make.volunteer_actor(session, head), make.volunteer_actor(session, person)
        households.ask(session, household=code, volunteer=asker, by=me, at=make.NOW)

    def accept(session: Session) -> None:
        households.answer(session, volunteer=asker, accept=True, by=by, at=make.NOW)

    def decline(session: Session) -> None:
        households.answer(session, volunteer=asker, accept=False, by=by, at=make.NOW)

    def take_back(session: Session) -> None:
        households.take_back(session, volunteer=asker, by=me, at=make.NOW)

    outcomes = at_once(engine, accept, accept, decline, take_back, accept)
    assert refusals(outcomes) == ["nobody-asks"] * 4
    with database.sessions(engine)() as session:
        statuses = session.scalars(select(HouseholdRequest.status)).all()
        members = {one.code for one in households.members(session, household)}
    assert len(statuses) == 1
    assert (statuses[0] == "accepted") == (asker in members)


def test_somebody_taken_in_at_two_households_at_once_belongs_to_one(engine: Engine) -> None:
    with database.sessions(engine)() as session, database.write_transaction(session):
        person = make.volunteer(session).code
        homes = [make.household(session, make.volunteer(session), pool=False).code for _ in range(4)]

    def join(home: str, session: Session) -> None:
        households.join(session, household=home, volunteer=person, pool=False, by=SYSTEM, at=make.NOW)

    assert refusals(at_once(engine, *(partial(join, home) for home in homes))) == ["in-a-household"] * 3
