"""Stock: batches with donor and best-before, every movement a row, two signatures where nothing is sold."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, append_only, check, choice

# --- what there is


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
    source: Mapped[str] = mapped_column(choice("source", "budget", "donation", "sponsor", "transfer"))
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
    kind: Mapped[str] = mapped_column(
        choice("kind", "in", "redeem", "return", "transfer", "loss", "expired", "stocktake")
    )
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


append_only(StockMove.__table__)  # type: ignore[arg-type]
append_only(StocktakeLine.__table__)  # type: ignore[arg-type]
