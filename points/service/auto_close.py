"""Stays that nobody left are closed by the clock, by rules that `rewards.settlement.auto_close` brings."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from points.service.activities.guards import LONGEST_A_DAY
from points.service.activities.timetable import stay_ends
from points.service.hours import HourRules
from points.service.statuses import ActivityStatus, StayStatus
from points.service.tables import Activity, Stay, breaks_of

# --- what happens


def auto_close(session: Session, *, at: datetime, rules: HourRules | None = None, street_id: int | None = None) -> int:
    """Close the stays that nobody left, 120 minutes after their activity's end, and those of called-off activities.

    Of an activity over several days the end of each day counts. In one street under its `rules`, or everywhere. They
    credit nothing until a make-up is approved. How many there were.
    """
    grace = timedelta(minutes=(rules or HourRules()).autoclose_after_min)
    here = [] if street_id is None else [Activity.street_id == street_id]
    forgotten = session.execute(
        select(Stay.id, Stay.in_at, Activity.start_at, Activity.end_at, Activity.breaks, Activity.status)
        .join(Activity, Activity.id == Stay.activity_id)
        .where(
            Stay.status == StayStatus.OPEN,
            or_(
                Activity.end_at <= at - grace,
                Activity.status == ActivityStatus.CANCELLED,
                Activity.start_at <= at - LONGEST_A_DAY,  # it goes on over a night
            ),
            *here,
        )
        .with_for_update(key_share=True, of=Stay)
    ).all()
    closed = 0
    for stay in forgotten:
        over = stay_ends(stay.start_at, stay.end_at, breaks_of(stay.breaks), since=stay.in_at) + grace
        called_off = stay.status == ActivityStatus.CANCELLED
        if over > at and not called_off:
            continue
        session.execute(
            update(Stay)
            .where(Stay.id == stay.id, Stay.status == StayStatus.OPEN)
            .values(status=StayStatus.AUTO_CLOSED, out_at=max(at if called_off else over, stay.in_at)),
            execution_options={"synchronize_session": "fetch"},
        )
        closed += 1
    return closed
