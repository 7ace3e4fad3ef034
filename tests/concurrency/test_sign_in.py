"""Guessing at once is no way around the count."""

from functools import partial

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from points import database
from points.access import assisted_sign_in, sign_ins
from points.access.identity import Identity
from points.access.tables import FailedAttempt
from tests import make
from tests.concurrency.threads import at_once, refusals

pytestmark = pytest.mark.race


def test_ten_guesses_at_once_are_five_wrong_and_five_too_many(engine: Engine) -> None:
    with database.sessions(engine)() as session, database.write_transaction(session):
        code = make.volunteer(session, pin=True).code

    def guess(number: int, session: Session) -> None:
        sign_ins.sign_in_volunteer(session, who=code, pin=f"{number:04d}", agent="", at=make.NOW)

    outcomes = at_once(engine, *(partial(guess, number) for number in range(10)))
    assert sorted(refusals(outcomes)) == ["too-many-attempts"] * 5 + ["wrong-secret"] * 5
    with database.sessions(engine)() as session:
        assert session.scalar(select(func.count()).select_from(FailedAttempt)) == 5


def test_one_number_typed_at_eight_counters_signs_one_person_in(engine: Engine) -> None:
    with database.sessions(engine)() as session, database.write_transaction(session):
        make.station(session)
        people = [make.volunteer(session).code for _ in range(8)]
        clerk = make.staff(session, role="station_staff", place="NLJ-1")
        request, cookie = assisted_sign_in.ask(session, station="NLJ-1", agent="", at=make.NOW)
        number = request.number

    def approve(code: str, session: Session) -> str | None:
        assisted_sign_in.approve(
            session, station="NLJ-1", number=number, volunteer=code, identity=Identity("phone4"), by=clerk, at=make.NOW
        )
        return code

    outcomes = at_once(engine, *(partial(approve, code) for code in people))
    assert refusals(outcomes) == ["no-phone-waits"] * 7
    approved = next(one for one in outcomes if isinstance(one, str))

    def collect(session: Session) -> str | None:
        collected = assisted_sign_in.collect(session, cookie=cookie, at=make.NOW)
        return collected[0].created_by if collected else None

    assert sorted(at_once(engine, *[collect] * 8), key=str) == sorted([approved, *[None] * 7], key=str)


def test_numbers_drawn_at_once_are_never_alike(engine: Engine) -> None:
    with database.sessions(engine)() as session, database.write_transaction(session):
        make.station(session)

    def ask(session: Session) -> str:
        return assisted_sign_in.ask(session, station="NLJ-1", agent="", at=make.NOW)[0].number

    drawn = at_once(engine, *[ask] * 16)
    assert len(set(drawn)) == 16
