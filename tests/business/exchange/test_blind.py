"""A month's count is blind: nothing says what the book has until two people have signed what is there."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from points import proof
from points.exchange import stock
from points.exchange.stock import blind
from points.exchange.tables import Stocktake
from tests import make
from tests.business.exchange import counter
from tests.business.exchange.counter import Shop, on_shelf, redeem, refused, shop

LAST_WEEK = make.NOW.replace(day=25)


def count(session: Session, place: Shop, *there: int, **facts: Any) -> bool:
    """So many of the early and of the late towels."""
    counted = dict(zip((place.early.code, place.late.code), there, strict=False))
    two = {"by": place.clerk, "second": place.witness, "at": LAST_WEEK}
    return blind.count(session, **{"station": "NLJ-1", "month": make.TODAY, "counted": counted, **two, **facts})


def explain(session: Session, place: Shop, reasons: dict[str, str], **facts: Any) -> Stocktake:
    two = {"by": place.clerk, "second": place.witness, "at": LAST_WEEK}
    return blind.explain(session, **{"station": "NLJ-1", "reasons": reasons, **two, **facts})


def test_a_count_as_the_book_says_closes_the_month_at_once(session: Session) -> None:
    place = shop(session)
    assert count(session, place, 2, 10)
    assert blind.waiting(session, station="NLJ-1") is None
    assert stock.month_closed(session, station="NLJ-1", month=make.TODAY)
    with refused(session, "month-already-counted", month="2026-05"):
        count(session, place, 2, 10)
    with refused(session, "no-count-waits"):
        explain(session, place, {})


def test_differences_are_known_after_the_count_and_explained_by_two(session: Session) -> None:
    place = shop(session)
    assert not count(session, place, 2, 9)
    assert on_shelf(session, place.late) == (10, 0)
    assert not stock.month_closed(session, station="NLJ-1", month=make.TODAY)
    waits = blind.waiting(session, station="NLJ-1")
    assert waits
    assert [(one.batch, one.name, one.counted, one.booked) for one in waits.differences] == [
        (place.late.code, "毛巾 1 条", 9, 10)
    ]
    redeem(session, place.person, by=place.clerk, at=LAST_WEEK)  # it moves nothing of what was counted
    with refused(session, "difference-unexplained", field=f"reason-{place.late.code}", counted=9, booked=10):
        explain(session, place, {place.late.code: " "})
    with refused(session, "second-person-needed"):
        explain(session, place, {place.late.code: "少一条"}, second=place.clerk)
    explain(session, place, {place.late.code: "少一条"})
    assert (on_shelf(session, place.early), on_shelf(session, place.late)) == ((1, 0), (9, 0))
    assert stock.month_closed(session, station="NLJ-1", month=make.TODAY)
    counter.assert_the_shelf_is_right(session)
    assert proof.check(session) == []


def test_every_batch_is_counted_once_by_two_in_the_last_week(session: Session) -> None:
    place = shop(session)
    with refused(session, "not-all-counted", missing=place.late.code):
        count(session, place, 2)
    with refused(session, "bad-quantity", qty=-1):
        count(session, place, 2, -1)
    with refused(session, "second-person-needed"):
        count(session, place, 2, 10, second=place.clerk)
    with refused(session, "month-too-early", month="2026-05", earliest=date(2026, 5, 25)):
        count(session, place, 2, 10, at=make.NOW.replace(day=24))
    assert count(session, place, 2, 10, month=date(2026, 4, 1), at=make.NOW)


def test_a_count_that_waits_is_taken_anew(session: Session) -> None:
    place = shop(session)
    count(session, place, 2, 9)
    assert count(session, place, 2, 10)
    assert blind.waiting(session, station="NLJ-1") is None


def test_what_is_promised_is_not_explained_away(session: Session) -> None:
    place = shop(session)
    counter.reserve(session, place.person, at=LAST_WEEK)
    count(session, place, 0, 10)
    with refused(session, "stock-promised", reserved=1):
        explain(session, place, {place.early.code: "没了"})
