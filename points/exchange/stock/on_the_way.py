"""What is on the way between stations, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from points.exchange.naming import as_shown
from points.exchange.statuses import StockTransferStatus
from points.exchange.stock.batches import place
from points.exchange.stock.tables import StockTransfer, StockTransferLine
from points.exchange.tables import GoodsItem, StockBatch
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.places import areas
from points.places.tables import Area, Station

# --- what there is


@dataclass(frozen=True)
class SentLine:
    """So many of one batch that were sent; `received` is empty while they are on the way."""

    batch: str
    item: str
    name: str
    unit_name: str
    best_before: date | None
    qty: int
    received: int | None
    reason: str
    arrived: str | None


@dataclass(frozen=True)
class Sent:
    """Goods that one station sent to another, with who signed for them where they left and where they ended."""

    code: str
    from_station: str
    from_name: str
    to_station: str
    to_name: str
    status: StockTransferStatus
    sent_at: datetime
    sent_by: str
    second_by: str
    ended_at: datetime | None
    ended_by: str | None
    ended_second: str | None
    lines: tuple[SentLine, ...]

    @property
    def on_the_way(self) -> int:
        return sum(line.qty for line in self.lines) if self.status == StockTransferStatus.SENT else 0


# --- what can be asked


def listing(
    session: Session,
    *,
    by: Actor,
    station: str | None = None,
    status: StockTransferStatus | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[tuple[int, Sent]]:
    """What was sent from or to a station, or any that the actor sees; the latest first, each with its place.

    `before` is the place of the last one already read. Raises NoSuch.
    """
    source, target = aliased(Station), aliased(Station)
    source_area, target_area = aliased(Area), aliased(Area)
    reach = by.reaches("stock.see")
    statement = (
        select(StockTransfer, source, target)
        .join(source, source.id == StockTransfer.from_id)
        .join(target, target.id == StockTransfer.to_id)
        .join(source_area, source_area.id == source.area_id)
        .join(target_area, target_area.id == target.area_id)
        .where(
            areas.within(reach, area_path=source_area.path, station_id=source.id)
            | areas.within(reach, area_path=target_area.path, station_id=target.id)
        )
        .order_by(StockTransfer.id.desc())
        .limit(limit)
    )
    if station is not None:
        here = place(session, station)
        if by.role_for("stock.see", station_id=here.id, area_path=here.area_path) is None:
            raise NoSuch(kind=N_("station"), key=station)
        statement = statement.where((StockTransfer.from_id == here.id) | (StockTransfer.to_id == here.id))
    if status is not None:
        statement = statement.where(StockTransfer.status == status)
    if before is not None:
        statement = statement.where(StockTransfer.id < before)
    rows = session.execute(statement).all()
    lines = _shown_lines(session, [row[0].id for row in rows])
    return [(row.id, _sent(row, start, end, lines.get(row.id, ()))) for row, start, end in rows]


def one(session: Session, code: str, *, by: Actor) -> Sent:
    """A transfer, for who sees the stock of either station. Raises NoSuch."""
    row, source, target = found(session, code)
    for here in (place(session, source), place(session, target)):
        if by.role_for("stock.see", station_id=here.id, area_path=here.area_path) is not None:
            start = session.get_one(Station, row.from_id)
            end = session.get_one(Station, row.to_id)
            return _sent(row, start, end, _shown_lines(session, [row.id])[row.id])
    raise NoSuch(kind=N_("transfer"), key=code)


def on_the_way(session: Session, *, station_id: int) -> int:
    """How many goods are on the way from or to a station."""
    return (
        session.scalar(
            select(func.sum(StockTransferLine.qty))
            .join(StockTransfer, StockTransfer.id == StockTransferLine.transfer_id)
            .where(
                StockTransfer.status == StockTransferStatus.SENT,
                (StockTransfer.from_id == station_id) | (StockTransfer.to_id == station_id),
            )
        )
        or 0
    )


def found(session: Session, code: str, *, hold: bool = False) -> tuple[StockTransfer, str, str]:
    """The transfer, and the codes of the stations that send and receive. Raises NoSuch."""
    source, target = aliased(Station), aliased(Station)
    statement = (
        select(StockTransfer, source.code, target.code)
        .join(source, source.id == StockTransfer.from_id)
        .join(target, target.id == StockTransfer.to_id)
        .where(StockTransfer.code == code)
    )
    if hold:
        statement = statement.with_for_update(key_share=True, of=StockTransfer)
    row = session.execute(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NoSuch(kind=N_("transfer"), key=code)
    return row[0], row[1], row[2]


def _shown_lines(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[SentLine, ...]]:
    arrived = aliased(StockBatch)
    rows = session.execute(
        select(StockTransferLine, StockBatch.code, StockBatch.best_before, GoodsItem, arrived.code)
        .join(StockBatch, StockBatch.id == StockTransferLine.batch_id)
        .join(GoodsItem, GoodsItem.id == StockBatch.item_id)
        .outerjoin(arrived, arrived.id == StockTransferLine.arrived_id)
        .where(StockTransferLine.transfer_id.in_(ids))
        .order_by(StockTransferLine.id)
    )
    of_each: dict[int, tuple[SentLine, ...]] = {}
    for line, batch, best_before, item, new in rows:
        name = as_shown(item.name, item.spec)
        shown = SentLine(batch, item.code, name, item.unit_name, best_before, line.qty, line.received, line.reason, new)
        of_each[line.transfer_id] = (*of_each.get(line.transfer_id, ()), shown)
    return of_each


def _sent(row: StockTransfer, source: Station, target: Station, lines: tuple[SentLine, ...]) -> Sent:
    return Sent(
        code=row.code,
        from_station=source.code,
        from_name=source.name,
        to_station=target.code,
        to_name=target.name,
        status=row.status,
        sent_at=row.created_at,
        sent_by=row.created_by,
        second_by=row.second_by,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        ended_second=row.ended_second,
        lines=lines,
    )
