"""Every figure opens to its rows: one statement that lists exactly what was counted, each with its part of the figure.

The sum of the rows' amounts is the figure; a test holds this for every one of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import Date, Integer, Select, String, Subquery, case, cast, func, literal, null, select
from sqlalchemy.orm import Session

from points.exchange.tables import ExchangeDay, GoodsItem, Redemption, RedemptionLine
from points.foundation import clock, masking
from points.foundation.actors import Actor
from points.foundation.errors import N_, NotFound
from points.ledger.tables import PointAccount, Transfer
from points.people import aliases
from points.people.tables import Team, Volunteer
from points.places.tables import Area, Station
from points.reports.figures import conditions, reaching
from points.reports.figures.conditions import Scope
from points.reports.figures.definitions import DEFINITIONS
from points.service.tables import Activity, ServiceRecord

ADULT = 18

# --- what there is


@dataclass(frozen=True)
class Which:
    """Of which area and days a figure is opened; `category` narrows those of service."""

    area: str
    date_from: date | None = None
    date_to: date | None = None
    category: str | None = None


@dataclass(frozen=True)
class Row:
    """One row of a figure: `amount` is its part. `title` says what it was; `kind` what `code` names, if anything.

    `person` and `person_code` are as this reader may see them; empty where a row is nobody's.
    """

    day: date | None
    kind: str
    code: str
    title: str
    person: str
    person_code: str
    place: str
    amount: int


@dataclass(frozen=True)
class Page:
    """Some rows of a figure, how many there are in all, and their sum, which is the figure."""

    rows: tuple[Row, ...]
    count: int
    total: int


# --- what is refused


@dataclass(eq=False)
class NoSuchFigure(NotFound):
    """No figure has this name."""

    code = "no-such-figure"
    title = N_("There is no such figure")
    detail = N_("No figure is called “%(figure)s”.")
    next_step = N_("Open it from the list of figures.")
    figure: str


# --- what can be asked


def rows(session: Session, *, figure: str, which: Which, by: Actor, offset: int = 0, limit: int | None = 50) -> Page:
    """The rows of a figure of the area and all below it, the latest first, named as `by` may see them.

    Names are masked for whoever may not see the residents of that place, and those of minors always.
    Raises NoSuchFigure, and NoSuch for an area out of reach.
    """
    if figure not in _ROWS:
        raise NoSuchFigure(figure=figure)
    path = reaching.seen(session, which.area, by=by).path
    found = openable(figure, Scope(path, which.date_from, which.date_to, which.category))
    count, total = session.execute(select(func.count(), func.coalesce(func.sum(found.c.amount), 0))).one()
    person = Volunteer.__table__
    listed = session.execute(
        select(
            found,
            Area.name.label("place"),
            person.c.name,
            person.c.code.label("person_code"),
            person.c.birth_date,
            person.c.area_path,
        )
        .outerjoin(person, person.c.id == found.c.volunteer_id)
        .outerjoin(Area, Area.id == found.c.area_id)
        .order_by(found.c.day.desc(), found.c.at.desc(), found.c.code.desc(), found.c.volunteer_id.desc())
        .offset(offset)
        .limit(limit)
    )
    return Page(tuple(_row(one, by) for one in listed), int(count), int(total))


def openable(figure: str, scope: Scope) -> Subquery:
    """The rows of a figure as a subquery: day or at, kind, code, title, volunteer_id, area_id and amount."""
    return _ROWS[figure](scope).subquery("counted")


def _row(one: Any, by: Actor) -> Row:
    day = one.day if one.day is not None else clock.local_date(one.at) if one.at is not None else None
    name, code = "", ""
    if one.person_code is not None:
        name, code = one.name, one.person_code
        minor = one.birth_date is not None and masking.age_on(one.birth_date, day or date.max) < ADULT
        if by.role_for("volunteer.see", area_path=one.area_path) is None:
            name, code = masking.mask_name(name), masking.mask_code(code)
        if minor:
            name = masking.mask_minor(one.person_code)
    return Row(day, one.kind, one.code or "", one.title, name, code, one.place or "", int(one.amount))


def _columns(
    *, kind: str, amount: Any, day: Any = None, at: Any = None, code: Any = None, title: Any = "", person: Any = None,
    place: Any = None
) -> list[Any]:  # fmt: skip
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


def _occasions(scope: Scope) -> Select[Any]:
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
        .where(Activity.status.in_(conditions.ENDED))
    )


def _records(amount: Any, *more: Any) -> Callable[[Scope], Select[Any]]:
    def listed(scope: Scope) -> Select[Any]:
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


def _persons(scope: Scope) -> Select[Any]:
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


def _beneficiaries(scope: Scope) -> Select[Any]:
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


def _sessions(scope: Scope) -> Select[Any]:
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
        .where(conditions.in_place(scope), conditions.closed_sessions(scope))
    )


def _visits(scope: Scope) -> Select[Any]:
    visits = (
        select(
            *conditions.visit(),
            Redemption.station_id,
            func.min(Redemption.code).label("code"),
            func.min(Redemption.fulfilled_at).label("at"),
        )
        .join_from(Redemption, Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(conditions.in_place(scope), conditions.kept(scope))
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


def _exchanged(scope: Scope, *, by_line: bool) -> Select[Any]:
    """A row for what was handed over, and one for what came back."""
    return _union(
        _hand_overs(at, condition(scope), scope, sign=sign, by_line=by_line)
        for at, condition, sign in (
            (Redemption.fulfilled_at, conditions.handed_over, 1),
            (Redemption.ended_at, conditions.returned, -1),
        )
    )


def _hand_overs(at: Any, condition: Any, scope: Scope, *, sign: int, by_line: bool) -> Select[Any]:
    listed = (
        select(
            *_columns(
                kind="redemption",
                amount=RedemptionLine.qty * sign if by_line else Redemption.total_points * sign,
                at=at,
                code=Redemption.code,
                title=GoodsItem.name if by_line else Station.name,
                person=Redemption.redeemer_id,
                place=Station.area_id,
            )
        )
        .join_from(Redemption, Station, Station.id == Redemption.station_id)
        .join(Area, Area.id == Station.area_id)
        .where(conditions.in_place(scope), condition)
    )
    if by_line:
        listed = listed.join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        listed = listed.join(GoodsItem, GoodsItem.id == RedemptionLine.item_id)
    return listed


def _bookings(condition: Callable[[Scope], Any], amount: Any) -> Callable[[Scope], Select[Any]]:
    def listed(scope: Scope) -> Select[Any]:
        return (
            select(
                *_columns(
                    kind="purpose",
                    amount=amount,
                    at=Transfer.created_at,
                    code=Transfer.reference,
                    title=Transfer.purpose,
                    person=PointAccount.volunteer_id,
                    place=Volunteer.community_id,
                )
            )
            .join_from(Transfer, PointAccount, PointAccount.id == Transfer.volunteer_account_id)
            .join(Volunteer, Volunteer.id == PointAccount.volunteer_id)
            .where(conditions.at_home(scope), condition(scope))
        )

    return listed


def _balances(scope: Scope) -> Select[Any]:
    """What each person has, less what came after the range; a balance stands and has no day of its own."""
    came_after = conditions.came_after(scope)
    held = PointAccount.balance + PointAccount.held - func.coalesce(came_after.c.points, 0)
    return (
        select(*_columns(kind="person", amount=held, person=PointAccount.volunteer_id, place=Volunteer.community_id))
        .join_from(PointAccount, Volunteer, Volunteer.id == PointAccount.volunteer_id)
        .outerjoin(came_after, came_after.c.account == PointAccount.id)
        .where(conditions.at_home(scope), held != 0)
    )


def _teams(scope: Scope) -> Select[Any]:
    return (
        select(
            *_columns(kind="team", amount=1, day=Team.founded_on, code=Team.code, title=Team.name, place=Team.area_id)
        )
        .join_from(Team, Area, Area.id == Team.area_id)
        .where(conditions.active_teams(scope))
    )


def _stations(scope: Scope) -> Select[Any]:
    return (
        select(*_columns(kind="station", amount=1, code=Station.code, title=Station.name, place=Station.area_id))
        .join_from(Station, Area, Area.id == Station.area_id)
        .where(conditions.open_stations(scope))
    )


def _volunteers(scope: Scope) -> Select[Any]:
    return select(
        *_columns(kind="person", amount=1, at=Volunteer.created_at, person=Volunteer.id, place=Volunteer.community_id)
    ).where(conditions.registered(scope))


def _union(parts: Any) -> Select[Any]:
    first, second = parts
    return select(first.union_all(second).subquery())


_SIGNED = case((Transfer.purpose == "earn", Transfer.points), else_=-Transfer.points)
_ROWS: Mapping[str, Callable[[Scope], Select[Any]]] = MappingProxyType(
    {
        "occasions": _occasions,
        "person_times": _records(1),
        "persons": _persons,
        "minutes": _records(ServiceRecord.minutes_credited),
        "beneficiaries": _beneficiaries,
        "c_records": _records(1, ServiceRecord.assurance == "C"),
        "makeups": _records(1, ServiceRecord.source.in_(conditions.MADE_UP)),
        "sessions": _sessions,
        "redemptions": _visits,
        "items": lambda scope: _exchanged(scope, by_line=True),
        "points_issued": _bookings(conditions.issued, _SIGNED),
        "points_redeemed": lambda scope: _exchanged(scope, by_line=False),
        "points_expired": _bookings(conditions.expired, Transfer.points),
        "balance_open": _balances,
        "teams": _teams,
        "stations": _stations,
        "volunteers": _volunteers,
    }
)
assert _ROWS.keys() == DEFINITIONS.keys(), "a figure that opens to nothing"
