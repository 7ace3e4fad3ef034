"""The shapes of stock."""

from marshmallow import fields as shown
from marshmallow import validate

from points.exchange.statuses import FROM_OUTSIDE, WRITTEN_OFF, StockTransferStatus
from points.shapes import paging
from points.shapes.fields import Code, Day, Flag, Shape, Text, Whole, Word
from points.shapes.signing import SignerShape


class OnHandShape(Shape):
    """One batch at a station."""

    batch = shown.String(required=True)
    item = shown.String(required=True)
    name = shown.String(required=True)
    spec = shown.String(required=True)
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


class SentLineShape(Shape):
    """So many of one batch that were sent; `received` is empty while they are on the way."""

    batch = shown.String(required=True)
    item = shown.String(required=True)
    name = shown.String(required=True, metadata={"description": "With its size"})
    unit_name = shown.String(required=True)
    best_before = shown.Date(required=True, allow_none=True)
    qty = shown.Integer(required=True)
    received = shown.Integer(required=True, allow_none=True)
    reason = shown.String(required=True, metadata={"description": "Why less arrived than was sent"})
    arrived = shown.String(required=True, allow_none=True, metadata={"description": "The batch it became there"})


class SentShape(Shape):
    """Goods that one station sent to another: on the way until they are received or taken back."""

    code = shown.String(required=True)
    from_station = shown.String(required=True)
    to_station = shown.String(required=True)
    status = shown.String(required=True)
    sent_at = shown.AwareDateTime(required=True)
    sent_by = shown.String(required=True)
    second_by = shown.String(required=True)
    ended_at = shown.AwareDateTime(required=True, allow_none=True)
    ended_by = shown.String(required=True, allow_none=True)
    ended_second = shown.String(required=True, allow_none=True)
    on_the_way = shown.Integer(required=True)
    lines = shown.List(shown.Nested(SentLineShape), required=True)


class SentQuery(paging.Numbered):
    """Which transfers; the latest first."""

    station = Code()
    status = Word(*StockTransferStatus)


class BatchesShape(Shape):
    """The batches that came of a movement."""

    items = shown.List(shown.Nested(BatchShape), required=True)


class ReceiptShape(Shape):
    """Goods that come in, signed by two people."""

    station = Code(required=True)
    item = Code(required=True)
    qty = Whole(least=1, most=1_000_000, required=True)
    source = Word(*FROM_OUTSIDE, required=True)
    donor = Code(load_default=None, allow_none=True)
    best_before = Day(load_default=None, allow_none=True)
    unit_cost_fen = Whole(most=100_000_000, load_default=0)
    second = shown.Nested(SignerShape, required=True)


class NoteLineShape(Shape):
    """One line of a delivery note."""

    item = Code(required=True)
    qty = Whole(least=1, most=1_000_000, required=True)
    best_before = Day(load_default=None, allow_none=True)
    unit_cost_fen = Whole(most=100_000_000, load_default=0)


class DeliveryShape(Shape):
    """A delivery note: goods of many kinds that come in at once, each line as a batch, signed by two people."""

    station = Code(required=True)
    source = Word(*FROM_OUTSIDE, required=True)
    donor = Code(load_default=None, allow_none=True)
    lines = shown.List(shown.Nested(NoteLineShape), required=True, validate=validate.Length(1, 200))
    second = shown.Nested(SignerShape, required=True)


class LossShape(Shape):
    """Goods that are spoilt, lost or past their date, signed by two people."""

    batch = Code(required=True)
    qty = Whole(least=1, most=1_000_000, required=True)
    kind = Word(*WRITTEN_OFF, required=True)
    reason = Text(200, least=1, required=True)
    second = shown.Nested(SignerShape, required=True)


class StockTransferShape(Shape):
    """Goods that are sent to another station of the street, signed by two people."""

    from_station = Code(required=True)
    to_station = Code(required=True)
    item = Code(required=True)
    qty = Whole(least=1, most=1_000_000, required=True)
    second = shown.Nested(SignerShape, required=True)


class ArrivalShape(Shape):
    """What of one batch arrived; less than was sent needs its reason."""

    batch = Code(required=True)
    received = Whole(most=1_000_000, required=True)
    reason = Text(200, load_default="")


class TakeInShape(Shape):
    """What arrived of each batch that was sent, counted and signed by two of the receiving station."""

    arrivals = shown.List(shown.Nested(ArrivalShape), required=True, validate=validate.Length(1, 500))
    second = shown.Nested(SignerShape, required=True)


class TakeBackShape(Shape):
    """Why goods that were sent come back, signed by two of the station that sent them."""

    reason = Text(200, least=1, required=True)
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
