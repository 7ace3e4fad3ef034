"""Two counters at once, on both databases (A9): the last item, the same points, the same key, the same reservation."""

import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from points import database, proof
from points.exchange import exchange_days, redemption, stock, vouchers
from points.exchange.redemption import BroughtBack, Line
from points.exchange.redemption import counter as counter_module
from points.exchange.statuses import MoveKind
from points.exchange.stock import Count, on_the_way
from points.exchange.tables import Redemption
from points.foundation.actors import SYSTEM
from tests import make
from tests.business.exchange import counter
from tests.business.exchange.counter import Shop, balance, on_shelf, redeem, reserve, shop
from tests.business.ledger import books
from tests.concurrency.threads import at_once, refusals

pytestmark = pytest.mark.race


def prepared(engine: Engine, prepare: Callable[[Session], Any]) -> Any:
    with database.sessions(engine)() as session, database.write_transaction(session):
        return prepare(session)


def looked(engine: Engine, look: Callable[[Session], Any]) -> Any:
    with database.sessions(engine)() as session:
        books.assert_the_books_are_right(session)
        counter.assert_the_shelf_is_right(session)
        return look(session)


def test_two_counters_compete_for_the_last_item(engine: Engine) -> None:
    def prepare(session: Session) -> tuple[Shop, Any]:
        place, other = shop(session), make.volunteer(session)
        make.points(session, other, 100)
        redeem(session, place.person, Line("G02", 2), by=place.clerk)
        stock.write_off(
            session, batch=place.late.code, qty=9, kind="loss", reason="受潮", by=place.clerk, second=place.witness,
            at=make.NOW,
        )  # fmt: skip
        return place, other

    place, other = prepared(engine, prepare)
    outcomes = at_once(
        engine,
        lambda session: redeem(session, place.person, by=place.clerk),
        lambda session: redeem(session, other, by=place.clerk),
    )
    assert refusals(outcomes) == ["out-of-stock"]
    assert looked(engine, lambda session: on_shelf(session, place.late)) == (0, 0)


