"""Goods come in or are written off: always signed by two people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    select,
)
from sqlalchemy.orm import Session

from points.exchange.naming import as_shown
from points.exchange.statuses import WITH_DONOR, BatchSource, GoodsClass, GoodsKind, MoveKind
from points.exchange.stock.batches import Move, Place, note_moves
from points.exchange.stock.signatures import (
    BadQuantity,
    Promised,
    ReasonMissing,
    note,
    require_signed,
)
from points.exchange.tables import Donor, GoodsItem, StockBatch
from points.foundation import clock, codes
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch
from points.journal import audit
from points.places import areas
from points.places.tables import Station

# --- what there is


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Goods that come in at a station, as one batch. A donation or sponsoring names its `donor` by code."""

    station: str
    item: str
    qty: int
    source: BatchSource
    donor: str | None = None
    best_before: date | None = None
    unit_cost_fen: int = 0


@dataclass(frozen=True, kw_only=True)
class NoteLine:
    """One line of a delivery note; `row` is where it stands there."""

    row: int
    item: str
    qty: int
    best_before: date | None = None
    unit_cost_fen: int = 0


@dataclass(frozen=True, kw_only=True)
class DeliveryNote:
    """Goods of many kinds that come in at a station at once, from one source; each line becomes a batch."""

    station: str
    source: BatchSource
    lines: Sequence[NoteLine]
    donor: str | None = None


# --- what is refused


@dataclass(eq=False)
class DonorMissing(Invalid):
    """A donation without its donor."""

    code = "donor-missing"
    title = N_("Who gave it?")
    detail = N_("A donated or sponsored batch names its donor.")
    next_step = N_("Choose the donor, or add one; the name is shown only with consent.")


@dataclass(eq=False)
class EmptyNote(Invalid):
    """A delivery note without a line."""

    code = "empty-note"
    title = N_("Nothing is on it")
    detail = N_("The delivery note has no line.")
    next_step = N_("Write down what came, and how many.")


@dataclass(eq=False)
class DateMissing(Invalid):
    """Goods that go off, taken in without their date."""

    code = "date-missing"
    title = N_("Best before when?")
    detail = N_("“%(name)s” has a best-before date, and none is written down.")
    next_step = N_("Look on the package. Food without a date is not handed out.")
    field: str
    name: str


@dataclass(eq=False)
class PastDate(Invalid):
    """Goods taken in after their best-before date."""

    code = "past-date"
    title = N_("Past its date already")
    detail = N_("“%(name)s” was best before %(best_before)s.")
    next_step = N_("Check the date. Goods past it are not taken in; give them back to who brought them.")
    field: str
    name: str
    best_before: date


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
class OtherStreet(Conflict):
    """The item belongs to another street than the station."""

    code = "other-street"
    title = N_("Another street's goods")
    detail = N_("%(item)s is not in the catalogue of the street of %(station)s.")
    next_step = N_("Add it to this street's catalogue first.")
    item: str
    station: str


# --- what happens


def add_donor(session: Session, *, code: str, name: str, by: Actor, at: datetime, publish_name: bool = False) -> Donor:
    """Register who gives goods. Raises CodeTaken, NotPermitted."""
    role = by.require_somewhere("donor.add")
    code = areas.free_code(session, Donor.code, code, kind=N_("donor"))
    donor = Donor(code=code, name=name, publish_name=publish_name, created_at=at, created_by=by.person)
    session.add(donor)
    session.flush()
    audit.write(session, by=by, role=role, action="donor.add", target=f"donor:{code}", at=at)
    return donor


def receive(session: Session, *, delivery: Delivery, by: Actor, second: Actor, at: datetime) -> StockBatch:
    """Take goods in at a station as a new batch, signed by two people. Raises as `receive_note`."""
    line = NoteLine(
        row=0,
        item=delivery.item,
        qty=delivery.qty,
        best_before=delivery.best_before,
        unit_cost_fen=delivery.unit_cost_fen,
    )
    note = DeliveryNote(station=delivery.station, source=delivery.source, donor=delivery.donor, lines=[line])
    return receive_note(session, delivery=note, by=by, second=second, at=at)[0]


