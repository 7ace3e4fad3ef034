"""Exchange sessions (兑换活动): planned, opened, closed, and their figures."""

from typing import Any

from marshmallow import fields as shown
from sqlalchemy.orm import Session

from points import http
from points.api import paging
from points.api.fields import Code, Day, Shape, Text, Time, Whole, Word
from points.api.names import codes_of
from points.api.room import Given, Room
from points.database import db, transaction
from points.exchange import exchange_days
from points.exchange.tables import ExchangeSession
from points.foundation import clock
from points.places.tables import Station

room = Room("sessions", __name__, description="Exchange sessions.")


class SessionShape(Shape):
    """An exchange session (兑换活动)."""

    code = shown.String(required=True)
    station = shown.String(required=True)
    title = shown.String(required=True)
    day = shown.Date(required=True)
    start_at = shown.AwareDateTime(required=True)
    end_at = shown.AwareDateTime(required=True)
    max_points_pp = shown.Integer(required=True)
    status = shown.String(required=True)
    closed_at = shown.AwareDateTime(required=True, allow_none=True)
    closed_by = shown.String(required=True, allow_none=True)


class SessionsQuery(paging.Named):
    """Which sessions; the latest first."""

    station = Code()
    status = Word("planned", "open", "closed", "cancelled")
    date_from = Day()
    date_to = Day()


class NewSessionShape(Shape):
    """A session to plan."""

    station = Code(required=True)
    title = Text(60, least=1, required=True)
    start_at = Time(required=True)
    end_at = Time(required=True)
    max_points_pp = Whole(most=1_000_000, load_default=0)


class SessionReasonShape(Shape):
    """Why."""

    reason = Text(200, least=1, required=True)


class SessionFiguresShape(Shape):
    """The figures of a session: frozen once it is closed."""

    persons = shown.Integer(required=True)
    households = shown.Integer(required=True)
    redemptions = shown.Integer(required=True)
    items = shown.Integer(required=True)
    points = shown.Integer(required=True)
    ref_value_fen = shown.Integer(required=True)
    stock_before = shown.Dict(required=True)
    stock_after = shown.Dict(required=True)
    by_item = shown.Dict(required=True)


@room.read("/sessions", query=SessionsQuery, answer=paging.page_of(SessionShape))
def list_sessions(given: Given) -> Any:
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
    return paging.page(_sessions(session, kept), kept[-1].code if len(found) > len(kept) else None)


@room.read("/sessions/<code:code>", answer=SessionShape)
def show_session(code: str) -> Any:
    """One exchange session."""
    session = db.session()
    return _sessions(session, [exchange_days.seen(session, code, by=http.current_actor())])[0]


@room.read("/sessions/<code:code>/figures", answer=SessionFiguresShape)
def show_session_figures(code: str) -> Any:
    """Its figures; frozen once it is closed."""
    session = db.session()
    return exchange_days.figures(session, code=exchange_days.seen(session, code, by=http.current_actor()).code)


@room.act("/sessions", body=NewSessionShape, answer=SessionShape, status=201)
def plan_session(given: Given) -> Any:
    """Plan an exchange session."""
    with transaction() as session:
        event = exchange_days.plan(session, **given, by=http.current_actor(), at=clock.now())
        return _sessions(session, [event])[0]


@room.act("/sessions/<code:code>/open", answer=SessionShape)
def open_exchange_session(given: Given, code: str) -> Any:
    """Open it on its day; redemptions at the station now belong to it."""
    return _session_moved(exchange_days.open_session, given, code)


@room.act("/sessions/<code:code>/close", answer=SessionShape)
def close_session(given: Given, code: str) -> Any:
    """Close it and freeze its figures."""
    return _session_moved(exchange_days.close, given, code)


@room.act("/sessions/<code:code>/cancel", body=SessionReasonShape, answer=SessionShape)
def cancel_session(given: Given, code: str) -> Any:
    """Cancel a session in which nothing was handed over."""
    return _session_moved(exchange_days.cancel, given, code)


def _session_moved(verb: Any, given: Given, code: str) -> Any:
    by = http.current_actor()
    with transaction() as session:
        exchange_days.seen(session, code, by=by)
        return _sessions(session, [verb(session, code=code, **given, by=by, at=clock.now())])[0]


def _sessions(session: Session, found: list[ExchangeSession]) -> list[dict[str, Any]]:
    stations = codes_of(session, Station, (event.station_id for event in found))
    same = [name for name in SessionShape.names() if name != "station"]
    return [{name: getattr(event, name) for name in same} | {"station": stations[event.station_id]} for event in found]
