"""What the ledger's tests share: putting points on an account, looking at lots, and proving the books."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from points import ledger
from points.foundation.actors import SYSTEM
from points.ledger.tables import LotUse, PointAccount, PointLot, Transfer
from points.people.tables import Volunteer
from tests import make

_number = count(1)


def opened(
    session: Session,
    person: Volunteer,
    points: int,
    *,
    expires_on: date | None = date(2027, 12, 31),
    earned_on: date = make.TODAY,
    source_ref: str = "",
) -> None:
    """Put `points` on the person's account as an opening balance."""
    reference = f"opening:{next(_number)}"
    ledger.earn(
        session,
        earning=ledger.Earning(
            account=ledger.lock_accounts(session, volunteer_ids=[person.id], at=make.NOW)[person.id],
            points=points,
            purpose="opening",
            reference=reference,
            source_type="opening",
            source_ref=source_ref or reference,
            rule_version="RS-01",
            earned_on=earned_on,
            expires_on=expires_on,
        ),
        by=SYSTEM,
        at=make.NOW,
    )


def lots_of(session: Session, person: Volunteer) -> list[tuple[int, int, str, date | None]]:
    """Points, what remains, status and last day of every lot of the person, in the order of spending."""
    rows = session.execute(
        select(PointLot.points, PointLot.remaining, PointLot.status, PointLot.expires_on)
        .join(PointAccount, PointAccount.id == PointLot.account_id)
        .where(PointAccount.volunteer_id == person.id)
        .order_by(PointLot.expires_on.is_(None), PointLot.expires_on, PointLot.earned_on, PointLot.id)
    )
    return [tuple(row) for row in rows]


def assert_the_books_are_right(session: Session) -> None:
    """balance = Σ transfers = Σ lots, held = Σ holds, every lot = its points + Σ uses, for every person (A2)."""
    for account_id, balance, held in session.execute(
        select(PointAccount.id, PointAccount.balance, PointAccount.held).where(PointAccount.kind == "volunteer")
    ):
        assert balance == _sum(session, Transfer.points, Transfer.target_id == account_id) - _sum(
            session, Transfer.points, Transfer.source_id == account_id
        )
        assert balance == _sum(session, PointLot.remaining, PointLot.account_id == account_id)
        own = Transfer.volunteer_account_id == account_id
        holds = select(PointAccount.id).where(PointAccount.kind == "held")
        assert held == _sum(session, Transfer.points, own, Transfer.target_id.in_(holds)) - _sum(
            session, Transfer.points, own, Transfer.source_id.in_(holds)
        )
    for lot_id, points, remaining in session.execute(select(PointLot.id, PointLot.points, PointLot.remaining)):
        assert remaining == points + _sum(session, LotUse.points, LotUse.lot_id == lot_id)


@contextmanager
def counted_statements(session: Session) -> Iterator[list[str]]:
    """The statements that the block sends, savepoints aside."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "SAVEPOINT" not in statement:
            sent.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _sum(session: Session, column: Any, *conditions: Any) -> int:
    return session.execute(select(func.coalesce(func.sum(column), 0)).where(*conditions)).scalar_one()
