"""The shapes of redemptions."""

from collections.abc import Mapping

from marshmallow import fields as shown
from marshmallow import validate, validates_schema
from marshmallow.exceptions import ValidationError

from points.exchange.statuses import IdentityCheck, RedemptionStatus
from points.shapes import paging
from points.shapes.fields import Code, Day, Flag, Shape, Text, Whole, Word
from points.shapes.signing import SignerShape

_NEEDED: dict[str, str] = {
    IdentityCheck.PIN: "pin",
    IdentityCheck.CARD_PIN: "pin",
    IdentityCheck.PHONE4: "digits",
    IdentityCheck.KNOWN_BY_TWO: "second",
}
"""Which field each check cannot be without."""


MOST_OF_ONE = 1000


class LineShape(Shape):
    """So many of one item."""

    item = Code(required=True)
    qty = Whole(least=1, most=MOST_OF_ONE, required=True)


class ProxyShape(Shape):
    """Who collects for the redeemer (代领)."""

    name = Text(40, least=1, required=True)
    relation = Text(20, least=1, required=True)


class IdentityShape(Shape):
    """How identity is checked: `pin` and `card_pin` need the PIN, `phone4` the digits, `known_by_two` a second."""

    check = Word(*IdentityCheck, required=True)
    pin = Text(12, least=1)
    digits = Text(4, least=4)
    second = shown.Nested(SignerShape)

    @validates_schema
    def complete(self, given: Mapping[str, str], **_: object) -> None:
        if (field := _NEEDED.get(given.get("check", ""))) and field not in given:
            raise ValidationError("Missing data for required field.", field)


class RedeemShape(Shape):
    """An exchange at the counter (with `identity`), or a reservation: by staff with `identity` and `reserve`."""

    volunteer = Code(required=True)
    station = Code(required=True)
    lines = shown.List(shown.Nested(LineShape), required=True, validate=validate.Length(1, 50))
    identity = shown.Nested(IdentityShape)
    reserve = Flag(load_default=False, metadata={"description": "Set the goods aside, though `identity` was checked"})
    session = Code(metadata={"description": "Insist on this exchange session"})
    proxy = shown.Nested(ProxyShape)


class FulfilShape(Shape):
    """Hand over what was reserved."""

    identity = shown.Nested(IdentityShape, required=True)
    proxy = shown.Nested(ProxyShape)


class CancelShape(Shape):
    """Why, if one wants to say."""

    reason = Text(200, load_default="")


class BroughtBackShape(Shape):
    """What of one item comes back; `batch` where the receipt has the item from several."""

    item = Code(required=True)
    qty = Whole(least=1, most=MOST_OF_ONE, required=True)
    batch = Code(load_default=None, allow_none=True)


class ReturnShape(Shape):
    """Faulty goods that come back: on the shelf again, or a loss; signed by two people. Without lines all of them."""

    lines = shown.List(shown.Nested(BroughtBackShape), load_default=[], validate=validate.Length(max=50))
    to_stock = Flag(required=True)
    reason = Text(200, least=1, required=True)
    second = shown.Nested(SignerShape, required=True)


class ResidentsQuery(Shape):
    """Who is meant at the counter: by a card's code, a volunteer code, a phone or a name."""

    text = Text(300, least=1, required=True)


class ResidentShape(Shape):
    """A resident as the counter of a station knows them; of a minor no name."""

    volunteer = shown.String(required=True)
    name = shown.String(required=True)
    minor = shown.Boolean(required=True)


class ResidentsShape(Shape):
    """Those who may be meant."""

    items = shown.List(shown.Nested(ResidentShape), required=True)
    count = shown.Integer(required=True, metadata={"description": "How many there are in all"})


class AtCounterQuery(Shape):
    """The card that was read of them; of another street it is needed."""

    card = Code()


class PossibleShape(Shape):
    """One item on offer: how many may be taken now, and if none, why."""

    item = shown.String(required=True)
    name = shown.String(required=True)
    spec = shown.String(required=True)
    price = shown.Integer(required=True)
    used = shown.Integer(required=True, metadata={"description": "Of it this month"})
    most = shown.Integer(required=True)
    why_not = shown.String(required=True)


class AtCounterShape(ResidentShape):
    """A resident at the counter: their points, and what they may have."""

    points = shown.Integer(required=True)
    household_points = shown.Integer(required=True)
    session_points = shown.Integer(
        required=True, allow_none=True, metadata={"description": "What the open exchange session still allows"}
    )
    refused = shown.String(required=True, allow_none=True, metadata={"description": "Why you cannot serve them"})
    items = shown.List(shown.Nested(PossibleShape), required=True)


class RedemptionShape(Shape):
    """One exchange. Its lines stand on the receipt."""

    code = shown.String(required=True)
    station = shown.String(required=True)
    volunteer = shown.String(required=True)
    status = shown.String(required=True)
    day = shown.Date(required=True)
    total_points = shown.Integer(required=True)
    points_returned = shown.Integer(required=True, metadata={"description": "Of goods that came back"})
    rule_version = shown.String(
        required=True, metadata={"description": "The rule set in force when it was made; empty where there was none"}
    )
    pickup_code = shown.String(required=True, allow_none=True)
    pickup_until = shown.AwareDateTime(required=True, allow_none=True)
    fulfilled_by = shown.String(required=True, allow_none=True)
    fulfilled_at = shown.AwareDateTime(required=True, allow_none=True)
    identity_check = shown.String(required=True, allow_none=True)
    proxy_name = shown.String(required=True)
    proxy_relation = shown.String(required=True)


class ReceiptLineShape(Shape):
    """So many of an item from one batch, at the price paid."""

    item = shown.String(required=True)
    name = shown.String(required=True)
    spec = shown.String(required=True)
    unit_name = shown.String(required=True)
    kind = shown.String(required=True)
    qty = shown.Integer(required=True)
    returned = shown.Integer(required=True, metadata={"description": "How many of them came back"})
    price = shown.Integer(required=True)
    points = shown.Integer(required=True)
    batch = shown.String(required=True)
    donor = shown.String(required=True, allow_none=True)
    vouchers = shown.List(shown.String(), required=True)


class CameBackShape(Shape):
    """So many of an item that came back at one time."""

    at = shown.AwareDateTime(required=True)
    name = shown.String(required=True)
    qty = shown.Integer(required=True)
    points = shown.Integer(required=True)
    to_stock = shown.Boolean(required=True)
    reason = shown.String(required=True)
    by = shown.String(required=True)
    second_by = shown.String(required=True)


class ReceiptOfRedemptionShape(RedemptionShape):
    """Everything on one receipt."""

    station_name = shown.String(required=True)
    volunteer_name = shown.String(required=True)
    session = shown.String(required=True, allow_none=True)
    identity_second = shown.String(required=True, allow_none=True)
    ended_at = shown.AwareDateTime(required=True, allow_none=True)
    ended_by = shown.String(required=True, allow_none=True)
    ended_reason = shown.String(required=True)
    lines = shown.List(shown.Nested(ReceiptLineShape), required=True)
    returns = shown.List(shown.Nested(CameBackShape), required=True)


class RedemptionsQuery(paging.Named):
    """Which redemptions."""

    station = Code()
    volunteer = Code()
    session = Code()
    status = Word(*RedemptionStatus)
    date_from = Day()
    date_to = Day()
