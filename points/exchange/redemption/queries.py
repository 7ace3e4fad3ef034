"""The receipt book: what can be asked about redemptions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from points.exchange.naming import as_shown
from points.exchange.redemption.tables import GoodsReturn
from points.exchange.statuses import COUNTED, GoodsKind, IdentityCheck, RedemptionStatus
from points.exchange.tables import Donor, ExchangeDay, GoodsItem, Redemption, RedemptionLine, StockBatch, Voucher
from points.foundation import counted, masking, typed
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.people import aliases, persons, wards
from points.people.tables import Volunteer
from points.places import areas
from points.places.tables import Area, Station

Columns = TypeVarTuple("Columns")

# --- what there is


@dataclass(frozen=True)
class ReceiptLine:
    """So many of an item from one batch, at the price paid. `donor` is the donor's code; `vouchers` their codes."""

    vouchers: tuple[str, ...]
    item: str
    name: str
    spec: str
    unit_name: str
    kind: GoodsKind
    qty: int
    returned: int
    price: int
    batch: str
    donor: str | None

    @property
    def points(self) -> int:
        return self.qty * self.price

    @property
    def left(self) -> int:
        return self.qty - self.returned

    @property
    def shown(self) -> str:
        return as_shown(self.name, self.spec)


@dataclass(frozen=True)
class CameBack:
    """So many of an item that came back at one time, for so many points."""

    at: datetime
    name: str
    qty: int
    points: int
    to_stock: bool
    reason: str
    by: str
    second_by: str


@dataclass(frozen=True)
class Receipt:
    """A redemption as it is printed and shown; the edge masks the name for those who may not see it."""

    code: str
    status: RedemptionStatus
    day: date
    station: str
    station_name: str
    session: str | None
    volunteer: str
    volunteer_name: str
    total_points: int
    points_returned: int
    rule_version: str
    lines: tuple[ReceiptLine, ...]
    returns: tuple[CameBack, ...]
    pickup_code: str | None
    pickup_until: datetime | None
    fulfilled_by: str | None
    fulfilled_at: datetime | None
    identity_check: IdentityCheck | None
    identity_second: str | None
    proxy_name: str
    proxy_relation: str
    ended_at: datetime | None
    ended_by: str | None
    ended_reason: str
    created_at: datetime
    created_by: str

    @property
    def points_kept(self) -> int:
        """What is paid for what did not come back."""
        return self.total_points - self.points_returned


@dataclass(frozen=True, kw_only=True)
class Which:
    """Which redemptions are asked for: those of a station, a person, a status, an exchange day, a span of dates."""

    station: str | None = None
    volunteer: str | None = None
    status: str | None = None
    exchange_day: str | None = None
    day_from: date | None = None
    day_to: date | None = None


ALL = Which()

# --- what can be asked


def by_code(session: Session, code: str) -> Redemption:
    """The redemption with this code or pick-up code. Raises NoSuch."""
    redemption = session.scalar(select(Redemption).where(_named(code)))
    if redemption is None:
        raise NoSuch(kind=N_("redemption"), key=code)
    return redemption


def seen(session: Session, code: str, *, by: Actor) -> Redemption:
    """As `by_code`, for the redeemer, a minor's guardian and those whose reach covers the station. Raises NoSuch."""
    redemption: Redemption | None = session.scalar(_joined(select(Redemption)).where(_named(code), _visible(by)))
    if redemption is None:
        raise NoSuch(kind=N_("redemption"), key=code)
    return redemption


def listing(
    session: Session,
    *,
    by: Actor,
    which: Which = ALL,
    after: str | None = None,
    offset: int = 0,
    limit: int = 50,
) -> list[Redemption]:
    """The redemptions this actor may see, the latest first; `after` is the code of the last one already read.

    Pages that are turned over pass over `offset` of them; `count` says how many there are.
    """
    statement = _asked(by, which).order_by(Redemption.id.desc()).offset(offset).limit(limit)
    if after is not None:
        last = select(Redemption.id).where(Redemption.code == after).scalar_subquery()
        statement = statement.where(Redemption.id < last)
    return list(session.scalars(statement))


