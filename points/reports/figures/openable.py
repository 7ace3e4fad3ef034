"""The statement behind each figure: exactly what was counted, row by row, each with its part of the figure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement, Date, Integer, String, Subquery, cast, func, literal, null, select
from sqlalchemy import SQLColumnExpression as Expression

from points.exchange.redemption.tables import GoodsReturn
from points.exchange.tables import ExchangeDay, GoodsItem, Redemption, RedemptionLine
from points.foundation.orm import Listing
from points.ledger.tables import PointAccount, Transfer
from points.people import aliases
from points.people.tables import Team, Volunteer
from points.places.tables import Area, Station
from points.reports.figures import conditions
from points.reports.figures.conditions import Scope
from points.reports.figures.definitions import DEFINITIONS
from points.service.statuses import MADE_UP, OVER, Assurance
from points.service.tables import Activity, ServiceRecord

# --- what can be asked


def openable(figure: str, scope: Scope) -> Subquery:
    """The rows of a figure as a subquery: day or at, kind, code, title, volunteer_id, area_id and amount."""
    return ROWS[figure](scope).subquery("counted")


def _columns(
    *,
    kind: str,
    amount: int | Expression[int],
    day: Expression[date] | None = None,
    at: Expression[datetime | None] | None = None,
    code: Expression[str] | None = None,
    title: str | Expression[str] = "",
    person: Expression[int | None] | None = None,
    place: Expression[int] | None = None,
) -> list[Expression[object]]:
    return [
        (cast(null(), Date) if day is None else day).label("day"),
        (cast(null(), Activity.start_at.type) if at is None else at).label("at"),
        literal(kind, String).label("kind"),
        (cast(null(), String) if code is None else code).label("code"),
        (literal(title, String) if isinstance(title, str) else title).label("title"),
        (cast(null(), Integer) if person is None else person).label("volunteer_id"),
        (cast(null(), Integer) if place is None else place).label("area_id"),
        (literal(amount, Integer) if isinstance(amount, int) else amount).label("amount"),
    ]


def _occasions(scope: Scope) -> Listing:
    dates = (
        select(ServiceRecord.activity_id, ServiceRecord.local_date)
        .where(conditions.confirmed(scope))
        .distinct()
        .subquery()
    )
    return (
        select(
            *_columns(
                kind="activity",
                amount=1,
                day=dates.c.local_date,
                code=Activity.code,
                title=Activity.title,
                place=Activity.area_id,
            )
        )
        .join_from(dates, Activity, Activity.id == dates.c.activity_id)
        .where(Activity.status.in_(OVER))
    )


def _records(amount: int | Expression[int], *more: ColumnElement[bool]) -> Callable[[Scope], Listing]:
    def listed(scope: Scope) -> Listing:
        return (
            select(
                *_columns(
                    kind="activity",
                    amount=amount,
                    day=ServiceRecord.local_date,
                    code=Activity.code,
                    title=Activity.title,
                    person=ServiceRecord.volunteer_id,
                    place=ServiceRecord.community_id,
                )
            )
            .join_from(ServiceRecord, Activity, Activity.id == ServiceRecord.activity_id)
            .where(conditions.credited(scope), *more)
        )

    return listed


def _persons(scope: Scope) -> Listing:
    person_id = aliases.person(ServiceRecord.volunteer_id).label("volunteer_id")
    people = (
        select(person_id, func.max(ServiceRecord.local_date).label("last_day"))
        .where(conditions.credited(scope))
        .group_by(person_id)
        .subquery()
    )
    return select(
        *_columns(
            kind="person",
            amount=1,
            day=people.c.last_day,
            person=people.c.volunteer_id,
            place=Volunteer.community_id,
        )
    ).join_from(people, Volunteer, Volunteer.id == people.c.volunteer_id)


def _beneficiaries(scope: Scope) -> Listing:
    return select(
        *_columns(
            kind="activity",
            amount=Activity.beneficiaries,
            at=Activity.start_at,
            code=Activity.code,
            title=Activity.title,
            place=Activity.area_id,
        )
    ).where(conditions.held(scope), conditions.standing_on_record(), Activity.beneficiaries > 0)


def _exchange_days(scope: Scope) -> Listing:
    return (
        select(
            *_columns(
                kind="session",
                amount=1,
                day=ExchangeDay.day,
                code=ExchangeDay.code,
                title=ExchangeDay.title,
                place=Station.area_id,
            )
        )
        .join_from(ExchangeDay, Station, Station.id == ExchangeDay.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(conditions.in_place(scope), conditions.closed_exchange_days(scope))
    )


def _visits(scope: Scope) -> Listing:
    visits = (
        select(
            *conditions.visit(),
            Redemption.station_id,
            func.min(Redemption.code).label("code"),
            func.min(Redemption.fulfilled_at).label("at"),
        )
        .join_from(Redemption, Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(conditions.exchanged(scope), conditions.kept(scope))
        .group_by(*conditions.visit(), Redemption.station_id)
        .subquery()
    )
    return select(
        *_columns(
            kind="redemption",
            amount=1,
            at=visits.c.at,
            code=visits.c.code,
            title=Station.name,
            person=visits.c.redeemer_id,
            place=Station.area_id,
        )
    ).join_from(visits, Station, Station.id == visits.c.station_id)


def _exchanged(scope: Scope, *, by_line: bool) -> Listing:
    """A row for what was handed over, and one for each time that something of it came back."""
    return _union(listed(scope, by_line=by_line) for listed in (_hand_overs, _came_back))


def _hand_overs(scope: Scope, *, by_line: bool) -> Listing:
    listed = (
        select(
            *_columns(
                kind="redemption",
                amount=RedemptionLine.qty if by_line else Redemption.total_points,
                at=Redemption.fulfilled_at,
                code=Redemption.code,
                title=GoodsItem.name if by_line else Station.name,
                person=Redemption.redeemer_id,
                place=Station.area_id,
            )
        )
        .join_from(Redemption, Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(conditions.exchanged(scope), conditions.handed_over(scope))
    )
    if by_line:
        listed = listed.join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        listed = listed.join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
    return listed


def _came_back(scope: Scope, *, by_line: bool) -> Listing:
    each = GoodsReturn.qty if by_line else func.sum(GoodsReturn.qty * RedemptionLine.price)
    listed = (
        select(
            *_columns(
                kind="redemption",
                amount=-each,
                at=GoodsReturn.created_at,
                code=Redemption.code,
                title=GoodsItem.name if by_line else Station.name,
                person=Redemption.redeemer_id,
                place=Station.area_id,
            )
        )
        .join_from(GoodsReturn, RedemptionLine, RedemptionLine.id == GoodsReturn.line_id)
        .join(Redemption, Redemption.id == GoodsReturn.redemption_id)
        .join(Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(conditions.exchanged(scope), conditions.returned(scope))
    )
    if by_line:
        return listed.join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
    return listed.group_by(
        GoodsReturn.number,
        GoodsReturn.created_at,
        Redemption.id,
        Redemption.code,
        Redemption.redeemer_id,
        Station.name,
        Station.area_id,
    )


def _bookings(figure: str) -> Callable[[Scope], Listing]:
    def listed(scope: Scope) -> Listing:
        return (
            select(
                *_columns(
                    kind="purpose",
                    amount=conditions.booked_points(figure),
                    at=Transfer.created_at,
                    code=Transfer.reference,
                    title=Transfer.purpose,
                    person=PointAccount.volunteer_id,
                    place=Volunteer.community_id,
                )
            )
            .join_from(Transfer, PointAccount, PointAccount.id == Transfer.volunteer_account_id)
            .join(Volunteer, Volunteer.id == PointAccount.volunteer_id)
            .where(conditions.at_home(scope), conditions.booked(figure, scope))
        )

    return listed


def _balances(scope: Scope) -> Listing:
    """What each person has, less what came after the range; a balance stands and has no day of its own."""
    came_after = conditions.came_after(scope)
    held = PointAccount.balance + PointAccount.held - func.coalesce(came_after.c.points, 0)
    return (
        select(*_columns(kind="person", amount=held, person=PointAccount.volunteer_id, place=Volunteer.community_id))
        .join_from(PointAccount, Volunteer, Volunteer.id == PointAccount.volunteer_id)
        .outerjoin(came_after, came_after.c.account == PointAccount.id)
        .where(conditions.at_home(scope), held != 0)
    )


def _teams(scope: Scope) -> Listing:
    return (
        select(
            *_columns(kind="team", amount=1, day=Team.founded_on, code=Team.code, title=Team.name, place=Team.area_id)
        )
        .join_from(Team, Area, Area.id == Team.area_id)
        .where(conditions.active_teams(scope))
    )


def _stations(scope: Scope) -> Listing:
    return (
        select(*_columns(kind="station", amount=1, code=Station.code, title=Station.name, place=Station.area_id))
        .join_from(Station, Area, Area.id == Station.area_id)
        .where(conditions.open_stations(scope))
    )


def _volunteers(scope: Scope) -> Listing:
    return select(
        *_columns(kind="person", amount=1, at=Volunteer.created_at, person=Volunteer.id, place=Volunteer.community_id)
    ).where(conditions.registered(scope))


def _union(parts: Iterable[Listing]) -> Listing:
    first, second = parts
    return select(first.union_all(second).subquery())


ROWS: Mapping[str, Callable[[Scope], Listing]] = MappingProxyType(
    {
        "occasions": _occasions,
        "person_times": _records(1),
        "persons": _persons,
        "minutes": _records(ServiceRecord.minutes_credited),
        "beneficiaries": _beneficiaries,
        "c_records": _records(1, ServiceRecord.assurance == Assurance.C),
        "makeups": _records(1, ServiceRecord.source.in_(MADE_UP)),
        "sessions": _exchange_days,
        "redemptions": _visits,
        "items": lambda scope: _exchanged(scope, by_line=True),
        "points_redeemed": lambda scope: _exchanged(scope, by_line=False),
        "balance_before": lambda scope: _balances(scope.before()),
        **{figure: _bookings(figure) for figure in conditions.BOOKED},
        "balance_open": _balances,
        "teams": _teams,
        "stations": _stations,
        "volunteers": _volunteers,
    }
)
assert ROWS.keys() == DEFINITIONS.keys(), "a figure that opens to nothing"
