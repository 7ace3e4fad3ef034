"""What a person may have at a station now: of each item how many, and why not more.

Asked for before an exchange, which looks again under its locks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points import ledger
from points.exchange import goods
from points.exchange.goods import Offer
from points.exchange.redemption import rules, situation
from points.exchange.statuses import COUNTED, RedemptionStatus
from points.exchange.tables import GoodsItem, Redemption, RedemptionLine
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import Refusal
from points.foundation.masking import age_on
from points.people import households
from points.people.guardians import OF_AGE

# --- what there is

Why = Literal["", "none-left", "month-limit", "exchange-day-limit", "too-young", "points"]


@dataclass(frozen=True)
class Possible:
    """One item on offer: `used` this month, `most` that may be taken now; with none, `why_not`, `missing` points."""

    offer: Offer
    used: int
    most: int
    why_not: Why
    missing: int = 0

    @property
    def month_left(self) -> int | None:
        """How many the month's limit leaves; None without a limit."""
        return max(self.offer.limit_pp_month - self.used, 0) if self.offer.limit_pp_month else None


@dataclass(frozen=True)
class Allowance:
    """A person at a station: their own points, those of the household, and what they may have for them.

    `refusal` says why this clerk cannot serve them at all; `day_left` is None without a session's limit.
    """

    own: ledger.Balance
    pooled: int
    day_left: int | None
    minor: bool
    refusal: Refusal | None
    items: tuple[Possible, ...]

    @property
    def spendable(self) -> int:
        """What can be spent at most: their own points and the household's, within the session's limit."""
        have = self.own.spendable + self.pooled
        return have if self.day_left is None else min(have, self.day_left)


# --- what can be asked


def allowance(session: Session, *, volunteer: str, station: str, by: Actor, at: datetime) -> Allowance:
    """What this person may have from this clerk at this station now. Raises NoSuch."""
    day = clock.local_date(at)
    scene = situation.look(session, volunteer=volunteer, station=station, by=by, second=None)
    redeemer = scene.redeemer
    own = ledger.balance(session, redeemer.id, day=day)
    pool = [] if redeemer.household_id is None else households.pool(session, redeemer.id)
    pooled = ledger.spendable(session, [one for one in pool if one != redeemer.id], day=day) if pool else 0
    day_left = None
    if scene.exchange_day is not None and scene.exchange_day.max_points_pp:
        used_then = _used_in(session, redeemer.id, scene.exchange_day.id)
        day_left = max(scene.exchange_day.max_points_pp - used_then, 0)
    used = _used_in_month(session, redeemer.id, day)
    age = age_on(redeemer.birth_date, day)
    return Allowance(
        own=own,
        pooled=pooled,
        day_left=day_left,
        minor=age < OF_AGE,
        refusal=_refusal(session, scene, by, day=day),
        items=tuple(
            _possible(offer, used=used, age=age, have=own.spendable + pooled, day_left=day_left)
            for offer in goods.on_offer(session, station=station, day=day)
        ),
    )


def _possible(offer: Offer, *, used: Mapping[str, int], age: int, have: int, day_left: int | None) -> Possible:
    taken = used.get(offer.code, 0)
    bounds: list[tuple[int, Why]] = [(offer.left, "none-left")]
    if offer.min_age > age:
        bounds.append((0, "too-young"))
    if offer.limit_pp_month:
        bounds.append((max(offer.limit_pp_month - taken, 0), "month-limit"))
    bounds.append((have // offer.price, "points"))
    if day_left is not None:
        bounds.append((day_left // offer.price, "exchange-day-limit"))
    most = min(bound for bound, _ in bounds)
    why: Why = "" if most else next(why for bound, why in bounds if not bound)
    return Possible(offer, taken, most, why, missing=offer.price - have if why == "points" else 0)


def _refusal(session: Session, scene: situation.Scene, by: Actor, *, day: date) -> Refusal | None:
    try:
        rules.refuse_inactive(scene.redeemer, day=day)
        rules.refuse_stranger(session, scene.redeemer, here=scene.here)
        rules.refuse_self_dealing(scene.redeemer, by=by, second=None, proxy=None)
    except Refusal as refusal:
        return refusal
    return None


def _used_in_month(session: Session, redeemer_id: int, day: date) -> dict[str, int]:
    first = day.replace(day=1)
    rows = session.execute(
        select(GoodsItem.code, func.sum(RedemptionLine.qty - RedemptionLine.qty_returned))
        .join(RedemptionLine, RedemptionLine.item_id == GoodsItem.id)
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .where(
            Redemption.redeemer_id == redeemer_id,
            Redemption.status.in_(COUNTED),
            Redemption.day >= first,
            Redemption.day < (first + timedelta(days=31)).replace(day=1),
        )
        .group_by(GoodsItem.code)
    )
    return {code: int(qty) for code, qty in rows}


def _used_in(session: Session, redeemer_id: int, exchange_day_id: int) -> int:
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Redemption.total_points - Redemption.points_returned), 0)).where(
                Redemption.redeemer_id == redeemer_id,
                Redemption.session_id == exchange_day_id,
                Redemption.status == RedemptionStatus.FULFILLED,
            )
        )
        or 0
    )
