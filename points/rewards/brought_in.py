"""Attendance that was kept elsewhere and is brought in all at once: it becomes confirmed records and points in bulk."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor
from points.rewards import earning, rulesets
from points.rewards.earning import Pair
from points.service.hours import HourRules
from points.service.records import computing
from points.service.tables import Activity

# --- what happens


def settle(session: Session, *, confirmed_by: Mapping[int, str], by: Actor, at: datetime) -> dict[Pair, int]:
    """Compute the records of these settled activities and give their points; the net points by person and date.

    `confirmed_by` maps each activity's id to the person who confirmed its records. The rules are those of every
    settlement; a few statements, however many activities. Raises NotPermitted or NoRulesInForce.
    """
    for path in session.scalars(select(Activity.area_path).where(Activity.id.in_(list(confirmed_by))).distinct()):
        by.require("activity.backfill", area_path=path)
    pairs: set[Pair] = set()
    for rules, ids in _by_rules(session, confirmed_by).items():
        confirmed = {activity_id: confirmed_by[activity_id] for activity_id in ids}
        pairs |= computing.compute_many(session, confirmed_by=confirmed, rules=rules, by=by, at=at)
    return earning.recompute_many(session, pairs=pairs, by=by, at=at)


def _by_rules(session: Session, activity_ids: Mapping[int, str]) -> dict[HourRules, list[int]]:
    """The activities by the hour rules in force at their place and date."""
    found = session.execute(
        select(Activity.id, Activity.street_id, Activity.start_at).where(Activity.id.in_(list(activity_ids)))
    ).all()
    in_force = rulesets.InForce(session, street_ids={one.street_id for one in found})
    known: dict[tuple[int, date], HourRules] = {}
    by_rules: dict[HourRules, list[int]] = defaultdict(list)
    for activity_id, street_id, start_at in found:
        place = street_id, clock.local_date(start_at)
        if place not in known:
            known[place] = in_force.hours_on(*place)
        by_rules[known[place]].append(activity_id)
    return by_rules
