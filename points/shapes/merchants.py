"""The shapes of merchants, the vouchers they accept, and what the street owes them."""

from marshmallow import fields as shown

from points.shapes.fields import Code, Day, Shape, Text


class MerchantShape(Shape):
    """A merchant who provides the service of vouchers."""

    code = shown.String(required=True)
    name = shown.String(required=True)
    active = shown.Boolean(required=True)


class NewMerchantShape(Shape):
    """A merchant to add."""

    street = Code(required=True)
    code = Code(20, required=True)
    name = Text(60, least=1, required=True)


class MerchantTokenShape(Shape):
    """The merchant's token, shown once."""

    code = shown.String(required=True)
    token = shown.String(required=True)


class DismissShape(Shape):
    """Why a merchant's part ends."""

    reason = Text(200, least=1, required=True)


class SettlementQuery(Shape):
    """Which month (this one, unless said), and of which merchant (all in reach, unless said)."""

    month = Day(metadata={"description": "Any day of the month"})
    merchant = Code(20)


class SettlementLineShape(Shape):
    """What a merchant did of one item in the month."""

    merchant = shown.String(required=True)
    merchant_name = shown.String(required=True)
    item = shown.String(required=True)
    name = shown.String(required=True)
    count = shown.Integer(required=True)
    ref_value_fen = shown.Integer(required=True)
    total_fen = shown.Integer(required=True)


class SettlementShape(Shape):
    """The vouchers used in a month, by merchant and item: what the street owes."""

    items = shown.List(shown.Nested(SettlementLineShape), required=True)


class ConfirmShape(Shape):
    """The merchant's token proves who gave the service."""

    merchant_token = Text(100, least=1, required=True)


class VoucherShape(Shape):
    """A voucher that has done its service."""

    code = shown.String(required=True)
    status = shown.String(required=True)
    used_at = shown.AwareDateTime(required=True, allow_none=True)
