"""Which rows a figure counts: said once, for the figure and for the list that it opens to.

Down to the community service counts where it was given, and goods where the station stands. No activity and no station
belongs to a 片, 组 or 邻, so below the community both count where those live who served and who exchanged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from sqlalchemy import ColumnElement, Subquery, and_, case, false, func, select
from sqlalchemy import SQLColumnExpression as Expression
from sqlalchemy.orm import aliased

from points.exchange.redemption.tables import GoodsReturn
from points.exchange.tables import ExchangeDay, Redemption
from points.foundation import clock
from points.ledger.statuses import Purpose
from points.ledger.tables import Transfer
from points.people.tables import Team, Volunteer
from points.places.tables import TYPES, Area, Station
from points.service.statuses import OVER, RecordStatus
from points.service.tables import Activity, ActivityCategory, ServiceRecord

# --- what there is


@dataclass(frozen=True)
class Scope:
    """The area at `path` and all below it, from one date to another, both included; service of one `category` only.

    `residents`: the area lies below a community, so that service and exchanges are those of who lives there.
    """

    path: str
    date_from: date | None = None
    date_to: date | None = None
    category: str | None = None
    residents: bool = False

    def until(self) -> "Scope":
        """The same with everything that was before."""
        return replace(self, date_from=None)

    def before(self) -> "Scope":
        """All that was before its first date; nothing, where it has none."""
        last = date.min if self.date_from is None else self.date_from - timedelta(days=1)
        return replace(self, date_from=None, date_to=last)


BELOW_COMMUNITIES = TYPES[TYPES.index("community") + 1 :]

# --- what can be asked


def scope(
    area: Area | None, date_from: date | None = None, date_to: date | None = None, category: str | None = None
) -> Scope:
    """The scope of an area; of everything without one."""
    if area is None:
        return Scope("/", date_from, date_to, category)
    return Scope(area.path, date_from, date_to, category, residents=area.type in BELOW_COMMUNITIES)


def confirmed(scope: Scope) -> ColumnElement[bool]:
    """Latest confirmed records of activities: one row for each (volunteer, activity, date)."""
    return and_(
        ServiceRecord.latest,
        ServiceRecord.status == RecordStatus.CONFIRMED,
        ServiceRecord.activity_id.is_not(None),
        _served(scope),
        *_of_category(scope, ServiceRecord.category_id),
        *between(ServiceRecord.local_date, scope),
    )


def credited(scope: Scope) -> ColumnElement[bool]:
    """Those of them with minutes."""
    return and_(confirmed(scope), ServiceRecord.minutes_credited > 0)


def held(scope: Scope) -> ColumnElement[bool]:
    """Activities ended or later, by local start date."""
    return and_(
        Activity.status.in_(OVER),
        Activity.area_path.startswith(scope.path, autoescape=True),
        *_of_category(scope, Activity.category_id),
        *within(Activity.start_at, scope),
    )


def standing_on_record() -> ColumnElement[bool]:
    """That at least one record of the activity is confirmed."""
    return (
        select(ServiceRecord.id)
        .where(
            ServiceRecord.activity_id == Activity.id,
            ServiceRecord.latest,
            ServiceRecord.status == RecordStatus.CONFIRMED,
        )
        .exists()
    )


def handed_over(scope: Scope) -> ColumnElement[bool]:
    """Hand-overs on the day they happened, also those returned later, so that a closed month never changes."""
    return and_(Redemption.status.in_(("fulfilled", "returned")), *within(Redemption.fulfilled_at, scope))


def returned(scope: Scope) -> ColumnElement[bool]:
    """Returns on the day they happened; `GoodsReturn` is joined."""
    return and_(GoodsReturn.qty > 0, *within(GoodsReturn.created_at, scope))


def kept(scope: Scope) -> ColumnElement[bool]:
    """Hand-overs of which something was not returned."""
    return and_(Redemption.status == "fulfilled", *within(Redemption.fulfilled_at, scope))


def visit() -> tuple[Expression[object], ...]:
    """What makes a visit one: the redeemer with the session, or with the station's date at the counter."""
    at_counter = Redemption.session_id.is_(None)
    return (
        Redemption.redeemer_id,
        Redemption.session_id,
        case((at_counter, Redemption.station_id)).label("counter"),
        case((at_counter, Redemption.day)).label("counter_day"),
    )


def closed_exchange_days(scope: Scope) -> ColumnElement[bool]:
    """Closed exchange sessions at which something was handed over and kept."""
    return and_(
        ExchangeDay.status == "closed",
        *between(ExchangeDay.day, scope),
        select(Redemption.id).where(Redemption.session_id == ExchangeDay.id, Redemption.status == "fulfilled").exists(),
    )


def in_place(scope: Scope) -> ColumnElement[bool]:
    """What stands at an area of the scope; `Area` is joined."""
    return Area.path.startswith(scope.path, autoescape=True)


