"""The evidence of a point: from a booking to the scans that earned it, or to the goods that it became (design §6).

An answer is a plain dict of public codes, times and figures; it holds no name, phone or birth date of anybody.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from points.exchange.goods import GoodsItem
from points.exchange.redemption import Redemption, RedemptionLine
from points.exchange.sessions import ExchangeSession
from points.exchange.stock import Donor, StockBatch
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.ledger.books import LotUse, PointAccount, PointLot, Transfer
from points.people.teams import Team
from points.people.volunteers import Volunteer
from points.places.areas import Area
from points.places.stations import Station
from points.rewards.adjustments import Adjustment
from points.rewards.earning import Award
from points.rewards.rulesets import RuleSet
from points.service.activities import Activity, ActivityCategory
from points.service.attendance import AttendanceSession
from points.service.checkin import Scan
from points.service.makeups import MakeupRequest
from points.service.records import ServiceRecord

Facts = dict[str, Any]

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
    goods: dict[str, list[str]] = {}
    for code, name, qty in session.execute(
        select(Redemption.code, GoodsItem.name, RedemptionLine.qty)
        .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
        .where(Redemption.code.in_(wanted))
        .order_by(RedemptionLine.id)
    ):
        goods.setdefault(code, []).append(f"{name} × {qty}")
    for reference in references:
        if reference.startswith("redemption:"):
            found[reference] = " · ".join(goods.get(reference.split(":")[1], []))
    return found


# --- private


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
    if row is None or not _may_see(by, row.volunteer_id, row.area_path):
        raise NoSuch(kind=N_("booking"), key=str(transfer_id))
    return row


def _may_see(by: Actor, volunteer_id: int, area_path: str) -> bool:
    return by.volunteer_id == volunteer_id or by.role_for("points.see", area_path=area_path) is not None


def _of_transfer(session: Session, transfer: Any) -> Facts:
    kind, _, rest = transfer.reference.partition(":")
    facts: Facts = {"transfer": _booking(transfer), "lot": _lot_made(session, transfer.id)}
    facts["lots_used"] = _lots_used(session, [transfer.id])
    if kind == "award":
        facts |= _award_and_record(session, rest.split(":")[0])
    elif kind == "redemption":
        facts["redemption"] = _redemption(session, rest.split(":")[0])
    elif kind == "adjustment":
        facts["adjustment"] = _adjustment(session, rest.split(":")[0])
    return facts


def _of_record(session: Session, code: str, by: Actor) -> Facts:
    row = session.execute(
        select(ServiceRecord, Volunteer.code.label("volunteer"), Volunteer.area_path)
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(ServiceRecord.code == code)
    ).one_or_none()
    if row is None or not (
        _may_see(by, row[0].volunteer_id, row.area_path) or by.role_for("record.see", area_path=row[0].area_path)
    ):
        raise NoSuch(kind=N_("record"), key=code)
    facts: Facts = {"volunteer": row.volunteer, **_service(session, row[0])}
    awards = session.scalars(
        select(Award)
        .where(
            Award.volunteer_id == row[0].volunteer_id,
            Award.activity_id == row[0].activity_id,
            Award.local_date == row[0].local_date,
        )
        .order_by(Award.sequence)
    ).all()
    facts["awards"] = [{**_award(award), "rules": _rules(session, award.rule_version)} for award in awards]
    references = [f"award:{award.code}" for award in awards]
    facts["transfers"] = [
        _booking(transfer)
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
        _may_see(by, row.redeemer_id, row.area_path)
        or by.role_for("redemption.see", area_path=row.place, station_id=row.station_id)
    ):
        raise NoSuch(kind=N_("redemption"), key=code)
    transfers = session.scalars(
        select(Transfer)
        .where(Transfer.reference.startswith(f"redemption:{code}:", autoescape=True))
        .order_by(Transfer.id)
    ).all()
    return {
        "redemption": _redemption(session, code),
        "transfers": [_booking(transfer) for transfer in transfers],
        "lots_used": _lots_used(session, [transfer.id for transfer in transfers]),
    }


def _booking(transfer: Any) -> Facts:
    return {
        "purpose": transfer.purpose,
        "reference": transfer.reference,
        "points": transfer.points,
        "at": transfer.created_at,
        "by": transfer.created_by,
        "reason": transfer.reason,
        **({"volunteer": transfer.volunteer} if hasattr(transfer, "volunteer") else {}),
    }


def _lot_made(session: Session, transfer_id: int) -> Facts | None:
    lot = session.scalars(select(PointLot).where(PointLot.transfer_id == transfer_id)).one_or_none()
    if lot is None:
        return None
    used = session.execute(
        select(Transfer.purpose, Transfer.reference, LotUse.points, Transfer.created_at)
        .join(Transfer, Transfer.id == LotUse.transfer_id)
        .where(LotUse.lot_id == lot.id)
        .order_by(LotUse.id)
    )
    return {
        **_lot(lot),
        "uses": [
            {"purpose": row.purpose, "reference": row.reference, "points": row.points, "at": row.created_at}
            for row in used
        ],
    }


def _lot(lot: Any) -> Facts:
    return {
        "source": lot.source_ref,
        "source_type": lot.source_type,
        "points": lot.points,
        "remaining": lot.remaining,
        "earned_on": lot.earned_on,
        "expires_on": lot.expires_on,
        "status": lot.status,
        "rule_version": lot.rule_version,
    }


def _lots_used(session: Session, transfer_ids: Sequence[int]) -> list[Facts]:
    """The lots that these transfers took from or gave back to, each with the booking that had made it."""
    using, making = aliased(Transfer), aliased(Transfer)
    rows = session.execute(
        select(
            PointLot,
            LotUse.points.label("moved"),
            using.reference.label("used_by"),
            Volunteer.code.label("volunteer"),
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
        {
            "moved": row.moved,
            "used_by": row.used_by,
            "volunteer": row.volunteer,
            "lot": _lot(row[0]),
            "made_by": {"purpose": row.purpose, "reference": row.reference, "at": row.created_at},
        }
        for row in rows
    ]


def _award_and_record(session: Session, code: str) -> Facts:
    award = session.scalars(select(Award).where(Award.code == code)).one_or_none()
    if award is None:
        return {"award": None}
    record = session.get_one(ServiceRecord, award.record_id)
    return {"award": _award(award), "rules": _rules(session, award.rule_version), **_service(session, record)}


def _award(award: Award) -> Facts:
    return {
        "code": award.code,
        "points": award.points,
        "change": award.delta,
        "sequence": award.sequence,
        "at": award.created_at,
        "rule_version": award.rule_version,
        "explanation": award.explanation,
    }


def _rules(session: Session, version: str) -> Facts | None:
    rules = session.scalars(select(RuleSet).where(RuleSet.version == version)).one_or_none()
    if rules is None:
        return None
    return {
        "version": rules.version,
        "effective_from": rules.effective_from,
        "resolution_ref": rules.resolution_ref,
        "drafted_by": rules.drafted_by,
        "published_by": rules.published_by,
        "published_at": rules.published_at,
    }


def _service(session: Session, record: ServiceRecord) -> Facts:
    return {
        "record": {
            "code": record.code,
            "version": record.version,
            "latest": record.latest,
            "local_date": record.local_date,
            "minutes_raw": record.minutes_raw,
            "minutes_credited": record.minutes_credited,
            "minutes_pending": record.minutes_pending,
            "assurance": record.assurance,
            "source": record.source,
            "status": record.status,
            "flags": record.flags,
            "trace": record.trace,
            "recording_org": record.recording_org,
            "confirmed_by": record.confirmed_by,
            "confirmed_at": record.confirmed_at,
            "void_reason": record.void_reason,
        },
        "activity": _activity(session, record.activity_id) if record.activity_id else None,
        "attendance": _attendance(session, record) if record.activity_id else [],
    }


def _activity(session: Session, activity_id: int) -> Facts:
    row = session.execute(
        select(
            Activity,
            ActivityCategory.code.label("category"),
            Team.code.label("team"),
            Volunteer.code.label("leader"),
            Area.code.label("area"),
        )
        .join(ActivityCategory, ActivityCategory.id == Activity.category_id)
        .join(Team, Team.id == Activity.team_id)
        .join(Volunteer, Volunteer.id == Activity.leader_id)
        .join(Area, Area.id == Activity.area_id)
        .where(Activity.id == activity_id)
    ).one()
    activity: Activity = row[0]
    return {
        "code": activity.code,
        "title": activity.title,
        "category": row.category,
        "area": row.area,
        "place": activity.place,
        "team": row.team,
        "leader": row.leader,
        "start_at": activity.start_at,
        "end_at": activity.end_at,
        "status": activity.status,
        "submitted_by": activity.submitted_by,
        "approved_by": activity.approved_by,
        "settled_by": activity.settled_by,
        "settled_at": activity.settled_at,
    }


def _attendance(session: Session, record: ServiceRecord) -> list[Facts]:
    stays = session.scalars(
        select(AttendanceSession)
        .where(
            AttendanceSession.activity_id == record.activity_id,
            AttendanceSession.volunteer_id == record.volunteer_id,
            AttendanceSession.local_date == record.local_date,
        )
        .order_by(AttendanceSession.in_at, AttendanceSession.id)
    ).all()
    scans: dict[int, list[Facts]] = {}
    for scan in session.scalars(
        select(Scan).where(Scan.session_id.in_([stay.id for stay in stays])).order_by(Scan.occurred_at, Scan.id)
    ):
        scans.setdefault(scan.session_id, []).append(
            {
                "direction": scan.direction,
                "method": scan.method,
                "occurred_at": scan.occurred_at,
                "received_at": scan.created_at,
                "operator": scan.created_by,
                "device": scan.device,
                "forced": scan.forced,
            }
        )
    makeups = session.scalars(
        select(MakeupRequest)
        .where(
            MakeupRequest.activity_id == record.activity_id,
            MakeupRequest.volunteer_id == record.volunteer_id,
            MakeupRequest.status == "approved",
        )
        .order_by(MakeupRequest.id)
    ).all()
    return [
        {
            "code": stay.code,
            "in_at": stay.in_at,
            "out_at": stay.out_at,
            "in_method": stay.in_method,
            "out_method": stay.out_method,
            "in_by": stay.in_by,
            "out_by": stay.out_by,
            "status": stay.status,
            "flags": stay.flags,
            "flags_decided_by": stay.flags_decided_by,
            "scans": scans.get(stay.id, []),
            "makeups": [
                {
                    "code": makeup.code,
                    "reason": makeup.reason,
                    "proposed_by": makeup.proposed_by,
                    "decided_by": makeup.decided_by,
                    "decided_at": makeup.decided_at,
                }
                for makeup in makeups
                if makeup.session_id == stay.id
            ],
        }
        for stay in stays
    ]


def _redemption(session: Session, code: str) -> Facts | None:
    row = session.execute(
        select(Redemption, Station.code.label("station"), ExchangeSession.code.label("session"))
        .join(Station, Station.id == Redemption.station_id)
        .outerjoin(ExchangeSession, ExchangeSession.id == Redemption.session_id)
        .where(Redemption.code == code)
    ).one_or_none()
    if row is None:
        return None
    redemption: Redemption = row[0]
    lines = session.execute(
        select(
            RedemptionLine.qty,
            RedemptionLine.price,
            GoodsItem.code.label("item"),
            GoodsItem.name,
            StockBatch.code.label("batch"),
            StockBatch.source,
            StockBatch.best_before,
            StockBatch.received_by,
            StockBatch.checked_by,
            Donor.code.label("donor"),
            Donor.name.label("donor_name"),
            Donor.publish_name,
        )
        .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
        .join(StockBatch, StockBatch.id == RedemptionLine.batch_id)
        .outerjoin(Donor, Donor.id == StockBatch.donor_id)
        .where(RedemptionLine.redemption_id == redemption.id)
        .order_by(RedemptionLine.id)
    )
    return {
        "code": redemption.code,
        "redeemer": redemption.redeemer_code,
        "station": row.station,
        "session": row.session,
        "status": redemption.status,
        "day": redemption.day,
        "points": redemption.total_points,
        "rule_version": redemption.rule_version,
        "clerk": redemption.fulfilled_by,
        "fulfilled_at": redemption.fulfilled_at,
        "identity_check": redemption.identity_check,
        "identity_second": redemption.identity_second,
        "ended_at": redemption.ended_at,
        "ended_by": redemption.ended_by,
        "ended_reason": redemption.ended_reason,
        "lines": [
            {
                "item": line.item,
                "name": line.name,
                "qty": line.qty,
                "price": line.price,
                "batch": {
                    "code": line.batch,
                    "source": line.source,
                    "best_before": line.best_before,
                    "received_by": line.received_by,
                    "checked_by": line.checked_by,
                    "donor": line.donor,
                    "donor_name": line.donor_name if line.publish_name else None,
                },
            }
            for line in lines
        ],
    }


def _adjustment(session: Session, code: str) -> Facts | None:
    adjustment = session.scalars(select(Adjustment).where(Adjustment.code == code)).one_or_none()
    if adjustment is None:
        return None
    return {
        "code": adjustment.code,
        "points": adjustment.points,
        "reason": adjustment.reason,
        "proposed_by": adjustment.proposed_by,
        "decided_by": adjustment.decided_by,
        "decided_at": adjustment.decided_at,
    }
