"""What an exchange reads: who and where with the accounts that pay, then what is asked for with the batches it is in.

Two statements, and both lock what they read of: the accounts, then the stock and the open exchange day (design §2).
What a person has used up this month is found from the person: found from the item, it read every exchange of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Executable, bindparam, exists, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from points import ledger
from points.access.tables import Account, StaffPerson
from points.exchange import goods, stock
from points.exchange.naming import as_shown
from points.exchange.redemption import rules
from points.exchange.redemption.rules import Basket, Redeemer
from points.exchange.statuses import COUNTED, ExchangeDayStatus, GoodsKind, GoodsStatus, RedemptionStatus
from points.exchange.tables import ExchangeDay, GoodsItem, Redemption, RedemptionLine
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import ListedRow
from points.foundation.statements import run
from points.ledger.tables import PointAccount
from points.people import aliases, households, persons, served
from points.people.tables import HouseholdMember, Volunteer
from points.places.tables import Area, Station
from points.rewards import rulesets

# --- what there is


class OpenDay(NamedTuple):
    """The exchange day that is open at a station; `max_points_pp` 0 means no limit a person."""

    id: int
    code: str
    max_points_pp: int


@dataclass(frozen=True, slots=True)
class Scene:
    """Who exchanges where."""

    redeemer: Redeemer
    here: stock.Place
    exchange_day: OpenDay | None


@dataclass(frozen=True, slots=True)
class Article:
    """An item that is asked for, at the `price` of the day (None: it has none yet); `used` of it this month."""

    id: int
    code: str
    name: str
    spec: str
    kind: GoodsKind
    status: GoodsStatus
    street_id: int
    limit_pp_month: int
    min_age: int
    merchant_id: int | None
    price: int | None
    used: int

    @property
    def shown(self) -> str:
        return as_shown(self.name, self.spec)


@dataclass(frozen=True, slots=True)
class Offered:
    """What is asked for, under the locks: the items by code, their open batches here, and what else decides.

    `earlier_id` is the redemption that has the key already, `used_that_day` the points used in the open exchange day.
    """

    articles: Mapping[str, Article] = field(default_factory=dict)
    batches: Sequence[stock.OpenBatch] = ()
    earlier_id: int | None = None
    rule_version: str = ""
    used_that_day: int = 0


# --- what happens


def look_and_lock(
    session: Session, basket: Basket, *, by: Actor, second: Actor | None, at: datetime
) -> tuple[Scene, list[ledger.AccountState]]:
    """Who and where, and the locked accounts whose points may be spent, the redeemer's own first (P13). Raises NoSuch.

    One statement, for who has an account.
    """
    asked = _asked(basket.volunteer, basket.station, by, second)
    rows = run(session, _LOOK_AND_LOCK, asked).all()
    if all(row.account_volunteer_id != row.redeemer_id for row in rows):
        scene = look(session, volunteer=basket.volunteer, station=basket.station, by=by, second=second)
        ledger.lock_accounts(session, volunteer_ids=[scene.redeemer.id], at=at)  # opens the one that is missing
        rows = run(session, _LOOK_AND_LOCK, asked).all()
    scene = _scene(rows[0])
    states = [ledger.state_of(row) for row in rows]
    return scene, sorted(states, key=lambda one: (one.volunteer_id != scene.redeemer.id, one.volunteer_id))


def lock_offer(session: Session, scene: Scene, *, wanted: Mapping[str, int], key: str, day: date) -> Offered:
    """The items asked for with their batches at the station, which are locked, and the open exchange day, held open.

    One statement. Raises ExchangeDayNotOpen when the exchange day was closed since the scene was read.
    """
    first = day.replace(day=1)
    rows = run(
        session,
        _OFFER,
        {
            "items": list(wanted),
            "station": scene.here.id,
            "key": key,
            "day": day,
            "redeemer": scene.redeemer.id,
            "month_start": first,
            "month_end": (first + timedelta(days=31)).replace(day=1),
            "exchange_day": scene.exchange_day.id if scene.exchange_day else None,
        },
    ).all()
    if not rows:
        return Offered(earlier_id=run(session, _EARLIER_ID, {"key": key}).scalar())
    if scene.exchange_day is not None and not rows[0].day_is_open:
        raise rules.ExchangeDayNotOpen(session=scene.exchange_day.code)
    return Offered(
        articles={row.code: Article(*row[:12]) for row in rows},
        batches=[stock.OpenBatch(*row[12:16]) for row in rows if row.batch_id is not None],
        earlier_id=rows[0].earlier_id,
        rule_version=rows[0].rule_version or "",
        used_that_day=int(rows[0].used_that_day),
    )


# --- what can be asked


def look(session: Session, *, volunteer: str, station: str, by: Actor, second: Actor | None) -> Scene:
    """Read who and where, in one statement. Raises NoSuch."""
    row = run(session, _LOOK, _asked(volunteer, station, by, second)).one_or_none()
    if row is None:
        stock.place(session, station)
        raise NoSuch(kind=N_("volunteer"), key=volunteer)
    return _scene(row)


def refuse_over_exchange_day(session: Session, scene: Scene, *, wanted: int) -> None:
    """Refuse a hand-over of reserved goods that passes the open session's limit; holds the session open till then.

    Raises OverExchangeDayLimit, ExchangeDayNotOpen.
    """
    if scene.exchange_day is None:
        return
    used = session.scalar(_USED_THAT_DAY_HELD, {"exchange_day": scene.exchange_day.id, "redeemer": scene.redeemer.id})
    if used is None:
        raise rules.ExchangeDayNotOpen(session=scene.exchange_day.code)
    refuse_past_limit(scene.exchange_day, used=int(used), wanted=wanted)


def refuse_past_limit(day: OpenDay | None, *, used: int, wanted: int) -> None:
    """Refuse what passes the open exchange day's limit a person. Raises OverExchangeDayLimit."""
    if day is not None and day.max_points_pp and used + wanted > day.max_points_pp:
        raise rules.OverExchangeDayLimit(
            session=day.code,
            limit=day.max_points_pp,
            used=used,
            wanted=wanted,
            left=max(day.max_points_pp - used, 0),
        )


