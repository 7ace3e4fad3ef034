"""What every decision of settlement ends with: hours computed again, points earned again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import NoSuch
from points.rewards import earning, rulesets
from points.rewards.earning import Pair
from points.service import activities
from points.service.hours import HourRules
from points.service.records import computing
from points.service.tables import Activity, ServiceRecord

# --- what there is


@dataclass(frozen=True)
class Earned:
    """What a later decision on records did: the person's dates that were computed again, and the net `points`."""

    pairs: tuple[Pair, ...]
    points: int


# --- what happens


def lock(session: Session, activity_id: Select[int] | Select[int | None], kind: str, key: str) -> Activity:
    """Lock the activity whose id this selects, of the `kind` with this `key`. Raises NoSuch."""
    code = session.execute(select(Activity.code).where(Activity.id.in_(activity_id))).scalar_one_or_none()
    if code is None:
        raise NoSuch(kind=kind, key=key)
    return activities.locked(session, code)


def compute(session: Session, activity: Activity, pairs: Sequence[Pair], *, by: Actor, at: datetime) -> None:
    """Compute the hours of these people's dates again, by the rules of the activity's street on each date."""
    in_force = rulesets.InForce(session, street_ids=[activity.street_id])
    for volunteer_id, day in pairs:
        rules = in_force.hours_on(activity.street_id, day)
        computing.compute_day(session, volunteer_id=volunteer_id, day=day, rules=rules, by=by, at=at)


def compute_and_earn(session: Session, activity: Activity, pairs: Sequence[Pair], *, by: Actor, at: datetime) -> Earned:
    """As `earned`, after the hours of these dates were computed again: another record's overlap may be free now."""
    compute(session, activity, pairs, by=by, at=at)
    return earned(session, pairs, by=by, at=at)


def earned(session: Session, pairs: Iterable[Pair], *, by: Actor, at: datetime) -> Earned:
    """Earn for these people's dates, which the answer names."""
    wanted = tuple(sorted(set(pairs)))
    return Earned(wanted, earn(session, wanted, by=by, at=at))


def earn(session: Session, pairs: Iterable[Pair], *, by: Actor, at: datetime) -> int:
    """Earn for these people's dates, and for the leaders of what they did then: a bonus depends on who counts (P5)."""
    wanted = set(pairs)
    if not wanted:
        return 0
    leaders = session.execute(
        select(Activity.leader_id, ServiceRecord.local_date)
        .join(ServiceRecord, ServiceRecord.activity_id == Activity.id)
        .where(
            ServiceRecord.volunteer_id.in_({volunteer_id for volunteer_id, _ in wanted}),
            ServiceRecord.local_date.in_({day for _, day in wanted}),
        )
        .distinct()
    )
    wanted |= {(leader_id, day) for leader_id, day in leaders}
    return sum(earning.recompute_many(session, pairs=wanted, by=by, at=at).values())


def hours_of(session: Session, activity: Activity) -> HourRules:
    """The hour rules of the activity's street on its first day. Raises NoRulesInForce."""
    in_force = rulesets.InForce(session, street_ids=[activity.street_id])
    return in_force.hours_on(activity.street_id, clock.local_date(activity.start_at))


def pair(record: ServiceRecord) -> Pair:
    """Whose date the record is of."""
    return record.volunteer_id, record.local_date
