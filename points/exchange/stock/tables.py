"""Goods on the way between stations, and counts taken blind, before anybody looked into the book."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from points.exchange.statuses import StockTransferStatus
from points.foundation.orm import Base, Row, append_only, check, choice, table_of


class StockTransfer(Row, Base):
    """Goods that one station sent to another: signed by two where they leave and by two where they end.

    They are received at the other station, or taken back into the one that sent them; until then they are on the way.
    """

    __tablename__ = "stock_transfer"
    __table_args__ = (
        Index(None, "from_id"),
        Index(None, "to_id"),
        Index(
            "ix_stock_transfer_on_the_way",
            "to_id",
            "from_id",
            sqlite_where=text("status = 'sent'"),
            postgresql_where=text("status = 'sent'"),
        ),
        check("two_stations", "from_id <> to_id"),
        check("two_signatures", "second_by <> created_by"),
        check(
            "ended_by_two",
            "status = 'sent' OR (ended_at IS NOT NULL AND ended_by IS NOT NULL AND ended_second IS NOT NULL "
            "AND ended_by <> ended_second)",
        ),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    status: Mapped[StockTransferStatus] = mapped_column(
        choice("status", *StockTransferStatus), default=StockTransferStatus.SENT
    )
    second_by: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(40))
    ended_second: Mapped[str | None] = mapped_column(String(40))


class StockTransferLine(Row, Base):
    """So many of one batch on the way; `received` is what arrived, as the batch `arrived_id`, and less has a reason."""

    __tablename__ = "stock_transfer_line"
    __table_args__ = (
        UniqueConstraint("transfer_id", "batch_id"),
        Index(None, "batch_id"),
        check("qty", "qty > 0"),
        check("received", "received IS NULL OR received BETWEEN 0 AND qty"),
        check("arrived", "(received IS NULL) = (arrived_id IS NULL)"),
        check("difference_explained", "received IS NULL OR received = qty OR reason <> ''"),
    )

    transfer_id: Mapped[int] = mapped_column(ForeignKey("stock_transfer.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("stock_batch.id"))
    qty: Mapped[int]
    received: Mapped[int | None]
    arrived_id: Mapped[int | None] = mapped_column(ForeignKey("stock_batch.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")


append_only(table_of(StockTransfer), frozen=("code", "from_id", "to_id", "second_by"))


append_only(table_of(StockTransferLine), frozen=("transfer_id", "batch_id", "qty"))


class CountSheet(Row, Base):
    """A month's count as two people took it, without the book beside it; once explained it becomes the stock-take."""

    __tablename__ = "count_sheet"
    __table_args__ = (
        Index(None, "station_id", "month"),
        check("two_signatures", "second_by <> created_by"),
    )

    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    month: Mapped[date]
    second_by: Mapped[str] = mapped_column(String(40))


class CountSheetLine(Row, Base):
    """What was counted of a batch, and what the book said at that moment."""

    __tablename__ = "count_sheet_line"
    __table_args__ = (
        UniqueConstraint("sheet_id", "batch_id"),
        check("counted", "counted >= 0 AND booked >= 0"),
    )

    sheet_id: Mapped[int] = mapped_column(ForeignKey("count_sheet.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("stock_batch.id"))
    counted: Mapped[int]
    booked: Mapped[int]


append_only(table_of(CountSheet))


append_only(table_of(CountSheetLine))
