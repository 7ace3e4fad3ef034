"""The stock book: batches, movements and counts, and the few statements that every change of them uses."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from points.exchange.statuses import MoveKind
from points.exchange.tables import StockBatch, StockMove
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, NoSuch
from points.foundation.orm import ZERO
from points.foundation.statements import Writes, run
from points.places.tables import Area, Station

# --- what there is


class Place(NamedTuple):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchChange:
    """What is added to what is left of a batch, and to what of it is reserved."""

    batch_id: int
    left: int = 0
    reserved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One movement of a batch; `second_by` is who signed it with the first person."""

    batch_id: int
    delta: int
    kind: MoveKind
    reference: str
    second_by: str | None = None
    reason: str = ""


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


def change_batches(writes: Writes, changes: Iterable[BatchChange]) -> None:
    """Add changes of locked batches to what a use case writes."""
    left: dict[int, int] = defaultdict(int)
    reserved: dict[int, int] = defaultdict(int)
    for change in changes:
        left[change.batch_id] += change.left
        reserved[change.batch_id] += change.reserved
    rows = [{"id": batch, "qty_left": left[batch], "qty_reserved": reserved[batch]} for batch in sorted(left)]
    writes.increase(StockBatch, rows)


def note_moves(session: Session, moves: Iterable[Move], *, by: Actor, at: datetime) -> None:
    """Write movements; one statement."""
    writes = Writes()
    add_moves(writes, moves, by=by, at=at)
    writes.send(session)


def add_moves(writes: Writes, moves: Iterable[Move], *, by: Actor, at: datetime) -> None:
    """Add movements to what a use case writes."""
    rows = [
        {
            "batch_id": move.batch_id,
            "delta": move.delta,
            "kind": move.kind,
            "reference": move.reference,
            "second_by": move.second_by,
            "reason": move.reason,
            "created_at": at,
            "created_by": by.person,
        }
        for move in moves
    ]
    writes.insert(StockMove, rows)


# --- what can be asked


def place(session: Session, code: str) -> Place:
    """The station with this code as the exchange needs it. Raises NoSuch."""
    row = run(session, _PLACE, {"code": code}).one_or_none()
    if row is None:
        raise NoSuch(kind=N_("station"), key=code)
    return Place._make(row)


def locking(items: Select[int] | BindParameter[int]) -> Select[int, int, int, date | None]:
    """The statement that locks the batches of `items` at the `station` that have anything left, in their order."""
    return (
        select(
            StockBatch.id,
            StockBatch.item_id,
            (StockBatch.qty_left - StockBatch.qty_reserved).label("free"),
            StockBatch.best_before,
        )
        .where(
            StockBatch.station_id == bindparam("station"),
            StockBatch.item_id.in_(items),
            StockBatch.qty_left > ZERO,
        )
        .order_by(StockBatch.id)
        .with_for_update(key_share=True, of=StockBatch)
    )


def free() -> ColumnElement[int]:
    """What of a batch may still be promised."""
    return StockBatch.qty_left - StockBatch.qty_reserved


def not_past(day: date) -> ColumnElement[bool]:
    """The condition that a batch is good on `day`."""
    return or_(StockBatch.best_before.is_(None), StockBatch.best_before >= day)


_PLACE = (
    select(Station.id, Station.code, Station.number, Station.name, Station.status, Area.path)
    .join(Area, Area.id == Station.area_id)
    .where(Station.code == bindparam("code"))
)
_LOCK_OPEN = locking(bindparam("items", expanding=True))
