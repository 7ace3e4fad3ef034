"""Goods go from one station to another: two send them, two others receive them, and until then they are on the way.

What arrives less than it was sent is a loss of the receiving station, with its reason; what was sent by mistake is
taken back by the station that sent it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access import two_people
from points.exchange.naming import as_shown
from points.exchange.statuses import BatchSource, MoveKind, StockTransferStatus
from points.exchange.stock.batches import Move, lock_open, note_moves, pick, place
from points.exchange.stock.movements import article_of
from points.exchange.stock.on_the_way import found
from points.exchange.stock.signatures import (
    BadQuantity,
    ReasonMissing,
    note,
    require_mover,
    require_second,
    require_signed,
)
from points.exchange.stock.tables import StockTransfer, StockTransferLine
from points.exchange.tables import GoodsItem, StockBatch
from points.foundation import clock, codes
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NotAllowed

# --- what there is


@dataclass(frozen=True)
class Arrival:
    """What of one batch of the sender's arrived; less than was sent needs its `reason`."""

    batch: str
    received: int
    reason: str = ""


# --- what is refused


@dataclass(eq=False)
class SameStation(Invalid):
    """A transfer from a station to itself."""

    code = "same-station"
    title = N_("The same station")
    detail = N_("Goods cannot be moved from %(station)s to itself.")
    next_step = N_("Choose another station.")
    station: str


@dataclass(eq=False)
class StationNotOpen(Conflict):
    """Goods sent to a station that is paused or closed: nobody would receive them."""

    code = "station-not-open"
    title = N_("Nobody receives goods there")
    detail = N_("%(station)s does not work at present.")
    next_step = N_("Choose a station that is open.")
    station: str


@dataclass(eq=False)
class NotOnTheWay(Conflict):
    """Goods that were received or taken back before."""

    code = "not-on-the-way"
    title = N_("No longer on the way")
    detail = N_("The transfer %(transfer)s was ended by %(by)s.")
    next_step = N_("Look at it again; a colleague may have been faster.")
    transfer: str
    by: str


@dataclass(eq=False)
class SenderReceives(NotAllowed):
    """Who sent the goods, or signed for it, receives them."""

    code = "sender-receives"
    title = N_("Somebody else receives them")
    detail = N_("%(person)s signed when these goods were sent.")
    next_step = N_("Let the staff of the receiving station count and receive them.")
    person: str


@dataclass(eq=False)
class NotAllReceived(Invalid):
    """What arrived was not said of every batch on the way, or of one that was not sent."""

    code = "not-all-received"
    title = N_("Count everything that was sent")
    detail = N_("Not counted: %(missing)s. Not sent: %(unknown)s.")
    next_step = N_("Enter a number for each line; 0 where nothing arrived.")
    missing: str
    unknown: str


@dataclass(eq=False)
class MoreThanSent(Invalid):
    """More was counted than was sent."""

    code = "more-than-sent"
    title = N_("More than was sent")
    detail = N_("%(counted)d of “%(name)s” were counted, %(qty)d were sent.")
    next_step = N_("Count again. If it is so, the sending station takes it back and sends it anew.")
    batch: str
    name: str
    counted: int
    qty: int


@dataclass(eq=False)
class ShortfallUnexplained(Invalid):
    """Less arrived than was sent, and nobody says why."""

    code = "shortfall-unexplained"
    title = N_("A difference needs its reason")
    detail = N_("%(counted)d of “%(name)s” arrived, %(qty)d were sent, and no reason is given.")
    next_step = N_("Write what happened, for example “broken in transport”.")
    batch: str
    name: str
    counted: int
    qty: int


# --- what happens


