"""Two at once, on both databases: close the same session, explain the same difference, hand over while it closes."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from points.exchange import exchange_days
from points.exchange.exchange_days import closing
from points.exchange.tables import ExchangeDayCount, ExchangeDayVariance
from points.foundation.actors import SYSTEM
from tests import make
from tests.business.exchange.counter import on_shelf, redeem
from tests.business.exchange.test_closing import close, running
from tests.concurrency.test_exchange import looked, prepared
from tests.concurrency.threads import at_once, refusals

pytestmark = pytest.mark.race
CLOSE = make.NOW + timedelta(hours=4)


def test_two_close_a_session_and_one_count_stands(engine: Engine) -> None:
    place, code = prepared(engine, running)
    outcomes = at_once(
        engine,
        *[lambda session, left=left: close(session, code, place.clerk, G02=left) for left in (9, 8, 7, 6)],  # type: ignore[misc]
    )
    assert refusals(outcomes) == ["session-state"] * 3
    assert looked(engine, lambda session: session.scalar(select(func.count()).select_from(ExchangeDayCount))) == 1


def test_two_explain_a_difference_and_the_book_follows_once(engine: Engine) -> None:
    place, code = prepared(engine, running)
    prepared(engine, lambda session: close(session, code, place.clerk, G02=7))
    outcomes = at_once(
        engine,
        *[
            lambda session: closing.explain(
                session, code=code, reasons={"G02": "破损"}, by=place.clerk, second=place.witness, at=CLOSE
            )
        ]
        * 4,
    )
    assert refusals(outcomes) == ["nothing-to-explain"] * 3
    assert looked(engine, lambda session: on_shelf(session, place.late)) == (7, 0)
    assert looked(engine, lambda session: session.scalar(select(func.count()).select_from(ExchangeDayVariance))) == 1


def test_a_count_knows_the_hand_over_that_was_under_way(engine: Engine) -> None:
    place, code = prepared(engine, running)
    at_once(
        engine,
        lambda session: close(session, code, place.clerk),
        lambda session: redeem(session, place.person, by=place.clerk),
    )
    (line,) = looked(engine, lambda session: closing.sheet(session, code=code, by=SYSTEM))
    figures = looked(engine, lambda session: exchange_days.figures(session, code=code))
    assert line.booked == 12 - figures["items"]  # what was counted by hand is compared with a book that knows it
