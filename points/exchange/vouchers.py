"""Vouchers: a redeemed service, proved once by its merchant."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, choice

# --- what there is


class Voucher(Row, Base):
    """One use of a voucher item; `code` is one-time and confirmed by the merchant."""

    __tablename__ = "voucher"
    __table_args__ = (Index(None, "line_id"), Index(None, "merchant_id", "used_at"))

    code: Mapped[str] = mapped_column(String(16), unique=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("redemption_line.id"))
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    status: Mapped[str] = mapped_column(choice("status", "issued", "used", "void"), default="issued")
    used_at: Mapped[datetime | None]
