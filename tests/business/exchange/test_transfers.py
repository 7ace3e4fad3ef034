"""Goods between stations: sent by two, on the way, received by two others or called back."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from points import proof
from points.exchange import stock
from points.exchange.statuses import StockTransferStatus
from points.exchange.stock import Arrival, on_the_way
from points.exchange.stock.tables import StockTransfer, StockTransferLine
from points.exchange.tables import StockBatch
from points.foundation.actors import SYSTEM, Actor
from points.places import stations
from tests import make
from tests.business.exchange import counter
from tests.business.exchange.counter import Shop, on_shelf, refused, shop


@pytest.fixture
def place(session: Session) -> Shop:
    """The shop, and another station of the street."""
    found = shop(session)
    make.station(session, "NLJ-2", area="CS")
    return found


def send(session: Session, place: Shop, **facts: Any) -> StockTransfer:
    facts = {"from_station": "NLJ-1", "to_station": "NLJ-2", "item": "G02", "qty": 3, **facts}
    return stock.send(session, **{"by": place.clerk, "second": place.witness, "at": make.NOW, **facts})


def take_in(session: Session, sent: StockTransfer, *received: int, **facts: Any) -> list[StockBatch]:
    """Received by two clerks of NLJ-2, line by line; all of it unless told otherwise."""
    lines = on_the_way.one(session, sent.code, by=SYSTEM).lines
    told = received or [line.qty for line in lines]
    reason = facts.pop("reason", "")
    arrivals = [Arrival(line.batch, there, reason) for line, there in zip(lines, told, strict=True)]
    two = {"by": make.clerk(session, "NLJ-2"), "second": make.clerk(session, "NLJ-2"), "at": make.NOW}
    return stock.take_in(session, **{"transfer": sent.code, "arrivals": arrivals, **two, **facts})


def batch_of(session: Session, place: Shop, **facts: Any) -> StockBatch:
    delivery = stock.Delivery(**{"station": "NLJ-1", "item": "G02", "source": "budget", **facts})
    return stock.receive(session, delivery=delivery, by=place.clerk, second=place.witness, at=make.NOW)


def test_what_was_sent_is_on_the_way_until_the_other_station_receives_it(session: Session, place: Shop) -> None:
    sent = send(session, place)
    assert on_shelf(session, place.early) == (0, 0)
    assert on_shelf(session, place.late) == (9, 0)
    for by in (place.clerk, make.clerk(session, "NLJ-2"), make.staff(session, role="auditor")):
        [(_, seen)] = on_the_way.listing(session, by=by, status=StockTransferStatus.SENT)
        assert (seen.code, seen.on_the_way, [line.qty for line in seen.lines]) == (sent.code, 3, [2, 1])
    assert stock.on_hand(session, station="NLJ-2", by=SYSTEM) == []
    assert proof.check(session) == []
    take_in(session, sent)
    assert on_the_way.listing(session, by=place.clerk, status=StockTransferStatus.SENT) == []
    assert on_the_way.one(session, sent.code, by=place.clerk).on_the_way == 0
    assert sum(one.left for one in stock.on_hand(session, station="NLJ-2", by=SYSTEM)) == 3
    counter.assert_the_shelf_is_right(session)
    assert proof.check(session) == []


def test_what_arrives_keeps_donor_and_best_before(session: Session, place: Shop) -> None:
    stock.add_donor(session, code="D01", name="示例超市", by=SYSTEM, at=make.NOW)
    given = batch_of(session, place, source="donation", donor="D01", best_before=date(2026, 6, 1), qty=1)
    arrived = take_in(session, send(session, place))
    assert [(batch.qty_in, batch.best_before, batch.source) for batch in arrived] == [
        (1, date(2026, 6, 1), "transfer"),
        (2, date(2026, 6, 30), "transfer"),
    ]
    assert arrived[0].donor_id == given.donor_id
    assert on_shelf(session, given) == (0, 0)


def test_what_is_missing_is_a_loss_there_with_its_reason(session: Session, place: Shop) -> None:
    sent = send(session, place)
    with refused(session, "shortfall-unexplained", counted=0, qty=1, name="毛巾 1 条"):
        take_in(session, sent, 2, 0)
    with refused(session, "more-than-sent", counted=2, qty=1):
        take_in(session, sent, 2, 2)
    with refused(session, "bad-quantity", qty=-1):
        take_in(session, sent, 2, -1)
    with refused(session, "not-all-received", missing="毛巾 1 条"):
        take_in(session, sent, arrivals=[Arrival(place.early.code, 2)])
    with refused(session, "not-all-received", unknown="NOTHING"):
        take_in(session, sent, arrivals=[*[Arrival(one.code, 1) for one in (place.early, place.late)],
                                         Arrival("NOTHING", 1)])  # fmt: skip
    whole, lost = take_in(session, sent, 2, 0, reason="路上丢失")
    assert (whole.qty_left, lost.qty_in, lost.qty_left) == (2, 1, 0)
    book = stock.moves(session, station="NLJ-2", by=SYSTEM, start=make.NOW, end=make.NOW.replace(hour=1))
    assert [(line.kind, line.delta, line.reason) for line in book] == [
        ("transfer", 2, ""),
        ("transfer", 1, ""),
        ("loss", -1, "路上丢失"),
    ]
    assert proof.check(session) == []


def test_goods_are_sent_by_two_to_where_somebody_receives_them(session: Session, place: Shop) -> None:
    make.station(session, "NLJ-9", area="NZ")
    with refused(session, "same-station"):
        send(session, place, to_station="NLJ-1")
    with refused(session, "out-of-stock", wanted=13, left=12):
        send(session, place, qty=13)
    with refused(session, "bad-quantity", qty=0):
        send(session, place, qty=0)
    with refused(session, "second-person-needed"):
        send(session, place, second=place.clerk)
    with refused(session, "other-street", station="NLJ-9"):
        send(session, place, to_station="NLJ-9")
    with refused(session, "not-permitted", action="stock.move"):
        send(session, place, by=make.clerk(session, "NLJ-2"))
    stations.set_status(session, station="NLJ-2", status="paused", reason="装修", by=SYSTEM, at=make.NOW)
    with refused(session, "station-not-open"):
        send(session, place)


def test_who_sent_them_does_not_receive_them(session: Session, place: Shop) -> None:
    carrier = make.clerk(session, "NLJ-2")
    sent = send(session, place, second=carrier)
    with refused(session, "not-permitted", action="stock.move"):
        take_in(session, sent, by=place.clerk)
    with refused(session, "sender-receives", person=carrier.person):
        take_in(session, sent, by=carrier)
    with refused(session, "sender-receives", person=carrier.person):
        take_in(session, sent, second=carrier)
    one = make.clerk(session, "NLJ-2")
    with refused(session, "second-person-needed"):
        take_in(session, sent, by=one, second=one)
    take_in(session, sent, by=one)
    with refused(session, "not-on-the-way", by=one.person):
        take_in(session, sent, 0, 0, reason="再来一次")


def test_what_was_sent_by_mistake_is_called_back(session: Session, place: Shop) -> None:
    sent = send(session, place)
    facts: dict[str, Any] = {"transfer": sent.code, "reason": "发错了站点", "at": make.NOW}
    two: dict[str, Actor] = {"by": place.clerk, "second": place.witness}
    with refused(session, "not-permitted", action="stock.move"):
        stock.take_back(session, **facts, by=make.clerk(session, "NLJ-2"), second=place.witness)
    with refused(session, "reason-missing"):
        stock.take_back(session, **facts | {"reason": " "}, **two)
    with refused(session, "second-person-needed"):
        stock.take_back(session, **facts, by=place.clerk, second=place.clerk)
    stock.take_back(session, **facts, **two)
    assert (on_shelf(session, place.early), on_shelf(session, place.late)) == ((2, 0), (10, 0))
    with refused(session, "not-on-the-way"):
        take_in(session, sent)
    with refused(session, "not-on-the-way"):
        stock.take_back(session, **facts, **two)
    counter.assert_the_shelf_is_right(session)
    assert proof.check(session) == []


def test_a_stranger_finds_no_transfer(session: Session, place: Shop) -> None:
    sent = send(session, place)
    with refused(session, "not-found", key=sent.code):
        on_the_way.one(session, sent.code, by=make.stranger(session))
    assert on_the_way.listing(session, by=make.stranger(session)) == []
    with refused(session, "not-found", key="NLJ-1"):
        on_the_way.listing(session, by=make.stranger(session), station="NLJ-1")


def test_the_proof_finds_goods_that_vanished_on_the_way(session: Session, place: Shop) -> None:
    sent = send(session, place)
    sent.status, sent.ended_at, sent.ended_by, sent.ended_second = "received", make.NOW, "x", "y"  # type: ignore[assignment]
    session.flush()
    assert [(one.kind, one.where) for one in proof.check(session)] == [("stock-transfer", f"transfer:{sent.code}")]


def test_the_proof_finds_a_batch_that_became_more_than_was_received(session: Session, place: Shop) -> None:
    sent = send(session, place, qty=1)
    [arrived] = take_in(session, sent, 0, reason="路上丢失")
    line = on_the_way.one(session, sent.code, by=SYSTEM).lines[0]
    assert (line.received, line.arrived) == (0, arrived.code)
    session.execute(update(StockTransferLine).where(StockTransferLine.transfer_id == sent.id).values(received=1))
    assert [(one.kind, one.where) for one in proof.check(session)] == [("stock-received", f"batch:{arrived.code}")]
