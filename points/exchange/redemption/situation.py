"""What an exchange reads: who and where before the lock, the offer and what is used up under it. One statement each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.orm import Session

from points import ledger
from points.access.tables import Account
from points.exchange import goods, stock
from points.exchange.redemption import rules
from points.exchange.redemption.rules import Redeemer
from points.exchange.statuses import COUNTED, ExchangeDayStatus, RedemptionStatus
from points.exchange.tables import ExchangeDay, GoodsItem, Redemption, RedemptionLine
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import table_of
from points.foundation.statements import run
from points.people import aliases, households, persons
from points.people.tables import HouseholdMember, Volunteer
from points.places.tables import Area, Station
from points.rewards import rulesets

# --- what there is


@dataclass(frozen=True, slots=True)
class Scene:
    """Who exchanges where, as read before anything is locked."""

    redeemer: Redeemer
    here: stock.Place
    exchange_day_id: int | None
    exchange_day: str
    max_points_pp: int


# --- what can be asked


def look(session: Session, *, volunteer: str, station: str, by: Actor, second: Actor | None) -> Scene:
    """Read who and where, in one statement, before anything is locked. Raises NoSuch."""
    row: Any = run(
        session,
        _LOOK,
        {
            "volunteer": volunteer,
            "station": station,
            "account": by.account_id,
            "clerk": by.volunteer_id,
            "second": second.volunteer_id if second else None,
        },
    ).one_or_none()
    if row is None:
        stock.place(session, station)
        raise NoSuch(kind=N_("volunteer"), key=volunteer)
    return Scene(
        redeemer=Redeemer(*row[:9]),
        here=stock.Place(*row[9:15]),
        exchange_day_id=row[15],
        exchange_day=row[16] or "",
        max_points_pp=row[17] or 0,
    )


def lock_accounts(session: Session, redeemer: Redeemer, *, at: datetime) -> list[ledger.AccountState]:
    """The locked accounts whose points may be spent, the redeemer's own first (P13)."""
    pool = [redeemer.id] if redeemer.household_id is None else households.pool(session, redeemer.id)
    states = ledger.lock_accounts(session, volunteer_ids=pool, at=at)
    return [states[volunteer_id] for volunteer_id in pool]


def read_offer(
    session: Session, scene: Scene, *, wanted: Mapping[str, int], key: str, day: date
) -> tuple[Redemption | None, Sequence[Any], int]:
    """The redemption that has the key already, the items asked for, and the points used in the open session."""
    first = day.replace(day=1)
    parameters = {
        "items": list(wanted),
        "key": key,
        "day": day,
        "redeemer": scene.redeemer.id,
        "month_start": first,
        "month_end": (first + timedelta(days=31)).replace(day=1),
    }
    if scene.exchange_day_id is None:
        rows = run(session, _OFFER, parameters).all()
        used = 0
    else:
        rows = run(session, _OFFER_IN_SESSION, {**parameters, "session": scene.exchange_day_id}).all()
        if not rows and run(session, _OFFER, parameters).all():
            raise rules.SessionNotOpen(session=scene.exchange_day)
        used = int(rows[0].session_used) if rows else 0
    earlier_id = rows[0].earlier_id if rows else run(session, _EARLIER_ID, {"key": key}).scalar()
    earlier = session.get_one(Redemption, earlier_id, populate_existing=True) if earlier_id else None
    return earlier, rows, used


def refuse_over_session(session: Session, scene: Scene, *, wanted: int) -> None:
    """Refuse a hand-over of reserved goods that passes the open session's limit; holds the session open till then.

    Raises OverSessionLimit, SessionNotOpen.
    """
    if scene.exchange_day_id is None:
        return
    used = session.scalar(_USED_IN_SESSION, {"session": scene.exchange_day_id, "redeemer": scene.redeemer.id})
    if used is None:
        raise rules.SessionNotOpen(session=scene.exchange_day)
    refuse_past_limit(scene, used=int(used), wanted=wanted)


