"""That an activity is settled: a step of `rewards.settlement`, the one path that settles, and of nothing else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from points.foundation import clock, workdays
from points.foundation.actors import Actor
from points.foundation.errors import N_
from points.places import calendar
from points.service.activities import guards, trail
from points.service.activities.refusals import ActivityInvalid
from points.service.statuses import ActivityStatus
from points.service.tables import Activity

# --- what there is


@dataclass(frozen=True)
class Outcome:
    """What the leader says of an activity that is over: whom it helped, how many came, and a note."""

    beneficiaries: int = 0
    head_count: int | None = None
    result_note: str = ""


# --- what happens


def mark_settled(
    session: Session, activity: Activity, *, outcome: Outcome, within_wd: int, by: Actor, role: str, at: datetime
) -> bool:
    """Note that a locked, ended activity is settled; whether later than `within_wd` working days after its end.

    The conditions of settlement are the caller's. Raises WrongState, ActivityInvalid.
    """
    guards.expect(activity, ActivityStatus.ENDED)
    head_count = outcome.head_count
    if outcome.beneficiaries < 0 or (head_count is not None and not 0 <= head_count <= 100_000):
        raise ActivityInvalid(field="beneficiaries", why=N_("A number of people is not negative."))
    if len(outcome.result_note) > 500:
        raise ActivityInvalid(field="result_note", why=N_("The note has at most 500 characters."))
    due = workdays.add_workdays(clock.local_date(activity.end_at), within_wd, calendar.overrides(session))
    late = clock.local_date(at) > due
    activity.status, activity.settled_at, activity.settled_by = ActivityStatus.SETTLED, at, by.person
    activity.settled_late, activity.result_note = late, outcome.result_note
    activity.beneficiaries, activity.head_count = outcome.beneficiaries, head_count
    trail.saved(session, activity, "activity.settle", by=by, role=role, at=at, facts={"late": late})
    return late
