"""What rooms write together: rows with those they hang on, changes of locked rows, in one go or not at all."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.orm import dialect_of, table_of
from points.foundation.statements import Parent, Writes
from points.journal.tables import AuditEntry, IdempotencyKey
from points.ledger.statuses import AccountKind
from points.ledger.tables import LotUse, PointAccount, PointLot, Transfer
from tests import make
from tests.business.ledger.books import opened
from tests.statements import counted

AT = datetime(2026, 5, 9, 1, 2, 3, 456789, tzinfo=UTC)
BY = {"created_at": AT, "created_by": "test"}
OF_TRANSFER = Parent("transfer_id", table_of(Transfer), ("purpose", "reference"))


def transfers(session: Session, *references: str) -> list[dict[str, object]]:
    """Transfers of one point each from the account of somebody who has 100."""
    person = make.volunteer(session)
    opened(session, person, 100)
    account = session.scalars(select(PointAccount).where(PointAccount.volunteer_id == person.id)).one()
    target = session.scalars(select(PointAccount.id).where(PointAccount.kind == AccountKind.REDEEMED)).one()
    return [
        {
            "source_id": account.id,
            "target_id": target,
            "volunteer_account_id": account.id,
            "points": 1,
            "purpose": "spend",
            "reference": reference,
            "reason": "",
            **BY,
        }
        for reference in references
    ]


def test_rows_find_those_they_hang_on_and_ids_rise_in_their_order(session: Session) -> None:
    rows = transfers(session, "b", "a", "c")
    lot = session.scalars(select(PointLot.id)).one()
    uses = [
        {"lot_id": lot, "points": -points, "purpose": "spend", "reference": reference, **BY}
        for points, reference in ((3, "c"), (2, "a"), (1, "b"))
    ]
    writes = Writes()
    writes.insert(Transfer, rows)
    writes.insert(LotUse, uses, parents=[OF_TRANSFER])
    ids = writes.send(session, answer=Transfer)
    assert ids == sorted(ids)
    written = session.execute(select(Transfer.id, Transfer.reference).where(Transfer.id.in_(ids)).order_by(Transfer.id))
    assert [tuple(row) for row in written] == list(zip(ids, "bac", strict=True))
    used = select(LotUse.points, Transfer.reference).join(Transfer, Transfer.id == LotUse.transfer_id)
    assert [tuple(row) for row in session.execute(used.order_by(LotUse.id))] == [(-3, "c"), (-2, "a"), (-1, "b")]


def test_values_come_out_as_they_went_in(session: Session) -> None:
    facts = {"名": ["甲", 1, None], "quote": 'a "b" \\'}
    entry = {
        "role": "system", "account_id": None, "action": "test", "target": "nobody", "area_path": None,
        "reason": "‘雨’ \\ \"", "facts": facts, **BY,
    }  # fmt: skip
    writes = Writes()
    writes.insert(AuditEntry, [entry])
    writes.send(session)
    written = session.scalars(select(AuditEntry).where(AuditEntry.action == "test")).one()
    assert {name: getattr(written, name) for name in entry} == entry


@pytest.mark.parametrize("number", [1, 2, 40])
def test_locked_rows_grow_and_change(session: Session, number: int) -> None:
    for place in range(number):
        opened(session, make.volunteer(session), 10 + place)
    theirs = select(PointAccount.id).where(PointAccount.volunteer_id.is_not(None))
    accounts = session.scalars(theirs.order_by(PointAccount.id)).all()
    lots = session.scalars(select(PointLot.id).order_by(PointLot.id)).all()
    writes = Writes()
    writes.increase(PointAccount, [{"id": one, "balance": 5, "held": one} for one in accounts])
    writes.change(
        PointLot, [{"id": lot, "remaining": place, "expires_on": make.TODAY} for place, lot in enumerate(lots)]
    )
    writes.send(session)
    session.expire_all()
    kept = session.execute(select(PointAccount.id, PointAccount.balance, PointAccount.held))
    assert {one: (balance, held) for one, balance, held in kept if one in accounts} == {
        one: (15 + place, one) for place, one in enumerate(accounts)
    }
    changed = session.execute(select(PointLot.remaining, PointLot.expires_on).order_by(PointLot.id))
    assert [tuple(row) for row in changed] == [(place, make.TODAY) for place in range(number)]


def test_what_is_there_already_is_not_written_again_nor_what_hangs_on_it(session: Session) -> None:
    """The key of another transaction that was faster: the answer is empty, and whoever asked refuses."""
    rows = transfers(session, "first", "second")
    lot = session.scalars(select(PointLot.id)).one()
    for row, ids in ((rows[0], 1), ({**rows[0], "points": 7}, 0)):
        writes = Writes()
        use = {"lot_id": lot, "points": -1, "purpose": "spend", "reference": "first", **BY}
        writes.insert(Transfer, [row], once=("purpose", "reference"))
        writes.insert(LotUse, [use], parents=[OF_TRANSFER])
        assert len(writes.send(session, answer=Transfer)) == ids
    assert session.scalars(select(LotUse.points)).all() == [-1]


def test_nothing_to_write_sends_nothing_and_postgresql_gets_one_statement(session: Session) -> None:
    with counted(session) as sent:
        assert Writes().send(session) == []
    assert sent == []
    rows = transfers(session, "one", "two")
    writes = Writes()
    writes.insert(Transfer, rows)
    writes.increase(PointAccount, [{"id": rows[0]["source_id"], "balance": -2, "held": 0}])
    writes.insert(IdempotencyKey, [])
    with counted(session) as sent:
        writes.send(session)
    assert len(sent) == (1 if dialect_of(session) == "postgresql" else 2)
