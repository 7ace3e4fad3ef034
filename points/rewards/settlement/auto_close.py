"""What the clock does: forgotten stays are closed, and the records of what is over are computed (sweep)."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.rewards import rulesets
from points.rewards.settlement.follow_up import earn, hours_of, pair
from points.service import activities
from points.service.auto_close import auto_close
from points.service.records import computing
from points.service.statuses import COUNTED, ActivityStatus, RecordStatus
from points.service.tables import Activity, ServiceRecord, Stay

# --- what happens


def close_forgotten(session: Session, *, at: datetime) -> int:
    """Close the stays that nobody left, in each street after the time that its rules give; how many there were.

    Part of the sweep. A street without rules in force goes by the customary 120 minutes.
    """
    streets = session.scalars(
        select(Activity.street_id)
        .join(Stay, Stay.activity_id == Activity.id)
        .where(Stay.status == "open")
        .distinct()
        .order_by(Activity.street_id)
    ).all()
    in_force, today = rulesets.InForce(session, street_ids=streets), clock.local_date(at)
    return sum(
        auto_close(session, at=at, rules=in_force.hours_or_customary(street_id, today), street_id=street_id)
        for street_id in streets
    )


def compute_ended(session: Session, *, at: datetime, limit: int = 200) -> int:
    """Compute the records of ended activities that nobody is checked in at any more; of how many activities.

    Part of the sweep. Records stay `computed` until a person confirms them.
    """
    counted = exists().where(Stay.activity_id == Activity.id, Stay.status.in_(COUNTED))
    still_in = exists().where(Stay.activity_id == Activity.id, Stay.status == "open")
    computed = exists().where(ServiceRecord.activity_id == Activity.id)
    found = session.execute(
        select(Activity.code)
        .where(Activity.status == ActivityStatus.ENDED, counted, ~still_in, ~computed)
        .order_by(Activity.id)
        .limit(limit)
    ).scalars()
    locked = [activities.locked(session, code) for code in found.all()]
    for activity in locked:
        changed = computing.compute_activity(
            session, activity_id=activity.id, rules=hours_of(session, activity), by=SYSTEM, at=at
        )
        # an overlap may have taken minutes from a record of another activity that is confirmed already
        earn(session, [pair(record) for record in changed if record.status == RecordStatus.CONFIRMED], by=SYSTEM, at=at)
    return len(locked)
