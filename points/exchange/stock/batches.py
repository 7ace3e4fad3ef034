"""The stock book: batches, movements and counts, and the few statements that every change of them uses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    bindparam,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from points.exchange.tables import StockBatch, StockMove
from points.foundation.errors import N_, Conflict, NoSuch
from points.foundation.orm import ZERO, adding, table_of
from points.foundation.statements import run
from points.places.tables import Area, Station

# --- what there is


@dataclass(frozen=True)
class Place:
    """A station as the exchange needs it. `area_ids` are its community and everything above it."""

    id: int
    code: str
    number: int
    name: str
    status: str
    area_path: str

    @property
    def area_ids(self) -> list[int]:
        return [int(part) for part in self.area_path.strip("/").split("/")]


@dataclass(slots=True)
class OpenBatch:
    """A batch as it was read under its lock. `free` is what may still be promised; `pick` lowers it."""

    id: int
    item_id: int
    free: int
    best_before: date | None


@dataclass(frozen=True, slots=True)
class Pick:
    """So many of an item from one batch."""

    item_id: int
    batch_id: int
    qty: int


# --- what is refused


@dataclass(eq=False)
class OutOfStock(Conflict):
    """Less is left than is asked for."""

    code = "out-of-stock"
    title = N_("Not enough in stock")
    detail = N_("%(left)d of “%(name)s” are left, %(wanted)d are wanted.")
    next_step = N_("Take fewer or choose something else.")
    item: str
    name: str
    wanted: int
    left: int


@dataclass(eq=False)
class BatchExpired(Conflict):
    """All that is left is past its best-before date."""

    code = "batch-expired"
    title = N_("Past its best-before date")
    detail = N_("What is left of “%(name)s” was best before %(best_before)s.")
    next_step = N_("Choose something else; the batch must be written off.")
    item: str
    name: str
    best_before: date


# --- what happens


def lock_open(session: Session, *, station_id: int, item_ids: Iterable[int]) -> list[OpenBatch]:
    """Lock the batches of these items at a station that have anything left, in the order of their ids."""
    rows = run(session, _LOCK_OPEN, {"station": station_id, "items": sorted(item_ids)})
    return [OpenBatch(*row) for row in rows]


def pick(batches: Iterable[OpenBatch], *, item_id: int, code: str, name: str, qty: int, day: date) -> list[Pick]:
    """Choose `qty` of an item from locked batches that are good on `day`, earliest best-before first; none last.

    Raises OutOfStock, or BatchExpired when only the dates stand in the way.
    """
    mine = [batch for batch in batches if batch.item_id == item_id and batch.free > 0]
    good = [batch for batch in mine if batch.best_before is None or batch.best_before >= day]
    left = sum(batch.free for batch in good)
    if left < qty:
        past = [batch.best_before for batch in mine if batch.best_before is not None and batch.best_before < day]
        if past and left == 0:
            raise BatchExpired(item=code, name=name, best_before=max(past))
        raise OutOfStock(item=code, name=name, wanted=qty, left=left)
    picks = []
    for batch in sorted(good, key=lambda batch: (batch.best_before or date.max, batch.id)):
        taken = min(qty, batch.free)
        batch.free -= taken
        qty -= taken
        picks.append(Pick(item_id, batch.id, taken))
        if not qty:
            break
    return picks


def change_batches(session: Session, changes: Mapping[int, tuple[int, int]]) -> None:
    """Add (to what is left, to what is reserved) of each locked batch by id; one statement."""
    run(
        session,
        _CHANGE_BATCHES,
        [
            {"batch": batch, "left_delta": left, "reserved_delta": reserved}
            for batch, (left, reserved) in sorted(changes.items())
        ],
    )


def note_moves(session: Session, moves: Sequence[Mapping[str, Any]], *, by: str, at: datetime) -> None:
    """Write movements (`batch_id`, `delta`, `kind`, `reference`, `second_by`, `reason`); one statement."""
    if moves:
        run(session, _ADD_MOVES, [{**move, "created_at": at, "created_by": by} for move in moves])


# --- what can be asked


def place(session: Session, code: str) -> Place:
    """The station with this code as the exchange needs it. Raises NoSuch."""
    row = run(session, _PLACE, {"code": code}).one_or_none()
    if row is None:
        raise NoSuch(kind=N_("station"), key=code)
    return Place(*row)


def free() -> ColumnElement[int]:
    """What of a batch may still be promised."""
    return StockBatch.qty_left - StockBatch.qty_reserved


def not_past(day: date) -> ColumnElement[bool]:
    """The condition that a batch is good on `day`."""
    return or_(StockBatch.best_before.is_(None), StockBatch.best_before >= day)


_BATCH = table_of(StockBatch)
_PLACE = (
    select(Station.id, Station.code, Station.number, Station.name, Station.status, Area.path)
    .join(Area, Area.id == Station.area_id)
    .where(Station.code == bindparam("code"))
)
_LOCK_OPEN = (
    select(_BATCH.c.id, _BATCH.c.item_id, _BATCH.c.qty_left - _BATCH.c.qty_reserved, _BATCH.c.best_before)
    .where(
        _BATCH.c.station_id == bindparam("station"),
        _BATCH.c.item_id.in_(bindparam("items", expanding=True)),
        _BATCH.c.qty_left > ZERO,
    )
    .order_by(_BATCH.c.id)
    .with_for_update(key_share=True)
)
_CHANGE_BATCHES = (
    update(_BATCH)
    .where(_BATCH.c.id == bindparam("batch"))
    .values(
        qty_left=_BATCH.c.qty_left + bindparam("left_delta"),
        qty_reserved=_BATCH.c.qty_reserved + bindparam("reserved_delta"),
    )
)
_ADD_MOVES = adding(StockMove)