_CLERK = aliased(Volunteer)


def _lives_here(name: str) -> ColumnElement[bool]:
    """Whether the volunteer given as `name` belongs to the redeemer's household."""
    other = aliased(HouseholdMember)
    return (
        select(literal(1))
        .where(
            other.household_id == HouseholdMember.household_id,
            other.left_at.is_(None),
            other.volunteer_id == bindparam(name),
        )
        .correlate(HouseholdMember)
        .exists()
    )


_LOOK = (
    select(
        Volunteer.id.label("redeemer_id"),
        Volunteer.code,
        Volunteer.status,
        Volunteer.birth_date,
        HouseholdMember.household_id,
        _lives_here("clerk"),
        _lives_here("second"),
        select(Account.name).where(Account.id == bindparam("account")).scalar_subquery(),
        select(_CLERK.name).where(_CLERK.id == bindparam("clerk")).scalar_subquery(),
        exists()
        .where(
            StaffPerson.phone == Volunteer.phone,
            StaffPerson.id == Account.person_id,
            Account.id.in_((bindparam("account"), bindparam("second_account"))),
        )
        .correlate(Volunteer),
        served.is_served(Area),
        Volunteer.points_until,
        Station.id,
        Station.code,
        Station.number,
        Station.name,
        Station.status,
        Area.path,
        ExchangeDay.id.label("exchange_day_id"),
        ExchangeDay.code,
        ExchangeDay.max_points_pp,
    )
    .select_from(Volunteer)
    .join(Station, Station.code == bindparam("station"))
    .join(Area, Area.id == Station.area_id)
    .outerjoin(HouseholdMember, (HouseholdMember.volunteer_id == Volunteer.id) & HouseholdMember.left_at.is_(None))
    .outerjoin(ExchangeDay, (ExchangeDay.station_id == Station.id) & (ExchangeDay.status == ExchangeDayStatus.OPEN))
    .where(persons.called(bindparam("volunteer")))
)
_WHO = persons.id_of(bindparam("volunteer"))
_LOOK_AND_LOCK = ledger.with_accounts(
    _LOOK, PointAccount.volunteer_id.in_(union_all(select(_WHO), households.pooling_with(_WHO)))
)
_MINE = aliases.of_person(Redemption.redeemer_id, bindparam("redeemer"))
_USED = (
    select(RedemptionLine.item_id, func.sum(RedemptionLine.qty - RedemptionLine.qty_returned).label("qty"))
    .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
    .where(
        _MINE,
        Redemption.status.in_(COUNTED),
        Redemption.day >= bindparam("month_start"),
        Redemption.day < bindparam("month_end"),
    )
    .group_by(RedemptionLine.item_id)
    .cte("used")
)
_USED_THAT_DAY = (
    select(func.coalesce(func.sum(Redemption.total_points - Redemption.points_returned), 0))
    .where(_MINE, Redemption.session_id == bindparam("exchange_day"), Redemption.status == RedemptionStatus.FULFILLED)
    .scalar_subquery()
)
# FOR KEY SHARE on the open day: its close, which takes FOR UPDATE, waits for this hand-over, and after a close that was
# faster the condition is looked at again and no row comes back
_OPEN_DAY = (
    select(ExchangeDay.id)
    .where(ExchangeDay.id == bindparam("exchange_day"), ExchangeDay.status == ExchangeDayStatus.OPEN)
    .with_for_update(read=True, key_share=True)
)
_USED_THAT_DAY_HELD = _OPEN_DAY.with_only_columns(_USED_THAT_DAY)
_EARLIER_ID = select(Redemption.id).where(Redemption.client_token == bindparam("key"))
_ASKED_FOR = GoodsItem.code.in_(bindparam("items", expanding=True))
_BATCH = stock.locking(select(GoodsItem.id).where(_ASKED_FOR)).cte("batch")
_OFFER: Executable = (
    select(
        GoodsItem.id,
        GoodsItem.code,
        GoodsItem.name,
        GoodsItem.spec,
        GoodsItem.kind,
        GoodsItem.status,
        GoodsItem.street_id,
        GoodsItem.limit_pp_month,
        GoodsItem.min_age,
        GoodsItem.merchant_id,
        goods.price_of_day(bindparam("day")).label("price"),
        func.coalesce(_USED.c.qty, 0).label("used"),
        _BATCH.c.id.label("batch_id"),
        _BATCH.c.item_id,
        _BATCH.c.free,
        _BATCH.c.best_before,
        _EARLIER_ID.scalar_subquery().label("earlier_id"),
        rulesets.version_of_day(GoodsItem.street_id, bindparam("day")).label("rule_version"),
        select(func.count()).select_from(_OPEN_DAY.cte("open_day")).scalar_subquery().label("day_is_open"),
        _USED_THAT_DAY.label("used_that_day"),
    )
    .outerjoin(_BATCH, _BATCH.c.item_id == GoodsItem.id)
    .outerjoin(_USED, _USED.c.item_id == GoodsItem.id)
    .where(_ASKED_FOR)
    .order_by(GoodsItem.code, _BATCH.c.id)
)


def _asked(volunteer: str, station: str, by: Actor, second: Actor | None) -> dict[str, object]:
    return {
        "volunteer": volunteer,
        "station": station,
        "account": by.account_id,
        "clerk": by.oneself,
        "second": second.oneself if second else None,
        "second_account": second.account_id if second else None,
    }


def _scene(row: ListedRow) -> Scene:
    return Scene(
        redeemer=Redeemer._make(row[:12]),
        here=stock.Place._make(row[12:18]),
        exchange_day=OpenDay._make(row[18:21]) if row.exchange_day_id is not None else None,
    )
