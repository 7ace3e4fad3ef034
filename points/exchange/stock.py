"""Stock: batches with donor and best-before, every movement a row, two signatures where nothing is sold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.exchange import goods
from points.foundation import clock, codes
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch, NotAllowed
from points.foundation.orm import Base, Row, append_only, check, choice
from points.journal import audit
from points.places import areas
from points.places.areas import Area
from points.places.stations import Station

NEAR_EXPIRY_DAYS = 30

# --- what there is


class Donor(Row, Base):
    """Who gave goods; named in public only with consent."""

    __tablename__ = "donor"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    publish_name: Mapped[bool] = mapped_column(default=False)


class StockBatch(Row, Base):
    """Goods that came in together. `qty_left` is on the shelf, `qty_reserved` of it promised to reservations."""

    __tablename__ = "stock_batch"
    __table_args__ = (
        Index(
            "ix_stock_batch_open",
            "station_id",
            "item_id",
            "best_before",
            sqlite_where=text("qty_left > 0"),
            postgresql_where=text("qty_left > 0"),
        ),
        check("qty_in", "qty_in > 0"),
        check("qty_left", "qty_left >= 0"),
        check("qty_reserved", "qty_reserved BETWEEN 0 AND qty_left"),
        check("two_signatures", "checked_by <> received_by"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("goods_item.id"))
    qty_in: Mapped[int]
    qty_left: Mapped[int]
    qty_reserved: Mapped[int] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(choice("source", "budget", "donation", "sponsor", "transfer"))
    donor_id: Mapped[int | None] = mapped_column(ForeignKey("donor.id"))
    unit_cost_fen: Mapped[int] = mapped_column(default=0)
    best_before: Mapped[date | None]
    received_by: Mapped[str] = mapped_column(String(40))
    checked_by: Mapped[str] = mapped_column(String(40))


class StockMove(Row, Base):
    """One movement of one batch; the shelf is Σ of these. `reference` names the receipt, redemption or count."""

    __tablename__ = "stock_move"
    __table_args__ = (
        UniqueConstraint("batch_id", "kind", "reference"),
        Index(None, "created_at"),
        check("not_nothing", "delta <> 0"),
        check(
            "two_signatures",
            "kind NOT IN ('in', 'loss', 'expired', 'stocktake') OR (second_by IS NOT NULL AND second_by <> created_by)",
        ),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("stock_batch.id"))
    delta: Mapped[int]
    kind: Mapped[str] = mapped_column(
        choice("kind", "in", "redeem", "return", "transfer", "loss", "expired", "stocktake")
    )
    reference: Mapped[str] = mapped_column(String(60))
    second_by: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(200), default="")


class Stocktake(Row, Base):
    """One monthly count of a station by two people."""

    __tablename__ = "stocktake"
    __table_args__ = (
        UniqueConstraint("station_id", "month"),
        check("two_signatures", "second_by <> created_by"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    month: Mapped[date]
    counted_at: Mapped[datetime]
    second_by: Mapped[str] = mapped_column(String(40))


class StocktakeLine(Row, Base):
    """What was counted of a batch against what the book said; a difference needs its reason."""

    __tablename__ = "stocktake_line"
    __table_args__ = (
        UniqueConstraint("stocktake_id", "batch_id"),
        check("counted", "counted >= 0 AND booked >= 0"),
        check("difference_explained", "counted = booked OR reason <> ''"),
    )

    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("stock_batch.id"))
    counted: Mapped[int]
    booked: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200), default="")


append_only(StockMove.__table__)  # type: ignore[arg-type]
append_only(StocktakeLine.__table__)  # type: ignore[arg-type]


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


@dataclass(frozen=True)
class Count:
    """What was counted of one batch; a difference from the book needs its `reason`."""

    batch: str
    counted: int
    reason: str = ""


@dataclass(frozen=True)
class OnHand:
    """One batch at a station. `left` is on the shelf, `reserved` of it promised."""

    batch: str
    item: str
    name: str
    unit_name: str
    left: int
    reserved: int
    best_before: date | None
    source: str
    donor: str | None
    received_at: datetime


@dataclass(frozen=True)
class Movement:
    """One line of the stock book."""

    at: datetime
    item: str
    batch: str
    delta: int
    kind: str
    reference: str
    by: str
    second_by: str | None
    reason: str


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
class SecondPersonNeeded(NotAllowed):
    """The second signature is the first person's."""

    code = "second-person-needed"
    title = N_("A second person must sign")
    detail = N_("%(person)s cannot sign twice; stock is moved by two people.")
    next_step = N_("Ask a colleague to confirm with their own sign-in.")
    person: str