def send(
    session: Session,
    *,
    from_station: str,
    to_station: str,
    item: str,
    qty: int,
    by: Actor,
    second: Actor,
    at: datetime,
) -> StockTransfer:
    """Send goods to another station of the street, earliest best-before first; they are then on the way.

    Signed by one of the sending station and a second of either, such as who carries them.
    Raises SecondPersonNeeded, BadQuantity, SameStation, StationNotOpen, OtherStreet, OutOfStock, BatchExpired, NoSuch,
    NotPermitted.
    """
    source, role = require_mover(session, from_station, by=by)
    target = place(session, to_station)
    require_second(session, (source, target), by=by, second=second, at=at)
    if source.id == target.id:
        raise SameStation(station=from_station)
    if qty < 1:
        raise BadQuantity(qty=qty)
    if target.status != "active":
        raise StationNotOpen(station=target.name)
    article = article_of(session, item, target)
    batches = lock_open(session, station_id=source.id, item_ids=[article.id])
    shown = as_shown(article.name, article.spec)
    picks = pick(batches, item_id=article.id, code=item, name=shown, qty=qty, day=clock.local_date(at))
    sent = StockTransfer(
        code=codes.new(),
        from_id=source.id,
        to_id=target.id,
        status=StockTransferStatus.SENT,
        second_by=second.person,
        created_at=at,
        created_by=by.person,
    )
    session.add(sent)
    session.flush()
    moves = []
    for taken in picks:
        batch = session.get_one(StockBatch, taken.batch_id, populate_existing=True)
        batch.qty_left -= taken.qty
        session.add(
            StockTransferLine(
                transfer_id=sent.id, batch_id=batch.id, qty=taken.qty, created_at=at, created_by=by.person
            )
        )
        moves.append(_move(batch.id, -taken.qty, f"transfer:{sent.code}", second))
    session.flush()
    note_moves(session, moves, by=by, at=at)
    facts = {"item": item, "qty": qty, "to": to_station, "second": second.person}
    target_name = f"transfer:{sent.code}"
    note(session, "stock.transfer", target_name, source, second=second, by=by, role=role, at=at, facts=facts)
    return sent


def take_in(
    session: Session, *, transfer: str, arrivals: Sequence[Arrival], by: Actor, second: Actor, at: datetime
) -> list[StockBatch]:
    """Receive at a station what another sent, counted by two of its own: a new batch for each that was sent from.

    Each new batch keeps its donor, cost and best-before date. What is missing is a loss with its reason.
    Raises NotOnTheWay, SenderReceives, NotAllReceived, MoreThanSent, ShortfallUnexplained, BadQuantity,
    SecondPersonNeeded, NoSuch, NotPermitted; nothing changed then.
    """
    row, _, target = _held(session, transfer)
    here, role = require_signed(session, target, by=by, second=second, at=at)
    _refuse_ended(row)
    for person in (by, second):
        if not person.omnipotent and two_people.names(session, [person.person]) & {row.created_by, row.second_by}:
            raise SenderReceives(person=person.person)
    lines = _lines(session, row)
    _refuse_uncounted(lines, arrivals)
    said = {arrival.batch: arrival for arrival in arrivals}
    arrived, moves = [], []
    for batch, line, _ in lines:
        counted, reason = said[batch.code].received, said[batch.code].reason.strip()
        new = StockBatch(
            code=codes.new(),
            station_id=here.id,
            item_id=batch.item_id,
            qty_in=line.qty,
            qty_left=counted,
            qty_reserved=0,
            source=BatchSource.TRANSFER,
            donor_id=batch.donor_id,
            unit_cost_fen=batch.unit_cost_fen,
            best_before=batch.best_before,
            received_by=by.person,
            checked_by=second.person,
            created_at=at,
            created_by=by.person,
        )
        session.add(new)
        session.flush()
        line.received, line.arrived_id, line.reason = counted, new.id, reason if counted < line.qty else ""
        moves.append(_move(new.id, line.qty, f"transfer:{row.code}", second))
        if counted < line.qty:
            lost = _move(new.id, counted - line.qty, f"transfer:{row.code}", second, kind=MoveKind.LOSS, reason=reason)
            moves.append(lost)
        arrived.append(new)
    note_moves(session, moves, by=by, at=at)
    _end(session, row, StockTransferStatus.RECEIVED, by=by, second=second, at=at)
    facts = {
        "qty": sum(line.qty for _, line, _ in lines),
        "received": sum(arrival.received for arrival in arrivals),
        "second": second.person,
    }
    name = f"transfer:{row.code}"
    note(session, "stock.take_in", name, here, second=second, by=by, role=role, at=at, facts=facts)
    return arrived


