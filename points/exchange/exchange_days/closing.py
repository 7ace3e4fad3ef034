"""The end of an exchange session: closed with what was counted on the table, a difference explained by two."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from points.exchange import stock
from points.exchange.exchange_days import lifecycle, queries
from points.exchange.naming import as_shown
from points.exchange.statuses import ExchangeDayStatus, GoodsKind, MoveKind
from points.exchange.stock import BatchChange, Move
from points.exchange.tables import ExchangeDay, ExchangeDayCount, ExchangeDayVariance, GoodsItem, StockBatch, Stocktake
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid
from points.foundation.statements import Writes
from points.journal import audit
from points.places.tables import Station

# --- what there is


@dataclass(frozen=True)
class OnTable:
    """One kind of goods that a session has to count, and what the book says of it; the sheet does not show that."""

    item: str
    name: str
    spec: str
    unit_name: str
    icon: str
    booked: int

    @property
    def shown(self) -> str:
        return as_shown(self.name, self.spec)


@dataclass(frozen=True)
class Counted:
    """One line of a session's count sheet. `reason`, `by` and `second_by` are there once a difference is explained."""

    item: str
    name: str
    spec: str
    unit_name: str
    booked: int
    counted: int
    reason: str | None
    by: str | None
    second_by: str | None

    @property
    def shown(self) -> str:
        return as_shown(self.name, self.spec)

    @property
    def variance(self) -> int:
        return self.counted - self.booked

    @property
    def open(self) -> bool:
        return self.variance != 0 and self.reason is None


# --- what is refused


@dataclass(eq=False)
class NotOnTable(Invalid):
    """A count of something that the session never had."""

    code = "not-on-the-table"
    title = N_("Not counted here")
    detail = N_("%(item)s was not on the table of the session %(session)s.")
    next_step = N_("Open the page again; it lists what is to be counted.")
    item: str
    session: str


@dataclass(eq=False)
class VarianceUnexplained(Invalid):
    """Differences of a session explained, but one left out."""

    code = "unexplained-variance"
    title = N_("A difference needs its reason")
    detail = N_("“%(name)s”: counted %(counted)d, booked %(booked)d, and no reason given.")
    next_step = N_("Look together what happened, and write it down in a few words.")
    item: str
    name: str
    counted: int
    booked: int


@dataclass(eq=False)
class NothingToExplain(Conflict):
    """The session has no difference that waits for its reason."""

    code = "nothing-to-explain"
    title = N_("Nothing to explain")
    detail = N_("No difference of the session %(session)s waits for its reason.")
    next_step = N_("Look at the session again; a colleague may have been faster.")
    session: str


# --- what happens


def close(session: Session, *, code: str, counted: Mapping[str, int], by: Actor, at: datetime) -> ExchangeDay:
    """Close a session with the count of everything that is left on the table, by item code; vouchers are counted too.

    The book is not changed: a difference waits until two people explain it. Services are not counted.
    Raises NotOnTable, NotAllCounted, BadQuantity, ExchangeDayState, NoSuch, NotPermitted; nothing changed then.
    """
    exchange_day = lifecycle.hold(session, code)
    here = stock.place(session, session.get_one(Station, exchange_day.station_id).code)
    role = by.require("session.run", station_id=here.id, area_path=here.area_path)
    booked = _booked(session, exchange_day)
    items = {item.code: item for item in _articles(session, booked)}
    for item, qty in counted.items():
        if exchange_day.status == ExchangeDayStatus.OPEN and item not in items:
            raise NotOnTable(item=item, session=code)
        if qty < 0:
            raise stock.BadQuantity(qty=qty)
    missing = [as_shown(item.name, item.spec) for code_, item in items.items() if code_ not in counted]
    if exchange_day.status == ExchangeDayStatus.OPEN and missing:
        raise stock.NotAllCounted(missing=", ".join(missing), unknown="–")
    lifecycle.close(session, code=code, by=by, at=at)
    lines = [
        {
            "session_id": exchange_day.id,
            "item_id": items[item].id,
            "booked": booked[item],
            "counted": counted[item],
            "created_at": at,
            "created_by": by.person,
        }
        for item in sorted(items)
    ]
    if lines:
        session.execute(insert(ExchangeDayCount), lines)
    differing = sum(line["booked"] != line["counted"] for line in lines)
    facts = {"articles": len(lines), "differences": differing}
    _note(session, "session.count", code, here, by=by, role=role, at=at, facts=facts)
    return exchange_day


