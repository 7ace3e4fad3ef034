"""Exchange sessions (兑换活动): planned, opened, closed, and their figures."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from points import http
from points.api import paging
from points.api.names import codes_of
from points.api.room import Room
from points.database import db, transaction
from points.exchange import exchange_days
from points.exchange.tables import ExchangeDay
from points.foundation import clock
from points.places.tables import Station
from points.shapes.exchange_days import (
    NewSessionShape,
    SessionFiguresShape,
    SessionReasonShape,
    SessionShape,
    SessionsQuery,
)
from points.shapes.fields import Given
from points.shapes.paging import page_of

room = Room("sessions", __name__, description="Exchange sessions.")


@room.read("/sessions", query=SessionsQuery, answer=page_of(SessionShape))
def list_sessions(given: Given) -> object:
    """The exchange sessions in your reach."""
    session = db.session()
    found = exchange_days.listing(
        session,
        by=http.current_actor(),
        station=given.get("station"),
        status=given.get("status"),
        day_from=given.get("date_from"),
        day_to=given.get("date_to"),
        after=given.get("cursor"),
        limit=given["limit"] + 1,
    )
    kept = found[: given["limit"]]
    return paging.page(_answered(session, kept), kept[-1].code if len(found) > len(kept) else None)


@room.read("/sessions/<code:code>", answer=SessionShape)
def show_session(code: str) -> object:
    """One exchange session."""
    session = db.session()
    return _answered(session, [exchange_days.seen(session, code, by=http.current_actor())])[0]


@room.read("/sessions/<code:code>/figures", answer=SessionFiguresShape)
def show_session_figures(code: str) -> object:
    """Its figures; frozen once it is closed."""
    session = db.session()
    return exchange_days.figures(session, code=exchange_days.seen(session, code, by=http.current_actor()).code)


@room.act("/sessions", body=NewSessionShape, answer=SessionShape, status=201)
def plan_session(given: Given) -> object:
    """Plan an exchange session."""
    with transaction() as session:
        exchange_day = exchange_days.plan(session, **given, by=http.current_actor(), at=clock.now())
        return _answered(session, [exchange_day])[0]


@room.act("/sessions/<code:code>/open", answer=SessionShape)
def open_exchange_session(given: Given, code: str) -> object:
    """Open it on its day; redemptions at the station now belong to it."""
    return _moved(exchange_days.open_day, given, code)


@room.act("/sessions/<code:code>/close", answer=SessionShape)
def close_session(given: Given, code: str) -> object:
    """Close it and freeze its figures."""
    return _moved(exchange_days.close, given, code)


@room.act("/sessions/<code:code>/cancel", body=SessionReasonShape, answer=SessionShape)
def cancel_session(given: Given, code: str) -> object:
    """Cancel a session in which nothing was handed over."""
    return _moved(exchange_days.cancel, given, code)


def _moved(verb: Callable[..., ExchangeDay], given: Given, code: str) -> object:
    by = http.current_actor()
    with transaction() as session:
        exchange_days.seen(session, code, by=by)
        return _answered(session, [verb(session, code=code, **given, by=by, at=clock.now())])[0]


def _answered(session: Session, found: list[ExchangeDay]) -> list[dict[str, object]]:
    stations = codes_of(session, Station, (exchange_day.station_id for exchange_day in found))
    same = [name for name in SessionShape.names() if name != "station"]
    return [
        {name: getattr(exchange_day, name) for name in same} | {"station": stations[exchange_day.station_id]}
        for exchange_day in found
    ]
