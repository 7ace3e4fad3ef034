"""Counting: the figures of an area, month by month, and by community and kind of service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import SQLColumnExpression as Expression
from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from points.exchange.redemption.tables import GoodsReturn
from points.exchange.tables import ExchangeDay, Redemption, RedemptionLine
from points.foundation import clock
from points.ledger.tables import PointAccount, Transfer
from points.people import aliases
from points.people.tables import Team, Volunteer
from points.places import areas
from points.places.tables import Area, Station
from points.reports.figures import conditions
from points.reports.figures.conditions import Scope
from points.reports.figures.definitions import DEFINITIONS
from points.reports.figures.openable import openable
from points.service.statuses import MADE_UP, OVER, Assurance
from points.service.tables import Activity, ActivityCategory, ServiceRecord

# --- what there is


@dataclass(frozen=True)
class Served:
    """What one community and kind of service have of a range: the same definitions, not to be added up for persons."""

    community: str
    category: str
    occasions: int
    person_times: int
    persons: int
    minutes: int


# --- what can be asked


def figures(
    session: Session, *, area: str | None, date_from: date | None = None, date_to: date | None = None
) -> dict[str, int]:
    """The figures of the area `area` (a code; None: of everything) and all below it, both dates included.

    Service counts where it was given, points where the volunteer lives, goods where the station stands; below the
    community all three where people live. Teams, stations and volunteers are those there are at the end of the range.
    Raises NoSuch.
    """
    scope = conditions.scope(None if area is None else areas.by_code(session, area), date_from, date_to)
    counted = _service(session, scope) | _exchange(session, scope) | _points(session, scope) | _standing(session, scope)
    return {name: int(counted[name] or 0) for name in DEFINITIONS}


def by_month(session: Session, *, figure: str, area: str, months: Sequence[date]) -> list[int]:
    """A figure that adds up, for each of the months that begin on these days, which follow each other.

    Its rows are summed by month in one statement, so that the months always make up the whole. Raises NoSuch.
    """
    end = _next_month(months[-1])
    scope = conditions.scope(areas.by_code(session, area), months[0], date.fromordinal(end.toordinal() - 1))
    if figure in _OF_RECORDS:
        return _records_by_month(session, scope, _OF_RECORDS[figure], months)
    counted = openable(figure, scope)
    ends = [_next_month(month) for month in months]
    number = case(
        *((counted.c.day < day, place) for place, day in enumerate(ends)),
        *((counted.c.at < clock.at_local(day), place) for place, day in enumerate(ends)),
    )
    parts = select(number.label("month"), counted.c.amount).subquery()
    summed = dict(session.execute(select(parts.c.month, func.sum(parts.c.amount)).group_by(parts.c.month)).all())
    return [int(summed.get(place, 0)) for place in range(len(months))]


def by_category(
    session: Session, *, area: str, date_from: date | None = None, date_to: date | None = None
) -> list[Served]:
    """What each community (or street, for its own activities) gave in each kind of service, both by code.

    Below the community, what the residents of `area` gave, all of it under its code. Raises NoSuch.
    """
    scope = conditions.scope(areas.by_code(session, area), date_from, date_to)
    place = (ActivityCategory.code,) if scope.residents else (Area.code, ActivityCategory.code)
    times = session.execute(
        select(
            *place,
            func.count(),
            func.count(aliases.person(ServiceRecord.volunteer_id).distinct()),
            func.sum(ServiceRecord.minutes_credited),
        )
        .join_from(ServiceRecord, Area, Area.id == ServiceRecord.community_id)
        .join(ActivityCategory, ActivityCategory.id == ServiceRecord.category_id)
        .where(conditions.credited(scope))
        .group_by(*place)
    )
    dates = (
        select(
            ServiceRecord.activity_id,
            ServiceRecord.local_date,
            ServiceRecord.community_id,
            ServiceRecord.category_id,
        )
        .join(Activity, Activity.id == ServiceRecord.activity_id)
        .where(conditions.confirmed(scope), Activity.status.in_(OVER))
        .distinct()
        .subquery()
    )
    occasions = session.execute(
        select(*place, func.count())
        .join_from(dates, Area, Area.id == dates.c.community_id)
        .join(ActivityCategory, ActivityCategory.id == dates.c.category_id)
        .group_by(*place)
    )
    given = {(*at, kind): (count, persons, int(minutes)) for *at, kind, count, persons, minutes in times}
    held = {(*at, kind): count for *at, kind, count in occasions}
    return [
        Served(at[0] if at else area, kind, held.get((*at, kind), 0), *given.get((*at, kind), (0, 0, 0)))
        for *at, kind in sorted(given.keys() | held.keys())
    ]


def _service(session: Session, scope: Scope) -> dict[str, int]:
    row = session.execute(
        select(
            func.count().label("person_times"),
            func.count(aliases.person(ServiceRecord.volunteer_id).distinct()).label("persons"),
            func.sum(ServiceRecord.minutes_credited).label("minutes"),
            func.sum(case((ServiceRecord.assurance == Assurance.C, 1), else_=0)).label("c_records"),
            func.sum(case((ServiceRecord.source.in_(MADE_UP), 1), else_=0)).label("makeups"),
        ).where(conditions.credited(scope))
    ).one()
    dates_of_activities = (
        select(ServiceRecord.activity_id, ServiceRecord.local_date)
        .join(Activity, Activity.id == ServiceRecord.activity_id)
        .where(conditions.confirmed(scope), Activity.status.in_(OVER))
        .distinct()
        .subquery()
    )
    occasions = session.scalar(select(func.count()).select_from(dates_of_activities))
    beneficiaries = session.scalar(
        select(func.sum(Activity.beneficiaries)).where(conditions.held(scope), conditions.standing_on_record())
    )
    return {**row._mapping, "occasions": occasions or 0, "beneficiaries": beneficiaries or 0}


def _exchange(session: Session, scope: Scope) -> dict[str, int]:
    here, handed_over, returned = (
        conditions.exchanged(scope),
        conditions.handed_over(scope),
        conditions.returned(scope),
    )
    points = session.scalar(
        select(func.sum(Redemption.total_points))
        .join(Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(here, handed_over)
    )
    items = session.scalar(
        select(func.sum(RedemptionLine.qty))
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .join(Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(here, handed_over)
    )
    items_back, points_back = session.execute(
        select(func.sum(GoodsReturn.qty), func.sum(GoodsReturn.qty * RedemptionLine.price))
        .join(RedemptionLine, RedemptionLine.id == GoodsReturn.line_id)
        .join(Redemption, Redemption.id == GoodsReturn.redemption_id)
        .join(Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(here, returned)
    ).one()
    visits = (
        select(*conditions.visit())
        .join(Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(here, conditions.kept(scope))
        .distinct()
        .subquery()
    )
    sessions = session.scalar(
        select(func.count())
        .select_from(ExchangeDay)
        .join(Station, Station.id == ExchangeDay.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(conditions.in_place(scope), conditions.closed_exchange_days(scope))
    )
    return {
        "sessions": sessions or 0,
        "redemptions": session.scalar(select(func.count()).select_from(visits)) or 0,
        "items": int(items or 0) - int(items_back or 0),
        "points_redeemed": int(points or 0) - int(points_back or 0),
    }


def _points(session: Session, scope: Scope) -> dict[str, int]:
    """Sums of the range's transfers by purpose; what people hold is what is kept, less what came after the range.

    So no history is summed, however long it is; that what is kept is right is what the proof of the books proves.
    """
    names = conditions.BOOKED
    sums = [func.sum(case((conditions.booked(name, scope), conditions.booked_points(name)), else_=0)) for name in names]
    purposes = [purpose for purposes, _ in names.values() for purpose in purposes]
    row = session.execute(
        select(*sums)
        .join_from(Transfer, PointAccount, PointAccount.id == Transfer.volunteer_account_id)
        .join(Volunteer, Volunteer.id == PointAccount.volunteer_id)
        .where(
            conditions.at_home(scope),
            Transfer.purpose.in_(purposes),
            *conditions.within(Transfer.created_at, scope),
        )
    ).one()
    kept = session.scalar(
        select(func.sum(PointAccount.balance + PointAccount.held))
        .join(Volunteer, Volunteer.id == PointAccount.volunteer_id)
        .where(conditions.at_home(scope))
    )
    booked = {name: int(points or 0) for name, points in zip(names, row, strict=True)}
    after = conditions.came_after(scope)
    came_after = session.scalar(
        select(func.sum(after.c.points))
        .join_from(after, PointAccount, PointAccount.id == after.c.account)
        .join(Volunteer, Volunteer.id == PointAccount.volunteer_id)
        .where(conditions.at_home(scope))
    )
    left = int(kept or 0) - int(came_after or 0)
    changed = sum(points * conditions.BOOKED[name][1] for name, points in booked.items())
    return {**booked, "balance_before": left - changed, "balance_open": left}


def _standing(session: Session, scope: Scope) -> dict[str, int]:
    teams = session.scalar(
        select(func.count()).select_from(Team).join(Area, Area.id == Team.area_id).where(conditions.active_teams(scope))
    )
    stations = session.scalar(
        select(func.count())
        .select_from(Station)
        .join(Area, Area.id == Station.area_id)
        .where(conditions.open_stations(scope))
    )
    volunteers = session.scalar(select(func.count()).select_from(Volunteer).where(conditions.registered(scope)))
    return {"teams": teams or 0, "stations": stations or 0, "volunteers": volunteers or 0}


_OF_RECORDS: Mapping[str, Expression[int]] = MappingProxyType(
    {"person_times": literal(1), "minutes": ServiceRecord.minutes_credited}
)
"""What one record adds to these figures, which have more rows than all others together."""


def _records_by_month(session: Session, scope: Scope, amount: Expression[int], months: Sequence[date]) -> list[int]:
    """Summed by day in the database, without what the list of these rows would show, and by month here."""
    by_day = session.execute(
        select(ServiceRecord.local_date, func.sum(amount))
        .where(conditions.credited(scope))
        .group_by(ServiceRecord.local_date)
    )
    places = {(month.year, month.month): place for place, month in enumerate(months)}
    found = [0] * len(months)
    for day, summed in by_day:
        found[places[day.year, day.month]] += int(summed)
    return found


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