def explain(
    session: Session, *, code: str, reasons: Mapping[str, str], by: Actor, second: Actor, at: datetime
) -> list[Counted]:
    """Explain every open difference of a closed session, signed by two; the book then follows the count.

    `reasons` by item code. What is missing leaves the batches that end first, what is too much joins the newest.
    A monthly count since then has set the book right already; then only the reasons are written.
    Raises NothingToExplain, VarianceUnexplained, Promised, SecondPersonNeeded, NoSuch, NotPermitted.
    """
    exchange_day = lifecycle.hold(session, code)
    station = session.get_one(Station, exchange_day.station_id).code
    here, role = stock.require_signed(session, station, by=by, second=second, at=at)
    waiting = session.execute(
        select(ExchangeDayCount, GoodsItem)
        .join(GoodsItem, GoodsItem.id == ExchangeDayCount.item_id)
        .outerjoin(ExchangeDayVariance, ExchangeDayVariance.count_id == ExchangeDayCount.id)
        .where(
            ExchangeDayCount.session_id == exchange_day.id,
            ExchangeDayCount.counted != ExchangeDayCount.booked,
            ExchangeDayVariance.id.is_(None),
        )
        .order_by(GoodsItem.code)
    ).all()
    if not waiting:
        raise NothingToExplain(session=code)
    rows = []
    for count, item in waiting:
        reason = reasons.get(item.code, "").strip()
        if not reason:
            raise VarianceUnexplained(
                item=item.code, name=as_shown(item.name, item.spec), counted=count.counted, booked=count.booked
            )
        rows.append(
            {
                "count_id": count.id,
                "reason": reason,
                "second_by": second.person,
                "created_at": at,
                "created_by": by.person,
            }
        )
    moves: list[Move] = []
    if not _counted_since(session, exchange_day):
        for (count, item), row in zip(waiting, rows, strict=True):
            for batch, delta in _followed(session, here, item, count.counted - count.booked).items():
                moves.append(
                    Move(
                        batch_id=batch,
                        delta=delta,
                        kind=MoveKind.STOCKTAKE,
                        reference=f"session:{code}",
                        second_by=second.person,
                        reason=str(row["reason"]),
                    )
                )
    writes = Writes()
    stock.change_batches(writes, [BatchChange(batch_id=move.batch_id, left=move.delta) for move in moves])
    stock.add_moves(writes, moves, by=by, at=at)
    writes.send(session)
    session.execute(insert(ExchangeDayVariance), rows)
    facts = {item.code: count.counted - count.booked for count, item in waiting}
    facts_and_second: dict[str, object] = {**facts, "second": second.person}
    stock.note(
        session,
        "session.explain",
        f"session:{code}",
        here,
        second=second,
        by=by,
        role=role,
        at=at,
        facts=facts_and_second,
    )
    return sheet(session, code=code, by=by)


# --- what can be asked


def table(session: Session, *, code: str, by: Actor) -> list[OnTable]:
    """What an open session has to count: the articles it began with or has now, by code. Raises NoSuch."""
    exchange_day = queries.seen(session, code, by=by)
    booked = _booked(session, exchange_day)
    return [
        OnTable(item.code, item.name, item.spec, item.unit_name, item.icon, booked[item.code])
        for item in _articles(session, booked)
    ]


def sheet(session: Session, *, code: str, by: Actor) -> list[Counted]:
    """The count sheet of a closed session, by item code; empty where nobody counted. Raises NoSuch."""
    exchange_day = queries.seen(session, code, by=by)
    rows = session.execute(
        select(
            GoodsItem.code,
            GoodsItem.name,
            GoodsItem.spec,
            GoodsItem.unit_name,
            ExchangeDayCount.booked,
            ExchangeDayCount.counted,
            ExchangeDayVariance.reason,
            ExchangeDayVariance.created_by,
            ExchangeDayVariance.second_by,
        )
        .join(GoodsItem, GoodsItem.id == ExchangeDayCount.item_id)
        .outerjoin(ExchangeDayVariance, ExchangeDayVariance.count_id == ExchangeDayCount.id)
        .where(ExchangeDayCount.session_id == exchange_day.id)
        .order_by(GoodsItem.code)
    )
    return [Counted(*row) for row in rows]


def unexplained(session: Session, *, station: str) -> list[ExchangeDay]:
    """The closed sessions of a station whose differences still wait for a reason, the oldest first."""
    return list(
        session.scalars(
            select(ExchangeDay)
            .join(Station, Station.id == ExchangeDay.station_id)
            .where(
                Station.code == station,
                select(ExchangeDayCount.id)
                .outerjoin(ExchangeDayVariance, ExchangeDayVariance.count_id == ExchangeDayCount.id)
                .where(
                    ExchangeDayCount.session_id == ExchangeDay.id,
                    ExchangeDayCount.counted != ExchangeDayCount.booked,
                    ExchangeDayVariance.id.is_(None),
                )
                .exists(),
            )
            .order_by(ExchangeDay.id)
        )
    )


def _booked(session: Session, exchange_day: ExchangeDay) -> dict[str, int]:
    """What the book says now of everything the session began with or has, by item code."""
    return {
        **dict.fromkeys(exchange_day.opened_stock, 0),
        **stock.snapshot(session, station_id=exchange_day.station_id),
    }


def _articles(session: Session, codes: Mapping[str, int]) -> list[GoodsItem]:
    """What of these items is counted, by code; a service stands on no table."""
    return list(
        session.scalars(
            select(GoodsItem)
            .where(GoodsItem.code.in_(list(codes)), GoodsItem.kind != GoodsKind.SERVICE)
            .order_by(GoodsItem.code)
        )
    )


def _counted_since(session: Session, exchange_day: ExchangeDay) -> bool:
    return (
        session.scalar(
            select(Stocktake.id)
            .where(Stocktake.station_id == exchange_day.station_id, Stocktake.counted_at > exchange_day.closed_at)
            .limit(1)
        )
        is not None
    )


def _followed(session: Session, here: stock.Place, item: GoodsItem, delta: int) -> dict[int, int]:
    """By how much the batches of an item at a station, now locked, follow a difference. Raises Promised."""
    batches = session.scalars(
        select(StockBatch)
        .where(StockBatch.station_id == here.id, StockBatch.item_id == item.id)
        .order_by(StockBatch.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if delta > 0:
        return {batches[-1].id: delta}
    changes: dict[int, int] = {}
    missing = -delta
    for batch in sorted(batches, key=lambda one: (one.best_before is None, one.best_before, one.id)):
        gone = min(missing, batch.qty_left - batch.qty_reserved)
        if gone:
            changes[batch.id] = -gone
            missing -= gone
    if missing:
        held = max(batches, key=lambda one: one.qty_reserved)
        raise stock.Promised(batch=held.code, free=-delta - missing, reserved=held.qty_reserved)
    return changes


def _note(session: Session, action: str, code: str, here: stock.Place, **act: Unpack[audit.Act]) -> None:
    audit.write(session, action=action, target=f"session:{code}", area_path=here.area_path, **act)