@dataclass(eq=False)
class BadQuantity(Invalid):
    """A quantity outside what makes sense."""

    code = "bad-quantity"
    title = N_("This quantity is not possible")
    detail = N_("%(qty)d is not a possible quantity.")
    next_step = N_("Enter a whole number of at least 1.")
    qty: int


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


@dataclass(eq=False)
class Promised(Conflict):
    """What would be taken is promised to reservations."""

    code = "stock-promised"
    title = N_("Promised to reservations")
    detail = N_("Only %(free)d of the batch %(batch)s are free; %(reserved)d are promised.")
    next_step = N_("Hand over or cancel the reservations first.")
    batch: str
    free: int
    reserved: int


@dataclass(eq=False)
class DonorMissing(Invalid):
    """A donation without its donor."""

    code = "donor-missing"
    title = N_("Who gave it?")
    detail = N_("A donated or sponsored batch names its donor.")
    next_step = N_("Choose the donor, or add one; the name is shown only with consent.")


@dataclass(eq=False)
class ReasonMissing(Invalid):
    """Goods written off without a reason."""

    code = "reason-missing"
    title = N_("A reason is needed")
    detail = N_("Say what happened to the goods.")
    next_step = N_("Write a few words, for example “broken in transport”.")


@dataclass(eq=False)
class NotPastDate(Conflict):
    """A batch written off as expired that is still good."""

    code = "not-past-date"
    title = N_("Still good")
    detail = N_("The batch %(batch)s is good to %(best_before)s.")
    next_step = N_("Write it off as a loss if it is spoilt.")
    batch: str
    best_before: str


@dataclass(eq=False)
class SameStation(Invalid):
    """A transfer from a station to itself."""

    code = "same-station"
    title = N_("The same station")
    detail = N_("Goods cannot be moved from %(station)s to itself.")
    next_step = N_("Choose another station.")
    station: str


@dataclass(eq=False)
class OtherStreet(Conflict):
    """The item belongs to another street than the station."""

    code = "other-street"
    title = N_("Another street's goods")
    detail = N_("%(item)s is not in the catalogue of the street of %(station)s.")
    next_step = N_("Add it to this street's catalogue first.")
    item: str
    station: str


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


# --- what happens


def add_donor(
    session: Session, *, code: str, name: str, by: Actor, at: datetime, publish_name: bool = False
) -> Donor:
    """Register who gives goods. Raises CodeTaken, NotPermitted."""
    role = _somewhere(by, "stock.move")
    if session.scalar(select(Donor.id).where(Donor.code == code)) is not None:
        raise areas.CodeTaken(kind=N_("donor"), key=code)
    donor = Donor(code=code, name=name, publish_name=publish_name, created_at=at, created_by=by.person)
    session.add(donor)
    session.flush()
    audit.write(session, by=by, role=role, action="donor.add", target=f"donor:{code}", at=at)
    return donor


