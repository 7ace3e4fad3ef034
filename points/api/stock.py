"""Stock: what stands at a station, every movement of it, and the monthly count."""

from datetime import timedelta

from points import http
from points.api import paging
from points.api.room import Room
from points.api.signing import second_person
from points.database import db, transaction
from points.exchange import stock
from points.exchange.statuses import BatchSource, StockTransferStatus
from points.exchange.stock import on_the_way
from points.exchange.tables import StockBatch
from points.foundation import clock
from points.shapes.fields import Given
from points.shapes.paging import page_of
from points.shapes.stock import (
    BatchesShape,
    BatchShape,
    DeliveryShape,
    DonorShape,
    LossShape,
    MoveShape,
    MovesQuery,
    ReceiptShape,
    SentQuery,
    SentShape,
    StockShape,
    StocktakeDoneShape,
    StocktakeShape,
    StockTransferShape,
    TakeBackShape,
    TakeInShape,
)

room = Room("stock", __name__, description="What stands at the stations, and how it moved.")


@room.read("/stations/<code:code>/stock", answer=StockShape)
def list_stock(code: str) -> object:
    """Every batch with something left at the station."""
    return {"items": stock.on_hand(db.session(), station=code, by=http.current_actor())}


@room.read("/stock-moves", query=MovesQuery, answer=page_of(MoveShape))
def list_stock_moves(given: Given) -> object:
    """The stock book of a station, oldest first."""
    today = clock.local_date(clock.now())
    last = given.get("date_to", today)
    start, limit = given.get("cursor", 0), given["limit"]
    found = stock.moves(
        db.session(),
        station=given["station"],
        by=http.current_actor(),
        start=clock.at_local(given.get("date_from", last - timedelta(days=30))),
        end=clock.day_bounds(last)[1],
        item=given.get("item"),
        part=slice(start, start + limit + 1),
    )
    end = start + limit  # the book only grows at its end, so a place in it stays the same
    return paging.page(found[:limit], end if len(found) > limit else None)


@room.act("/stock-moves/receipts", body=ReceiptShape, answer=BatchShape, status=201, once=True)
def receive_stock(given: Given) -> object:
    """Take goods in as a new batch."""
    at = clock.now()
    with transaction() as session:
        signed = second_person(session, given, at=at)
        delivery = stock.Delivery(**{name: value for name, value in given.items() if name != "second"})
        return _batch(
            stock.receive(session, delivery=delivery, by=http.current_actor(), second=signed["second"], at=at)
        )


@room.act("/stock-moves/deliveries", body=DeliveryShape, answer=BatchesShape, status=201, once=True)
def receive_delivery(given: Given) -> object:
    """Take a whole delivery note in, each of its lines as a new batch."""
    at, by = clock.now(), http.current_actor()
    lines = [stock.NoteLine(row=row, **line) for row, line in enumerate(given["lines"], 1)]
    note = stock.DeliveryNote(
        station=given["station"], source=BatchSource(given["source"]), donor=given["donor"], lines=lines
    )
    with transaction() as session:
        second = second_person(session, given, at=at)["second"]
        batches = stock.receive_note(session, delivery=note, by=by, second=second, at=at)
        return {"items": [_batch(batch) for batch in batches]}


@room.act("/stock-moves/losses", body=LossShape, answer=BatchShape, status=201, once=True)
def write_off_stock(given: Given) -> object:
    """Take goods out of the book."""
    at = clock.now()
    with transaction() as session:
        signed = second_person(session, given, at=at)
        return _batch(stock.write_off(session, **signed, by=http.current_actor(), at=at))


@room.read("/stock-moves/transfers", query=SentQuery, answer=page_of(SentShape))
def list_stock_transfers(given: Given) -> object:
    """What was sent from and to the stations in your reach, the latest first."""
    status = StockTransferStatus(given["status"]) if "status" in given else None
    found = on_the_way.listing(
        db.session(),
        by=http.current_actor(),
        station=given.get("station"),
        status=status,
        before=given.get("cursor"),
        limit=given["limit"] + 1,
    )
    kept = found[: given["limit"]]
    return paging.page([sent for _, sent in kept], kept[-1][0] if len(found) > len(kept) else None)


@room.read("/stock-moves/transfers/<code:code>", answer=SentShape)
def show_stock_transfer(code: str) -> object:
    """Goods that one station sent to another, and what became of them."""
    return on_the_way.one(db.session(), code, by=http.current_actor())


@room.act("/stock-moves/transfers", body=StockTransferShape, answer=SentShape, status=201, once=True)
def transfer_stock(given: Given) -> object:
    """Send goods to another station; they are on the way until it receives them."""
    at, by = clock.now(), http.current_actor()
    with transaction() as session:
        signed = second_person(session, given, at=at)
        sent = stock.send(session, **signed, by=by, at=at)
        return on_the_way.one(session, sent.code, by=by)


@room.act("/stock-moves/transfers/<code:code>/receive", body=TakeInShape, answer=BatchesShape, status=201, once=True)
def receive_stock_transfer(given: Given, code: str) -> object:
    """Receive what another station sent, with what arrived of each batch."""
    at, by = clock.now(), http.current_actor()
    arrivals = [stock.Arrival(**arrival) for arrival in given["arrivals"]]
    with transaction() as session:
        on_the_way.one(session, code, by=by)
        second = second_person(session, given, at=at)["second"]
        arrived = stock.take_in(session, transfer=code, arrivals=arrivals, by=by, second=second, at=at)
        return {"items": [_batch(batch) for batch in arrived]}


@room.act("/stock-moves/transfers/<code:code>/take-back", body=TakeBackShape, answer=SentShape, once=True)
def take_back_stock_transfer(given: Given, code: str) -> object:
    """Take goods back that were sent by mistake and are still on the way."""
    at, by = clock.now(), http.current_actor()
    with transaction() as session:
        on_the_way.one(session, code, by=by)
        signed = second_person(session, given, at=at)
        stock.take_back(session, transfer=code, **signed, by=by, at=at)
        return on_the_way.one(session, code, by=by)


@room.act("/stocktakes", body=StocktakeShape, answer=StocktakeDoneShape, status=201, once=True)
def take_stock(given: Given) -> object:
    """Count a station and close its month."""
    at = clock.now()
    counts = [stock.Count(**count) for count in given["counts"]]
    with transaction() as session:
        signed = second_person(session, {**given, "counts": counts}, at=at)
        taken = stock.stocktake(session, **signed, by=http.current_actor(), at=at)
        return {"code": taken.code, "station": given["station"], "month": taken.month}


@room.act("/donors", body=DonorShape, answer=DonorShape, status=201)
def add_donor(given: Given) -> object:
    """Register who gives goods."""
    with transaction() as session:
        return stock.add_donor(session, **given, by=http.current_actor(), at=clock.now())


def _batch(batch: StockBatch) -> dict[str, object]:
    return {"batch": batch.code, "qty_left": batch.qty_left}
