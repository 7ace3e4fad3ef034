"""The points: balances, what is held, lots and their uses, transfers."""

from collections.abc import Iterator

from sqlalchemy import String, case, cast, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from points.foundation.orm import ZERO
from points.ledger.tables import LotUse, PointAccount, PointLot, Transfer
from points.people.tables import Volunteer
from points.proof.findings import Finding

# --- what can be asked


def balances(session: Session) -> Iterator[Finding]:
    """Balance = Σ transfers in − Σ transfers out = Σ lots.remaining; held = Σ reserved − released − spent."""
    held = aliased(PointAccount)
    moved = union_all(
        select(Transfer.target_id.label("account"), Transfer.points.label("points")),
        select(Transfer.source_id, -Transfer.points),
    ).subquery()
    moved_sum = select(moved.c.account, func.sum(moved.c.points).label("points")).group_by(moved.c.account).subquery()
    held_sum = (
        select(
            Transfer.volunteer_account_id.label("account"),
            func.sum(case((held.id == Transfer.target_id, Transfer.points), else_=-Transfer.points)).label("points"),
        )
        .join(held, (held.kind == "held") & ((held.id == Transfer.target_id) | (held.id == Transfer.source_id)))
        .group_by(Transfer.volunteer_account_id)
        .subquery()
    )
    lot_sum = (
        select(PointLot.account_id.label("account"), func.sum(PointLot.remaining).label("points"))
        .where(PointLot.remaining > ZERO)
        .group_by(PointLot.account_id)
        .subquery()
    )
    in_transfers = func.coalesce(moved_sum.c.points, 0).label("in_transfers")
    in_hold = func.coalesce(held_sum.c.points, 0).label("in_hold")
    in_lots = func.coalesce(lot_sum.c.points, 0).label("in_lots")
    rows = session.execute(
        select(Volunteer.code, PointAccount.balance, PointAccount.held, in_transfers, in_hold, in_lots)
        .join(Volunteer, Volunteer.id == PointAccount.volunteer_id)
        .outerjoin(moved_sum, moved_sum.c.account == PointAccount.id)
        .outerjoin(held_sum, held_sum.c.account == PointAccount.id)
        .outerjoin(lot_sum, lot_sum.c.account == PointAccount.id)
        .where(
            (PointAccount.balance != in_transfers) | (PointAccount.balance != in_lots) | (PointAccount.held != in_hold)
        )
        .order_by(Volunteer.code)
    )
    for row in rows:
        where = f"volunteer:{row.code}"
        if row.balance != row.in_transfers:
            yield Finding("balance-transfers", where, f"balance {row.balance}, transfers {row.in_transfers}")
        if row.balance != row.in_lots:
            yield Finding("balance-lots", where, f"balance {row.balance}, lots {row.in_lots}")
        if row.held != row.in_hold:
            yield Finding("held", where, f"held {row.held}, transfers {row.in_hold}")


def lots(session: Session) -> Iterator[Finding]:
    """A lot's remaining = its points + Σ uses; a lot holds what its transfer brought, on the same account."""
    used = select(LotUse.lot_id, func.sum(LotUse.points).label("points")).group_by(LotUse.lot_id).subquery()
    should = PointLot.points + func.coalesce(used.c.points, 0)
    for row in session.execute(
        select(PointLot.source_ref, PointLot.remaining, should.label("should"))
        .outerjoin(used, used.c.lot_id == PointLot.id)
        .where(PointLot.remaining != should)
        .order_by(PointLot.id)
    ):
        yield Finding("lot-uses", f"lot:{row.source_ref}", f"remaining {row.remaining}, by its uses {row.should}")
    for row in session.execute(
        select(PointLot.source_ref, PointLot.points, Transfer.points.label("brought"))
        .join(Transfer, Transfer.id == PointLot.transfer_id)
        .where((PointLot.points != Transfer.points) | (PointLot.account_id != Transfer.target_id))
        .order_by(PointLot.id)
    ):
        yield Finding("lot-transfer", f"lot:{row.source_ref}", f"lot of {row.points}, transfer of {row.brought}")


def transfers(session: Session) -> Iterator[Finding]:
    """Whatever enters or leaves a volunteer's account makes a lot or uses lots, to the point."""
    used = select(LotUse.transfer_id, func.sum(LotUse.points).label("points")).group_by(LotUse.transfer_id).subquery()
    through_lots = func.coalesce(PointLot.points, 0) + func.coalesce(used.c.points, 0)
    change = case(
        (Transfer.target_id == Transfer.volunteer_account_id, Transfer.points),
        (Transfer.source_id == Transfer.volunteer_account_id, -Transfer.points),
        else_=0,
    )
    for row in session.execute(
        select(Transfer.purpose, Transfer.reference, change.label("change"), through_lots.label("through_lots"))
        .outerjoin(PointLot, PointLot.transfer_id == Transfer.id)
        .outerjoin(used, used.c.transfer_id == Transfer.id)
        .where(change != through_lots)
        .order_by(Transfer.id)
    ):
        yield Finding(
            "transfer-lots", f"transfer:{row.purpose}:{row.reference}", f"moves {row.change}, lots {row.through_lots}"
        )


def doubled(session: Session) -> Iterator[Finding]:
    """No booking is there twice; the unique index refuses it as long as it stands."""
    key = Transfer.purpose + literal(":") + cast(Transfer.reference, String)
    for row in session.execute(
        select(key.label("key"), func.count().label("times"))
        .group_by(Transfer.purpose, Transfer.reference)
        .having(func.count() > 1)
    ):
        yield Finding("doubled", f"transfer:{row.key}", f"booked {row.times} times")
