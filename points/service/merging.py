"""What two numbers of one person have under way at activities, and what goes over when they become one.

Stays, sign-ups and records of what is over stay under the number they were written for: they are never rewritten. Part
of `points.registry.merging.merge`, which locks both people, decides, and notes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from points.foundation.orm import ZERO
from points.people.merging import Merge
from points.service import waiting_list
from points.service.statuses import (
    NOT_OVER,
    STANDING,
    STRUCK_OUT,
    ActivityStatus,
    MakeupStatus,
    RecordStatus,
    SignupStatus,
    StayStatus,
)
from points.service.tables import Activity, MakeupRequest, ServiceRecord, Signup, Stay

NOT_SETTLED = (*NOT_OVER, ActivityStatus.ENDED)


@dataclass(frozen=True)
class Shared:
    """A date on which both numbers have records: the minutes of each, and whether they were there at the same time."""

    day: date
    kept_minutes: int
    gone_minutes: int
    at_once: bool


# --- what happens


def move(session: Session, merge: Merge) -> dict[str, int]:
    """Move the sign-ups for what is still to come, and the activities led that are not settled; how many of each.

    Where both have signed up for an activity, the kept number's place stays and the other's is given on.
    """
    led = moved = 0
    for activity in lock(session, merge.gone.id):
        if activity.leader_id == merge.gone.id:
            activity.leader_id = merge.kept.id
            led += 1
        if activity.status not in NOT_OVER:
            continue
        both = {
            one.volunteer_id: one
            for one in session.scalars(
                select(Signup).where(
                    Signup.activity_id == activity.id, Signup.volunteer_id.in_((merge.gone.id, merge.kept.id))
                )
            )
        }
        theirs, own = both.get(merge.gone.id), both.get(merge.kept.id)
        if theirs is None:
            continue
        if own is None:
            theirs.volunteer_id = merge.kept.id
            moved += 1
        else:
            moved += _keep_one(session, activity, own=own, theirs=theirs, merge=merge)
    session.flush()
    return {"signups": moved, "led": led}


def lock(session: Session, volunteer_id: int) -> list[Activity]:
    """Lock the activities not settled that this number leads or has signed up for, in the order of their ids."""
    joined = select(Signup.activity_id).where(Signup.volunteer_id == volunteer_id)
    return list(
        session.scalars(
            select(Activity)
            .where(or_(Activity.leader_id == volunteer_id, Activity.id.in_(joined)), Activity.status.in_(NOT_SETTLED))
            .order_by(Activity.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


# --- what can be asked


def under_way(session: Session, volunteer_id: int) -> str | None:
    """The title of an activity at which this number has something that is not settled yet; None when all is."""
    statement = (
        select(Activity.title)
        .outerjoin(
            Stay,
            and_(Stay.activity_id == Activity.id, Stay.volunteer_id == volunteer_id),
        )
        .outerjoin(
            ServiceRecord,
            and_(
                ServiceRecord.activity_id == Activity.id,
                ServiceRecord.volunteer_id == volunteer_id,
                ServiceRecord.latest,
            ),
        )
        .outerjoin(
            MakeupRequest,
            and_(MakeupRequest.activity_id == Activity.id, MakeupRequest.volunteer_id == volunteer_id),
        )
        .where(
            or_(
                Stay.status == "open",
                and_(
                    Stay.status.not_in(STRUCK_OUT),
                    Activity.status.in_((ActivityStatus.PUBLISHED, ActivityStatus.IN_PROGRESS, ActivityStatus.ENDED)),
                ),
                ServiceRecord.status.in_((RecordStatus.COMPUTED, RecordStatus.DISPUTED)),
                and_(ServiceRecord.minutes_pending > ZERO, ServiceRecord.status == RecordStatus.CONFIRMED),
                MakeupRequest.status == MakeupStatus.OPEN,
            )
        )
        .order_by(Activity.start_at)
        .limit(1)
    )
    return session.scalar(statement)


def shared_dates(session: Session, one_id: int, other_id: int) -> list[Shared]:
    """The dates on which both numbers have records that stand, the first first."""
    minutes: dict[date, dict[int, int]] = {}
    for volunteer_id, day, total in session.execute(
        select(ServiceRecord.volunteer_id, ServiceRecord.local_date, func.sum(ServiceRecord.minutes_credited))
        .where(
            ServiceRecord.volunteer_id.in_((one_id, other_id)),
            ServiceRecord.latest,
            ServiceRecord.status.in_(STANDING),
            ServiceRecord.minutes_credited > 0,
        )
        .group_by(ServiceRecord.volunteer_id, ServiceRecord.local_date)
    ):
        minutes.setdefault(day, {})[volunteer_id] = int(total)
    at_once = set(_at_once(session, one_id, other_id))
    return [
        Shared(day, found[one_id], found[other_id], day in at_once)
        for day, found in sorted(minutes.items())
        if len(found) == 2
    ]


def _at_once(session: Session, one_id: int, other_id: int) -> Iterator[date]:
    """The dates on which the two were somewhere at the same time."""
    one, other = aliased(Stay), aliased(Stay)
    counted = (StayStatus.OPEN, StayStatus.CLOSED, StayStatus.CORRECTED)
    yield from session.scalars(
        select(one.local_date)
        .join(other, and_(other.local_date == one.local_date, other.volunteer_id == other_id))
        .where(
            one.volunteer_id == one_id,
            one.status.in_(counted),
            other.status.in_(counted),
            one.in_at < other.out_at,
            other.in_at < one.out_at,
        )
        .distinct()
    )


def _keep_one(session: Session, activity: Activity, *, own: Signup, theirs: Signup, merge: Merge) -> int:
    """One sign-up for both: the better of the two states goes to the kept number, a second place is given on."""
    better = _RANK[theirs.status] > _RANK[own.status]
    if better:
        own.status, theirs.status = theirs.status, own.status
    had_a_place = theirs.status == SignupStatus.APPROVED
    theirs.status = SignupStatus.CANCELLED
    session.flush()
    if had_a_place:
        waiting_list.free_place(session, activity.id)
        waiting_list.move_up(session, activity_id=activity.id, at=merge.at)
    return int(better)


_RANK = {
    SignupStatus.REJECTED: 0,
    SignupStatus.NO_SHOW: 0,
    SignupStatus.CANCELLED: 1,
    SignupStatus.WAITLISTED: 2,
    SignupStatus.PENDING: 3,
    SignupStatus.APPROVED: 4,
    SignupStatus.ATTENDED: 5,
}
