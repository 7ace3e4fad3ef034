"""An emergency (应急, 平急转换): the street starts it at once, in one step; a community's waits for the street."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.places import areas
from points.service.activities import guards, lifecycle, planning
from points.service.activities.plan import Plan
from points.service.statuses import ActivityStatus
from points.service.tables import Activity

# --- what happens


def start(session: Session, *, plan: Plan, by: Actor, at: datetime) -> Activity:
    """Write down an emergency and publish it in the same step; whoever is called may come along without signing up.

    It may have begun up to two hours ago. Raises NotPermitted, NoSuch, ActivityInvalid, ActivityIncomplete.
    """
    by.require("activity.approve_special", area_path=areas.by_code(session, plan.area).path)
    plan = planning.by_its_kind(session, replace(plan, emergency=True, walk_in_ok=True))
    guards.refuse_unready(plan, at)
    made = planning.draft(session, plan=plan, by=by, at=at)
    lifecycle.submit(session, activity=made.code, by=by, at=at)
    lifecycle.approve(session, activity=made.code, by=by, at=at)
    if made.start_at <= at + lifecycle.OPENS_BEFORE:
        made.status = ActivityStatus.IN_PROGRESS
        session.flush()
    return made
