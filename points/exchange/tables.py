"""The exchange: every table of goods, stock, exchange days, redemptions and vouchers."""

from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from points.exchange.statuses import (
    BatchSource,
    ExchangeDayStatus,
    GoodsClass,
    GoodsKind,
    GoodsStatus,
    IdentityCheck,
    MoveKind,
    RedemptionStatus,
    VoucherStatus,
)
from points.foundation.orm import Base, Row, append_only, check, choice, table_of

# --- what there is

ICONS = (
    "package", "gift", "shopping-basket", "ticket", "trash-2", "bath", "soap-dispenser-droplet", "scroll", "toothbrush",
    "spray-can", "washing-machine", "shirt", "brush", "droplets", "wheat", "cooking-pot", "egg", "milk", "amphora",
    "bean", "carrot", "apple", "fish", "candy", "cake-slice", "soup", "utensils", "cup-soda", "coffee", "umbrella",
    "lamp", "lightbulb", "battery-charging", "bed", "book-open", "notebook-pen", "backpack", "toy-brick", "baby",
    "flower-2", "footprints", "scissors", "wrench", "key-round", "air-vent",
)  # fmt: skip
"""The drawings an item may have, from the sprite: chosen, never uploaded."""


class Merchant(Row, Base):
    """A 爱心商户 that provides the service of a voucher."""

    __tablename__ = "merchant"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    street_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    active: Mapped[bool] = mapped_column(default=True)


