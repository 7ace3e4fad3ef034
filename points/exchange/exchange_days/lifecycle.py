"""The life of an exchange day: planned, opened on its day, closed with its figures frozen, or cancelled."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Unpack

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.exchange import stock
from points.exchange.exchange_days import queries
from points.exchange.statuses import STILL_TO_CLOSE, ExchangeDayStatus
from points.exchange.tables import ExchangeDay, Redemption
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch
from points.journal import audit, counters
from points.places.tables import Station

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
class ExchangeDayState(Conflict):
    """The session is not in a state that allows this."""

    code = "session-state"
    title = N_("Not possible now")
    detail = N_("The session %(session)s is %(status)s.")
    next_step = N_("Look at the session again; somebody may have changed it.")
    session: str
    status: str


@dataclass(eq=False)
class ExchangeDayUsed(Conflict):
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
) -> ExchangeDay:
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
    planned = ExchangeDay(
        code=f"JH{day:%Y%m%d}-{here.number:02d}{number:02d}",
        station_id=here.id,
        title=title,
        day=day,
        start_at=start_at,
        end_at=end_at,
        max_points_pp=max_points_pp,
        status=ExchangeDayStatus.PLANNED,
        opened_stock={},
        created_at=at,
        created_by=by.person,
    )
    session.add(planned)
    session.flush()
    _note(session, "session.plan", planned, here, by=by, role=role, at=at, facts={"max_points_pp": max_points_pp})
    return planned


def open_day(session: Session, *, code: str, by: Actor, at: datetime) -> ExchangeDay:
    """Open a planned session on its day and keep what the shelf holds; redemptions at the station now belong to it.

    Raises NotItsDay, AnotherOpen, ExchangeDayState, NoSuch, NotPermitted.
    """
    exchange_day, here, role = _locked(session, code, by)
    if exchange_day.status != ExchangeDayStatus.PLANNED:
        raise ExchangeDayState(session=code, status=exchange_day.status)
    if clock.local_date(at) != exchange_day.day:
        raise NotItsDay(session=code, day=exchange_day.day)
    other = session.scalar(
        select(ExchangeDay.code).where(ExchangeDay.station_id == here.id, ExchangeDay.status == ExchangeDayStatus.OPEN)
    )
    if other is not None:
        raise AnotherOpen(session=other)
    exchange_day.status = ExchangeDayStatus.OPEN
    exchange_day.opened_stock = stock.snapshot(session, station_id=here.id)
    session.flush()
    _note(session, "session.open", exchange_day, here, by=by, role=role, at=at)
    return exchange_day


def close(session: Session, *, code: str, by: Actor, at: datetime) -> ExchangeDay:
    """Close an open session and freeze its figures; hand-overs under way are waited for.

    Raises ExchangeDayState, NoSuch, NotPermitted.
    """
    exchange_day, here, role = _locked(session, code, by)
    if exchange_day.status != ExchangeDayStatus.OPEN:
        raise ExchangeDayState(session=code, status=exchange_day.status)
    exchange_day.figures = queries.figures_now(session, exchange_day)
    exchange_day.status = ExchangeDayStatus.CLOSED
    exchange_day.closed_at = at
    exchange_day.closed_by = by.person
    session.flush()
    figures = exchange_day.figures
    facts = {
        "persons": figures["persons"],
        "redemptions": figures["redemptions"],
        "items": figures["items"],
        "points": figures["points"],
    }
    _note(session, "session.close", exchange_day, here, by=by, role=role, at=at, facts=facts)
    return exchange_day


def cancel(session: Session, *, code: str, reason: str, by: Actor, at: datetime) -> ExchangeDay:
    """Cancel a session in which nothing was handed over.

    Raises ExchangeDayUsed, ExchangeDayState, ReasonMissing, NoSuch, NotPermitted.
    """
    exchange_day, here, role = _locked(session, code, by)
    if not reason.strip():
        raise stock.ReasonMissing()
    if exchange_day.status not in STILL_TO_CLOSE:
        raise ExchangeDayState(session=code, status=exchange_day.status)
    used = session.scalar(select(func.count()).select_from(Redemption).where(Redemption.session_id == exchange_day.id))
    if used:
        raise ExchangeDayUsed(session=code, redemptions=used)
    exchange_day.status = ExchangeDayStatus.CANCELLED
    exchange_day.closed_at = at
    exchange_day.closed_by = by.person
    session.flush()
    _note(session, "session.cancel", exchange_day, here, by=by, role=role, at=at, reason=reason)
    return exchange_day


def hold(session: Session, code: str) -> ExchangeDay:
    """The session with this code, locked; hand-overs under way are waited for. Raises NoSuch."""
    # FOR UPDATE in full: a redemption under way holds FOR KEY SHARE on the row, and the figures wait for it
    exchange_day = session.scalar(
        select(ExchangeDay).where(ExchangeDay.code == code).with_for_update().execution_options(populate_existing=True)
    )
    if exchange_day is None:
        raise NoSuch(kind=N_("exchange session"), key=code)
    return exchange_day


def _require(session: Session, station: str, by: Actor) -> tuple[stock.Place, str]:
    here = stock.place(session, station)
    return here, by.require("session.run", station_id=here.id, area_path=here.area_path)


def _locked(session: Session, code: str, by: Actor) -> tuple[ExchangeDay, stock.Place, str]:
    exchange_day = hold(session, code)
    station = session.get_one(Station, exchange_day.station_id)
    return exchange_day, *_require(session, station.code, by)


def _note(
    session: Session, action: str, exchange_day: ExchangeDay, here: stock.Place, **act: Unpack[audit.Act]
) -> None:
    audit.write(session, action=action, target=f"session:{exchange_day.code}", area_path=here.area_path, **act)
