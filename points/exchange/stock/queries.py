"""What the stock book answers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
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
    session: Session, *, station: str, by: Actor, start: datetime, end: datetime, item: str | None = None
) -> list[Movement]:
    """The stock book of a station between two times (half-open), oldest first. Raises NoSuch."""
    here = _seen(session, station, by)
    statement = (
        select(
            StockMove.created_at,
            GoodsItem.code,
            StockBatch.code,
            StockMove.delta,
            StockMove.kind,
            StockMove.reference,
            StockMove.created_by,
            StockMove.second_by,
            StockMove.reason,
        )
        .join(StockBatch, StockBatch.id == StockMove.batch_id)
        .join(GoodsItem, GoodsItem.id == StockBatch.item_id)
        .where(StockBatch.station_id == here.id, StockMove.created_at >= start, StockMove.created_at < end)
        .order_by(StockMove.id)
    )
    if item is not None:
        statement = statement.where(GoodsItem.code == item)
    return [Movement(*row) for row in session.execute(statement)]


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


def _batches(session: Session, *conditions: ColumnElement[bool]) -> list[OnHand]:
    rows = session.execute(
        select(StockBatch, GoodsItem, Donor.code, Station.code)
        .join(GoodsItem, GoodsItem.id == StockBatch.item_id)
        .join(Station, Station.id == StockBatch.station_id)
        .join(Area, Area.id == Station.area_id)
        .outerjoin(Donor, Donor.id == StockBatch.donor_id)
        .where(StockBatch.qty_left > ZERO, *conditions)
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
