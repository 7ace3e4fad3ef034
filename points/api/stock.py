"""Stock: what stands at a station, every movement of it, and the monthly count."""

from datetime import timedelta
from typing import Any

from marshmallow import fields as shown
from marshmallow import validate

from points import http
from points.api import paging
from points.api.fields import Code, Day, Flag, Shape, Text, Whole, Word
from points.api.room import Given, Room
from points.api.signing import SignerShape, second_person
from points.database import db, transaction
from points.exchange import stock
from points.exchange.tables import StockBatch
from points.foundation import clock

room = Room("stock", __name__, description="What stands at the stations, and how it moved.")

LONGEST_BOOK = timedelta(days=366)


class OnHandShape(Shape):
    """One batch at a station."""

    batch = shown.String(required=True)
    item = shown.String(required=True)
    name = shown.String(required=True)
    unit_name = shown.String(required=True)
    left = shown.Integer(required=True)
    reserved = shown.Integer(required=True)
    best_before = shown.Date(required=True, allow_none=True)
    source = shown.String(required=True)
    donor = shown.String(required=True, allow_none=True)
    received_at = shown.AwareDateTime(required=True)


class StockShape(Shape):
    """Every batch with something left."""

    items = shown.List(shown.Nested(OnHandShape), required=True)


class MoveShape(Shape):
    """One line of the stock book."""

    at = shown.AwareDateTime(required=True)
    item = shown.String(required=True)
    batch = shown.String(required=True)
    delta = shown.Integer(required=True)
    kind = shown.String(required=True)
    reference = shown.String(required=True)
    by = shown.String(required=True)
    second_by = shown.String(required=True, allow_none=True)
    reason = shown.String(required=True)


class MovesQuery(paging.Numbered):
    """Which part of the stock book; without dates the last 31 days."""

    station = Code(required=True)
    item = Code()
    date_from = Day()
    date_to = Day()


class BatchShape(Shape):
    """A batch after a movement."""

    batch = shown.String(required=True)
    qty_left = shown.Integer(required=True)


class BatchesShape(Shape):
    """The batches that came of a movement."""

    items = shown.List(shown.Nested(BatchShape), required=True)


class ReceiptShape(Shape):
    """Goods that come in, signed by two people."""

    station = Code(required=True)
    item = Code(required=True)
    qty = Whole(least=1, most=1_000_000, required=True)
    source = Word("budget", "donation", "sponsor", required=True)
    donor = Code(load_default=None, allow_none=True)
    best_before = Day(load_default=None, allow_none=True)
    unit_cost_fen = Whole(most=100_000_000, load_default=0)
    second = shown.Nested(SignerShape, required=True)


class LossShape(Shape):
    """Goods that are spoilt, lost or past their date, signed by two people."""

    batch = Code(required=True)
    qty = Whole(least=1, most=1_000_000, required=True)
    kind = Word("loss", "expired", required=True)
    reason = Text(200, least=1, required=True)
    second = shown.Nested(SignerShape, required=True)


class StockTransferShape(Shape):
    """Goods that go to another station of the street, signed by two people."""

    from_station = Code(required=True)
    to_station = Code(required=True)
    item = Code(required=True)
    qty = Whole(least=1, most=1_000_000, required=True)
    second = shown.Nested(SignerShape, required=True)


class CountShape(Shape):
    """What was counted of one batch; a difference needs its reason."""

    batch = Code(required=True)
    counted = Whole(most=1_000_000, required=True)
    reason = Text(200, load_default="")


class StocktakeShape(Shape):
    """The count of a month: every batch with something left, once, signed by two people."""

    station = Code(required=True)
    month = Day(required=True, metadata={"description": "Any day of the month"})
    counts = shown.List(shown.Nested(CountShape), required=True, validate=validate.Length(max=2000))
    second = shown.Nested(SignerShape, required=True)


class StocktakeDoneShape(Shape):
    """A count that was taken."""

    code = shown.String(required=True)
    station = shown.String(required=True)
    month = shown.Date(required=True)


class DonorShape(Shape):
    """Who gives goods."""

    code = Code(20, required=True)
    name = Text(60, least=1, required=True)
    publish_name = Flag(load_default=False)


@room.read("/stations/<code:code>/stock", answer=StockShape)
def list_stock(code: str) -> Any:
    """Every batch with something left at the station."""
    return {"items": stock.on_hand(db.session(), station=code, by=http.current_actor())}


@room.read("/stock-moves", query=MovesQuery, answer=paging.page_of(MoveShape))
def list_stock_moves(given: Given) -> Any:
    """The stock book of a station, oldest first."""
    today = clock.local_date(clock.now())
    last = given.get("date_to", today)
    first = max(given.get("date_from", last - timedelta(days=30)), last - LONGEST_BOOK)
    found = stock.moves(
        db.session(),
        station=given["station"],
        by=http.current_actor(),
        start=clock.at_local(first),
        end=clock.day_bounds(last)[1],
        item=given.get("item"),
    )
    start = given.get("cursor", 0)  # the book only grows at its end, so a place in it stays the same
    end = start + given["limit"]
    return paging.page(found[start:end], end if len(found) > end else None)


@room.act("/stock-moves/receipts", body=ReceiptShape, answer=BatchShape, status=201, once=True)
def receive_stock(given: Given) -> Any:
    """Take goods in as a new batch."""
    at = clock.now()
    with transaction() as session:
        signed = second_person(session, given, at=at)
        return _batch(stock.receive(session, **signed, by=http.current_actor(), at=at))


@room.act("/stock-moves/losses", body=LossShape, answer=BatchShape, status=201, once=True)
def write_off_stock(given: Given) -> Any:
    """Take goods out of the book."""
    at = clock.now()
    with transaction() as session:
        signed = second_person(session, given, at=at)
        return _batch(stock.write_off(session, **signed, by=http.current_actor(), at=at))


@room.act("/stock-moves/transfers", body=StockTransferShape, answer=BatchesShape, status=201, once=True)
def transfer_stock(given: Given) -> Any:
    """Move goods to another station."""
    at = clock.now()
    with transaction() as session:
        signed = second_person(session, given, at=at)
        arrived = stock.transfer(session, **signed, by=http.current_actor(), at=at)
        return {"items": [_batch(batch) for batch in arrived]}


@room.act("/stocktakes", body=StocktakeShape, answer=StocktakeDoneShape, status=201, once=True)
def take_stock(given: Given) -> Any:
    """Count a station and close its month."""
    at = clock.now()
    counts = [stock.Count(**count) for count in given["counts"]]
    with transaction() as session:
        signed = second_person(session, {**given, "counts": counts}, at=at)
        taken = stock.stocktake(session, **signed, by=http.current_actor(), at=at)
        return {"code": taken.code, "station": given["station"], "month": taken.month}


@room.act("/donors", body=DonorShape, answer=DonorShape, status=201)
def add_donor(given: Given) -> Any:
    """Register who gives goods."""
    with transaction() as session:
        return stock.add_donor(session, **given, by=http.current_actor(), at=clock.now())


def _batch(batch: StockBatch) -> dict[str, Any]:
    return {"batch": batch.code, "qty_left": batch.qty_left}
