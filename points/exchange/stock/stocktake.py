"""The monthly count of a station, which closes its month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    insert,
    select,
)
from sqlalchemy.orm import Session

from points.exchange.statuses import MoveKind
from points.exchange.stock.batches import Move, Place, note_moves
from points.exchange.stock.signatures import BadQuantity, Promised, note, require_signed
from points.exchange.tables import StockBatch, Stocktake, StocktakeLine
from points.foundation import clock, codes
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid
from points.foundation.orm import ZERO
from points.places.tables import Station

LAST_WEEK = timedelta(days=7)

# --- what there is


@dataclass(frozen=True)
class Count:
    """What was counted of one batch; a difference from the book needs its `reason`."""

    batch: str
    counted: int
    reason: str = ""


# --- what is refused


@dataclass(eq=False)
class NotAllCounted(Invalid):
    """A count that leaves out batches, or counts one that is not there."""

    code = "not-all-counted"
    title = N_("The count is not complete")
    detail = N_("Not counted: %(missing)s. Not here: %(unknown)s.")
    next_step = N_("Count every batch of the station once; enter 0 where nothing is left.")
    missing: str
    unknown: str


@dataclass(eq=False)
class Unexplained(Invalid):
    """A difference between shelf and book without a reason: the month cannot be closed."""

    code = "unexplained-difference"
    title = N_("A difference needs its reason")
    detail = N_("Batch %(batch)s: counted %(counted)d, booked %(booked)d, and no reason given.")
    next_step = N_("Count again, or write down the reason for the difference.")
    batch: str
    counted: int
    booked: int


@dataclass(eq=False)
class MonthCounted(Conflict):
    """The station's count of this month is done."""

    code = "month-already-counted"
    title = N_("This month is counted")
    detail = N_("%(station)s has its count for %(month)s already.")
    next_step = N_("Correct a later finding as a loss, or in the next month's count.")
    station: str
    month: str


@dataclass(eq=False)
class MonthTooEarly(Conflict):
    """A month closed before its last week: what happens after the count could not be counted any more."""

    code = "month-too-early"
    title = N_("Too early to close the month")
    detail = N_("%(month)s can be counted from %(earliest)s on.")
    next_step = N_("Count in the last week of the month, or in the next one.")
    month: str
    earliest: date


# --- what happens


def stocktake(
    session: Session,
    *,
    station: str,
    month: date,
    counts: Sequence[Count],
    by: Actor,
    second: Actor,
    at: datetime,
) -> Stocktake:
    """Count a station and close its month: every batch with something left, once, by two people.

    The book then says what the shelf holds; each difference keeps its reason. `month` is any day of the month.
    Raises SecondPersonNeeded, MonthTooEarly, MonthCounted, NotAllCounted, Unexplained, BadQuantity, Promised, NoSuch,
    NotPermitted.
    """
    here, role = require_signed(session, station, by=by, second=second, at=at)
    month = month.replace(day=1)
    refuse_month(session, here, month, at=at)
    batches = held(session, here)
    refuse_incomplete(batches, [count.batch for count in counts])
    for count in counts:
        batch = batches[count.batch]
        if count.counted < 0:
            raise BadQuantity(qty=count.counted)
        if count.counted != batch.qty_left and not count.reason.strip():
            raise Unexplained(batch=count.batch, counted=count.counted, booked=batch.qty_left)
        if count.counted < batch.qty_reserved:
            raise Promised(batch=count.batch, free=batch.qty_left - batch.qty_reserved, reserved=batch.qty_reserved)
    taken = Stocktake(
        code=codes.new(),
        station_id=here.id,
        month=month,
        counted_at=at,
        second_by=second.person,
        created_at=at,
        created_by=by.person,
    )
    session.add(taken)
    session.flush()
    lines, moves = [], []
    for count in counts:
        batch = batches[count.batch]
        booked, batch.qty_left = batch.qty_left, count.counted
        reason = count.reason.strip() if count.counted != booked else ""
        lines.append(
            {
                "stocktake_id": taken.id,
                "batch_id": batch.id,
                "counted": count.counted,
                "booked": booked,
                "reason": reason,
                "created_at": at,
                "created_by": by.person,
            }
        )
        if count.counted != booked:
            delta = count.counted - booked
            reference = f"stocktake:{taken.code}"
            moves.append(
                Move(
                    batch_id=batch.id,
                    delta=delta,
                    kind=MoveKind.STOCKTAKE,
                    reference=reference,
                    second_by=second.person,
                    reason=reason,
                )
            )
    session.flush()
    if lines:
        session.execute(insert(StocktakeLine), lines)
    note_moves(session, moves, by=by, at=at)
    facts = {"month": f"{month:%Y-%m}", "batches": len(lines), "differences": len(moves), "second": second.person}
    note(session, "stock.stocktake", f"station:{station}", here, second=second, by=by, role=role, at=at, facts=facts)
    return taken


# --- what can be asked


def month_closed(session: Session, *, station: str, month: date) -> bool:
    """Whether the station's count of the month is done."""
    return (
        session.scalar(
            select(Stocktake.id)
            .join(Station, Station.id == Stocktake.station_id)
            .where(Station.code == station, Stocktake.month == month.replace(day=1))
        )
        is not None
    )


def earliest(month: date) -> date:
    """The first day on which a month may be closed by its count: its last week begins."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - LAST_WEEK


def refuse_month(session: Session, here: Place, month: date, *, at: datetime) -> None:
    """Raises MonthTooEarly, MonthCounted."""
    if clock.local_date(at) < earliest(month):
        raise MonthTooEarly(month=f"{month:%Y-%m}", earliest=earliest(month))
    if session.scalar(select(Stocktake.id).where(Stocktake.station_id == here.id, Stocktake.month == month)):
        raise MonthCounted(station=here.code, month=f"{month:%Y-%m}")


def held(session: Session, here: Place) -> dict[str, StockBatch]:
    """Every batch with something left at a station, by code, locked in their order."""
    batches = session.scalars(
        select(StockBatch)
        .where(StockBatch.station_id == here.id, StockBatch.qty_left > ZERO)
        .order_by(StockBatch.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {batch.code: batch for batch in batches}


def refuse_incomplete(batches: Mapping[str, StockBatch], counted: Sequence[str]) -> None:
    """Raises NotAllCounted where a batch is left out, named twice, or not there."""
    missing = sorted(batches.keys() - set(counted))
    unknown = sorted(set(counted) - batches.keys()) + sorted({code for code in counted if counted.count(code) > 1})
    if missing or unknown:
        raise NotAllCounted(missing=", ".join(missing) or "–", unknown=", ".join(unknown) or "–")
