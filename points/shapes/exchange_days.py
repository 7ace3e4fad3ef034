"""The shapes of exchange sessions (兑换活动)."""

from marshmallow import fields as shown

from points.exchange.statuses import ExchangeDayStatus
from points.shapes import paging
from points.shapes.fields import Code, Day, Shape, Text, Time, Whole, Word


class SessionShape(Shape):
    """An exchange session (兑换活动)."""

    code = shown.String(required=True)
    station = shown.String(required=True)
    title = shown.String(required=True)
    day = shown.Date(required=True)
    start_at = shown.AwareDateTime(required=True)
    end_at = shown.AwareDateTime(required=True)
    max_points_pp = shown.Integer(required=True)
    status = shown.String(required=True)
    closed_at = shown.AwareDateTime(required=True, allow_none=True)
    closed_by = shown.String(required=True, allow_none=True)


class SessionsQuery(paging.Named):
    """Which sessions; the latest first."""

    station = Code()
    status = Word(*ExchangeDayStatus)
    date_from = Day()
    date_to = Day()


class NewSessionShape(Shape):
    """A session to plan."""

    station = Code(required=True)
    title = Text(60, least=1, required=True)
    start_at = Time(required=True)
    end_at = Time(required=True)
    max_points_pp = Whole(most=1_000_000, load_default=0)


class SessionReasonShape(Shape):
    """Why."""

    reason = Text(200, least=1, required=True)


class SessionFiguresShape(Shape):
    """The figures of a session: frozen once it is closed."""

    persons = shown.Integer(required=True)
    households = shown.Integer(required=True)
    redemptions = shown.Integer(required=True)
    items = shown.Integer(required=True)
    points = shown.Integer(required=True)
    ref_value_fen = shown.Integer(required=True)
    stock_before = shown.Dict(required=True)
    stock_after = shown.Dict(required=True)
    by_item = shown.Dict(required=True)