class GoodsItem(Row, Base):
    """An article, a voucher or a service on offer in a street. `label_code` is in its shelf QR (`/g/<code>`).

    `ref_value_fen` is the reference value in 1/100 yuan; `limit_pp_month` 0 means no limit. The price in force is
    the newest `GoodsPrice`. `icon` is one of `ICONS`. `confirmed_by` is who agreed to its class, another than who
    proposed it or gave it the name or size that it has (`renamed_by`).
    """

    __tablename__ = "goods_item"
    __table_args__ = (
        UniqueConstraint("street_id", "code"),
        check("ref_value", "ref_value_fen >= 0"),
        check("limit", "limit_pp_month >= 0"),
        check("voucher_has_merchant", "kind <> 'voucher' OR merchant_id IS NOT NULL"),
    )

    street_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    code: Mapped[str] = mapped_column(String(20), unique=True)
    label_code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    spec: Mapped[str] = mapped_column(String(40))
    unit_name: Mapped[str] = mapped_column(String(10))
    kind: Mapped[GoodsKind] = mapped_column(choice("kind", *GoodsKind), default=GoodsKind.GOODS)
    ref_value_fen: Mapped[int]
    perishable: Mapped[bool] = mapped_column(default=False)
    limit_pp_month: Mapped[int] = mapped_column(default=0)
    min_age: Mapped[int] = mapped_column(default=0)
    merchant_id: Mapped[int | None] = mapped_column(ForeignKey("merchant.id"))
    status: Mapped[GoodsStatus] = mapped_column(choice("status", *GoodsStatus), default=GoodsStatus.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    icon: Mapped[str] = mapped_column(
        choice("icon", *ICONS), default="package", server_default=text("'package'"), sort_order=92
    )
    goods_class: Mapped[GoodsClass] = mapped_column(
        choice("goods_class", *GoodsClass), default=GoodsClass.OTHER, server_default=text("'other'"), sort_order=100
    )
    confirmed_by: Mapped[str | None] = mapped_column(String(40), sort_order=101)
    renamed_by: Mapped[str | None] = mapped_column(String(40), sort_order=102)


class GoodsPrice(Row, Base):
    """The price of an item in points from a date on; prospective, with notice."""

    __tablename__ = "goods_price"
    __table_args__ = (UniqueConstraint("item_id", "effective_from"), check("price", "price > 0"))

    item_id: Mapped[int] = mapped_column(ForeignKey("goods_item.id"))
    price: Mapped[int]
    effective_from: Mapped[date]


append_only(table_of(GoodsPrice))


class GoodsPriceWithdrawal(Row, Base):
    """A price that was announced by mistake and does not begin, and why."""

    __tablename__ = "goods_price_withdrawal"
    __table_args__ = (UniqueConstraint("price_id"), check("reason", "length(reason) >= 5"))

    price_id: Mapped[int] = mapped_column(ForeignKey("goods_price.id"))
    reason: Mapped[str] = mapped_column(String(200))


append_only(table_of(GoodsPriceWithdrawal))


class Donor(Row, Base):
    """Who gave goods; named in public only with consent."""

    __tablename__ = "donor"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    publish_name: Mapped[bool] = mapped_column(default=False)


class StockBatch(Row, Base):
    """Goods that came in together. `qty_left` is on the shelf, `qty_reserved` of it promised to reservations."""

    __tablename__ = "stock_batch"
    __table_args__ = (
        Index(
            "ix_stock_batch_open",
            "station_id",
            "item_id",
            "best_before",
            sqlite_where=text("qty_left > 0"),
            postgresql_where=text("qty_left > 0"),
        ),
        check("qty_in", "qty_in > 0"),
        check("qty_left", "qty_left >= 0"),
        check("qty_reserved", "qty_reserved BETWEEN 0 AND qty_left"),
        check("two_signatures", "checked_by <> received_by"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("goods_item.id"))
    qty_in: Mapped[int]
    qty_left: Mapped[int]
    qty_reserved: Mapped[int] = mapped_column(default=0)
    source: Mapped[BatchSource] = mapped_column(choice("source", *BatchSource))
    donor_id: Mapped[int | None] = mapped_column(ForeignKey("donor.id"))
    unit_cost_fen: Mapped[int] = mapped_column(default=0)
    best_before: Mapped[date | None]
    received_by: Mapped[str] = mapped_column(String(40))
    checked_by: Mapped[str] = mapped_column(String(40))


class StockMove(Row, Base):
    """One movement of one batch; the shelf is Σ of these. `reference` names the receipt, redemption or count."""

    __tablename__ = "stock_move"
    __table_args__ = (
        UniqueConstraint("batch_id", "kind", "reference"),
        Index(None, "created_at"),
        check("not_nothing", "delta <> 0"),
        check(
            "two_signatures",
            "kind NOT IN ('in', 'loss', 'expired', 'stocktake') OR (second_by IS NOT NULL AND second_by <> created_by)",
        ),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("stock_batch.id"))
    delta: Mapped[int]
    kind: Mapped[MoveKind] = mapped_column(choice("kind", *MoveKind))
    reference: Mapped[str] = mapped_column(String(60))
    second_by: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(200), default="")


class Stocktake(Row, Base):
    """One monthly count of a station by two people."""

    __tablename__ = "stocktake"
    __table_args__ = (
        UniqueConstraint("station_id", "month"),
        check("two_signatures", "second_by <> created_by"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    month: Mapped[date]
    counted_at: Mapped[datetime]
    second_by: Mapped[str] = mapped_column(String(40))


class StocktakeLine(Row, Base):
    """What was counted of a batch against what the book said; a difference needs its reason."""

    __tablename__ = "stocktake_line"
    __table_args__ = (
        UniqueConstraint("stocktake_id", "batch_id"),
        check("counted", "counted >= 0 AND booked >= 0"),
        check("difference_explained", "counted = booked OR reason <> ''"),
    )

    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("stock_batch.id"))
    counted: Mapped[int]
    booked: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")


append_only(table_of(StockMove))


append_only(table_of(StocktakeLine))


class ItemFigures(TypedDict):
    """How many of an item were handed over, and for how many points in all."""

    qty: int
    points: int


class DayFigures(TypedDict):
    """The figures of an exchange day, frozen when it closes; the shelf, and what was handed over, by item code."""

    persons: int
    households: int
    redemptions: int
    items: int
    points: int
    ref_value_fen: int
    stock_before: dict[str, int]
    stock_after: dict[str, int]
    by_item: dict[str, ItemFigures]


class ExchangeDay(Row, Base):
    """One dated event (兑换活动). At most one is open per station; ordinary counter hours need none."""

    __tablename__ = "exchange_session"
    __table_args__ = (
        Index(
            "uq_exchange_session_open",
            "station_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "station_id", "day"),
        check("ends_after_start", "end_at > start_at"),
        check("max_points_pp", "max_points_pp >= 0"),
    )

    code: Mapped[str] = mapped_column(String(20), unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    title: Mapped[str] = mapped_column(String(60))
    day: Mapped[date]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    max_points_pp: Mapped[int] = mapped_column(default=0)
    status: Mapped[ExchangeDayStatus] = mapped_column(
        choice("status", *ExchangeDayStatus), default=ExchangeDayStatus.PLANNED
    )
    opened_stock: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    figures: Mapped[DayFigures | None] = mapped_column(JSON)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]


class ExchangeDayCount(Row, Base):
    """How many of an item stood there when an exchange day closed, and what the book said at that moment."""

    __tablename__ = "session_count"
    __table_args__ = (
        UniqueConstraint("session_id", "item_id"),
        check("counted", "counted >= 0 AND booked >= 0"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("exchange_session.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("goods_item.id"))
    booked: Mapped[int]
    counted: Mapped[int]


class ExchangeDayVariance(Row, Base):
    """Why a count differed, signed by two; the book follows the count with it."""

    __tablename__ = "session_variance"
    __table_args__ = (
        UniqueConstraint("count_id"),
        check("explained", "reason <> ''"),
        check("two_signatures", "second_by <> created_by"),
    )

    count_id: Mapped[int] = mapped_column(ForeignKey("session_count.id"))
    reason: Mapped[str] = mapped_column(String(200))
    second_by: Mapped[str] = mapped_column(String(40))


append_only(table_of(ExchangeDayCount))


append_only(table_of(ExchangeDayVariance))


class Redemption(Row, Base):
    """One exchange of one person at one station. Price, points and rule version are copied here and on the lines.

    `points_returned` are those of goods that came back; it is returned once all of them have.
    `rule_version` is the street's rule set in force on the day it was made; empty where the street had none.

    `client_token` makes a repeat find the first. `pickup_code` is in the pick-up QR (`/p/<code>`).
    `day` is the business date of the hand-over, or of the reservation until then.
    """

    __tablename__ = "redemption"
    __table_args__ = (
        Index(None, "redeemer_id", "day"),
        Index(None, "station_id", "day"),
        Index(None, "session_id"),
        Index(
            "ix_redemption_due",
            "pickup_until",
            sqlite_where=text("status = 'reserved'"),
            postgresql_where=text("status = 'reserved'"),
        ),
        check("total", "total_points > 0"),
        check("points_returned", "points_returned BETWEEN 0 AND total_points"),
        check("fulfilled_by_someone", "status NOT IN ('fulfilled', 'returned') OR fulfilled_by IS NOT NULL"),
        check("not_self", "fulfilled_by IS NULL OR fulfilled_by <> redeemer_code"),
        check(
            "two_know",
            "identity_check IS NULL OR identity_check <> 'known_by_two' "
            "OR (identity_second IS NOT NULL AND identity_second <> fulfilled_by)",
        ),
        check("return_two", "status <> 'returned' OR (returned_second IS NOT NULL AND returned_second <> returned_by)"),
    )

    code: Mapped[str] = mapped_column(String(24), unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("exchange_session.id"))
    redeemer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    redeemer_code: Mapped[str] = mapped_column(String(20))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"))
    status: Mapped[RedemptionStatus] = mapped_column(choice("status", *RedemptionStatus))
    day: Mapped[date]
    total_points: Mapped[int]
    rule_version: Mapped[str] = mapped_column(String(20), default="")
    client_token: Mapped[str] = mapped_column(String(255), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    pickup_code: Mapped[str | None] = mapped_column(String(16), unique=True)
    pickup_until: Mapped[datetime | None]
    fulfilled_by: Mapped[str | None] = mapped_column(String(40))
    fulfilled_at: Mapped[datetime | None]
    identity_check: Mapped[IdentityCheck | None] = mapped_column(choice("identity_check", *IdentityCheck))
    identity_second: Mapped[str | None] = mapped_column(String(40))
    proxy_name: Mapped[str] = mapped_column(String(40), default="")
    proxy_relation: Mapped[str] = mapped_column(String(20), default="")
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(40))
    ended_reason: Mapped[str] = mapped_column(String(200), default="")
    returned_by: Mapped[str | None] = mapped_column(String(40))
    returned_second: Mapped[str | None] = mapped_column(String(40))
    points_returned: Mapped[int] = mapped_column(server_default=text("0"), sort_order=100)


class RedemptionLine(Row, Base):
    """Some of one item from one batch, at the price of the time; `qty_returned` of it came back."""

    __tablename__ = "redemption_line"
    __table_args__ = (
        Index(None, "redemption_id"),
        Index(None, "batch_id"),
        check("qty", "qty > 0"),
        check("price", "price > 0"),
        check("qty_returned", "qty_returned BETWEEN 0 AND qty"),
    )

    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("goods_item.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("stock_batch.id"))
    qty: Mapped[int]
    price: Mapped[int]
    qty_returned: Mapped[int] = mapped_column(server_default=text("0"), sort_order=100)


append_only(table_of(RedemptionLine), frozen=("redemption_id", "item_id", "batch_id", "qty", "price"))


append_only(table_of(Redemption), frozen=("station_id", "redeemer_id", "total_points", "rule_version", "client_token"))


class Voucher(Row, Base):
    """One use of a voucher item; `code` is one-time and confirmed by the merchant."""

    __tablename__ = "voucher"
    __table_args__ = (Index(None, "line_id"), Index(None, "merchant_id", "used_at"))

    code: Mapped[str] = mapped_column(String(16), unique=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("redemption_line.id"))
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    status: Mapped[VoucherStatus] = mapped_column(choice("status", *VoucherStatus), default=VoucherStatus.ISSUED)
    used_at: Mapped[datetime | None]
