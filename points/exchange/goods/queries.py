"""What the catalogue answers."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.exchange.goods.prices import price_of_day
from points.exchange.naming import as_shown
from points.exchange.statuses import GoodsKind, GoodsStatus
from points.exchange.stock.batches import free, not_past, place
from points.exchange.tables import GoodsItem, GoodsPrice, GoodsPriceWithdrawal, StockBatch
from points.foundation import typed
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import ZERO, table_of
from points.places import areas

# --- what there is


@dataclass(frozen=True)
class Offer:
    """An item as a station offers it on a day. `left` counts what may still be promised and is not past its date."""

    code: str
    label_code: str
    name: str
    spec: str
    unit_name: str
    kind: GoodsKind
    price: int
    ref_value_fen: int
    limit_pp_month: int
    min_age: int
    icon: str
    left: int
    next_price: int | None
    next_price_from: date | None

    @property
    def shown(self) -> str:
        return as_shown(self.name, self.spec)


# --- what can be asked


def by_code(session: Session, code: str) -> GoodsItem:
    """The item with this code. Raises NoSuch."""
    item = session.scalar(select(GoodsItem).where(GoodsItem.code == code))
    if item is None:
        raise NoSuch(kind=N_("item"), key=code)
    return item


def by_label(session: Session, label: str) -> GoodsItem:
    """The item whose shelf label (`/g/<code>`) this is. Raises NoSuch."""
    item = session.scalar(select(GoodsItem).where(GoodsItem.label_code == typed.random_code(label)))
    if item is None:
        raise NoSuch(kind=N_("item"), key=label)
    return item


def on_offer(session: Session, *, station: str, day: date) -> list[Offer]:
    """What a station offers on `day`, by code, with what is left of it; items out of stock stand there with 0.

    Raises NoSuch for an unknown station.
    """
    here = place(session, station)
    newer = table_of(GoodsPrice).alias("newer")
    coming = (
        select(newer.c.item_id, func.min(newer.c.effective_from).label("from_day"))
        .where(newer.c.effective_from > day, newer.c.id.not_in(select(GoodsPriceWithdrawal.price_id)))
        .group_by(newer.c.item_id)
        .subquery()
    )
    left = (
        select(StockBatch.item_id, func.sum(free()).label("left"))
        .where(StockBatch.station_id == here.id, StockBatch.qty_left > ZERO, not_past(day))
        .group_by(StockBatch.item_id)
        .subquery()
    )
    rows = session.execute(
        select(GoodsItem, price_of_day(day).label("price"), left.c.left, coming.c.from_day, newer.c.price.label("next"))
        .outerjoin(left, left.c.item_id == GoodsItem.id)
        .outerjoin(coming, coming.c.item_id == GoodsItem.id)
        .outerjoin(newer, (newer.c.item_id == GoodsItem.id) & (newer.c.effective_from == coming.c.from_day))
        .where(GoodsItem.street_id.in_(here.area_ids), GoodsItem.status == GoodsStatus.ON_SHELF)
        .order_by(GoodsItem.code)
    ).all()
    return [
        Offer(
            code=item.code,
            label_code=item.label_code,
            name=item.name,
            spec=item.spec,
            unit_name=item.unit_name,
            kind=item.kind,
            price=price,
            ref_value_fen=item.ref_value_fen,
            limit_pp_month=item.limit_pp_month,
            min_age=item.min_age,
            icon=item.icon,
            left=int(in_stock or 0),
            next_price=next_price,
            next_price_from=from_day,
        )
        for item, price, in_stock, from_day, next_price in rows
        if price is not None
    ]


def listing(session: Session, *, street: str, day: date) -> list[tuple[GoodsItem, int | None]]:
    """Every item of a street in any state, by code, each with its price on `day`. Raises NoSuch."""
    area = areas.street_by_code(session, street)
    rows = session.execute(
        select(GoodsItem, price_of_day(day)).where(GoodsItem.street_id == area.id).order_by(GoodsItem.code)
    )
    return [(item, price) for item, price in rows]
