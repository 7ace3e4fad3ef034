"""A month's count is taken blind: first what is on the shelf, signed by two, then the differences, explained by two."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from points.exchange.naming import as_shown
from points.exchange.statuses import MoveKind
from points.exchange.stock.batches import Move, Place, note_moves, place
from points.exchange.stock.signatures import BadQuantity, Promised, note, require_signed
from points.exchange.stock.stocktake import held, refuse_incomplete, refuse_month
from points.exchange.stock.tables import CountSheet, CountSheetLine
from points.exchange.tables import GoodsItem, StockBatch, Stocktake, StocktakeLine
from points.foundation import codes
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid

# --- what there is


@dataclass(frozen=True)
class Difference:
    """What was counted of a batch otherwise than the book said."""

    batch: str
    name: str
    unit_name: str
    counted: int
    booked: int


@dataclass(frozen=True)
class Waiting:
    """A count that waits until its differences are explained."""

    month: date
    counted_at: datetime
    by: str
    second_by: str
    differences: tuple[Difference, ...]


# --- what is refused


@dataclass(eq=False)
class NoCountWaits(Conflict):
    """Differences explained of a count that was not taken, or is closed."""

    code = "no-count-waits"
    title = N_("Nothing to explain")
    detail = N_("No count of %(station)s waits for its reasons.")
    next_step = N_("Look at the page again; a colleague may have been faster.")
    station: str


@dataclass(eq=False)
class DifferenceUnexplained(Invalid):
    """A difference between shelf and book without a reason: the month cannot be closed."""

    code = "difference-unexplained"
    title = N_("A difference needs its reason")
    detail = N_("“%(name)s”: counted %(counted)d, booked %(booked)d, and no reason given.")
    next_step = N_("Look together what happened, and write it down in a few words.")
    field: str
    name: str
    counted: int
    booked: int


# --- what happens


def count(
    session: Session, *, station: str, month: date, counted: Mapping[str, int], by: Actor, second: Actor, at: datetime
) -> bool:
    """Keep what two people counted of every batch at a station; whether that closed the month, as nothing differs.

    Otherwise the count waits for its reasons; another count of the month takes its place.
    Raises SecondPersonNeeded, MonthTooEarly, MonthCounted, NotAllCounted, BadQuantity, NoSuch, NotPermitted.
    """
    here, role = require_signed(session, station, by=by, second=second, at=at)
    month = month.replace(day=1)
    refuse_month(session, here, month, at=at)
    batches = held(session, here)
    refuse_incomplete(batches, list(counted))
    if any(there < 0 for there in counted.values()):
        raise BadQuantity(qty=min(counted.values()))
    sheet = CountSheet(station_id=here.id, month=month, second_by=second.person, created_at=at, created_by=by.person)
    session.add(sheet)
    session.flush()
    if batches:
        rows = [
            {
                "sheet_id": sheet.id,
                "batch_id": batch.id,
                "counted": counted[batch.code],
                "booked": batch.qty_left,
                "created_at": at,
                "created_by": by.person,
            }
            for batch in batches.values()
        ]
        session.execute(insert(CountSheetLine), rows)
    differing = sum(counted[batch.code] != batch.qty_left for batch in batches.values())
    facts = {"month": f"{month:%Y-%m}", "batches": len(batches), "differences": differing, "second": second.person}
    name = f"station:{station}"
    note(session, "stock.count", name, here, second=second, by=by, role=role, at=at, facts=facts)
    if not differing:
        _close(session, here, sheet, {}, by=by, second=second, at=at)
    return not differing


def explain(
    session: Session, *, station: str, reasons: Mapping[str, str], by: Actor, second: Actor, at: datetime
) -> Stocktake:
    """Close the month of the count that waits, each difference with its reason by batch; the book follows the count.

    What moved since the count stays moved. Raises NoCountWaits, DifferenceUnexplained, Promised, MonthCounted,
    SecondPersonNeeded, NoSuch, NotPermitted; nothing changed then.
    """
    here, role = require_signed(session, station, by=by, second=second, at=at)
    sheet = _waiting(session, here, hold=True)
    if sheet is None:
        raise NoCountWaits(station=here.name)
    for one in _differences(session, sheet):
        if not reasons.get(one.batch, "").strip():
            field = f"reason-{one.batch}"
            raise DifferenceUnexplained(field=field, name=one.name, counted=one.counted, booked=one.booked)
    taken = _close(session, here, sheet, reasons, by=by, second=second, at=at)
    facts = {"month": f"{sheet.month:%Y-%m}", "second": second.person}
    name = f"station:{station}"
    note(session, "stock.stocktake", name, here, second=second, by=by, role=role, at=at, facts=facts)
    return taken


# --- what can be asked


def waiting(session: Session, *, station: str) -> Waiting | None:
    """The count of a station whose differences wait for their reasons. Raises NoSuch."""
    sheet = _waiting(session, place(session, station))
    if sheet is None:
        return None
    found = tuple(_differences(session, sheet))
    return Waiting(sheet.month, sheet.created_at, sheet.created_by, sheet.second_by, found)


def _waiting(session: Session, here: Place, *, hold: bool = False) -> CountSheet | None:
    """The last count of a station, unless its month is closed."""
    statement = select(CountSheet).where(CountSheet.station_id == here.id).order_by(CountSheet.id.desc()).limit(1)
    if hold:
        statement = statement.with_for_update(key_share=True)
    sheet = session.scalars(statement).first()
    if sheet is None:
        return None
    closed = select(Stocktake.id).where(Stocktake.station_id == here.id, Stocktake.month == sheet.month)
    return None if session.scalar(closed) else sheet


def _differences(session: Session, sheet: CountSheet) -> list[Difference]:
    rows = session.execute(
        select(CountSheetLine, StockBatch.code, GoodsItem)
        .join(StockBatch, StockBatch.id == CountSheetLine.batch_id)
        .join(GoodsItem, GoodsItem.id == StockBatch.item_id)
        .where(CountSheetLine.sheet_id == sheet.id, CountSheetLine.counted != CountSheetLine.booked)
        .order_by(GoodsItem.code, StockBatch.id)
    )
    return [
        Difference(batch, as_shown(item.name, item.spec), item.unit_name, line.counted, line.booked)
        for line, batch, item in rows
    ]


def _close(
    session: Session,
    here: Place,
    sheet: CountSheet,
    reasons: Mapping[str, str],
    *,
    by: Actor,
    second: Actor,
    at: datetime,
) -> Stocktake:
    """Write the stock-take of a count. Raises Promised."""
    rows = session.execute(
        select(CountSheetLine, StockBatch)
        .join(StockBatch, StockBatch.id == CountSheetLine.batch_id)
        .where(CountSheetLine.sheet_id == sheet.id)
        .order_by(StockBatch.id)
        .with_for_update(key_share=True, of=StockBatch)
        .execution_options(populate_existing=True)
    ).all()
    for line, batch in rows:
        if batch.qty_left + line.counted - line.booked < batch.qty_reserved:
            free = batch.qty_left - batch.qty_reserved
            raise Promised(batch=batch.code, free=free, reserved=batch.qty_reserved)
    taken = Stocktake(
        code=codes.new(),
        station_id=here.id,
        month=sheet.month,
        counted_at=sheet.created_at,
        second_by=second.person,
        created_at=at,
        created_by=by.person,
    )
    session.add(taken)
    session.flush()
    lines, moves = [], []
    for line, batch in rows:
        delta = line.counted - line.booked
        reason = reasons[batch.code].strip() if delta else ""
        batch.qty_left += delta
        lines.append(
            {
                "stocktake_id": taken.id,
                "batch_id": batch.id,
                "counted": line.counted,
                "booked": line.booked,
                "reason": reason,
                "created_at": at,
                "created_by": by.person,
            }
        )
        if delta:
            moves.append(
                Move(
                    batch_id=batch.id,
                    delta=delta,
                    kind=MoveKind.STOCKTAKE,
                    reference=f"stocktake:{taken.code}",
                    second_by=second.person,
                    reason=reason,
                )
            )
    session.flush()
    if lines:
        session.execute(insert(StocktakeLine), lines)
    note_moves(session, moves, by=by, at=at)
    return taken
