"""The people: a merged number leads to one that is in use, holds nothing, and lost no point on the way."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from points.exchange.tables import Redemption
from points.ledger.merging import BETWEEN_NUMBERS
from points.ledger.tables import LotUse, PointAccount, PointLot, Transfer
from points.people.tables import MergedNumber, Volunteer
from points.proof.due import GRACE
from points.proof.findings import Finding
from points.service.tables import Stay

# --- what can be asked


def merged(session: Session) -> Iterator[Finding]:
    """A merged number is closed, leads to a kept one, and has nothing open."""
    kept, chained = aliased(Volunteer), aliased(MergedNumber)
    inside = select(Stay.id).where(Stay.volunteer_id == MergedNumber.gone_id, Stay.status == "open")
    reserved = select(Redemption.id).where(
        Redemption.redeemer_id == MergedNumber.gone_id, Redemption.status == "reserved"
    )
    for row in session.execute(
        select(
            Volunteer.code,
            kept.code.label("kept"),
            Volunteer.status,
            chained.id.label("chained"),
            inside.exists().label("inside"),
            reserved.exists().label("reserved"),
        )
        .select_from(MergedNumber)
        .join(Volunteer, Volunteer.id == MergedNumber.gone_id)
        .join(kept, kept.id == MergedNumber.kept_id)
        .outerjoin(chained, chained.gone_id == MergedNumber.kept_id)
        .order_by(MergedNumber.id)
    ):
        where = f"volunteer:{row.code}"
        if row.chained is not None:
            yield Finding("merged-chain", where, f"leads to {row.kept}, which is merged itself")
        if row.status not in ("closed", "anonymised"):
            yield Finding("merged-state", where, f"merged into {row.kept} and {row.status}")
        if row.inside or row.reserved:
            yield Finding("merged-open", where, "a stay is open" if row.inside else "goods are set aside")


def moved(session: Session) -> Iterator[Finding]:
    """What left one number came to the other: the same points, from the same source, earned on the same day."""
    out, into, before, after = aliased(Transfer), aliased(Transfer), aliased(PointLot), aliased(PointLot)
    stem = func.substr(out.reference, 1, func.length(out.reference) - len(":out"))
    for row in session.execute(
        select(
            out.reference,
            out.points,
            into.points.label("came"),
            (before.source_ref == after.source_ref).label("same_source"),
            (before.earned_on == after.earned_on).label("same_day"),
        )
        .outerjoin(into, (into.purpose == out.purpose) & (into.reference == stem + ":in"))
        .outerjoin(LotUse, LotUse.transfer_id == out.id)
        .outerjoin(before, before.id == LotUse.lot_id)
        .outerjoin(after, after.transfer_id == into.id)
        .where(
            out.purpose == "adjust",
            out.reference.startswith(BETWEEN_NUMBERS),
            out.reference.endswith(":out"),
        )
        .order_by(out.id)
    ):
        if row.points != row.came or not row.same_source or not row.same_day:
            yield Finding("merged-points", f"transfer:{row.reference}", f"{row.points} points left, {row.came} came")


def strayed(session: Session, *, at: datetime) -> Iterator[Finding]:
    """No points have stayed on a merged number since the last sweep."""
    last = select(func.max(Transfer.created_at)).where(Transfer.volunteer_account_id == PointAccount.id)
    for code, balance in session.execute(
        select(Volunteer.code, PointAccount.balance)
        .join(PointAccount, PointAccount.volunteer_id == Volunteer.id)
        .join(MergedNumber, MergedNumber.gone_id == Volunteer.id)
        .where(PointAccount.balance > 0, last.correlate(PointAccount).scalar_subquery() < at - GRACE)
        .order_by(Volunteer.code)
    ):
        yield Finding("merged-balance", f"volunteer:{code}", f"{balance} points on a merged number")
