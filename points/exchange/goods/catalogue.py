"""The catalogue: merchants, items, dated prices."""

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.foundation import codes
from points.foundation.errors import N_, NoSuch
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
    the newest `GoodsPrice`. `icon` is one of `ICONS`.
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
    kind: Mapped[str] = mapped_column(choice("kind", "goods", "voucher", "service"), default="goods")
    ref_value_fen: Mapped[int]
    perishable: Mapped[bool] = mapped_column(default=False)
    limit_pp_month: Mapped[int] = mapped_column(default=0)
    min_age: Mapped[int] = mapped_column(default=0)
    merchant_id: Mapped[int | None] = mapped_column(ForeignKey("merchant.id"))
    status: Mapped[str] = mapped_column(choice("status", "draft", "on_shelf", "off_shelf", "retired"), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    icon: Mapped[str] = mapped_column(
        choice("icon", *ICONS), default="package", server_default=text("'package'"), sort_order=92
    )


class GoodsPrice(Row, Base):
    """The price of an item in points from a date on; prospective, with notice."""

    __tablename__ = "goods_price"
    __table_args__ = (UniqueConstraint("item_id", "effective_from"), check("price", "price > 0"))

    item_id: Mapped[int] = mapped_column(ForeignKey("goods_item.id"))
    price: Mapped[int]
    effective_from: Mapped[date]


append_only(table_of(GoodsPrice))


# --- what can be asked


def by_code(session: Session, code: str) -> GoodsItem:
    """The item with this code. Raises NoSuch."""
    item = session.scalar(select(GoodsItem).where(GoodsItem.code == code))
    if item is None:
        raise NoSuch(kind=N_("item"), key=code)
    return item


def by_label(session: Session, label: str) -> GoodsItem:
    """The item whose shelf label (`/g/<code>`) this is. Raises NoSuch."""
    item = session.scalar(select(GoodsItem).where(GoodsItem.label_code == codes.normalise(label)))
    if item is None:
        raise NoSuch(kind=N_("item"), key=label)
    return item
