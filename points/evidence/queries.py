"""From a booking, a lot, a record or a receipt to all that stands behind it, within the actor's reach."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from points.evidence import bookings, goods, service
from points.evidence.chain import (
    AwardedByRules,
    OfAdjustment,
    OfAward,
    OfBooking,
    OfExchange,
    OfRecord,
    OfRedemption,
    OfService,
    OwnBooking,
)
from points.exchange.naming import as_shown
from points.exchange.redemption.tables import GoodsReturn
from points.exchange.tables import GoodsItem, Redemption, RedemptionLine
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.ledger.tables import PointAccount, PointLot, Transfer
from points.people import aliases
from points.people.tables import Volunteer
from points.places.tables import Area, Station
from points.rewards.tables import Award
from points.service.tables import Activity, ActivityCategory, ServiceRecord

# --- what there is


@dataclass(frozen=True)
class Told:
    """What a booking was for: the activity's title, with the award and the kind of its service, or the goods."""

    title: str
    award: Award | None = None
    category: str = ""


# --- what can be asked


def of_booking(session: Session, transfer_id: int, *, by: Actor) -> OfBooking:
    """Everything behind one booking.

    One that earned leads to its award, record, attendance and scans with operator and device, activity and rule
    version; one that spent leads to the redemption, its lines, their batches and donors, the clerk, and the lots it
    took, each with the booking that made it. Raises NoSuch, also for what lies outside the actor's reach.
    """
    own = _booking(session, transfer_id, by)
    kind, _, rest = own.reference.partition(":")
    code = rest.split(":")[0]
    lot, taken = bookings.lot_made(session, transfer_id), bookings.lots_used(session, [transfer_id])
    if kind == "award":
        return _of_award(session, code, OfBooking(own, lot, taken))
    if kind == "redemption":
        return OfExchange(own, lot, taken, goods.redemption(session, code))
    if kind == "adjustment":
        return OfAdjustment(own, lot, taken, bookings.adjustment(session, code))
    return OfBooking(own, lot, taken)


def of_lot(session: Session, lot_id: int, *, by: Actor) -> OfBooking:
    """Everything behind the booking that made this lot. Raises NoSuch."""
    made_by = session.scalar(select(PointLot.transfer_id).where(PointLot.id == lot_id))
    if made_by is None:
        raise NoSuch(kind=N_("lot"), key=str(lot_id))
    return of_booking(session, made_by, by=by)


def of_record(session: Session, code: str, *, by: Actor) -> OfRecord:
    """One record with its activity, stays and scans, the awards that followed and their bookings. Raises NoSuch."""
    row = session.execute(
        select(ServiceRecord, Volunteer.code, Volunteer.area_path)
        .join(Volunteer, Volunteer.id == ServiceRecord.volunteer_id)
        .where(ServiceRecord.code == code)
    ).one_or_none()
    if row is None:
        raise NoSuch(kind=N_("record"), key=code)
    record, volunteer, area_path = row
    seen = _may_see(session, by, record.volunteer_id, area_path)
    if not seen and not by.role_for("record.see", area_path=record.area_path):
        raise NoSuch(kind=N_("record"), key=code)
    awards = session.scalars(
        select(Award)
        .where(
            Award.volunteer_id == record.volunteer_id,
            Award.activity_id == record.activity_id,
            Award.local_date == record.local_date,
        )
        .order_by(Award.sequence)
    ).all()
    transfers = session.scalars(
        select(Transfer)
        .where(
            Transfer.purpose.in_(("earn", "reverse")),
            Transfer.reference.in_([f"award:{award.code}" for award in awards]),
        )
        .order_by(Transfer.id)
    )
    return OfRecord(
        volunteer=volunteer,
        record=service.recorded(record),
        activity=service.activity(session, record),
        attendance=service.attendance(session, record),
        awards=[
            AwardedByRules(**vars(service.awarded(award)), rules=service.rules(session, award.rule_version))
            for award in awards
        ],
        transfers=[bookings.booking(transfer) for transfer in transfers],
    )