def receive_note(
    session: Session, *, delivery: DeliveryNote, by: Actor, second: Actor, at: datetime
) -> list[StockBatch]:
    """Take all goods of a delivery note in, each line as a new batch; two people sign it once.

    Raises SecondPersonNeeded, EmptyNote, BadQuantity, DateMissing, PastDate, DonorMissing, OtherStreet, NoSuch,
    NotPermitted; nothing came in then.
    """
    here, role = require_signed(session, delivery.station, by=by, second=second, at=at)
    if not delivery.lines:
        raise EmptyNote()
    articles = [_receivable(session, line, here, day=clock.local_date(at)) for line in delivery.lines]
    donor_id = None
    if delivery.donor is not None:
        donor_id = session.scalar(select(Donor.id).where(Donor.code == delivery.donor))
        if donor_id is None:
            raise NoSuch(kind=N_("donor"), key=delivery.donor)
    if delivery.source in WITH_DONOR and donor_id is None:
        raise DonorMissing()
    batches = [
        StockBatch(
            code=codes.new(),
            station_id=here.id,
            item_id=article.id,
            qty_in=line.qty,
            qty_left=line.qty,
            qty_reserved=0,
            source=delivery.source,
            donor_id=donor_id,
            unit_cost_fen=line.unit_cost_fen,
            best_before=line.best_before,
            received_by=by.person,
            checked_by=second.person,
            created_at=at,
            created_by=by.person,
        )
        for line, article in zip(delivery.lines, articles, strict=True)
    ]
    session.add_all(batches)
    session.flush()
    came = [
        Move(
            batch_id=batch.id,
            delta=batch.qty_in,
            kind=MoveKind.IN,
            reference=f"receipt:{batch.code}",
            second_by=second.person,
        )
        for batch in batches
    ]
    note_moves(session, came, by=by, at=at)
    for batch, article in zip(batches, articles, strict=True):
        facts = {"item": article.code, "qty": batch.qty_in, "source": delivery.source, "second": second.person}
        note(session, "stock.receive", f"batch:{batch.code}", here, second=second, by=by, role=role, at=at, facts=facts)
    return batches


def write_off(
    session: Session,
    *,
    batch: str,
    qty: int,
    kind: MoveKind,
    reason: str,
    by: Actor,
    second: Actor,
    at: datetime,
) -> StockBatch:
    """Take spoilt, lost or expired goods out of the book, signed by two people.

    Raises SecondPersonNeeded, BadQuantity, ReasonMissing, Promised, NotPastDate, NoSuch, NotPermitted.
    """
    row, station = _locked_batch(session, batch)
    here, role = require_signed(session, station, by=by, second=second, at=at)
    if qty < 1:
        raise BadQuantity(qty=qty)
    if not reason.strip():
        raise ReasonMissing()
    if qty > row.qty_left - row.qty_reserved:
        raise Promised(batch=batch, free=row.qty_left - row.qty_reserved, reserved=row.qty_reserved)
    if kind == MoveKind.EXPIRED and (row.best_before is None or row.best_before >= clock.local_date(at)):
        raise NotPastDate(batch=batch, best_before=str(row.best_before or "∞"))
    row.qty_left -= qty
    session.flush()
    reference = f"{kind}:{codes.new()}"
    gone = Move(batch_id=row.id, delta=-qty, kind=kind, reference=reference, second_by=second.person, reason=reason)
    note_moves(session, [gone], by=by, at=at)
    facts = {"qty": qty, "kind": kind, "second": second.person}
    note(
        session,
        "stock.write_off",
        f"batch:{batch}",
        here,
        second=second,
        by=by,
        role=role,
        at=at,
        reason=reason,
        facts=facts,
    )
    return row


def has_date(article: GoodsItem) -> bool:
    """Whether such goods always have a best-before date: what goes off, and food."""
    return article.kind == GoodsKind.GOODS and (article.perishable or article.goods_class == GoodsClass.FOOD)


def _receivable(session: Session, line: NoteLine, here: Place, *, day: date) -> GoodsItem:
    """The goods of a line. Raises BadQuantity, NoSuch, OtherStreet, DateMissing, PastDate."""
    if line.qty < 1 or line.unit_cost_fen < 0:
        raise BadQuantity(qty=min(line.qty, line.unit_cost_fen))
    article = article_of(session, line.item, here)
    field = f"best_before-{line.row}" if line.row else "best_before"
    name = as_shown(article.name, article.spec)
    if line.best_before is None and has_date(article):
        raise DateMissing(field=field, name=name)
    if line.best_before is not None and line.best_before < day:
        raise PastDate(field=field, name=name, best_before=line.best_before)
    return article


def article_of(session: Session, code: str, here: Place) -> GoodsItem:
    """The item, from the catalogue of the place's street. Raises NoSuch, OtherStreet."""
    found = session.scalar(select(GoodsItem).where(GoodsItem.code == code))
    if found is None:
        raise NoSuch(kind=N_("item"), key=code)
    if found.street_id not in here.area_ids:
        raise OtherStreet(item=code, station=here.code)
    return found


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
