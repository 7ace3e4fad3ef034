"""What can be asked of exchange days: which there are, their figures, who was there, what the screen shows."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from points.exchange import goods, stock
from points.exchange.goods import Offer
from points.exchange.statuses import STILL_TO_CLOSE, RedemptionStatus
from points.exchange.tables import DayFigures, ExchangeDay, GoodsItem, Redemption, RedemptionLine
from points.foundation import clock, masking
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.people import wards
from points.people.tables import Volunteer
from points.places import areas, stations
from points.places.tables import Area, Station

# --- what there is


@dataclass(frozen=True)
class HandOver:
    """One line of the list for signature; the page masks the name for those who may not see it."""

    redemption: str
    volunteer: str
    name: str
    proxy: str
    items: int
    points: int


@dataclass(frozen=True)
class Live:
    """A session as it is now. `waiting` reservations of `waiting_points` are still to be fetched at its station."""

    exchange_day: ExchangeDay
    station: Station
    persons: int
    redemptions: int
    items: int
    points: int
    waiting: int
    waiting_points: int
    shelf: tuple[Offer, ...]


# --- what can be asked


def by_code(session: Session, code: str) -> ExchangeDay:
    """The session with this code. Raises NoSuch."""
    exchange_day = session.scalar(select(ExchangeDay).where(ExchangeDay.code == code))
    if exchange_day is None:
        raise NoSuch(kind=N_("exchange session"), key=code)
    return exchange_day


def seen(session: Session, code: str, *, by: Actor) -> ExchangeDay:
    """The session with this code if it lies within the actor's reach. Raises NoSuch."""
    exchange_day = session.scalar(
        select(ExchangeDay)
        .join(Station, Station.id == ExchangeDay.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(ExchangeDay.code == code, _within(by))
    )
    if exchange_day is None:
        raise NoSuch(kind=N_("exchange session"), key=code)
    return exchange_day


def listing(
    session: Session,
    *,
    by: Actor,
    station: str | None = None,
    status: str | None = None,
    day_from: date | None = None,
    day_to: date | None = None,
    after: str | None = None,
    offset: int = 0,
    limit: int = 50,
) -> list[ExchangeDay]:
    """The sessions within the actor's reach, the latest first; `after` is the code of the last one already read.

    Pages that are turned over pass over `offset` of them; `count` says how many there are.

    Raises NoSuch for an unknown `after`.
    """
    statement = (
        select(ExchangeDay)
        .join(Station, Station.id == ExchangeDay.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(_within(by))
        .order_by(ExchangeDay.day.desc(), ExchangeDay.id.desc())
        .offset(offset)
        .limit(limit)
    )
    if station is not None:
        statement = statement.where(Station.code == station)
    if status is not None:
        statement = statement.where(ExchangeDay.status == status)
    if day_from is not None:
        statement = statement.where(ExchangeDay.day >= day_from)
    if day_to is not None:
        statement = statement.where(ExchangeDay.day <= day_to)
    if after is not None:
        last = by_code(session, after)
        statement = statement.where(tuple_(ExchangeDay.day, ExchangeDay.id) < tuple_(last.day, last.id))
    return list(session.scalars(statement))


def count(session: Session, *, by: Actor, station: str | None = None) -> int:
    """How many sessions there are within the actor's reach, at one station or at all."""
    asked = (
        select(func.count())
        .select_from(ExchangeDay)
        .join(Station, Station.id == ExchangeDay.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(_within(by))
    )
    if station is not None:
        asked = asked.where(Station.code == station)
    return session.execute(asked).scalar_one()


def coming(session: Session, *, street_id: int, day: date) -> list[tuple[ExchangeDay, Station]]:
    """The planned and open sessions of a street from `day` on, the next first; public."""
    rows = session.execute(
        select(ExchangeDay, Station)
        .join(Station, Station.id == ExchangeDay.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(
            Area.path.startswith(areas.path_of(session, street_id)),
            ExchangeDay.status.in_(STILL_TO_CLOSE),
            ExchangeDay.day >= day,
        )
        .order_by(ExchangeDay.day, ExchangeDay.start_at)
    )
    return [(exchange_day, station) for exchange_day, station in rows]


def figures(session: Session, *, code: str) -> DayFigures:
    """The frozen figures of a closed session, or those of this moment (without names).

    Raises NoSuch.
    """
    exchange_day = by_code(session, code)
    return exchange_day.figures if exchange_day.figures is not None else figures_now(session, exchange_day)


def hand_overs(session: Session, *, code: str, by: Actor) -> list[HandOver]:
    """The list for signature: every redemption of a session in the order of hand-over.

    Minors are named by their code; who only supervises reads no names at all. Raises NoSuch.
    """
    exchange_day = seen(session, code, by=by)
    path = stations.area_path(session, session.get_one(Station, exchange_day.station_id))
    knows = by.role_for("session.run", area_path=path, station_id=exchange_day.station_id) is not None
    born_after = wards.born_after(exchange_day.day)
    rows = session.execute(
        select(
            Redemption.code,
            Redemption.redeemer_code,
            Volunteer.name,
            Volunteer.birth_date,
            Redemption.proxy_name,
            func.sum(RedemptionLine.qty - RedemptionLine.qty_returned).label("items"),
            (Redemption.total_points - Redemption.points_returned).label("points"),
        )
        .join(Volunteer, Volunteer.id == Redemption.redeemer_id)
        .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        .where(Redemption.session_id == exchange_day.id, Redemption.status == RedemptionStatus.FULFILLED)
        .group_by(
            Redemption.id,
            Redemption.code,
            Redemption.redeemer_code,
            Volunteer.name,
            Volunteer.birth_date,
            Redemption.proxy_name,
            Redemption.total_points,
            Redemption.points_returned,
        )
        .order_by(Redemption.id)
    )
    return [
        HandOver(
            redemption=one.code,
            volunteer=one.redeemer_code if knows else masking.mask_code(one.redeemer_code),
            name=masking.mask_minor(one.redeemer_code)
            if one.birth_date > born_after
            else one.name
            if knows
            else masking.mask_name(one.name),
            proxy=one.proxy_name if knows else masking.mask_name(one.proxy_name),
            items=one.items,
            points=one.points,
        )
        for one in rows
    ]


def live(session: Session, *, code: str, by: Actor, at: datetime) -> Live:
    """The session at this moment; a closed one shows what it closed with. Raises NoSuch."""
    exchange_day = seen(session, code, by=by)
    station = session.get_one(Station, exchange_day.station_id)
    now = figures(session, code=code)
    waiting, points = session.execute(
        select(func.count(), func.coalesce(func.sum(Redemption.total_points), 0)).where(
            Redemption.station_id == station.id, Redemption.status == RedemptionStatus.RESERVED
        )
    ).one()
    return Live(
        exchange_day=exchange_day,
        station=station,
        persons=now["persons"],
        redemptions=now["redemptions"],
        items=now["items"],
        points=now["points"],
        waiting=waiting,
        waiting_points=int(points),
        shelf=tuple(goods.on_offer(session, station=station.code, day=clock.local_date(at))),
    )


def figures_now(session: Session, exchange_day: ExchangeDay) -> DayFigures:
    """The figures of an exchange day at this moment, as they are frozen when it closes."""
    mine = (Redemption.session_id == exchange_day.id, Redemption.status == RedemptionStatus.FULFILLED)
    persons, households, redemptions, total = session.execute(
        select(
            func.count(Redemption.redeemer_id.distinct()),
            func.count(Redemption.household_id.distinct()),
            func.count(),
            func.coalesce(func.sum(Redemption.total_points - Redemption.points_returned), 0),
        ).where(*mine)
    ).one()
    kept = RedemptionLine.qty - RedemptionLine.qty_returned
    by_item = session.execute(
        select(
            GoodsItem.code,
            func.sum(kept),
            func.sum(kept * RedemptionLine.price),
            func.sum(kept * GoodsItem.ref_value_fen),
        )
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
        .where(*mine, kept > 0)
        .group_by(GoodsItem.code)
        .order_by(GoodsItem.code)
    ).all()
    return {
        "persons": persons,
        "households": households,
        "redemptions": redemptions,
        "items": sum(int(row[1]) for row in by_item),
        "points": int(total),
        "ref_value_fen": sum(int(row[3]) for row in by_item),
        "stock_before": exchange_day.opened_stock,
        "stock_after": stock.snapshot(session, station_id=exchange_day.station_id),
        "by_item": {code: {"qty": int(qty), "points": int(spent)} for code, qty, spent, _ in by_item},
    }


def _within(by: Actor) -> ColumnElement[bool]:
    return areas.within(by.reaches("session.see"), area_path=Area.path, station_id=Station.id)
