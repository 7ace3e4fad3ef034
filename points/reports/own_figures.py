"""The figures of those who have no area to report of: their team, station or unit, as numbers without names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from points.exchange.redemption.tables import GoodsReturn
from points.exchange.tables import ExchangeDay, Redemption, RedemptionLine
from points.foundation.actors import Actor, Reach
from points.people import aliases
from points.people.tables import ReportIn, Team, Unit
from points.places.tables import Station
from points.reports.figures import conditions
from points.reports.figures.conditions import Scope
from points.reports.figures.reaching import COUNTS
from points.service.tables import ServiceRecord

# --- what there is


@dataclass(frozen=True)
class OwnFigures:
    """What one's team, station or unit did in a range, by the names of the street's figures; nobody is named."""

    kind: str
    code: str
    name: str
    figures: Mapping[str, int]


# --- what can be asked


def of(session: Session, *, by: Actor, date_from: date, date_to: date) -> list[OwnFigures]:
    """The figures of the teams, stations and units for which `by` answers, by kind and code."""
    scope = Scope("/", date_from, date_to)
    found = [one for reach in by.reaches(COUNTS) for one in _of_reach(session, reach, scope)]
    return sorted({(one.kind, one.code): one for one in found}.values(), key=lambda one: (one.kind, one.code))


def _of_reach(session: Session, reach: Reach, scope: Scope) -> list[OwnFigures]:
    if reach.team_id is not None:
        team = session.get_one(Team, reach.team_id)
        given = _given(session, scope, ServiceRecord.team_id == team.id)
        return [OwnFigures("team", team.code, team.name, given)]
    if reach.station_id is not None:
        station = session.get_one(Station, reach.station_id)
        return [OwnFigures("station", station.code, station.name, _handed_out(session, scope, station.id))]
    if reach.unit_id is not None:
        unit = session.get_one(Unit, reach.unit_id)
        counted = {"volunteers": _members(session, unit.id)} | _given(session, scope, ServiceRecord.unit_id == unit.id)
        return [OwnFigures("unit", unit.code, unit.name, counted)]
    return []


def _given(session: Session, scope: Scope, whose: ColumnElement[bool]) -> dict[str, int]:
    """Person-times, persons and minutes of the service that is `whose`."""
    row = session.execute(
        select(
            func.count(),
            func.count(aliases.person(ServiceRecord.volunteer_id).distinct()),
            func.coalesce(func.sum(ServiceRecord.minutes_credited), 0),
        ).where(conditions.credited(scope), whose)
    ).one()
    return {"person_times": row[0], "persons": row[1], "minutes": int(row[2])}


def _members(session: Session, unit_id: int) -> int:
    """How many people report in for the unit today."""
    reporting = select(func.count(ReportIn.volunteer_id.distinct()))
    return session.scalar(reporting.where(ReportIn.unit_id == unit_id, ReportIn.status == "active")) or 0


def _handed_out(session: Session, scope: Scope, station_id: int) -> dict[str, int]:
    """Exchange days, visits, goods and points of one station, as the street counts them."""
    here = Redemption.station_id == station_id
    handed_over = (here, conditions.handed_over(scope))
    points = select(func.sum(Redemption.total_points)).where(*handed_over)
    items = select(func.sum(RedemptionLine.qty)).join(Redemption, Redemption.id == RedemptionLine.redemption_id)
    items_back, points_back = session.execute(
        select(func.sum(GoodsReturn.qty), func.sum(GoodsReturn.qty * RedemptionLine.price))
        .join(RedemptionLine, RedemptionLine.id == GoodsReturn.line_id)
        .join(Redemption, Redemption.id == GoodsReturn.redemption_id)
        .where(here, conditions.returned(scope))
    ).one()
    visits = select(*conditions.visit()).where(here, conditions.kept(scope)).distinct().subquery()
    days = select(func.count()).where(ExchangeDay.station_id == station_id, conditions.closed_exchange_days(scope))
    return {
        "sessions": session.scalar(days) or 0,
        "redemptions": session.scalar(select(func.count()).select_from(visits)) or 0,
        "items": int(session.scalar(items.where(*handed_over)) or 0) - int(items_back or 0),
        "points_redeemed": int(session.scalar(points) or 0) - int(points_back or 0),
    }
