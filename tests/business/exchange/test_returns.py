"""Goods that come back line by line: their points to the same lots, their goods to the same batches."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from points import evidence, ledger, proof
from points.exchange import exchange_days, redemption, stock
from points.exchange.redemption import BroughtBack, Line, Receipt
from points.exchange.tables import Redemption, RedemptionLine, StockMove
from points.foundation.actors import SYSTEM
from points.ledger.tables import Transfer
from points.reports import figures
from tests import make
from tests.business.exchange import counter
from tests.business.exchange.counter import Shop, balance, on_shelf, redeem, refused, reserve, shop
from tests.business.ledger import books
from tests.business.ledger.books import lots_of


@pytest.fixture
def place(session: Session) -> Shop:
    """The shop with towels at 20 points and soap at 5."""
    found = shop(session)
    make.stocked(session, make.item(session, "G03", name="香皂", spec="100 g", price=5, ref_value_fen=150), 10)
    return found


def back(session: Session, done: Redemption, place: Shop, *lines: BroughtBack, **facts: Any) -> Redemption:
    two = {"by": place.clerk, "second": place.witness, "at": make.NOW + timedelta(days=1)}
    facts = {"to_stock": True, "reason": "包装破损", **two, **facts}
    return redemption.give_back(session, redemption=done.code, lines=lines, **facts)


def receipt(session: Session, done: Redemption) -> Receipt:
    return redemption.receipt(session, done.code)


def standing(session: Session, done: Redemption) -> tuple[str, int]:
    now = redemption.by_code(session, done.code)
    return now.status, now.points_returned


def all_is_right(session: Session) -> bool:
    books.assert_the_books_are_right(session)
    counter.assert_the_shelf_is_right(session)
    return proof.check(session) == []


def test_one_broken_soap_comes_back_and_the_rest_stays(session: Session, place: Shop) -> None:
    done = redeem(session, place.person, Line("G02", 2), Line("G03", 3), by=place.clerk)
    back(session, done, place, BroughtBack(item="G03", qty=1), to_stock=False)
    assert standing(session, done) == ("fulfilled", 5)
    assert balance(session, place.person) == (100 - 55 + 5, 0)
    assert [(line.shown, line.qty, line.returned) for line in receipt(session, done).lines] == [
        ("毛巾 1 条", 2, 0),
        ("香皂 100 g", 3, 1),
    ]
    [came] = receipt(session, done).returns
    assert (came.qty, came.points, came.to_stock, came.by) == (1, 5, False, place.clerk.person)
    moved = select(StockMove.kind, StockMove.delta).where(StockMove.reference == f"redemption:{done.code}")
    assert sorted(session.execute(moved).all())[:3] == [("loss", -1), ("redeem", -3), ("redeem", -2)]
    assert all_is_right(session)
    back(session, done, place, BroughtBack(item="G03", qty=1))
    back(session, done, place)
    assert standing(session, done) == ("returned", 55)
    assert balance(session, place.person) == (100, 0)
    assert on_shelf(session, place.early) == (2, 0)
    with refused(session, "redemption-state", status="returned"):
        back(session, done, place)
    assert all_is_right(session)


def test_what_comes_back_is_on_the_receipt_and_still_out(session: Session, place: Shop) -> None:
    done = redeem(session, place.person, Line("G02", 3), by=place.clerk)
    with refused(session, "not-on-receipt", item="G03"):
        back(session, done, place, BroughtBack(item="G03", qty=1))
    with refused(session, "more-than-handed-over", wanted=4, left=3, name="毛巾 1 条"):
        back(session, done, place, BroughtBack(item="G02", qty=4))
    with refused(session, "more-than-handed-over", wanted=2, left=1):
        back(session, done, place, BroughtBack(item="G02", qty=2), BroughtBack(item="G02", qty=2))
    with refused(session, "bad-quantity", qty=0):
        back(session, done, place, BroughtBack(item="G02", qty=0))
    with refused(session, "more-than-handed-over", wanted=2, left=1):
        back(session, done, place, BroughtBack(item="G02", qty=2, batch=place.late.code))
    back(session, done, place, BroughtBack(item="G02", qty=1, batch=place.late.code))
    assert (on_shelf(session, place.early), on_shelf(session, place.late)) == ((0, 0), (10, 0))
    with refused(session, "more-than-handed-over", wanted=3, left=2):
        back(session, done, place, BroughtBack(item="G02", qty=3))
    with refused(session, "return-too-late"):
        back(session, done, place, BroughtBack(item="G02", qty=1), at=make.NOW + timedelta(days=8))


@pytest.mark.parametrize("by_hold", [False, True])
def test_the_lots_that_were_used_last_have_their_points_first(session: Session, place: Shop, by_hold: bool) -> None:
    spouse = make.volunteer(session)
    make.points(session, spouse, 40)
    make.household(session, place.person, spouse)
    redeem(session, place.person, Line("G02", 4), by=place.clerk)  # of 100 there are 20 left
    if by_hold:
        done = reserve(session, place.person, Line("G02", 2))
        counter_identity = counter.PIN
        redemption.fulfil(session, redemption=done.code, identity=counter_identity, by=place.clerk, at=make.NOW)
    else:
        done = redeem(session, place.person, Line("G02", 2), by=place.clerk)
    assert (balance(session, place.person), balance(session, spouse)) == ((0, 0), (20, 0))
    back(session, done, place, BroughtBack(item="G02", qty=1))
    assert (balance(session, place.person), balance(session, spouse)) == ((0, 0), (40, 0))
    back(session, done, place, BroughtBack(item="G02", qty=1))
    assert (balance(session, place.person), balance(session, spouse)) == ((20, 0), (40, 0))
    assert all_is_right(session)


def test_a_lot_that_expired_meanwhile_lives_again_with_what_came_back(session: Session, place: Shop) -> None:
    other = make.volunteer(session)
    make.points(session, other, 20, expires_on=make.TODAY)
    done = redeem(session, other, Line("G03", 4), by=place.clerk)
    at = make.NOW + timedelta(days=2)
    ledger.expire_due(session, at=at)
    back(session, done, place, BroughtBack(item="G03", qty=1), at=at)
    assert lots_of(session, other) == [(20, 5, "active", date(2026, 6, 10))]
    assert all_is_right(session)


def test_what_came_back_counts_for_no_limit(session: Session) -> None:
    place = shop(session, limit_pp_month=2)
    done = redeem(session, place.person, Line("G02", 2), by=place.clerk)
    back(session, done, place, BroughtBack(item="G02", qty=1))
    with refused(session, "over-month-limit", used=1, wanted=2, left=1):
        redeem(session, place.person, Line("G02", 2), by=place.clerk)
    seen = redemption.allowance(session, volunteer=place.person.code, station="NLJ-1", by=place.clerk, at=make.NOW)
    assert [one.used for one in seen.items] == [1]
    redeem(session, place.person, by=place.clerk)


def test_an_exchange_day_counts_what_stayed(session: Session, place: Shop) -> None:
    planned = exchange_days.plan(
        session, station="NLJ-1", title="五月积分兑换日", start_at=make.NOW, end_at=make.NOW + timedelta(hours=3),
        max_points_pp=50, by=SYSTEM, at=make.NOW,
    )  # fmt: skip
    exchange_days.open_day(session, code=planned.code, by=SYSTEM, at=make.NOW)
    done = redeem(session, place.person, Line("G02", 2), Line("G03", 2), by=place.clerk)
    with refused(session, "over-session-limit"):
        redeem(session, place.person, by=place.clerk)
    back(session, done, place, BroughtBack(item="G02", qty=1), BroughtBack(item="G03", qty=2), at=make.NOW)
    found = exchange_days.figures(session, code=planned.code)
    assert (found["persons"], found["items"], found["points"]) == (1, 1, 20)
    assert found["by_item"] == {"G02": {"qty": 1, "points": 20}}
    [row] = exchange_days.hand_overs(session, code=planned.code, by=SYSTEM)
    assert (row.items, row.points) == (1, 20)
    redeem(session, place.person, by=place.clerk)


def test_each_return_counts_on_its_own_day(session: Session, place: Shop) -> None:
    done = redeem(session, place.person, Line("G02", 2), Line("G03", 2), by=place.clerk)
    back(session, done, place, BroughtBack(item="G03", qty=2), at=make.NOW + timedelta(days=1))
    back(session, done, place, BroughtBack(item="G02", qty=1), at=make.NOW + timedelta(days=2))
    found = []
    for days in range(3):
        day = make.TODAY + timedelta(days=days)
        counted = figures.figures(session, area="YD", date_from=day, date_to=day)
        found.append((counted["items"], counted["points_redeemed"], counted["redemptions"]))
    assert found == [(4, 50, 1), (-2, -10, 0), (-1, -20, 0)]


def test_the_statement_says_which_goods_came_back(session: Session, place: Shop) -> None:
    done = redeem(session, place.person, Line("G02", 1), Line("G03", 2), by=place.clerk)
    back(session, done, place, BroughtBack(item="G03", qty=1))
    own = f"redemption:{done.code}:{place.person.code}"
    references = session.scalars(select(Transfer.reference).where(Transfer.reference.startswith(own))).all()
    assert evidence.headlines(session, references=references) == {
        own: "毛巾 1 条 × 1 · 香皂 100 g × 2",
        f"{own}:1": "香皂 100 g × 1",
    }
    chain = evidence.of_redemption(session, done.code, by=SYSTEM).redemption
    assert chain
    assert (chain.points_returned, [(line.qty, line.returned) for line in chain.lines]) == (5, [(1, 0), (2, 1)])


def test_unused_vouchers_come_back_and_used_ones_do_not(session: Session, place: Shop) -> None:
    make.merchant(session)
    make.stocked(session, make.item(session, "G16", name="理发券", kind="voucher", merchant="M01"), 5)
    done = redeem(session, place.person, Line("G16", 2), by=place.clerk)
    used = receipt(session, done).lines[0].vouchers[0]
    make.vouchers.accept(session, code=used, by=place.clerk, at=make.NOW)
    with refused(session, "voucher-used"):
        back(session, done, place)
    back(session, done, place, BroughtBack(item="G16", qty=1))
    with refused(session, "voucher-used"):
        back(session, done, place)
    assert all_is_right(session)


def test_the_proof_finds_a_return_that_nobody_signed(session: Session, place: Shop) -> None:
    done = redeem(session, place.person, Line("G02", 2), by=place.clerk)
    session.execute(update(RedemptionLine).values(qty_returned=1))
    assert {one.kind for one in proof.check(session)} == {"line-returned", "redemption-returned"}
    session.execute(update(Redemption).values(points_returned=20))
    assert {one.kind for one in proof.check(session)} == {"line-returned", "redemption-points"}
    assert stock.on_hand(session, station="NLJ-1", by=place.clerk)
    assert done.code
