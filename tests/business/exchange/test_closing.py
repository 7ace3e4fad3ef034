"""A session closes with a count; a difference is explained by two, and the book follows."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.exchange import exchange_days, stock
from points.exchange.exchange_days import closing
from points.exchange.redemption import Line
from points.exchange.stock import Count
from points.exchange.tables import StockMove
from points.foundation.actors import SYSTEM, Actor
from tests import make
from tests.business.exchange.counter import (
    Shop,
    assert_the_shelf_is_right,
    on_shelf,
    redeem,
    refused,
    reserve,
    shop,
)
from tests.business.exchange.test_exchange_days import plan

CLOSE = make.NOW + timedelta(hours=4)


def running(session: Session) -> tuple[Shop, str]:
    """A session under way: 12 towels at the start, 3 of them handed over."""
    place = shop(session)
    code = plan(session).code
    exchange_days.open_day(session, code=code, by=place.clerk, at=make.NOW)
    redeem(session, place.person, Line("G02", 3), by=place.clerk)
    return place, code


def close(session: Session, code: str, by: Actor, **counted: int) -> None:
    """Counted as the book says, but for what is `counted` otherwise."""
    as_booked = {one.item: one.booked for one in closing.table(session, code=code, by=SYSTEM)}
    closing.close(session, code=code, counted=as_booked | counted, by=by, at=CLOSE)


def lines(session: Session, code: str) -> list[tuple[str, int, int, str | None]]:
    return [(one.item, one.booked, one.counted, one.reason) for one in closing.sheet(session, code=code, by=SYSTEM)]


def test_everything_is_counted_and_nothing_is_taken_as_in_the_books(session: Session) -> None:
    place, code = running(session)
    with refused(session, "not-all-counted", missing="毛巾 1 条"):
        closing.close(session, code=code, counted={}, by=place.clerk, at=CLOSE)
    assert [(one.item, one.booked) for one in closing.table(session, code=code, by=SYSTEM)] == [("G02", 9)]
    close(session, code, place.clerk)
    assert lines(session, code) == [("G02", 9, 9, None)]
    assert exchange_days.by_code(session, code).status == "closed"
    assert closing.unexplained(session, station="NLJ-1") == []
    with refused(session, "nothing-to-explain", session=code):
        closing.explain(session, code=code, reasons={}, by=place.clerk, second=place.witness, at=CLOSE)


def test_a_difference_waits_until_two_explain_it(session: Session) -> None:
    place, code = running(session)
    close(session, code, place.clerk, G02=7)
    assert lines(session, code) == [("G02", 9, 7, None)]
    assert [event.code for event in closing.unexplained(session, station="NLJ-1")] == [code]
    assert (on_shelf(session, place.early), on_shelf(session, place.late)) == ((0, 0), (9, 0))
    with refused(session, "unexplained-variance", item="G02", counted=7, booked=9):
        closing.explain(session, code=code, reasons={"G02": " "}, by=place.clerk, second=place.witness, at=CLOSE)
    with refused(session, "second-person-needed"):
        closing.explain(session, code=code, reasons={"G02": "破损"}, by=place.clerk, second=place.clerk, at=CLOSE)
    closing.explain(session, code=code, reasons={"G02": "两条破损"}, by=place.clerk, second=place.witness, at=CLOSE)
    assert lines(session, code) == [("G02", 9, 7, "两条破损")]
    assert on_shelf(session, place.late) == (7, 0)
    moved = session.scalars(select(StockMove).where(StockMove.kind == "stocktake")).one()
    assert (moved.delta, moved.reference, moved.reason) == (-2, f"session:{code}", "两条破损")
    assert (moved.created_by, moved.second_by) == (place.clerk.person, place.witness.person)
    assert_the_shelf_is_right(session)
    with refused(session, "nothing-to-explain"):
        closing.explain(session, code=code, reasons={"G02": "再来"}, by=place.clerk, second=place.witness, at=CLOSE)


def test_what_is_too_much_joins_the_newest_batch(session: Session) -> None:
    place, code = running(session)
    close(session, code, place.clerk, G02=10)
    closing.explain(session, code=code, reasons={"G02": "多放了一条"}, by=place.clerk, second=place.witness, at=CLOSE)
    assert on_shelf(session, place.early) == (1, 0)  # it came in after the other
    assert_the_shelf_is_right(session)


def test_what_moved_after_the_count_stays_moved(session: Session) -> None:
    place, code = running(session)
    close(session, code, place.clerk, G02=8)
    redeem(session, place.person, by=place.clerk, at=CLOSE)
    closing.explain(session, code=code, reasons={"G02": "破损"}, by=place.clerk, second=place.witness, at=CLOSE)
    assert on_shelf(session, place.late) == (7, 0)
    assert lines(session, code) == [("G02", 9, 8, "破损")]


def test_a_monthly_count_meanwhile_has_set_the_book_right(session: Session) -> None:
    place, code = running(session)
    close(session, code, place.clerk, G02=8)
    counts = [Count(place.late.code, 8, "兑换日破损一条")]
    later = CLOSE + timedelta(hours=1)
    stock.stocktake(
        session, station="NLJ-1", month=date(2026, 4, 30), counts=counts, by=place.clerk, second=place.witness, at=later
    )
    closing.explain(session, code=code, reasons={"G02": "破损"}, by=place.clerk, second=place.witness, at=later)
    assert on_shelf(session, place.late) == (8, 0)
    assert closing.unexplained(session, station="NLJ-1") == []


def test_what_is_promised_is_not_explained_away(session: Session) -> None:
    place, code = running(session)
    reserve(session, place.person)
    close(session, code, place.clerk, G02=0)
    with refused(session, "stock-promised", free=8, reserved=1):
        closing.explain(session, code=code, reasons={"G02": "全没了"}, by=place.clerk, second=place.witness, at=CLOSE)


def test_only_what_was_on_the_table_is_counted(session: Session) -> None:
    place, code = running(session)
    _, _ = make.merchant(session)
    voucher = make.item(session, "G16", name="理发券", kind="voucher", merchant="M01")
    make.stocked(session, voucher, 3)
    make.stocked(session, make.item(session, "G20", name="磨刀", kind="service"), 3)
    for item in ("G99", "G20"):
        with refused(session, "not-on-the-table", item=item, session=code):
            close(session, code, place.clerk, **{item: 1})
    with refused(session, "bad-quantity", qty=-1):
        close(session, code, place.clerk, G02=-1)
    close(session, code, place.clerk, G16=2)
    assert lines(session, code) == [("G02", 9, 9, None), ("G16", 3, 2, None)]
    with refused(session, "session-state", status="closed"):
        close(session, code, place.clerk)


def test_the_screen_shows_the_session_at_this_moment_without_names(session: Session) -> None:
    place, code = running(session)
    reserve(session, place.person)
    seen = exchange_days.live(session, code=code, by=place.clerk, at=make.NOW)
    assert (seen.persons, seen.redemptions, seen.items, seen.points) == (1, 1, 3, 60)
    assert (seen.waiting, seen.waiting_points) == (1, 20)
    assert [(offer.code, offer.left) for offer in seen.shelf] == [("G02", 8)]
    assert place.person.name not in repr(seen)
    close(session, code, place.clerk)
    assert exchange_days.live(session, code=code, by=place.clerk, at=CLOSE).items == 3