def receive(
    session: Session,
    *,
    station: str,
    item: str,
    qty: int,
    source: str,
    by: Actor,
    second: Actor,
    at: datetime,
    donor: str | None = None,
    best_before: date | None = None,
    unit_cost_fen: int = 0,
) -> StockBatch:
    """Take goods in at a station as a new batch, signed by two people (`source`: budget, donation or sponsor).

    Raises SecondPersonNeeded, BadQuantity, DonorMissing, OtherStreet, NoSuch, NotPermitted.
    """
    here, role = _require(session, station, by=by, second=second)
    if qty < 1 or unit_cost_fen < 0:
        raise BadQuantity(qty=min(qty, unit_cost_fen))
    article = goods.by_code(session, item)
    if article.street_id not in here.area_ids:
        raise OtherStreet(item=item, station=station)
    donor_id = None
    if donor is not None:
        donor_id = session.scalar(select(Donor.id).where(Donor.code == donor))
        if donor_id is None:
            raise NoSuch(kind=N_("donor"), key=donor)
    if source in ("donation", "sponsor") and donor_id is None:
        raise DonorMissing()
    batch = StockBatch(
        code=codes.new(),
        station_id=here.id,
        item_id=article.id,
        qty_in=qty,
        qty_left=qty,
        qty_reserved=0,
        source=source,
        donor_id=donor_id,
        unit_cost_fen=unit_cost_fen,
        best_before=best_before,
        received_by=by.person,
        checked_by=second.person,
        created_at=at,
        created_by=by.person,
    )
    session.add(batch)
    session.flush()
    note_moves(
        session, [_move(batch.id, qty, "in", f"receipt:{batch.code}", second=second.person)], by=by.person, at=at
    )
    facts = {"item": item, "qty": qty, "source": source, "second": second.person}
    _note(session, "stock.receive", f"batch:{batch.code}", here, by=by, role=role, at=at, facts=facts)
    return batch


def write_off(
    session: Session,
    *,
    batch: str,
    qty: int,
    kind: Literal["loss", "expired"],
    reason: str,
    by: Actor,
    second: Actor,
    at: datetime,
) -> StockBatch:
    """Take spoilt, lost or expired goods out of the book, signed by two people.

    Raises SecondPersonNeeded, BadQuantity, ReasonMissing, Promised, NotPastDate, NoSuch, NotPermitted.
    """
    row, station = _locked_batch(session, batch)
    here, role = _require(session, station, by=by, second=second)
    if qty < 1:
        raise BadQuantity(qty=qty)
    if not reason.strip():
        raise ReasonMissing()
    if qty > row.qty_left - row.qty_reserved:
        raise Promised(batch=batch, free=row.qty_left - row.qty_reserved, reserved=row.qty_reserved)
    if kind == "expired" and (row.best_before is None or row.best_before >= clock.local_date(at)):
        raise NotPastDate(batch=batch, best_before=str(row.best_before or "∞"))
    row.qty_left -= qty
    session.flush()
    reference = f"{kind}:{codes.new()}"
    note_moves(
        session, [_move(row.id, -qty, kind, reference, second=second.person, reason=reason)], by=by.person, at=at
    )
    facts = {"qty": qty, "kind": kind, "second": second.person}
    _note(session, "stock.write_off", f"batch:{batch}", here, by=by, role=role, at=at, reason=reason, facts=facts)
    return row