def exchanged(scope: Scope) -> ColumnElement[bool]:
    """Redemptions that count there; `Area`, where the station stands, is joined."""
    if not scope.residents:
        return in_place(scope)
    person = aliased(Volunteer)
    there = select(person.id).where(person.area_path.startswith(scope.path, autoescape=True))
    return Redemption.redeemer_id.in_(there)


def at_home(scope: Scope) -> ColumnElement[bool]:
    """Volunteers who live in the scope."""
    return Volunteer.area_path.startswith(scope.path, autoescape=True)


def changed_balance() -> ColumnElement[int]:
    """What a transfer adds to or takes from its volunteer, those reserved points included that are still theirs."""
    return case(
        (Transfer.purpose.in_(("earn", "opening", "return")), Transfer.points),
        (Transfer.purpose.in_(("reverse", "expire", "spend")), -Transfer.points),
        (
            Transfer.purpose == "adjust",
            case((Transfer.target_id == Transfer.volunteer_account_id, Transfer.points), else_=-Transfer.points),
        ),
        else_=0,  # reserve and release stay the volunteer's own
    )


BOOKED: Mapping[str, tuple[tuple[Purpose, ...], int]] = MappingProxyType(
    {
        "points_issued": ((Purpose.EARN, Purpose.REVERSE), 1),
        "points_brought": ((Purpose.OPENING,), 1),
        "points_adjusted": ((Purpose.ADJUST,), 1),
        "points_spent": ((Purpose.SPEND, Purpose.RETURN), -1),
        "points_expired": ((Purpose.EXPIRE,), -1),
    }
)
"""The purposes whose transfers make a figure, and whether it counts what they add to (1) or take from (-1) people.

With `balance_before` they make `balance_open`: every purpose that changes what people have stands in one of them.
"""


def booked(figure: str, scope: Scope) -> ColumnElement[bool]:
    """The transfers of a figure of `BOOKED`."""
    purposes, _ = BOOKED[figure]
    return and_(Transfer.purpose.in_(purposes), *within(Transfer.created_at, scope))


def booked_points(figure: str) -> ColumnElement[int]:
    """What a transfer counts in a figure of `BOOKED`."""
    return changed_balance() * BOOKED[figure][1]


def active_teams(scope: Scope) -> ColumnElement[bool]:
    """Teams there are at the end."""
    return and_(in_place(scope), Team.status == "active", *within(Team.created_at, scope.until()))


def open_stations(scope: Scope) -> ColumnElement[bool]:
    """Stations there are at the end."""
    return and_(in_place(scope), Station.status != "closed", *within(Station.created_at, scope.until()))


def registered(scope: Scope) -> ColumnElement[bool]:
    """Volunteers there are at the end."""
    return and_(
        at_home(scope),
        Volunteer.status.in_(("active", "suspended")),
        *within(Volunteer.created_at, scope.until()),
    )


def between(column: Expression[date], scope: Scope) -> list[ColumnElement[bool]]:
    """`column`, a business date, within the dates of the scope."""
    conditions: list[ColumnElement[bool]] = []
    if scope.date_from is not None:
        conditions.append(column >= scope.date_from)
    if scope.date_to is not None:
        conditions.append(column <= scope.date_to)
    return conditions


def within(column: Expression[datetime] | Expression[datetime | None], scope: Scope) -> list[ColumnElement[bool]]:
    """`column`, a time, within the business dates of the scope."""
    conditions: list[ColumnElement[bool]] = []
    if scope.date_from is not None:
        conditions.append(column >= clock.at_local(scope.date_from))
    if scope.date_to is not None:
        conditions.append(column < clock.at_local(scope.date_to + timedelta(days=1)))
    return conditions


def came_after(scope: Scope) -> Subquery:
    """By `account`, the `points` by which its balance changed after the dates of the scope."""
    account = Transfer.volunteer_account_id + 0  # grouped by the bare column, SQLite would walk its whole index
    end = scope.date_to
    later = false() if end is None else Transfer.created_at >= clock.at_local(end + timedelta(days=1))
    changed = select(account.label("account"), func.sum(changed_balance()).label("points"))
    return changed.where(later).group_by(account).subquery()


def _served(scope: Scope) -> ColumnElement[bool]:
    if not scope.residents:
        return ServiceRecord.area_path.startswith(scope.path, autoescape=True)
    home = aliased(Area)
    there = select(home.id).where(home.path.startswith(scope.path, autoescape=True))
    return ServiceRecord.neighbour_group_id.in_(there)


def _of_category(scope: Scope, column: Expression[int]) -> list[ColumnElement[bool]]:
    if scope.category is None:
        return []
    return [column == select(ActivityCategory.id).where(ActivityCategory.code == scope.category).scalar_subquery()]
