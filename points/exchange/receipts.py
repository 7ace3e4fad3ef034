"""Receipts: the rows of a redemption, apart from its verbs because sessions and vouchers read them too."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, append_only, check, choice, table_of

# --- what there is


class Redemption(Row, Base):
    """One exchange of one person at one station. Price, points and rule version are copied here and on the lines.

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
    status: Mapped[str] = mapped_column(choice("status", "reserved", "fulfilled", "cancelled", "lapsed", "returned"))
    day: Mapped[date]
    total_points: Mapped[int]
    rule_version: Mapped[str] = mapped_column(String(20), default="")
    client_token: Mapped[str] = mapped_column(String(255), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    pickup_code: Mapped[str | None] = mapped_column(String(16), unique=True)
    pickup_until: Mapped[datetime | None]
    fulfilled_by: Mapped[str | None] = mapped_column(String(40))
    fulfilled_at: Mapped[datetime | None]
    identity_check: Mapped[str | None] = mapped_column(
        choice("identity_check", "pin", "phone4", "card_pin", "known_by_two")
    )
    identity_second: Mapped[str | None] = mapped_column(String(40))
    proxy_name: Mapped[str] = mapped_column(String(40), default="")
    proxy_relation: Mapped[str] = mapped_column(String(20), default="")
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(40))
    ended_reason: Mapped[str] = mapped_column(String(200), default="")
    returned_by: Mapped[str | None] = mapped_column(String(40))
    returned_second: Mapped[str | None] = mapped_column(String(40))


class RedemptionLine(Row, Base):
    """Some of one item from one batch, at the price of the time."""

    __tablename__ = "redemption_line"
    __table_args__ = (
        Index(None, "redemption_id"),
        Index(None, "batch_id"),
        check("qty", "qty > 0"),
        check("price", "price > 0"),
    )

    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("goods_item.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("stock_batch.id"))
    qty: Mapped[int]
    price: Mapped[int]


append_only(table_of(RedemptionLine))
append_only(table_of(Redemption), frozen=("station_id", "redeemer_id", "total_points", "rule_version", "client_token"))