def of_redemption(session: Session, code: str, *, by: Actor) -> OfRedemption:
    """One redemption with its goods, its bookings and the lots that they used. Raises NoSuch."""
    row = session.execute(
        select(Redemption.redeemer_id, Volunteer.area_path, Station.id, Area.path)
        .join(Volunteer, Volunteer.id == Redemption.redeemer_id)
        .join(Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(Redemption.code == code)
    ).one_or_none()
    if row is None:
        raise NoSuch(kind=N_("redemption"), key=code)
    redeemer_id, area_path, station_id, place = row
    seen = _may_see(session, by, redeemer_id, area_path)
    if not seen and not by.role_for("redemption.see", area_path=place, station_id=station_id):
        raise NoSuch(kind=N_("redemption"), key=code)
    transfers = session.scalars(
        select(Transfer)
        .where(Transfer.reference.startswith(f"redemption:{code}:", autoescape=True))
        .order_by(Transfer.id)
    ).all()
    return OfRedemption(
        redemption=goods.redemption(session, code),
        transfers=[bookings.booking(transfer) for transfer in transfers],
        lots_used=bookings.lots_used(session, [transfer.id for transfer in transfers]),
    )


def told(session: Session, *, references: Sequence[str]) -> dict[str, Told]:
    """What the bookings of a statement were for, by reference; those for neither service nor goods are left out.

    At most three statements.
    """
    named = [(reference, *reference.split(":")[:2]) for reference in references if ":" in reference]
    found: dict[str, Told] = {}
    if awards := {code: reference for reference, kind, code in named if kind == "award"}:
        for award, title, category in session.execute(_AWARDS, {"codes": list(awards)}):
            found[awards[award.code]] = Told(title, award, category)
    if redeemed := {reference: code for reference, kind, code in named if kind == "redemption"}:
        handed_over: dict[str, list[str]] = {code: [] for code in redeemed.values()}
        for code, name, spec, qty in session.execute(_GOODS, {"codes": list(handed_over)}):
            handed_over[code].append(f"{as_shown(name, spec)} × {qty}")
        found |= {reference: Told(" · ".join(handed_over[code])) for reference, code in redeemed.items()}
        found |= _parts(session, redeemed)
    return found


def headlines(session: Session, *, references: Sequence[str]) -> dict[str, str]:
    """What each booking of a statement was for, by its reference: the activity's title, or the goods."""
    return {reference: one.title for reference, one in told(session, references=references).items()}


_AWARDS = (
    select(Award, Activity.title, ActivityCategory.name)
    .join(Activity, Activity.id == Award.activity_id)
    .join(ServiceRecord, ServiceRecord.id == Award.record_id)
    .join(ActivityCategory, ActivityCategory.id == ServiceRecord.category_id)
    .where(Award.code.in_(bindparam("codes", expanding=True)))
)
_GOODS = (
    select(Redemption.code, GoodsItem.name, GoodsItem.spec, RedemptionLine.qty)
    .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
    .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
    .where(Redemption.code.in_(bindparam("codes", expanding=True)))
    .order_by(RedemptionLine.id)
)


_CAME_BACK = (
    select(Redemption.code, GoodsReturn.number, GoodsItem.name, GoodsItem.spec, GoodsReturn.qty)
    .join(GoodsReturn, GoodsReturn.redemption_id == Redemption.id)
    .join(RedemptionLine, RedemptionLine.id == GoodsReturn.line_id)
    .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
    .where(Redemption.code.in_(bindparam("codes", expanding=True)))
    .order_by(GoodsReturn.id)
)


def _parts(session: Session, redeemed: Mapping[str, str]) -> dict[str, Told]:
    """What came back by each booking of a part of a receipt, whose reference ends with the part's number."""
    parts = {
        reference: (code, reference.split(":")[3]) for reference, code in redeemed.items() if reference.count(":") > 2
    }
    if not parts:
        return {}
    back: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, number, name, spec, qty in session.execute(_CAME_BACK, {"codes": [code for code, _ in parts.values()]}):
        back[code, str(number)].append(f"{as_shown(name, spec)} × {qty}")
    return {reference: Told(" · ".join(back[part])) for reference, part in parts.items()}


def _of_award(session: Session, code: str, booked: OfBooking) -> OfAward:
    award = service.award(session, code)
    if award is None:
        return OfAward(**vars(booked), award=None)
    record = session.get_one(ServiceRecord, award.record_id)
    return OfService(
        **vars(booked),
        award=service.awarded(award),
        rules=service.rules(session, award.rule_version),
        record=service.recorded(record),
        activity=service.activity(session, record),
        attendance=service.attendance(session, record),
    )


def _booking(session: Session, transfer_id: int, by: Actor) -> OwnBooking:
    row = session.execute(
        select(Transfer, Volunteer.id, Volunteer.code, Volunteer.area_path)
        .join(PointAccount, PointAccount.id == Transfer.volunteer_account_id)
        .join(Volunteer, Volunteer.id == PointAccount.volunteer_id)
        .where(Transfer.id == transfer_id)
    ).one_or_none()
    if row is None:
        raise NoSuch(kind=N_("booking"), key=str(transfer_id))
    transfer, volunteer_id, volunteer, area_path = row
    if not _may_see(session, by, volunteer_id, area_path):
        raise NoSuch(kind=N_("booking"), key=str(transfer_id))
    return OwnBooking(**vars(bookings.booking(transfer)), volunteer=volunteer)


def _may_see(session: Session, by: Actor, volunteer_id: int, area_path: str) -> bool:
    own = by.volunteer_id is not None and by.volunteer_id == aliases.kept(session, volunteer_id)
    return own or by.role_for("points.see", area_path=area_path) is not None
