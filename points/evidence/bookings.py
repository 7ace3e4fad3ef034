"""What the books say of a point: its booking, the lots it made or used, the adjustment behind it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from points.evidence.chain import Adjusted, Booking, Lot, LotMade, LotTaken, Maker, Use
from points.ledger.tables import LotUse, PointAccount, PointLot, Transfer
from points.people.tables import Volunteer
from points.rewards.tables import Adjustment

# --- what can be asked


def booking(transfer: Transfer) -> Booking:
    """One transfer as the books say it."""
    return Booking(
        purpose=transfer.purpose,
        reference=transfer.reference,
        points=transfer.points,
        at=transfer.created_at,
        by=transfer.created_by,
        reason=transfer.reason,
    )


def lot_made(session: Session, transfer_id: int) -> LotMade | None:
    """The lot that a transfer made, with every use of it since; None when it made none."""
    lot = session.scalars(select(PointLot).where(PointLot.transfer_id == transfer_id)).one_or_none()
    if lot is None:
        return None
    used = session.execute(
        select(Transfer.purpose, Transfer.reference, LotUse.points, Transfer.created_at)
        .join(Transfer, Transfer.id == LotUse.transfer_id)
        .where(LotUse.lot_id == lot.id)
        .order_by(LotUse.id)
    )
    return LotMade(**vars(_lot(lot)), uses=[Use(*row) for row in used])


def lots_used(session: Session, transfer_ids: Sequence[int]) -> list[LotTaken]:
    """The lots that these transfers took from or gave back to, each with the booking that had made it."""
    using, making = aliased(Transfer), aliased(Transfer)
    rows = session.execute(
        select(
            PointLot,
            LotUse.points,
            using.reference,
            Volunteer.code,
            making.purpose,
            making.reference,
            making.created_at,
        )
        .join(LotUse, LotUse.lot_id == PointLot.id)
        .join(using, using.id == LotUse.transfer_id)
        .join(making, making.id == PointLot.transfer_id)
        .join(PointAccount, PointAccount.id == PointLot.account_id)
        .join(Volunteer, Volunteer.id == PointAccount.volunteer_id)
        .where(LotUse.transfer_id.in_(transfer_ids))
        .order_by(LotUse.id)
    )
    return [
        LotTaken(moved, used_by, volunteer, _lot(lot), Maker(purpose, reference, at))
        for lot, moved, used_by, volunteer, purpose, reference, at in rows
    ]


def adjustment(session: Session, code: str) -> Adjusted | None:
    """Who proposed and who decided an adjustment, and why."""
    adjustment = session.scalars(select(Adjustment).where(Adjustment.code == code)).one_or_none()
    if adjustment is None:
        return None
    return Adjusted(
        code=adjustment.code,
        points=adjustment.points,
        reason=adjustment.reason,
        proposed_by=adjustment.proposed_by,
        decided_by=adjustment.decided_by,
        decided_at=adjustment.decided_at,
    )


def _lot(lot: PointLot) -> Lot:
    return Lot(
        source=lot.source_ref,
        source_type=lot.source_type,
        points=lot.points,
        remaining=lot.remaining,
        earned_on=lot.earned_on,
        expires_on=lot.expires_on,
        status=lot.status,
        rule_version=lot.rule_version,
    )