def transfer(
    session: Session,
    *,
    from_station: str,
    to_station: str,
    item: str,
    qty: int,
    by: Actor,
    second: Actor,
    at: datetime,
) -> list[StockBatch]:
    """Move goods to another station of the street, earliest best-before first; the new batches there.

    Each new batch keeps its donor, cost and best-before date. Both people may act at one of the two stations.
    Raises SecondPersonNeeded, BadQuantity, SameStation, OtherStreet, OutOfStock, BatchExpired, NoSuch, NotPermitted.
    """
    source, role = _require(session, from_station, by=by, second=None)
    target = place(session, to_station)
    _require_second(by, second, (source, target))
    if source.id == target.id:
        raise SameStation(station=from_station)
    if qty < 1:
        raise BadQuantity(qty=qty)
    article = goods.by_code(session, item)
    if article.street_id not in target.area_ids:
        raise OtherStreet(item=item, station=to_station)
    batches = lock_open(session, station_id=source.id, item_ids=[article.id])
    picks = pick(batches, item_id=article.id, code=item, name=article.name, qty=qty, day=clock.local_date(at))
    arrived: list[StockBatch] = []
    moves: list[dict[str, Any]] = []
    for taken in picks:
        old = session.get_one(StockBatch, taken.batch_id, populate_existing=True)
        old.qty_left -= taken.qty
        new = StockBatch(
            code=codes.new(),
            station_id=target.id,
            item_id=article.id,
            qty_in=taken.qty,
            qty_left=taken.qty,
            qty_reserved=0,
            source="transfer",
            donor_id=old.donor_id,
            unit_cost_fen=old.unit_cost_fen,
            best_before=old.best_before,
            received_by=by.person,
            checked_by=second.person,
            created_at=at,
            created_by=by.person,
        )
        session.add(new)
        session.flush()
        reference = f"transfer:{new.code}"
        moves.append(_move(old.id, -taken.qty, "transfer", reference, second=second.person))
        moves.append(_move(new.id, taken.qty, "transfer", reference, second=second.person))
        arrived.append(new)
    note_moves(session, moves, by=by.person, at=at)
    facts = {"item": item, "qty": qty, "to": to_station, "second": second.person}
    _note(session, "stock.transfer", f"station:{from_station}", source, by=by, role=role, at=at, facts=facts)
    return arrived


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
    Raises SecondPersonNeeded, MonthCounted, NotAllCounted, Unexplained, BadQuantity, Promised, NoSuch, NotPermitted.
    """
    here, role = _require(session, station, by=by, second=second)
    month = month.replace(day=1)
    if session.scalar(select(Stocktake.id).where(Stocktake.station_id == here.id, Stocktake.month == month)):
        raise MonthCounted(station=station, month=f"{month:%Y-%m}")
    batches = {
        batch.code: batch
        for batch in session.scalars(
            select(StockBatch)
            .where(StockBatch.station_id == here.id, StockBatch.qty_left > 0)
            .order_by(StockBatch.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    }
    _refuse_incomplete(batches, counts)
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
            moves.append(_move(batch.id, delta, "stocktake", reference, second=second.person, reason=reason))
    session.flush()
    if lines:
        session.execute(insert(StocktakeLine), lines)
    note_moves(session, moves, by=by.person, at=at)
    facts = {"month": f"{month:%Y-%m}", "batches": len(lines), "differences": len(moves), "second": second.person}
    _note(session, "stock.stocktake", f"station:{station}", here, by=by, role=role, at=at, facts=facts)
    return taken


def lock_open(session: Session, *, station_id: int, item_ids: Iterable[int]) -> list[OpenBatch]:
    """Lock the batches of these items at a station that have anything left, in the order of their ids."""
    rows = session.execute(_LOCK_OPEN, {"station": station_id, "items": sorted(item_ids)})
    return [OpenBatch(*row) for row in rows]


def pick(
    batches: Iterable[OpenBatch], *, item_id: int, code: str, name: str, qty: int, day: date
) -> list[Pick]:
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
    session.execute(
        _CHANGE_BATCHES,
        [
            {"batch": batch, "left_delta": left, "reserved_delta": reserved}
            for batch, (left, reserved) in sorted(changes.items())
        ],
    )


def note_moves(session: Session, moves: Sequence[Mapping[str, Any]], *, by: str, at: datetime) -> None:
    """Write movements (`batch_id`, `delta`, `kind`, `reference`, `second_by`, `reason`); one statement."""
    if moves:
        session.execute(_ADD_MOVES, [{**move, "created_at": at, "created_by": by} for move in moves])


# --- what can be asked


def place(session: Session, code: str) -> Place:
    """The station with this code as the exchange needs it. Raises NoSuch."""
    row = session.execute(_PLACE, {"code": code}).one_or_none()
    if row is None:
        raise NoSuch(kind=N_("station"), key=code)
    return Place(*row)


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
            goods.GoodsItem.code,
            StockBatch.code,
            StockMove.delta,
            StockMove.kind,
            StockMove.reference,
            StockMove.created_by,
            StockMove.second_by,
            StockMove.reason,
        )
        .join(StockBatch, StockBatch.id == StockMove.batch_id)
        .join(goods.GoodsItem, goods.GoodsItem.id == StockBatch.item_id)
        .where(StockBatch.station_id == here.id, StockMove.created_at >= start, StockMove.created_at < end)
        .order_by(StockMove.id)
    )
    if item is not None:
        statement = statement.where(goods.GoodsItem.code == item)
    return [Movement(*row) for row in session.execute(statement)]


def snapshot(session: Session, *, station_id: int) -> dict[str, int]:
    """How many of each item stand at a station, by item code."""
    rows = session.execute(
        select(goods.GoodsItem.code, func.sum(StockBatch.qty_left))
        .join(StockBatch, StockBatch.item_id == goods.GoodsItem.id)
        .where(StockBatch.station_id == station_id, StockBatch.qty_left > 0)
        .group_by(goods.GoodsItem.code)
        .order_by(goods.GoodsItem.code)
    )
    return {code: int(left) for code, left in rows}


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


def free() -> ColumnElement[int]:
    """What of a batch may still be promised."""
    return StockBatch.qty_left - StockBatch.qty_reserved


def not_past(day: date) -> ColumnElement[bool]:
    """The condition that a batch is good on `day`."""
    return or_(StockBatch.best_before.is_(None), StockBatch.best_before >= day)


_BATCH: Any = StockBatch.__table__
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
        _BATCH.c.qty_left > 0,
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
_ADD_MOVES = insert(StockMove.__table__)  # type: ignore[arg-type]


def _batches(session: Session, *conditions: ColumnElement[bool]) -> list[OnHand]:
    rows: Any = session.execute(
        select(
            StockBatch.code,
            goods.GoodsItem.code,
            goods.GoodsItem.name,
            goods.GoodsItem.unit_name,
            StockBatch.qty_left,
            StockBatch.qty_reserved,
            StockBatch.best_before,
            StockBatch.source,
            Donor.code,
            StockBatch.created_at,
        )
        .join(goods.GoodsItem, goods.GoodsItem.id == StockBatch.item_id)
        .join(Station, Station.id == StockBatch.station_id)
        .join(Area, Area.id == Station.area_id)
        .outerjoin(Donor, Donor.id == StockBatch.donor_id)
        .where(StockBatch.qty_left > 0, *conditions)
        .order_by(Station.number, goods.GoodsItem.code, StockBatch.best_before.is_(None), StockBatch.best_before)
    )
    return [OnHand(*row) for row in rows]


def _locked_batch(session: Session, code: str) -> tuple[StockBatch, str]:
    row = session.execute(
        select(StockBatch, Station.code)
        .join(Station, Station.id == StockBatch.station_id)
        .where(StockBatch.code == code)
        .with_for_update(key_share=True, of=StockBatch)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NoSuch(kind=N_("batch"), key=code)
    return row[0], row[1]


def _refuse_incomplete(batches: Mapping[str, StockBatch], counts: Sequence[Count]) -> None:
    counted = [count.batch for count in counts]
    missing = sorted(batches.keys() - set(counted))
    unknown = sorted(set(counted) - batches.keys()) + sorted({code for code in counted if counted.count(code) > 1})
    if missing or unknown:
        raise NotAllCounted(missing=", ".join(missing) or "–", unknown=", ".join(unknown) or "–")


def _require(session: Session, station: str, *, by: Actor, second: Actor | None) -> tuple[Place, str]:
    here = place(session, station)
    role = by.require("stock.move", station_id=here.id, area_path=here.area_path)
    if second is not None:
        _require_second(by, second, (here,))
    return here, role


def _require_second(by: Actor, second: Actor, places: Iterable[Place]) -> None:
    """Refuse a second signature of the same person, or of one who may witness at none of the places."""
    if second.person == by.person:
        raise SecondPersonNeeded(person=by.person)
    for here in places:
        if second.role_for("stock.witness", station_id=here.id, area_path=here.area_path):
            return
    second.require("stock.witness")


def _seen(session: Session, station: str, by: Actor) -> Place:
    here = place(session, station)
    if by.role_for("stock.see", station_id=here.id, area_path=here.area_path) is None:
        raise NoSuch(kind=N_("station"), key=station)
    return here


def _somewhere(by: Actor, action: str) -> str:
    reaches = by.reaches(action)
    return reaches[0].role if reaches else by.require(action)


def _move(
    batch_id: int, delta: int, kind: str, reference: str, *, second: str | None = None, reason: str = ""
) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "delta": delta,
        "kind": kind,
        "reference": reference,
        "second_by": second,
        "reason": reason,
    }


def _note(
    session: Session,
    action: str,
    target: str,
    here: Place,
    *,
    by: Actor,
    role: str,
    at: datetime,
    facts: dict[str, Any],
    reason: str = "",
) -> None:
    audit.write(
        session,
        by=by,
        role=role,
        action=action,
        target=target,
        at=at,
        area_path=here.area_path,
        reason=reason,
        facts=facts,
    )