def refuse_past_limit(scene: Scene, *, used: int, wanted: int) -> None:
    """Refuse what passes the open session's limit a person. Raises OverSessionLimit."""
    if scene.max_points_pp and used + wanted > scene.max_points_pp:
        raise rules.OverSessionLimit(
            session=scene.exchange_day,
            limit=scene.max_points_pp,
            used=used,
            wanted=wanted,
            left=max(scene.max_points_pp - used, 0),
        )


_MEMBER = table_of(HouseholdMember)
_CLERK = table_of(Volunteer).alias("clerk_person")
_LOOK = (
    select(
        Volunteer.id,
        Volunteer.code,
        Volunteer.status,
        Volunteer.birth_date,
        HouseholdMember.household_id,
        *(
            select(literal(1))
            .where(
                other.c.household_id == HouseholdMember.household_id,
                other.c.left_at.is_(None),
                other.c.volunteer_id == bindparam(name),
            )
            .correlate(HouseholdMember)
            .exists()
            for name, other in (("clerk", _MEMBER.alias("clerk_member")), ("second", _MEMBER.alias("second_member")))
        ),
        select(Account.name).where(Account.id == bindparam("account")).scalar_subquery(),
        select(_CLERK.c.name).where(_CLERK.c.id == bindparam("clerk")).scalar_subquery(),
        Station.id,
        Station.code,
        Station.number,
        Station.name,
        Station.status,
        Area.path,
        ExchangeDay.id,
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
_USED = (
    select(func.coalesce(func.sum(RedemptionLine.qty), 0))
    .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
    .where(
        RedemptionLine.item_id == GoodsItem.id,
        aliases.of_person(Redemption.redeemer_id, bindparam("redeemer")),
        Redemption.status.in_(COUNTED),
        Redemption.day >= bindparam("month_start"),
        Redemption.day < bindparam("month_end"),
    )
    .correlate(GoodsItem)
    .scalar_subquery()
)
_EARLIER_ID = select(Redemption.id).where(Redemption.client_token == bindparam("key"))
_OFFER = (
    select(
        GoodsItem.id,
        GoodsItem.code,
        GoodsItem.name,
        GoodsItem.kind,
        GoodsItem.status,
        GoodsItem.street_id,
        GoodsItem.limit_pp_month,
        GoodsItem.min_age,
        GoodsItem.merchant_id,
        goods.price_of_day(bindparam("day")).label("price"),
        _USED.label("used"),
        _EARLIER_ID.scalar_subquery().label("earlier_id"),
        rulesets.version_of_day(GoodsItem.street_id, bindparam("day")).label("rule_version"),
    )
    .where(GoodsItem.code.in_(bindparam("items", expanding=True)))
    .order_by(GoodsItem.code)
)
_SESSION_USED = (
    select(func.coalesce(func.sum(Redemption.total_points), 0))
    .where(
        aliases.of_person(Redemption.redeemer_id, bindparam("redeemer")),
        Redemption.session_id == bindparam("session"),
        Redemption.status == RedemptionStatus.FULFILLED,
    )
    .scalar_subquery()
)
# FOR KEY SHARE on the open session: its close, which takes FOR UPDATE, waits for this hand-over, and after a close
# that was faster the condition is looked at again and no row comes back
_OFFER_IN_SESSION = (
    _OFFER.add_columns(_SESSION_USED.label("session_used"))
    .join(
        ExchangeDay,
        (ExchangeDay.id == bindparam("session")) & (ExchangeDay.status == ExchangeDayStatus.OPEN),
    )
    .with_for_update(read=True, key_share=True, of=ExchangeDay)
)
_USED_IN_SESSION = (
    select(_SESSION_USED)
    .select_from(ExchangeDay)
    .where(ExchangeDay.id == bindparam("session"), ExchangeDay.status == ExchangeDayStatus.OPEN)
    .with_for_update(read=True, key_share=True, of=ExchangeDay)
)