def count(session: Session, *, by: Actor, which: Which = ALL) -> int:
    """How many redemptions this actor may see."""
    return counted.count(session, _asked(by, which))


def _asked(by: Actor, which: Which) -> Select[Redemption]:
    statement = _joined(select(Redemption)).where(_visible(by))
    if which.station is not None:
        statement = statement.where(Station.code == which.station)
    if which.volunteer is not None:
        person_id = select(Volunteer.id).where(persons.called(which.volunteer)).scalar_subquery()
        statement = statement.where(aliases.of_person(Redemption.redeemer_id, person_id))
    if which.status is not None:
        statement = statement.where(Redemption.status == which.status)
    if which.exchange_day is not None:
        statement = statement.join(ExchangeDay, ExchangeDay.id == Redemption.session_id)
        statement = statement.where(ExchangeDay.code == which.exchange_day)
    if which.day_from is not None:
        statement = statement.where(Redemption.day >= which.day_from)
    if which.day_to is not None:
        statement = statement.where(Redemption.day <= which.day_to)
    return statement


def known(session: Session, redemptions: Iterable[Redemption], *, by: Actor) -> set[int]:
    """The ids of those of these redemptions whose people `by` may know.

    Their own, and where they hand out goods or may see the residents; who only supervises sees masked codes.
    """
    theirs = or_(
        areas.within(by.reaches("redemption.operate"), area_path=Area.path, station_id=Station.id),
        areas.within(by.reaches("volunteer.see"), area_path=Area.path),
        _own(by),
    )
    asked = Redemption.id.in_([one.id for one in redemptions])
    return set(session.scalars(_joined(select(Redemption.id)).where(asked, theirs)))


def of_household(
    session: Session, household_id: int, *, since: date, offset: int, limit: int
) -> tuple[list[Redemption], int]:
    """What members of a household exchanged from the day `since` on and did not give back, the latest first.

    A part of it, and how much there is in all.

    For its members, who share points: the edge shows who and how many, and never what for.
    """
    statement = select(Redemption).where(
        Redemption.household_id == household_id,
        Redemption.day >= since,
        Redemption.status.in_(COUNTED),
    )
    found = session.scalars(statement.order_by(Redemption.id.desc()).offset(offset).limit(limit))
    return list(found), counted.count(session, statement)


def receipt(session: Session, code: str, *, by: Actor | None = None) -> Receipt:
    """Everything on one receipt. With `by`, only what this actor may see.

    Who only supervises reads no names, and nobody but the family reads a minor's.

    Raises NoSuch.
    """
    redemption = by_code(session, code) if by is None else seen(session, code, by=by)
    station, station_name, exchange_day, name, born = session.execute(
        select(Station.code, Station.name, ExchangeDay.code, Volunteer.name, Volunteer.birth_date)
        .select_from(Redemption)
        .join(Station, Station.id == Redemption.station_id)
        .join(Volunteer, Volunteer.id == Redemption.redeemer_id)
        .outerjoin(ExchangeDay, ExchangeDay.id == Redemption.session_id)
        .where(Redemption.id == redemption.id)
    ).one()
    masked = by is not None and redemption.id not in known(session, [redemption], by=by)
    if masked:
        name = masking.mask_name(name)
    elif by is not None and born > wards.born_after(redemption.day) and not _family(session, redemption, by):
        name = masking.mask_minor(redemption.redeemer_code)
    return Receipt(
        code=redemption.code,
        status=redemption.status,
        day=redemption.day,
        station=station,
        station_name=station_name,
        session=exchange_day,
        volunteer=masking.mask_code(redemption.redeemer_code) if masked else redemption.redeemer_code,
        volunteer_name=name,
        total_points=redemption.total_points,
        points_returned=redemption.points_returned,
        rule_version=redemption.rule_version,
        lines=_lines(session, redemption),
        returns=_returns(session, redemption),
        pickup_code=None if masked else redemption.pickup_code,
        pickup_until=redemption.pickup_until,
        fulfilled_by=redemption.fulfilled_by,
        fulfilled_at=redemption.fulfilled_at,
        identity_check=redemption.identity_check,
        identity_second=redemption.identity_second,
        proxy_name=masking.mask_name(redemption.proxy_name) if masked else redemption.proxy_name,
        proxy_relation=redemption.proxy_relation,
        ended_at=redemption.ended_at,
        ended_by=redemption.ended_by,
        ended_reason=redemption.ended_reason,
        created_at=redemption.created_at,
        created_by=redemption.created_by,
    )


