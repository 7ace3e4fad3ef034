"""What the exchange's tests share: a counter with goods, a person with points, a refusal that changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points import schema
from points.access.identity import Identity, IdentityCheck
from points.exchange import redemption
from points.exchange.redemption import Basket, Line
from points.exchange.tables import Redemption, StockBatch, StockMove
from points.foundation.actors import Actor
from points.foundation.errors import Refusal
from points.ledger.tables import PointAccount
from points.people.tables import Volunteer
from tests import make

PIN = Identity(IdentityCheck.PIN)
_key = count(1)


@dataclass(frozen=True)
class Shop:
    """A volunteer with 100 points, a clerk and a witness at NLJ-1, and towels at 20 points in two batches."""

    person: Volunteer
    clerk: Actor
    witness: Actor
    early: StockBatch
    late: StockBatch


def shop(session: Session, *, points: int = 100, **facts: Any) -> Shop:
    """`facts` are the towels' (`limit_pp_month=2`)."""
    person = make.volunteer(session)
    if points:
        make.points(session, person, points)
    towel = make.item(session, **facts)
    late = make.stocked(session, towel, 10, best_before=date(2026, 12, 31))
    early = make.stocked(session, towel, 2, best_before=date(2026, 6, 30))
    return Shop(person, make.clerk(session), make.community_admin(session), early, late)


def redeem(session: Session, person: Volunteer, *lines: Line, by: Actor, **facts: Any) -> Redemption:
    """An exchange at NLJ-1 with PIN; one towel unless told otherwise."""
    facts = {"identity": PIN, "at": make.NOW, **facts}
    return redemption.redeem(session, basket=_basket(person, lines, facts), by=by, **facts)


def reserve(session: Session, person: Volunteer, *lines: Line, **facts: Any) -> Redemption:
    """A reservation at NLJ-1 by the volunteer; one towel unless told otherwise."""
    facts = {"at": make.NOW, **facts}
    facts.setdefault("by", make.volunteer_actor(session, person))
    return redemption.reserve(session, basket=_basket(person, lines, facts), **facts)


def _basket(person: Volunteer, lines: tuple[Line, ...], facts: dict[str, Any]) -> Basket:
    """One towel at NLJ-1 under a key of its own, unless told otherwise."""
    return Basket(
        volunteer=person.code,
        station=facts.pop("station", "NLJ-1"),
        lines=lines or (Line("G02", 1),),
        key=facts.pop("key", None) or f"key-{next(_key)}",
    )


def on_shelf(session: Session, batch: StockBatch) -> tuple[int, int]:
    """What is left of a batch, and what of it is promised."""
    left, reserved = session.execute(
        select(StockBatch.qty_left, StockBatch.qty_reserved).where(StockBatch.id == batch.id)
    ).one()
    return left, reserved


def balance(session: Session, person: Volunteer) -> tuple[int, int]:
    """The person's kept balance and what is held."""
    kept, held = session.execute(
        select(PointAccount.balance, PointAccount.held).where(PointAccount.volunteer_id == person.id)
    ).one()
    return kept, held


def contents(session: Session) -> dict[str, list[Any]]:
    """Everything in every table."""
    return {
        table.name: sorted(map(repr, session.execute(select(table)).all())) for table in schema.metadata.sorted_tables
    }


@contextmanager
def refused(session: Session, code: str, /, **facts: Any) -> Iterator[None]:
    """The block is refused with `code` and these facts, says a sentence and a next step, and changes nothing."""
    before = contents(session)
    with pytest.raises(Refusal) as caught, session.begin_nested():
        yield
    refusal = caught.value
    assert refusal.code == code
    assert refusal.facts() | facts == refusal.facts()
    assert refusal.detail % refusal.facts()
    assert refusal.next_step % refusal.facts()
    assert contents(session) == before


def assert_the_shelf_is_right(session: Session) -> None:
    """Stock = Σ moves, for every batch."""
    for batch_id, left in session.execute(select(StockBatch.id, StockBatch.qty_left)):
        moved = session.scalar(select(func.sum(StockMove.delta)).where(StockMove.batch_id == batch_id))
        assert left == moved
