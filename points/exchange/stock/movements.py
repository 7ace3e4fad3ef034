"""Goods come in or are written off: always signed by two people."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    select,
)
from sqlalchemy.orm import Session

from points.exchange.statuses import WITH_DONOR, BatchSource, MoveKind
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


# --- what is refused


@dataclass(eq=False)
class DonorMissing(Invalid):
    """A donation without its donor."""

    code = "donor-missing"
    title = N_("Who gave it?")
    detail = N_("A donated or sponsored batch names its donor.")
    next_step = N_("Choose the donor, or add one; the name is shown only with consent.")


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
    """Take goods in at a station as a new batch, signed by two people.

    Raises SecondPersonNeeded, BadQuantity, DonorMissing, OtherStreet, NoSuch, NotPermitted.
    """
    here, role = require_signed(session, delivery.station, by=by, second=second, at=at)
    qty = delivery.qty
    if qty < 1 or delivery.unit_cost_fen < 0:
        raise BadQuantity(qty=min(qty, delivery.unit_cost_fen))
    article = article_of(session, delivery.item, here)
    donor_id = None
    if delivery.donor is not None:
        donor_id = session.scalar(select(Donor.id).where(Donor.code == delivery.donor))
        if donor_id is None:
            raise NoSuch(kind=N_("donor"), key=delivery.donor)
    if delivery.source in WITH_DONOR and donor_id is None:
        raise DonorMissing()
    batch = StockBatch(
        code=codes.new(),
        station_id=here.id,
        item_id=article.id,
        qty_in=qty,
        qty_left=qty,
        qty_reserved=0,
        source=delivery.source,
        donor_id=donor_id,
        unit_cost_fen=delivery.unit_cost_fen,
        best_before=delivery.best_before,
        received_by=by.person,
        checked_by=second.person,
        created_at=at,
        created_by=by.person,
    )
    session.add(batch)
    session.flush()
    came = Move(
        batch_id=batch.id, delta=qty, kind=MoveKind.IN, reference=f"receipt:{batch.code}", second_by=second.person
    )
    note_moves(session, [came], by=by, at=at)
    facts = {"item": delivery.item, "qty": qty, "source": delivery.source, "second": second.person}
    note(session, "stock.receive", f"batch:{batch.code}", here, second=second, by=by, role=role, at=at, facts=facts)
    return batch


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
