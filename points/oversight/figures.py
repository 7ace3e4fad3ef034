"""The figures a street owes upward, and what each of them means (domain §3.12)."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from points.exchange.redemption import Redemption, RedemptionLine
from points.exchange.sessions import ExchangeSession
from points.foundation import clock
from points.foundation.errors import N_
from points.ledger.books import PointAccount, Transfer
from points.people.teams import Team
from points.people.volunteers import Volunteer
from points.places import areas
from points.places.areas import Area
from points.places.stations import Station
from points.service.activities import Activity
from points.service.records import ServiceRecord

DEFINITION_VERSION = "2026-1"
"""Printed beside every figure; a changed definition gets a new version and the old figures keep theirs."""

DEFINITIONS: Mapping[str, str] = MappingProxyType(
    {
        "occasions": N_(
            "Activities ended or later with at least one confirmed record, by local start date; an activity of "
            "several days counts once for each date with records."
        ),
        "person_times": N_("Distinct (volunteer, activity, date) with minutes credited and confirmed."),
        "persons": N_(
            "Distinct volunteers among the person-times; a street's total is not the sum of its communities."
        ),
        "minutes": N_("Confirmed minutes of the person-times, without hours transferred from elsewhere."),
        "sessions": N_("Closed exchange sessions with at least one hand-over that was not returned."),
        "redemptions": N_("Distinct (session or counter date, redeemer) of hand-overs that were not returned."),
        "items": N_("Quantity handed over less quantity returned."),
        "points_issued": N_("Points earned by service less points taken back by corrections; opening points apart."),
        "points_redeemed": N_("Points of hand-overs less points of returns."),
        "points_expired": N_("Points that reached their last day unused."),
        "balance_open": N_("Points held by volunteers at the end, those reserved for a pick-up included."),
        "teams": N_("Active teams."),
        "stations": N_("Stations that are not closed."),
        "volunteers": N_("Registered volunteers who are active or suspended."),
    }
)

ENDED = ("ended", "settled", "archived")

# --- what can be asked


def figures(
    session: Session, *, area: str | None, date_from: date | None = None, date_to: date | None = None
) -> dict[str, int]:
    """The figures of the area `area` (a code; None: of everything) and all below it, both dates included.

    Service counts where it was given, points where the volunteer lives, goods where the station stands. Teams,
    stations and volunteers are those there are at the end of the range. Raises NoSuch.
    """
    path = "/" if area is None else areas.by_code(session, area).path
    counted = _service(session, path, date_from, date_to)
    counted |= _exchange(session, path, date_from, date_to)
    counted |= _points(session, path, date_from, date_to)
    counted |= _standing(session, path, date_to)
    return {name: int(counted[name] or 0) for name in DEFINITIONS}


def _service(session: Session, path: str, date_from: date | None, date_to: date | None) -> dict[str, int]:
    """One row for each (volunteer, activity, date): `latest` leaves one version of a record."""
    counted = and_(
        ServiceRecord.latest,
        ServiceRecord.status == "confirmed",
        ServiceRecord.activity_id.is_not(None),
        ServiceRecord.area_path.startswith(path, autoescape=True),
        *_between(ServiceRecord.local_date, date_from, date_to),
    )
    credited = and_(counted, ServiceRecord.minutes_credited > 0)
    row = session.execute(
        select(
            func.count().label("person_times"),
            func.count(ServiceRecord.volunteer_id.distinct()).label("persons"),
            func.sum(ServiceRecord.minutes_credited).label("minutes"),
        ).where(credited)
    ).one()
    dates_of_activities = (
        select(ServiceRecord.activity_id, ServiceRecord.local_date)
        .join(Activity, Activity.id == ServiceRecord.activity_id)
        .where(counted, Activity.status.in_(ENDED))
        .distinct()
        .subquery()
    )
    occasions = session.scalar(select(func.count()).select_from(dates_of_activities))
    return {**row._mapping, "occasions": occasions or 0}


def _exchange(session: Session, path: str, date_from: date | None, date_to: date | None) -> dict[str, int]:
    here = Area.path.startswith(path, autoescape=True)
    kept = and_(Redemption.status == "fulfilled", *_within(Redemption.fulfilled_at, date_from, date_to))
    # a return counts on the day it happened, so that a closed month never changes
    handed_over = and_(
        Redemption.status.in_(("fulfilled", "returned")), *_within(Redemption.fulfilled_at, date_from, date_to)
    )
    returned = and_(Redemption.status == "returned", *_within(Redemption.ended_at, date_from, date_to))
    sign = case((handed_over, 1), else_=0) - case((returned, 1), else_=0)
    points = session.scalar(
        select(func.sum(Redemption.total_points * sign))
        .join(Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(here, or_(handed_over, returned))
    )
    items = session.scalar(
        select(func.sum(RedemptionLine.qty * sign))
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .join(Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(here, or_(handed_over, returned))
    )
    # a session is its own occasion; the counter's is the station's date
    visits = (
        select(
            Redemption.redeemer_id,
            Redemption.session_id,
            case((Redemption.session_id.is_(None), Redemption.station_id)).label("counter"),
            case((Redemption.session_id.is_(None), Redemption.day)).label("counter_day"),
        )
        .join(Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(here, kept)
        .distinct()
        .subquery()
    )
    sessions = session.scalar(
        select(func.count())
        .select_from(ExchangeSession)
        .join(Station, Station.id == ExchangeSession.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(
            here,
            ExchangeSession.status == "closed",
            *_between(ExchangeSession.day, date_from, date_to),
            select(Redemption.id)
            .where(Redemption.session_id == ExchangeSession.id, Redemption.status == "fulfilled")
            .exists(),
        )
    )
    return {
        "sessions": sessions or 0,
        "redemptions": session.scalar(select(func.count()).select_from(visits)) or 0,
        "items": items or 0,
        "points_redeemed": points or 0,
    }


def _points(session: Session, path: str, date_from: date | None, date_to: date | None) -> dict[str, int]:
    """Sums of transfers by purpose; what stays with the volunteers is everything in less everything out."""
    signed = case(
        (Transfer.purpose.in_(("earn", "opening", "return")), Transfer.points),
        (Transfer.purpose.in_(("reverse", "expire", "spend")), -Transfer.points),
        (
            Transfer.purpose == "adjust",
            case((Transfer.target_id == Transfer.volunteer_account_id, Transfer.points), else_=-Transfer.points),
        ),
        else_=0,  # reserve and release stay the volunteer's own
    )
    inside = and_(True, *_within(Transfer.created_at, date_from, date_to))
    row = session.execute(
        select(
            func.sum(case((and_(inside, Transfer.purpose == "earn"), Transfer.points), else_=0)),
            func.sum(case((and_(inside, Transfer.purpose == "reverse"), Transfer.points), else_=0)),
            func.sum(case((and_(inside, Transfer.purpose == "expire"), Transfer.points), else_=0)),
            func.sum(signed),
        )
        .join(PointAccount, PointAccount.id == Transfer.volunteer_account_id)
        .join(Volunteer, Volunteer.id == PointAccount.volunteer_id)
        .where(Volunteer.area_path.startswith(path, autoescape=True), *_within(Transfer.created_at, None, date_to))
    ).one()
    earned, reversed_, expired, balance = (int(value or 0) for value in row)
    return {"points_issued": earned - reversed_, "points_expired": expired, "balance_open": balance}


def _standing(session: Session, path: str, date_to: date | None) -> dict[str, int]:
    here = Area.path.startswith(path, autoescape=True)
    teams = session.scalar(
        select(func.count())
        .select_from(Team)
        .join(Area, Area.id == Team.area_id)
        .where(here, Team.status == "active", *_within(Team.created_at, None, date_to))
    )
    stations = session.scalar(
        select(func.count())
        .select_from(Station)
        .join(Area, Area.id == Station.area_id)
        .where(here, Station.status != "closed", *_within(Station.created_at, None, date_to))
    )
    volunteers = session.scalar(
        select(func.count())
        .select_from(Volunteer)
        .where(
            Volunteer.area_path.startswith(path, autoescape=True),
            Volunteer.status.in_(("active", "suspended")),
            *_within(Volunteer.created_at, None, date_to),
        )
    )
    return {"teams": teams or 0, "stations": stations or 0, "volunteers": volunteers or 0}


def _between(column: Any, date_from: date | None, date_to: date | None) -> list[ColumnElement[bool]]:
    """`column`, a business date, from and to the dates given."""
    conditions: list[ColumnElement[bool]] = []
    if date_from is not None:
        conditions.append(column >= date_from)
    if date_to is not None:
        conditions.append(column <= date_to)
    return conditions


def _within(column: Any, date_from: date | None, date_to: date | None) -> list[ColumnElement[bool]]:
    """`column`, a time, within the business dates given."""
    conditions: list[ColumnElement[bool]] = []
    if date_from is not None:
        conditions.append(column >= clock.at_local(date_from))
    if date_to is not None:
        conditions.append(column < clock.at_local(date_to + timedelta(days=1)))
    return conditions
