"""The shapes of goods with their prices, and what a station offers."""

from marshmallow import fields as shown

from points.exchange.statuses import GoodsClass, GoodsKind, GoodsStatus
from points.exchange.tables import ICONS
from points.shapes import paging
from points.shapes.fields import Code, Day, Flag, Shape, Text, Whole, Word

HIGHEST_VALUE = 100_000_000  # hundredths of a yuan


class GoodsShape(Shape):
    """An article, a voucher or a service on offer in a street."""

    code = shown.String(required=True)
    street = shown.String(required=True)
    label_code = shown.String(required=True, metadata={"description": "Its shelf QR holds /g/<label_code>"})
    name = shown.String(required=True)
    spec = shown.String(required=True)
    unit_name = shown.String(required=True)
    kind = shown.String(required=True)
    price = shown.Integer(required=True, allow_none=True)
    ref_value_fen = shown.Integer(required=True)
    perishable = shown.Boolean(required=True)
    limit_pp_month = shown.Integer(required=True)
    min_age = shown.Integer(required=True)
    icon = shown.String(required=True, metadata={"description": "One of the drawings to choose from"})
    goods_class = shown.String(required=True)
    status = shown.String(required=True)
    version = shown.Integer(required=True)
    price_guide = shown.String(
        required=True,
        allow_none=True,
        metadata={"description": "worth-too-little or worth-too-much for its price; a warning only"},
    )


class GoodsQuery(paging.Named):
    """Which goods."""

    street = Code()
    status = Word(*GoodsStatus)


class NewGoodsShape(Shape):
    """An item to propose, as a draft."""

    street = Code(required=True)
    code = Code(20, required=True)
    name = Text(40, least=1, required=True)
    spec = Text(40, required=True)
    unit_name = Text(10, least=1, required=True)
    price = Whole(least=1, most=1_000_000, required=True)
    ref_value_fen = Whole(most=HIGHEST_VALUE, required=True)
    kind = Word(*GoodsKind, load_default=GoodsKind.GOODS)
    limit_pp_month = Whole(most=1_000_000, load_default=0)
    perishable = Flag(load_default=False)
    min_age = Whole(most=120, load_default=0)
    merchant = Code(load_default=None, allow_none=True)
    icon = Word(*ICONS, load_default="package")
    goods_class = Word(*GoodsClass, load_default=GoodsClass.OTHER)


class GoodsChangeShape(Shape):
    """What to change of an item; its price has its own address."""

    name = Text(40, least=1)
    spec = Text(40)
    unit_name = Text(10, least=1)
    ref_value_fen = Whole(most=HIGHEST_VALUE)
    perishable = Flag()
    limit_pp_month = Whole(most=1_000_000)
    min_age = Whole(most=120)
    icon = Word(*ICONS)


class PriceShape(Shape):
    """A price from a date on."""

    price = Whole(least=1, most=1_000_000, required=True)
    effective_from = Day(required=True)


class PricedShape(PriceShape):
    """A price from a date on; `withdrawn` says why it does not come, if it was announced by mistake."""

    withdrawn = shown.String(required=True, allow_none=True)


class PricesShape(Shape):
    """All prices of an item, the newest first."""

    items = shown.List(shown.Nested(PricedShape), required=True)


class WithdrawPriceShape(Shape):
    """Which announced price does not come, and why."""

    effective_from = Day(required=True)
    reason = Text(200, least=5, required=True)


class OfferShape(Shape):
    """An item as a station offers it today; `left` is what may still be promised."""

    code = shown.String(required=True)
    label_code = shown.String(required=True)
    name = shown.String(required=True)
    spec = shown.String(required=True)
    unit_name = shown.String(required=True)
    kind = shown.String(required=True)
    price = shown.Integer(required=True)
    ref_value_fen = shown.Integer(required=True)
    limit_pp_month = shown.Integer(required=True)
    min_age = shown.Integer(required=True)
    icon = shown.String(required=True, metadata={"description": "One of the drawings to choose from"})
    left = shown.Integer(required=True)
    next_price = shown.Integer(required=True, allow_none=True)
    next_price_from = shown.Date(required=True, allow_none=True)


class OffersShape(Shape):
    """What a station offers today."""

    items = shown.List(shown.Nested(OfferShape), required=True)
