"""The states and kinds of the exchange: what its columns hold, what the API takes and what pages put into words."""

from enum import StrEnum

from points.access.identity import IdentityCheck as IdentityCheck


class GoodsKind(StrEnum):
    """What an item is: an article on the shelf, a voucher for a merchant's service, a service of the station."""

    GOODS = "goods"
    VOUCHER = "voucher"
    SERVICE = "service"


class GoodsClass(StrEnum):
    """Of what class goods are, as who proposes them says and a second person confirms (domain §3.2)."""

    FOOD = "food"
    HOUSEHOLD = "household"
    HYGIENE = "hygiene"
    STATIONERY = "stationery"
    BOOK = "book"
    SERVICE = "service"
    OTHER = "other"
    CASH_LIKE = "cash_like"
    TOBACCO = "tobacco"
    ALCOHOL = "alcohol"
    MEDICINE = "medicine"
    SECURITIES = "securities"
    LOTTERY = "lottery"
    FEE = "fee"


NEVER_EXCHANGED = (
    GoodsClass.CASH_LIKE,
    GoodsClass.TOBACCO,
    GoodsClass.ALCOHOL,
    GoodsClass.MEDICINE,
    GoodsClass.SECURITIES,
    GoodsClass.LOTTERY,
    GoodsClass.FEE,
)
"""They can be chosen, so that nobody has to call them something else, and are refused."""


class GoodsStatus(StrEnum):
    """Where an item stands in the catalogue; only what is on the shelf is offered."""

    DRAFT = "draft"
    ON_SHELF = "on_shelf"
    OFF_SHELF = "off_shelf"
    RETIRED = "retired"


NOT_OFFERED = (GoodsStatus.DRAFT, GoodsStatus.OFF_SHELF)
"""What may be put on the shelf, or retired."""


class BatchSource(StrEnum):
    """Where the goods of a batch came from."""

    BUDGET = "budget"
    DONATION = "donation"
    SPONSOR = "sponsor"
    TRANSFER = "transfer"


FROM_OUTSIDE = (BatchSource.BUDGET, BatchSource.DONATION, BatchSource.SPONSOR)
"""What a delivery may say; a transfer comes from another station."""
WITH_DONOR = (BatchSource.DONATION, BatchSource.SPONSOR)


class MoveKind(StrEnum):
    """Why a batch has more or less than before."""

    IN = "in"
    REDEEM = "redeem"
    RETURN = "return"
    TRANSFER = "transfer"
    LOSS = "loss"
    EXPIRED = "expired"
    STOCKTAKE = "stocktake"


class StockTransferStatus(StrEnum):
    """Where goods are that a station sent to another."""

    SENT = "sent"
    RECEIVED = "received"
    TAKEN_BACK = "taken_back"


WRITTEN_OFF = (MoveKind.LOSS, MoveKind.EXPIRED)


class ExchangeDayStatus(StrEnum):
    """Where an exchange day stands; at most one is open at a station."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


STILL_TO_CLOSE = (ExchangeDayStatus.PLANNED, ExchangeDayStatus.OPEN)


class RedemptionStatus(StrEnum):
    """What became of a redemption. At the counter it is fulfilled at once."""

    RESERVED = "reserved"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    RETURNED = "returned"


COUNTED = (RedemptionStatus.RESERVED, RedemptionStatus.FULFILLED)
"""What counts against the month's limit of an item."""


class VoucherStatus(StrEnum):
    """Whether a voucher's service was given; one that was returned is void."""

    ISSUED = "issued"
    USED = "used"
    VOID = "void"
