"""The catalogue: merchants, items, dated prices."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.exchange.tables import GoodsItem
from points.foundation import codes
from points.foundation.errors import N_, NoSuch

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