def take_back(session: Session, *, transfer: str, reason: str, by: Actor, second: Actor, at: datetime) -> StockTransfer:
    """Put goods that were sent by mistake back into the batches that they came from; by two of the sending station.

    Raises NotOnTheWay, ReasonMissing, SecondPersonNeeded, NoSuch, NotPermitted; nothing changed then.
    """
    row, source, _ = _held(session, transfer)
    here, role = require_signed(session, source, by=by, second=second, at=at)
    _refuse_ended(row)
    if not reason.strip():
        raise ReasonMissing()
    moves = []
    for batch, line, _ in _lines(session, row):
        batch.qty_left += line.qty
        moves.append(_move(batch.id, line.qty, f"transfer:{row.code}:back", second, reason=reason))
    note_moves(session, moves, by=by, at=at)
    _end(session, row, StockTransferStatus.TAKEN_BACK, by=by, second=second, at=at)
    name = f"transfer:{row.code}"
    facts = {"second": second.person}
    note(session, "stock.take_back", name, here, second=second, by=by, role=role, at=at, reason=reason, facts=facts)
    return row


def _move(
    batch_id: int,
    delta: int,
    reference: str,
    second: Actor,
    *,
    kind: MoveKind = MoveKind.TRANSFER,
    reason: str = "",
) -> Move:
    return Move(batch_id=batch_id, delta=delta, kind=kind, reference=reference, second_by=second.person, reason=reason)


def _held(session: Session, code: str) -> tuple[StockTransfer, str, str]:
    return found(session, code, hold=True)


def _refuse_ended(row: StockTransfer) -> None:
    if row.status != StockTransferStatus.SENT:
        raise NotOnTheWay(transfer=row.code, by=row.ended_by or "")


def _lines(session: Session, row: StockTransfer) -> list[tuple[StockBatch, StockTransferLine, str]]:
    """The lines with the batches that they came from, now locked, and what the goods are called."""
    rows = session.execute(
        select(StockBatch, StockTransferLine, GoodsItem.name, GoodsItem.spec)
        .join(StockTransferLine, StockTransferLine.batch_id == StockBatch.id)
        .join(GoodsItem, GoodsItem.id == StockBatch.item_id)
        .where(StockTransferLine.transfer_id == row.id)
        .order_by(StockBatch.id)
        .with_for_update(key_share=True, of=StockBatch)
        .execution_options(populate_existing=True)
    )
    lines = [(batch, line, as_shown(name, spec)) for batch, line, name, spec in rows]
    return sorted(lines, key=lambda one: one[1].id)


def _refuse_uncounted(lines: Sequence[tuple[StockBatch, StockTransferLine, str]], arrivals: Sequence[Arrival]) -> None:
    """Raises NotAllReceived, BadQuantity, MoreThanSent, ShortfallUnexplained."""
    sent = {batch.code: (line.qty, name) for batch, line, name in lines}
    counted = [arrival.batch for arrival in arrivals]
    missing = [name for code, (_, name) in sent.items() if code not in counted]
    unknown = sorted({code for code in counted if code not in sent or counted.count(code) > 1})
    if missing or unknown:
        raise NotAllReceived(missing=", ".join(missing) or "–", unknown=", ".join(unknown) or "–")
    for arrival in arrivals:
        qty, name = sent[arrival.batch]
        if arrival.received < 0:
            raise BadQuantity(qty=arrival.received)
        if arrival.received > qty:
            raise MoreThanSent(batch=arrival.batch, name=name, counted=arrival.received, qty=qty)
        if arrival.received < qty and not arrival.reason.strip():
            raise ShortfallUnexplained(batch=arrival.batch, name=name, counted=arrival.received, qty=qty)


def _end(
    session: Session, row: StockTransfer, status: StockTransferStatus, *, by: Actor, second: Actor, at: datetime
) -> None:
    row.status = status
    row.ended_at = at
    row.ended_by = by.person
    row.ended_second = second.person
    session.flush()