def test_counters_that_look_at_the_shelf_at_one_moment_sell_the_last_item_once(
    postgresql: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ask for the offer together; without the lock on its batches both would be promised the item."""
    look = counter_module.lock_offer

    def look_long(*asked: Any, **named: Any) -> Any:
        offered = look(*asked, **named)
        time.sleep(0.5)
        return offered

    def prepare(session: Session) -> tuple[Shop, Any]:
        place, other = shop(session), make.volunteer(session)
        make.points(session, other, 100)
        stock.write_off(
            session, batch=place.late.code, qty=10, kind=MoveKind.LOSS, reason="受潮", by=place.clerk,
            second=place.witness, at=make.NOW,
        )  # fmt: skip
        redeem(session, place.person, by=place.clerk)
        return place, other

    place, other = prepared(postgresql, prepare)
    monkeypatch.setattr(counter_module, "lock_offer", look_long)
    outcomes = at_once(
        postgresql,
        lambda session: redeem(session, place.person, by=place.clerk),
        lambda session: redeem(session, other, by=place.clerk),
    )
    assert refusals(outcomes) == ["out-of-stock"]
    assert looked(postgresql, lambda session: on_shelf(session, place.early)) == (0, 0)


def test_two_counters_compete_for_the_same_points(engine: Engine) -> None:
    place = prepared(engine, lambda session: shop(session, points=30))
    outcomes = at_once(engine, *[lambda session: redeem(session, place.person, by=place.clerk)] * 4)
    assert refusals(outcomes) == ["insufficient-points"] * 3
    assert looked(engine, lambda session: balance(session, place.person)) == (10, 0)


def test_the_monthly_limit_holds_across_counters(engine: Engine) -> None:
    place = prepared(engine, lambda session: shop(session, limit_pp_month=1))
    outcomes = at_once(engine, *[lambda session: redeem(session, place.person, by=place.clerk)] * 4)
    assert refusals(outcomes) == ["over-month-limit"] * 3


def test_the_same_key_at_once_redeems_once(engine: Engine) -> None:
    place = prepared(engine, shop)
    outcomes = at_once(engine, *[lambda session: redeem(session, place.person, by=place.clerk, key="k").code] * 6)
    assert len(set(outcomes)) == 1
    assert looked(engine, lambda session: balance(session, place.person)) == (80, 0)


def test_one_key_for_two_people_at_once_serves_one(engine: Engine) -> None:
    def prepare(session: Session) -> tuple[Shop, Any]:
        place, other = shop(session), make.volunteer(session)
        make.points(session, other, 100)
        return place, other

    place, other = prepared(engine, prepare)
    outcomes = at_once(
        engine,
        lambda session: redeem(session, place.person, by=place.clerk, key="k"),
        lambda session: redeem(session, other, by=place.clerk, key="k"),
    )
    assert refusals(outcomes) == ["idempotency-key-reused"]


def test_a_household_spends_its_points_once(engine: Engine) -> None:
    def prepare(session: Session) -> tuple[Shop, Any]:
        place, spouse = shop(session, points=50), make.volunteer(session)
        make.points(session, spouse, 50)
        make.household(session, place.person, spouse)
        return place, spouse

    place, spouse = prepared(engine, prepare)
    both = [
        lambda session: redeem(session, place.person, by=place.clerk).code,
        lambda session: redeem(session, spouse, by=place.clerk).code,
    ]
    outcomes = at_once(engine, *both * 4)
    assert refusals(outcomes) == ["insufficient-points"] * 3
    assert looked(engine, lambda session: (balance(session, place.person), balance(session, spouse))) == (
        (0, 0),
        (0, 0),
    )


def test_receipt_numbers_have_no_gaps_and_no_doubles(engine: Engine) -> None:
    place = prepared(engine, shop)
    outcomes = at_once(engine, *[lambda session: redeem(session, place.person, by=place.clerk).code] * 5)
    assert sorted(outcomes) == [f"DH20260509-01{number:04d}" for number in range(1, 6)]


def test_the_figures_of_a_session_hold_every_hand_over_in_it(engine: Engine) -> None:
    def prepare(session: Session) -> tuple[Shop, str]:
        place = shop(session)
        planned = exchange_days.plan(
            session, station="NLJ-1", title="兑换日", start_at=make.NOW, end_at=make.NOW + timedelta(hours=2),
            by=SYSTEM, at=make.NOW,
        )  # fmt: skip
        return place, exchange_days.open_day(session, code=planned.code, by=SYSTEM, at=make.NOW).code

    place, code = prepared(engine, prepare)
    outcomes = at_once(
        engine,
        *[lambda session: redeem(session, place.person, by=place.clerk)] * 3,
        lambda session: exchange_days.close(session, code=code, by=SYSTEM, at=make.NOW),
    )
    assert set(refusals(outcomes)) <= {"session-not-open"}

    def look(session: Session) -> tuple[int, int]:
        mine = Redemption.session_id == exchange_days.by_code(session, code).id
        written = session.scalar(select(func.coalesce(func.sum(Redemption.total_points), 0)).where(mine))
        return exchange_days.figures(session, code=code)["points"], written

    frozen, written = looked(engine, look)
    assert frozen == written


def test_an_exchange_day_closes_after_the_hand_over_under_way(
    postgresql: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It closes while an exchange has looked and not yet written; without the lock on the day it would not wait."""
    looked_at, number = threading.Event(), counter_module.next_code

    def slowly(*asked: Any, **named: Any) -> Any:
        looked_at.set()
        time.sleep(0.5)
        return number(*asked, **named)

    def prepare(session: Session) -> tuple[Shop, str]:
        place = shop(session)
        planned = exchange_days.plan(
            session, station="NLJ-1", title="兑换日", start_at=make.NOW, end_at=make.NOW + timedelta(hours=2),
            by=SYSTEM, at=make.NOW,
        )  # fmt: skip
        return place, exchange_days.open_day(session, code=planned.code, by=SYSTEM, at=make.NOW).code

    def close(session: Session) -> Any:
        looked_at.wait(timeout=10)
        return exchange_days.close(session, code=code, by=SYSTEM, at=make.NOW)

    place, code = prepared(postgresql, prepare)
    monkeypatch.setattr(counter_module, "next_code", slowly)
    at_once(postgresql, lambda session: redeem(session, place.person, by=place.clerk).code, close)
    assert looked(postgresql, lambda session: exchange_days.figures(session, code=code)["points"]) == 20


def test_a_reservation_ends_one_way_only(engine: Engine) -> None:
    def prepare(session: Session) -> tuple[Shop, str]:
        place = shop(session)
        return place, reserve(session, place.person, Line("G02", 3)).code

    place, code = prepared(engine, prepare)
    at = make.NOW + timedelta(days=7)

    def fulfil(session: Session) -> Any:
        return redemption.fulfil(session, redemption=code, identity=counter.PIN, by=place.clerk, at=at)

    def cancel(session: Session) -> Any:
        return redemption.cancel(session, redemption=code, by=place.clerk, at=at)

    def lapse(session: Session) -> Any:
        return redemption.lapse_due(session, at=at + timedelta(days=1))

    outcomes = at_once(engine, fulfil, cancel, lapse, fulfil, cancel)
    assert refusals(outcomes).count("redemption-state") >= 3
    status = looked(engine, lambda session: redemption.by_code(session, code).status)
    kept = looked(engine, lambda session: balance(session, place.person))
    assert kept == ((40, 0) if status == "fulfilled" else (100, 0))


def test_two_returns_of_one_line_give_it_back_once(engine: Engine) -> None:
    def prepare(session: Session) -> tuple[Shop, str]:
        place = shop(session)
        return place, redeem(session, place.person, Line("G02", 3), by=place.clerk).code

    place, code = prepared(engine, prepare)

    def give_back(session: Session) -> Any:
        return redemption.give_back(
            session, redemption=code, to_stock=True, reason="破损", lines=[BroughtBack(item="G02", qty=2)],
            by=place.clerk, second=place.witness, at=make.NOW,
        )  # fmt: skip

    outcomes = at_once(engine, give_back, give_back, give_back)
    assert refusals(outcomes) == ["more-than-handed-over"] * 2
    assert looked(engine, lambda session: balance(session, place.person)) == (80, 0)
    assert looked(engine, proof.check) == []


def test_what_is_on_the_way_arrives_once_or_comes_back(engine: Engine) -> None:
    def prepare(session: Session) -> tuple[Shop, Any, list[Any], list[Any]]:
        place = shop(session)
        make.station(session, "NLJ-2")
        sent = stock.send(
            session, from_station="NLJ-1", to_station="NLJ-2", item="G02", qty=3, by=place.clerk,
            second=place.witness, at=make.NOW,
        )  # fmt: skip
        lines = on_the_way.one(session, sent.code, by=place.clerk).lines
        arrivals = [stock.Arrival(line.batch, line.qty) for line in lines]
        return place, sent.code, arrivals, [make.clerk(session, "NLJ-2") for _ in range(2)]

    place, sent, arrivals, (one, other) = prepared(engine, prepare)

    def receive(session: Session) -> Any:
        return stock.take_in(session, transfer=sent, arrivals=arrivals, by=one, second=other, at=make.NOW)

    def receive_too(session: Session) -> Any:
        return stock.take_in(session, transfer=sent, arrivals=arrivals, by=other, second=one, at=make.NOW)

    def call_back(session: Session) -> Any:
        return stock.take_back(
            session, transfer=sent, reason="发错了", by=place.clerk, second=place.witness, at=make.NOW
        )

    outcomes = at_once(engine, receive, receive_too, call_back)
    assert refusals(outcomes) == ["not-on-the-way"] * 2
    assert looked(engine, proof.check) == []


def test_a_count_and_an_exchange_do_not_lose_each_other(engine: Engine) -> None:
    place = prepared(engine, shop)

    def count(session: Session) -> Any:
        counts = [Count(row.batch, row.left) for row in stock.on_hand(session, station="NLJ-1", by=place.clerk)]
        return stock.stocktake(
            session, station="NLJ-1", month=date(2026, 4, 30), counts=counts, by=place.clerk, second=place.witness,
            at=make.NOW,
        )  # fmt: skip

    outcomes = at_once(engine, *[lambda session: redeem(session, place.person, by=place.clerk)] * 3, count)
    assert set(refusals(outcomes)) <= {"unexplained-difference", "not-all-counted"}
    looked(engine, lambda session: None)


def test_a_voucher_is_used_once(engine: Engine) -> None:
    def prepare(session: Session) -> tuple[str, str]:
        place = shop(session)
        _, token = make.merchant(session)
        item = make.item(session, "G16", name="理发券", kind="voucher", merchant="M01")
        make.stocked(session, item, 5)
        done = redeem(session, place.person, Line("G16", 1), by=place.clerk)
        return redemption.receipt(session, done.code).lines[0].vouchers[0], token

    code, token = prepared(engine, prepare)
    outcomes = at_once(
        engine, *[lambda session: vouchers.confirm(session, code=code, merchant_token=token, at=make.NOW)] * 4
    )
    assert refusals(outcomes) == ["voucher-used"] * 3
