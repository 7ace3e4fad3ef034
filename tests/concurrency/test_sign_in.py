"""Guessing at once is no way around the count."""

from functools import partial

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from points import database
from points.access import sessions
from points.access.attempts import FailedAttempt
from tests import make
from tests.concurrency.threads import at_once, refusals

pytestmark = pytest.mark.race


def test_ten_guesses_at_once_are_five_wrong_and_five_too_many(engine: Engine) -> None:
    with database.sessions(engine)() as session, database.write_transaction(session):
        code = make.volunteer(session, pin=True).code

    def guess(number: int, session: Session) -> None:
        sessions.sign_in_volunteer(session, who=code, pin=f"{number:04d}", agent="", at=make.NOW)

    outcomes = at_once(engine, *(partial(guess, number) for number in range(10)))
    assert sorted(refusals(outcomes)) == ["too-many-attempts"] * 5 + ["wrong-secret"] * 5
    with database.sessions(engine)() as session:
        assert session.scalar(select(func.count()).select_from(FailedAttempt)) == 5
