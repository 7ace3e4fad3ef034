"""From a booking, a lot, a record or a receipt to all that stands behind it, within the actor's reach."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.evidence import bookings, goods, service
from points.evidence.bookings import Facts
from points.exchange.tables import GoodsItem, Redemption, RedemptionLine
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.ledger.tables import PointAccount, PointLot, Transfer
from points.people import aliases
from points.people.tables import Volunteer
from points.places.tables import Area, Station
from points.rewards.tables import Award
from points.service.tables import Activity, ServiceRecord

# --- what can be asked


def chain(
    session: Session,
    *,
    by: Actor,
    transfer_id: int | None = None,
    lot_id: int | None = None,
    record: str | None = None,
    redemption: str | None = None,
) -> Facts:
    """Everything behind one booking, one lot, one service record or one redemption: name exactly one of them.

    A booking that earned leads to its award, record, attendance and scans with operator and device, activity and rule
    version; one that spent leads to the redemption, its lines, their batches and donors, the clerk, and the lots it
    took, each with the booking that made it. Raises NoSuch, also for what lies outside the actor's reach.
    """
    if transfer_id is not None:
        return _of_transfer(session, _transfer(session, transfer_id, by))
    if lot_id is not None:
        made_by = session.scalar(select(PointLot.transfer_id).where(PointLot.id == lot_id))
        if made_by is None:
            raise NoSuch(kind=N_("lot"), key=str(lot_id))
        return _of_transfer(session, _transfer(session, made_by, by))
    if record is not None:
        return _of_record(session, record, by)
    if redemption is not None:
        return _of_redemption(session, redemption, by)
    raise TypeError("chain() needs one of transfer_id, lot_id, record, redemption")


def headlines(session: Session, *, references: Sequence[str]) -> dict[str, str]:
    """What each booking of a statement was for, by its reference: the activity's title, or the goods."""
    awards = {
        code.split(":")[0]: ref for ref in references for kind, _, code in [ref.partition(":")] if kind == "award"
    }
    found = {
        awards[code]: title
        for code, title in session.execute(
            select(Award.code, Activity.title)
            .join(Activity, Activity.id == Award.activity_id)
            .where(Award.code.in_(awards))
        )
    }
    wanted = {ref.split(":")[1] for ref in references if ref.startswith("redemption:")}
    handed_over: dict[str, list[str]] = {}
    for code, name, qty in session.execute(
        select(Redemption.code, GoodsItem.name, RedemptionLine.qty)
        .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
        .where(Redemption.code.in_(wanted))
        .order_by(RedemptionLine.id)
    ):
        handed_over.setdefault(code, []).append(f"{name} × {qty}")
    for reference in references:
        if reference.startswith("redemption:"):
            found[reference] = " · ".join(handed_over.get(reference.split(":")[1], []))
    return found


def _of_transfer(session: Session, transfer: Any) -> Facts:
    kind, _, rest = transfer.reference.partition(":")
    facts: Facts = {"transfer": bookings.booking(transfer), "lot": bookings.lot_made(session, transfer.id)}
    facts["lots_used"] = bookings.lots_used(session, [transfer.id])
    if kind == "award":
        facts |= service.award_and_record(session, rest.split(":")[0])
    elif kind == "redemption":
        facts["redemption"] = goods.redemption(session, rest.split(":")[0])
    elif kind == "adjustment":
        facts["adjustment"] = bookings.adjustment(session, rest.split(":")[0])
    return facts


def _of_record(session: Session, code: str, by: Actor) -> Facts:
    row = session.execute(
        select(ServiceRecord, Volunteer.code.label("volunteer"), Volunteer.area_path)
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(ServiceRecord.code == code)
    ).one_or_none()
    if row is None or not (
        _may_see(session, by, row[0].volunteer_id, row.area_path)
        or by.role_for("record.see", area_path=row[0].area_path)
    ):
        raise NoSuch(kind=N_("record"), key=code)
    facts: Facts = {"volunteer": row.volunteer, **service.given(session, row[0])}
    awards = session.scalars(
        select(Award)
        .where(
            Award.volunteer_id == row[0].volunteer_id,
            Award.activity_id == row[0].activity_id,
            Award.local_date == row[0].local_date,
        )
        .order_by(Award.sequence)
    ).all()
    facts["awards"] = [
        {**service.awarded(award), "rules": service.rules(session, award.rule_version)} for award in awards
    ]
    references = [f"award:{award.code}" for award in awards]
    facts["transfers"] = [
        bookings.booking(transfer)
        for transfer in session.scalars(
            select(Transfer)
            .where(Transfer.purpose.in_(("earn", "reverse")), Transfer.reference.in_(references))
            .order_by(Transfer.id)
        )
    ]
    return facts


def _of_redemption(session: Session, code: str, by: Actor) -> Facts:
    row = session.execute(
        select(Redemption.redeemer_id, Volunteer.area_path, Station.id.label("station_id"), Area.path.label("place"))
        .join(Volunteer, Volunteer.id == Redemption.redeemer_id)
        .join(Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(Redemption.code == code)
    ).one_or_none()
    if row is None or not (
        _may_see(session, by, row.redeemer_id, row.area_path)
        or by.role_for("redemption.see", area_path=row.place, station_id=row.station_id)
    ):
        raise NoSuch(kind=N_("redemption"), key=code)
    transfers = session.scalars(
        select(Transfer)
        .where(Transfer.reference.startswith(f"redemption:{code}:", autoescape=True))
        .order_by(Transfer.id)
    ).all()
    return {
        "redemption": goods.redemption(session, code),
        "transfers": [bookings.booking(transfer) for transfer in transfers],
        "lots_used": bookings.lots_used(session, [transfer.id for transfer in transfers]),
    }


def _transfer(session: Session, transfer_id: int, by: Actor) -> Any:
    row = session.execute(
        select(
            Transfer.id,
            Transfer.purpose,
            Transfer.reference,
            Transfer.points,
            Transfer.created_at,
            Transfer.created_by,
            Transfer.reason,
            Volunteer.id.label("volunteer_id"),
            Volunteer.code.label("volunteer"),
            Volunteer.area_path,
        )
        .join(PointAccount, PointAccount.id == Transfer.volunteer_account_id)
        .join(Volunteer, Volunteer.id == PointAccount.volunteer_id)
        .where(Transfer.id == transfer_id)
    ).one_or_none()
    if row is None or not _may_see(session, by, row.volunteer_id, row.area_path):
        raise NoSuch(kind=N_("booking"), key=str(transfer_id))
    return row


def _may_see(session: Session, by: Actor, volunteer_id: int, area_path: str) -> bool:
    own = by.volunteer_id is not None and by.volunteer_id == aliases.kept(session, volunteer_id)
    return own or by.role_for("points.see", area_path=area_path) is not None
