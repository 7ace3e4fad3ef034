"""What belongs to one person goes to the first who asks; the others are refused in words."""

from datetime import date
from functools import partial

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from points import database
from points.foundation.actors import SYSTEM
from points.people import volunteers
from points.people.volunteers import Volunteer
from tests import make
from tests.concurrency.threads import at_once, refusals

pytestmark = pytest.mark.race


def register(community: str, session: Session) -> str:
    return volunteers.register(
        session,
        name="赵立春",
        birth_date=date(1980, 1, 1),
        community=community,
        registered_via="self",
        phone="13800000000",
        consents=("register",),
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
        volunteers.change(session, volunteer=code, phone="13800000000", by=SYSTEM, at=make.NOW)

    assert refusals(at_once(streets, *(partial(change, code) for code in people))) == ["phone-taken"] * 3


def test_a_volunteers_number_has_no_gap_after_a_refusal(streets: Engine) -> None:
    with database.sessions(streets)() as session, database.write_transaction(session):
        first = make.volunteer(session, phone="13800000000").code
    assert refusals(at_once(streets, partial(register, "BZ"))) == ["phone-taken"]
    with database.sessions(streets)() as session, database.write_transaction(session):
        assert int(make.volunteer(session).code[2:]) == int(first[2:]) + 1
