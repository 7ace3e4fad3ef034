"""Exchange sessions (兑换活动): dated exchange events of a station, with figures frozen at the close."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Unpack

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from points.exchange import stock
from points.exchange.tables import ExchangeSession, GoodsItem, Redemption, RedemptionLine
from points.foundation import clock, masking
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch
from points.journal import audit, counters
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


# --- what is refused


@dataclass(eq=False)
class WrongTimes(Invalid):
    """A session that ends before it starts, or on another date."""

    code = "wrong-times"
    title = N_("These times are not possible")
    detail = N_("A session starts and ends on its own date, %(day)s, and ends after it starts.")
    next_step = N_("Correct the times.")
    day: date


@dataclass(eq=False)
class NotItsDay(Conflict):
    """A session opened on another date than planned."""

    code = "not-its-day"
    title = N_("Not today")
    detail = N_("The session %(session)s is planned for %(day)s.")
    next_step = N_("Open it on that day, or plan another one.")
    session: str
    day: date


@dataclass(eq=False)
class AnotherOpen(Conflict):
    """The station has an open session."""

    code = "another-session-open"
    title = N_("Another session is open")
    detail = N_("The session %(session)s is open at this station.")
    next_step = N_("Close it first.")
    session: str


@dataclass(eq=False)
class SessionState(Conflict):
    """The session is not in a state that allows this."""

    code = "session-state"
    title = N_("Not possible now")
    detail = N_("The session %(session)s is %(status)s.")
    next_step = N_("Look at the session again; somebody may have changed it.")
    session: str
    status: str


@dataclass(eq=False)
class SessionUsed(Conflict):
    """A session cancelled after goods were handed over in it."""

    code = "session-used"
    title = N_("Goods were handed over")
    detail = N_("The session %(session)s has %(redemptions)d redemptions and cannot be cancelled.")
    next_step = N_("Close it instead.")
    session: str
    redemptions: int


# --- what happens


def plan(
    session: Session,
    *,
    station: str,
    title: str,
    start_at: datetime,
    end_at: datetime,
    by: Actor,
    at: datetime,
    max_points_pp: int = 0,
) -> ExchangeSession:
    """Plan an exchange session at a station; `max_points_pp` 0 means no limit a person.

    Raises WrongTimes, BadQuantity, NoSuch, NotPermitted.
    """
    here, role = _require(session, station, by)
    day = clock.local_date(start_at)
    if end_at <= start_at or clock.local_date(end_at) != day:
        raise WrongTimes(day=day)
    if max_points_pp < 0:
        raise stock.BadQuantity(qty=max_points_pp)
    number = counters.next_number(session, f"session:{here.code}:{day:%Y%m%d}")
    planned = ExchangeSession(
        code=f"JH{day:%Y%m%d}-{here.number:02d}{number:02d}",
        station_id=here.id,
        title=title,
        day=day,
        start_at=start_at,
        end_at=end_at,
        max_points_pp=max_points_pp,
        status="planned",
        opened_stock={},
        created_at=at,
        created_by=by.person,
    )
    session.add(planned)
    session.flush()
    _note(session, "session.plan", planned, here, by=by, role=role, at=at, facts={"max_points_pp": max_points_pp})
    return planned


def open_session(session: Session, *, code: str, by: Actor, at: datetime) -> ExchangeSession:
    """Open a planned session on its day and keep what the shelf holds; redemptions at the station now belong to it.

    Raises NotItsDay, AnotherOpen, SessionState, NoSuch, NotPermitted.
    """
    event, here, role = _locked(session, code, by)
    if event.status != "planned":
        raise SessionState(session=code, status=event.status)
    if clock.local_date(at) != event.day:
        raise NotItsDay(session=code, day=event.day)
    other = session.scalar(
        select(ExchangeSession.code).where(ExchangeSession.station_id == here.id, ExchangeSession.status == "open")
    )
    if other is not None:
        raise AnotherOpen(session=other)
    event.status = "open"
    event.opened_stock = stock.snapshot(session, station_id=here.id)
    session.flush()
    _note(session, "session.open", event, here, by=by, role=role, at=at)
    return event


def close(session: Session, *, code: str, by: Actor, at: datetime) -> ExchangeSession:
    """Close an open session and freeze its figures; hand-overs under way are waited for.

    Raises SessionState, NoSuch, NotPermitted.
    """
    event, here, role = _locked(session, code, by)
    if event.status != "open":
        raise SessionState(session=code, status=event.status)
    event.figures = _figures(session, event)
    event.status = "closed"
    event.closed_at = at
    event.closed_by = by.person
    session.flush()
    facts = {key: event.figures[key] for key in ("persons", "redemptions", "items", "points")}
    _note(session, "session.close", event, here, by=by, role=role, at=at, facts=facts)
    return event


def cancel(session: Session, *, code: str, reason: str, by: Actor, at: datetime) -> ExchangeSession:
    """Cancel a session in which nothing was handed over.

    Raises SessionUsed, SessionState, ReasonMissing, NoSuch, NotPermitted.
    """
    event, here, role = _locked(session, code, by)
    if not reason.strip():
        raise stock.ReasonMissing()
    if event.status not in ("planned", "open"):
        raise SessionState(session=code, status=event.status)
    used = session.scalar(select(func.count()).select_from(Redemption).where(Redemption.session_id == event.id))
    if used:
        raise SessionUsed(session=code, redemptions=used)
    event.status = "cancelled"
    event.closed_at = at
    event.closed_by = by.person
    session.flush()
    _note(session, "session.cancel", event, here, by=by, role=role, at=at, reason=reason)
    return event


# --- what can be asked


def by_code(session: Session, code: str) -> ExchangeSession:
    """The session with this code. Raises NoSuch."""
    event = session.scalar(select(ExchangeSession).where(ExchangeSession.code == code))
    if event is None:
        raise NoSuch(kind=N_("exchange session"), key=code)
    return event


def hold(session: Session, code: str) -> ExchangeSession:
    """The session with this code, locked; hand-overs under way are waited for. Raises NoSuch."""
    # FOR UPDATE in full: a redemption under way holds FOR KEY SHARE on the row, and the figures wait for it
    event = session.scalar(
        select(ExchangeSession)
        .where(ExchangeSession.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if event is None:
        raise NoSuch(kind=N_("exchange session"), key=code)
    return event


def seen(session: Session, code: str, *, by: Actor) -> ExchangeSession:
    """The session with this code if it lies within the actor's reach. Raises NoSuch."""
    event = session.scalar(
        select(ExchangeSession)
        .join(Station, Station.id == ExchangeSession.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(ExchangeSession.code == code, _within(by))
    )
    if event is None:
        raise NoSuch(kind=N_("exchange session"), key=code)
    return event


def listing(
    session: Session,
    *,
    by: Actor,
    station: str | None = None,
    status: str | None = None,
    day_from: date | None = None,
    day_to: date | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[ExchangeSession]:
    """The sessions within the actor's reach, the latest first; `after` is the code of the last one already read.

    Raises NoSuch for an unknown `after`.
    """
    statement = (
        select(ExchangeSession)
        .join(Station, Station.id == ExchangeSession.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(_within(by))
        .order_by(ExchangeSession.day.desc(), ExchangeSession.id.desc())
        .limit(limit)
    )
    if station is not None:
        statement = statement.where(Station.code == station)
    if status is not None:
        statement = statement.where(ExchangeSession.status == status)
    if day_from is not None:
        statement = statement.where(ExchangeSession.day >= day_from)
    if day_to is not None:
        statement = statement.where(ExchangeSession.day <= day_to)
    if after is not None:
        last = by_code(session, after)
        statement = statement.where(tuple_(ExchangeSession.day, ExchangeSession.id) < tuple_(last.day, last.id))
    return list(session.scalars(statement))


def coming(session: Session, *, street_id: int, day: date, limit: int = 20) -> list[tuple[ExchangeSession, Station]]:
    """The planned and open sessions of a street from `day` on, the next first; public."""
    rows = session.execute(
        select(ExchangeSession, Station)
        .join(Station, Station.id == ExchangeSession.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(
            Area.path.startswith(areas.path_of(session, street_id)),
            ExchangeSession.status.in_(("planned", "open")),
            ExchangeSession.day >= day,
        )
        .order_by(ExchangeSession.day, ExchangeSession.start_at)
        .limit(limit)
    )
    return [(event, station) for event, station in rows]


def figures(session: Session, *, code: str) -> dict[str, Any]:
    """The frozen figures of a closed session, or those of this moment (without names).

    Keys: persons, households, redemptions, items, points, ref_value_fen, stock_before, stock_after, by_item.
    Raises NoSuch.
    """
    event = by_code(session, code)
    return event.figures if event.figures is not None else _figures(session, event)


def hand_overs(session: Session, *, code: str, by: Actor) -> list[HandOver]:
    """The list for signature: every redemption of a session in the order of hand-over.

    Minors are named by their code; who only supervises reads no names at all. Raises NoSuch.
    """
    event = seen(session, code, by=by)
    path = stations.area_path(session, session.get_one(Station, event.station_id))
    knows = by.role_for("session.run", area_path=path, station_id=event.station_id) is not None
    born_after = wards.born_after(event.day)
    rows = session.execute(
        select(
            Redemption.code,
            Redemption.redeemer_code,
            Volunteer.name,
            Volunteer.birth_date,
            Redemption.proxy_name,
            func.sum(RedemptionLine.qty).label("items"),
            Redemption.total_points,
        )
        .join(Volunteer, Volunteer.id == Redemption.redeemer_id)
        .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        .where(Redemption.session_id == event.id, Redemption.status == "fulfilled")
        .group_by(
            Redemption.id,
            Redemption.code,
            Redemption.redeemer_code,
            Volunteer.name,
            Volunteer.birth_date,
            Redemption.proxy_name,
            Redemption.total_points,
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
            points=one.total_points,
        )
        for one in rows
    ]


def _figures(session: Session, event: ExchangeSession) -> dict[str, Any]:
    mine = (Redemption.session_id == event.id, Redemption.status == "fulfilled")
    persons, households, redemptions, total = session.execute(
        select(
            func.count(Redemption.redeemer_id.distinct()),
            func.count(Redemption.household_id.distinct()),
            func.count(),
            func.coalesce(func.sum(Redemption.total_points), 0),
        ).where(*mine)
    ).one()
    by_item = session.execute(
        select(
            GoodsItem.code,
            func.sum(RedemptionLine.qty),
            func.sum(RedemptionLine.qty * RedemptionLine.price),
            func.sum(RedemptionLine.qty * GoodsItem.ref_value_fen),
        )
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
        .where(*mine)
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
        "stock_before": event.opened_stock,
        "stock_after": stock.snapshot(session, station_id=event.station_id),
        "by_item": {code: {"qty": int(qty), "points": int(spent)} for code, qty, spent, _ in by_item},
    }


def _within(by: Actor) -> Any:
    return areas.within(by.reaches("session.see"), area_path=Area.path, station_id=Station.id)


def _require(session: Session, station: str, by: Actor) -> tuple[stock.Place, str]:
    here = stock.place(session, station)
    return here, by.require("session.run", station_id=here.id, area_path=here.area_path)


def _locked(session: Session, code: str, by: Actor) -> tuple[ExchangeSession, stock.Place, str]:
    event = hold(session, code)
    station = session.get_one(Station, event.station_id)
    return event, *_require(session, station.code, by)


def _note(session: Session, action: str, event: ExchangeSession, here: stock.Place, **act: Unpack[audit.Act]) -> None:
    audit.write(session, action=action, target=f"session:{event.code}", area_path=here.area_path, **act)