def _lines(session: Session, redemption: Redemption) -> tuple[ReceiptLine, ...]:
    rows = session.execute(
        select(
            RedemptionLine.id,
            GoodsItem.code,
            GoodsItem.name,
            GoodsItem.spec,
            GoodsItem.unit_name,
            GoodsItem.kind,
            RedemptionLine.qty,
            RedemptionLine.qty_returned,
            RedemptionLine.price,
            StockBatch.code,
            Donor.code,
        )
        .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
        .join(StockBatch, StockBatch.id == RedemptionLine.batch_id)
        .outerjoin(Donor, Donor.id == StockBatch.donor_id)
        .where(RedemptionLine.redemption_id == redemption.id)
        .order_by(GoodsItem.code, RedemptionLine.id)
    ).all()
    vouchers: dict[int, list[str]] = {}
    for line_id, code in session.execute(
        select(Voucher.line_id, Voucher.code).where(Voucher.line_id.in_([row[0] for row in rows])).order_by(Voucher.id)
    ):
        vouchers.setdefault(line_id, []).append(code)
    return tuple(ReceiptLine(tuple(vouchers.get(line_id, ())), *line) for line_id, *line in rows)


def _returns(session: Session, redemption: Redemption) -> tuple[CameBack, ...]:
    if not redemption.points_returned:
        return ()
    rows = session.execute(
        select(GoodsReturn, RedemptionLine.price, GoodsItem.name, GoodsItem.spec)
        .join(RedemptionLine, RedemptionLine.id == GoodsReturn.line_id)
        .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
        .where(GoodsReturn.redemption_id == redemption.id)
        .order_by(GoodsReturn.id)
    )
    return tuple(
        CameBack(
            at=back.created_at,
            name=as_shown(name, spec),
            qty=back.qty,
            points=back.qty * price,
            to_stock=back.to_stock,
            reason=back.reason,
            by=back.created_by,
            second_by=back.second_by,
        )
        for back, price, name, spec in rows
    )


def _named(text: str) -> ColumnElement[bool]:
    return or_(Redemption.code == text, Redemption.pickup_code == typed.random_code(text))


def _joined(statement: Select[*Columns]) -> Select[*Columns]:
    return statement.join(Station, Station.id == Redemption.station_id).join(Area, Area.id == Station.area_id)


def _family(session: Session, redemption: Redemption, by: Actor) -> bool:
    """Whether it is their own, or their child's."""
    return session.scalar(select(Redemption.id).where(Redemption.id == redemption.id, _own(by))) is not None


def _visible(by: Actor) -> ColumnElement[bool]:
    return or_(areas.within(by.reaches("redemption.see"), area_path=Area.path, station_id=Station.id), _own(by))


def _own(by: Actor) -> ColumnElement[bool]:
    """One's own, or of a child one stands for."""
    if by.volunteer_id is None:
        return false()
    return or_(
        aliases.of_person(Redemption.redeemer_id, by.volunteer_id),
        Redemption.redeemer_id.in_(wards.of_guardian(by.volunteer_id)),
    )
