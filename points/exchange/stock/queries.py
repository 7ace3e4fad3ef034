"""What the stock book answers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    func,
    select,
)
from sqlalchemy.orm import Session

from points.exchange.naming import as_shown
from points.exchange.statuses import BatchSource, MoveKind
from points.exchange.stock.batches import Place, place
from points.exchange.tables import Donor, GoodsItem, StockBatch, StockMove
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import ZERO
from points.places import areas
from points.places.tables import Area, Station

Columns = TypeVarTuple("Columns")

ALL = slice(0, None)

# --- what there is

NEAR_EXPIRY_DAYS = 30


@dataclass(frozen=True)
class OnHand:
    """One batch at a station. `left` is on the shelf, `reserved` of it promised."""

    batch: str
    item: str
    name: str
    spec: str
    unit_name: str
    left: int
    reserved: int
    best_before: date | None
    source: BatchSource
    donor: str | None
    received_at: datetime
    station: str

    @property
    def shown(self) -> str:
        return as_shown(self.name, self.spec)


@dataclass(frozen=True)
class Movement:
    """One line of the stock book."""

    at: datetime
    item: str
    batch: str
    delta: int
    kind: MoveKind
    reference: str
    by: str
    second_by: str | None
    reason: str

    @property
    def about(self) -> tuple[str, str]:
        """What the movement belongs to: its kind, such as `redemption` or `transfer`, and its code."""
        kind, _, rest = self.reference.partition(":")
        return kind, rest.partition(":")[0]


# --- what can be asked


def on_hand(session: Session, *, station: str, by: Actor) -> list[OnHand]:
    """Every batch with something left at a station, by item and best-before.

    Raises NoSuch, also outside the actor's reach.
    """
    here = _seen(session, station, by)
    return _batches(session, StockBatch.station_id == here.id)


def donors(session: Session) -> list[Donor]:
    """Everybody who has given goods, by code; for the form of a delivery."""
    return list(session.scalars(select(Donor).order_by(Donor.code)))


def near_expiry(
    session: Session, *, by: Actor, day: date, station: str | None = None, within_days: int = NEAR_EXPIRY_DAYS
) -> list[OnHand]:
    """The batches best before `day` + `within_days` or already past, at one station or all the actor may see."""
    soon = StockBatch.best_before <= day + timedelta(days=within_days)
    if station is not None:
        return _batches(session, StockBatch.station_id == _seen(session, station, by).id, soon)
    reach = areas.within(by.reaches("stock.see"), area_path=Area.path, station_id=Station.id)
    return _batches(session, reach, soon)


def moves(
    session: Session,
    *,
    station: str,
    by: Actor,
    start: datetime,
    end: datetime,
    item: str | None = None,
    part: slice = ALL,
) -> list[Movement]:
    """The stock book of a station between two times (half-open), oldest first; a `part` of it. Raises NoSuch."""
    here = _seen(session, station, by)
    statement = (
        select(StockMove, StockBatch.code, GoodsItem.code)
        .join(StockBatch, StockBatch.id == StockMove.batch_id)
        .join(GoodsItem, GoodsItem.id == StockBatch.item_id)
        .where(StockBatch.station_id == here.id, StockMove.created_at >= start, StockMove.created_at < end)
        .order_by(StockMove.id)
        .slice(part.start or 0, part.stop)
    )
    if item is not None:
        statement = statement.where(GoodsItem.code == item)
    return [_movement(move, batch, code) for move, batch, code in session.execute(statement)]


def batches_of(session: Session, *, station: str, item: str, by: Actor) -> list[OnHand]:
    """Every batch that a station ever had of an item, used up ones too, the newest first. Raises NoSuch."""
    here = _seen(session, station, by)
    found = _batches(session, StockBatch.station_id == here.id, GoodsItem.code == item, used_up=True)
    return sorted(found, key=lambda one: (one.received_at, one.batch), reverse=True)


def count_moves(session: Session, *, station: str, item: str, by: Actor) -> int:
    """How many movements a station has of an item. Raises NoSuch."""
    here = _seen(session, station, by)
    return session.scalar(_of_item(select(func.count()), here, item)) or 0


def moves_of(
    session: Session, *, station: str, item: str, by: Actor, offset: int = 0, limit: int = 50
) -> list[Movement]:
    """The movements of an item at a station, the latest first. Raises NoSuch."""
    here = _seen(session, station, by)
    rows = session.execute(
        _of_item(select(StockMove, StockBatch.code), here, item)
        .order_by(StockMove.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [_movement(move, batch, item) for move, batch in rows]


def snapshot(session: Session, *, station_id: int) -> dict[str, int]:
    """How many of each item stand at a station, by item code."""
    rows = session.execute(
        select(GoodsItem.code, func.sum(StockBatch.qty_left))
        .join(StockBatch, StockBatch.item_id == GoodsItem.id)
        .where(StockBatch.station_id == station_id, StockBatch.qty_left > ZERO)
        .group_by(GoodsItem.code)
        .order_by(GoodsItem.code)
    )
    return {code: int(left) for code, left in rows}


def _movement(move: StockMove, batch: str, item: str) -> Movement:
    return Movement(
        at=move.created_at,
        item=item,
        batch=batch,
        delta=move.delta,
        kind=move.kind,
        reference=move.reference,
        by=move.created_by,
        second_by=move.second_by,
        reason=move.reason,
    )


def _of_item(statement: Select[*Columns], here: Place, item: str) -> Select[*Columns]:
    return (
        statement.select_from(StockMove)
        .join(StockBatch, StockBatch.id == StockMove.batch_id)
        .join(GoodsItem, GoodsItem.id == StockBatch.item_id)
        .where(StockBatch.station_id == here.id, GoodsItem.code == item)
    )


def _batches(session: Session, *conditions: ColumnElement[bool], used_up: bool = False) -> list[OnHand]:
    rows = session.execute(
        select(StockBatch, GoodsItem, Donor.code, Station.code)
        .join(GoodsItem, GoodsItem.id == StockBatch.item_id)
        .join(Station, Station.id == StockBatch.station_id)
        .join(Area, Area.id == Station.area_id)
        .outerjoin(Donor, Donor.id == StockBatch.donor_id)
        .where(*(() if used_up else (StockBatch.qty_left > ZERO,)), *conditions)
        .order_by(Station.number, GoodsItem.code, StockBatch.best_before.is_(None), StockBatch.best_before)
        .execution_options(populate_existing=True)
    )
    return [
        OnHand(
            batch=batch.code,
            item=item.code,
            name=item.name,
            spec=item.spec,
            unit_name=item.unit_name,
            left=batch.qty_left,
            reserved=batch.qty_reserved,
            best_before=batch.best_before,
            source=batch.source,
            donor=donor,
            received_at=batch.created_at,
            station=station,
        )
        for batch, item, donor, station in rows
    ]


def _seen(session: Session, station: str, by: Actor) -> Place:
    here = place(session, station)
    if by.role_for("stock.see", station_id=here.id, area_path=here.area_path) is None:
        raise NoSuch(kind=N_("station"), key=station)
    return here
