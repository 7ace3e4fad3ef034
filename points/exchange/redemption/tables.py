"""Goods that came back."""

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, append_only, check, table_of


class GoodsReturn(Row, Base):
    """So many of one line that came back at one time, signed by two: onto the shelf (`to_stock`), or as a loss.

    `number` counts the times that goods of the redemption came back.
    """

    __tablename__ = "goods_return"
    __table_args__ = (
        UniqueConstraint("line_id", "number"),
        Index(None, "redemption_id"),
        Index(None, "created_at"),
        check("qty", "qty > 0"),
        check("number", "number > 0"),
        check("explained", "reason <> ''"),
        check("two_signatures", "second_by <> created_by"),
    )

    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("redemption_line.id"))
    number: Mapped[int]
    qty: Mapped[int]
    to_stock: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(200))
    second_by: Mapped[str] = mapped_column(String(40))


append_only(table_of(GoodsReturn))
