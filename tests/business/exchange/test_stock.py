"""The stock book: batches, two signatures, counts, and what nears its date."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.exchange import stock
from points.exchange.redemption import Line
from points.exchange.stock import Count, Delivery
from points.exchange.tables import StockBatch, Stocktake
from tests import make
from tests.business.exchange import counter
from tests.business.exchange.counter import Shop, on_shelf, refused, shop

LAST_WEEK = make.NOW.replace(day=25)
"""From its last week on, a month may be counted."""


def test_goods_come_in_with_two_signatures(session: Session) -> None:
    place = shop(session)
    stock.add_donor(session, code="D01", name="示例超市", by=place.clerk, at=make.NOW)
    batch = stock.receive(
        session,
        delivery=Delivery(station="NLJ-1", item="G02", qty=5, source="donation", donor="D01"),
        by=place.clerk,
        second=place.witness,
        at=make.NOW,
    )
    assert (batch.qty_left, batch.received_by, batch.checked_by) == (5, place.clerk.person, place.witness.person)
    counter.assert_the_shelf_is_right(session)


def receive(session: Session, place: Shop, **facts: Any) -> StockBatch:
    by, second = facts.pop("by", place.clerk), facts.pop("second", place.witness)
    delivery = Delivery(**{"station": "NLJ-1", "item": "G02", "qty": 5, "source": "budget", **facts})
    return stock.receive(session, delivery=delivery, by=by, second=second, at=make.NOW)


def test_goods_do_not_come_in_on_one_signature_or_a_strangers(session: Session) -> None:
    place = shop(session)
    with refused(session, "second-person-needed", person=place.clerk.person):
        receive(session, place, second=place.clerk)
    with refused(session, "not-permitted", action="stock.witness"):
        receive(session, place, second=make.community_admin(session, "CS"))
    with refused(session, "not-permitted", action="stock.move"):
        receive(session, place, by=place.witness, second=place.clerk)


def test_one_human_cannot_sign_twice_through_two_accounts(session: Session) -> None:
    place = shop(session)
    human = make.volunteer(session)
    one = make.staff(session, role="station_staff", volunteer=human)
    two = make.staff(session, role="community_admin", volunteer=human)
    with refused(session, "second-person-needed", person=human.code):
        receive(session, place, by=one, second=two)


def test_a_receipt_of_goods_must_make_sense(session: Session) -> None:
    place = shop(session)
    make.item(session, "N01", street="NZP")
    with refused(session, "bad-quantity", qty=0):
        receive(session, place, qty=0)
    with refused(session, "donor-missing"):
        receive(session, place, source="donation")
    with refused(session, "not-found", key="D99"):
        receive(session, place, source="donation", donor="D99")
    with refused(session, "other-street", item="N01"):
        receive(session, place, item="N01")


def test_goods_that_go_off_come_in_with_their_date_and_not_after_it(session: Session) -> None:
    place = shop(session)
    make.item(session, "G05", name="大米", spec="5 kg", goods_class="food")
    make.item(session, "G06", name="酸奶", spec="1 盒", perishable=True)
    for item, name in (("G05", "大米 5 kg"), ("G06", "酸奶 1 盒")):
        with refused(session, "date-missing", name=name, field="best_before"):
            receive(session, place, item=item)
        receive(session, place, item=item, best_before=make.TODAY)
    with refused(session, "past-date", name="毛巾 1 条", best_before=make.TODAY - timedelta(days=1)):
        receive(session, place, best_before=make.TODAY - timedelta(days=1))


def test_a_delivery_note_comes_in_whole_or_not_at_all(session: Session) -> None:
    place = shop(session)
    make.item(session, "G06", name="酸奶", spec="1 盒", perishable=True)
    two: dict[str, Any] = {"by": place.clerk, "second": place.witness, "at": make.NOW}

    def note(*lines: stock.NoteLine) -> stock.DeliveryNote:
        return stock.DeliveryNote(station="NLJ-1", source="budget", lines=lines)

    towels = stock.NoteLine(row=1, item="G02", qty=3)
    with refused(session, "date-missing", field="best_before-4"):
        stock.receive_note(session, delivery=note(towels, stock.NoteLine(row=4, item="G06", qty=2)), **two)
    with refused(session, "empty-note"):
        stock.receive_note(session, delivery=note(), **two)
    yoghurt = stock.NoteLine(row=4, item="G06", qty=2, best_before=make.TODAY)
    batches = stock.receive_note(session, delivery=note(towels, yoghurt), **two)
    assert [(batch.qty_left, batch.checked_by) for batch in batches] == [
        (3, place.witness.person),
        (2, place.witness.person),
    ]
    counter.assert_the_shelf_is_right(session)


def write_off(session: Session, place: Shop, batch: StockBatch, **facts: Any) -> StockBatch:
    facts = {
        "qty": 1,
        "kind": "loss",
        "reason": "运输破损",
        "by": place.clerk,
        "second": place.witness,
        "at": make.NOW,
        **facts,
    }
    return stock.write_off(session, batch=batch.code, **facts)


def test_losses_have_a_reason_and_two_signatures(session: Session) -> None:
    place = shop(session)
    write_off(session, place, place.early)
    write_off(session, place, place.early)
    assert on_shelf(session, place.early) == (0, 0)
    with refused(session, "second-person-needed"):
        write_off(session, place, place.late, second=place.clerk)
    with refused(session, "reason-missing"):
        write_off(session, place, place.late, reason="")
    with refused(session, "stock-promised", free=10):
        write_off(session, place, place.late, qty=11)
    counter.assert_the_shelf_is_right(session)


def test_only_what_is_past_its_date_is_written_off_as_expired(session: Session) -> None:
    place = shop(session)
    with refused(session, "not-past-date"):
        write_off(session, place, place.early, kind="expired")
    after = make.NOW.replace(month=7, day=1)
    write_off(session, place, place.early, kind="expired", qty=2, at=after)
    assert on_shelf(session, place.early) == (0, 0)


def test_promised_goods_are_not_written_off(session: Session) -> None:
    place = shop(session)
    counter.reserve(session, place.person, Line("G02", 2))
    with refused(session, "stock-promised", free=0, reserved=2):
        write_off(session, place, place.early)


def count(session: Session, place: Shop, *counts: Count, **facts: Any) -> Stocktake:
    facts = {
        "station": "NLJ-1",
        "month": make.TODAY,
        "by": place.clerk,
        "second": place.witness,
        "at": LAST_WEEK,
        **facts,
    }
    return stock.stocktake(session, counts=counts, **facts)


def test_a_count_closes_the_month_and_explains_differences(session: Session) -> None:
    place = shop(session)
    assert not stock.month_closed(session, station="NLJ-1", month=make.TODAY)
    count(session, place, Count(place.early.code, 2), Count(place.late.code, 9, "清点短少一条"))
    assert on_shelf(session, place.late) == (9, 0)
    assert stock.month_closed(session, station="NLJ-1", month=make.TODAY)
    counter.assert_the_shelf_is_right(session)
    with refused(session, "month-already-counted", month="2026-05"):
        count(session, place, Count(place.early.code, 2), Count(place.late.code, 9))
    with refused(session, "month-too-early", month="2026-06", earliest=date(2026, 6, 24)):
        count(session, place, Count(place.early.code, 2), Count(place.late.code, 9), month=date(2026, 6, 30))
    june = make.NOW.replace(month=6, day=24)
    count(session, place, Count(place.early.code, 2), Count(place.late.code, 9), month=june.date(), at=june)


def test_a_month_is_not_closed_with_an_unexplained_difference(session: Session) -> None:
    place = shop(session)
    with refused(session, "unexplained-difference", batch=place.late.code, counted=9, booked=10):
        count(session, place, Count(place.early.code, 2), Count(place.late.code, 9, " "))
    assert not stock.month_closed(session, station="NLJ-1", month=make.TODAY)


def test_a_count_is_complete_and_signed_by_two(session: Session) -> None:
    place = shop(session)
    both = (Count(place.early.code, 2), Count(place.late.code, 10))
    with refused(session, "not-all-counted", missing=place.late.code):
        count(session, place, both[0])
    with refused(session, "not-all-counted", unknown=place.early.code):
        count(session, place, *both, both[0])
    with refused(session, "second-person-needed"):
        count(session, place, *both, second=place.clerk)
    counter.reserve(session, place.person, Line("G02", 2))
    with refused(session, "stock-promised", reserved=2):
        count(session, place, Count(place.early.code, 1, "少一条"), both[1])


def test_what_nears_its_date_is_listed(session: Session) -> None:
    place = shop(session)
    day = date(2026, 6, 1)
    assert [row.batch for row in stock.near_expiry(session, by=place.clerk, day=day)] == [place.early.code]
    assert stock.near_expiry(session, by=place.clerk, day=make.TODAY, within_days=10) == []
    assert stock.near_expiry(session, by=make.stranger(session), day=day) == []
    assert [row.batch for row in stock.near_expiry(session, by=place.clerk, day=day, station="NLJ-1")] == [
        place.early.code
    ]


def test_stock_is_seen_at_ones_own_station(session: Session) -> None:
    place = shop(session)
    assert [(row.batch, row.left) for row in stock.on_hand(session, station="NLJ-1", by=place.clerk)] == [
        (place.early.code, 2),
        (place.late.code, 10),
    ]
    make.station(session, "NLJ-2")
    with refused(session, "not-found", key="NLJ-1"):
        stock.on_hand(session, station="NLJ-1", by=make.clerk(session, "NLJ-2"))


def test_the_stock_book_tells_every_movement(session: Session) -> None:
    place = shop(session)
    done = counter.redeem(session, place.person, by=place.clerk)
    book = stock.moves(
        session, station="NLJ-1", by=place.clerk, start=make.NOW, end=make.NOW + timedelta(hours=1), item="G02"
    )
    assert [(line.kind, line.delta) for line in book] == [("in", 10), ("in", 2), ("redeem", -1)]
    assert book[-1].reference == f"redemption:{done.code}"
    assert stock.moves(session, station="NLJ-1", by=place.clerk, start=make.NOW, end=make.NOW) == []
    assert session.scalar(select(func.count()).select_from(StockBatch)) == 2
