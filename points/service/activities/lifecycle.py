"""An activity on its way: submitted, approved, begun, extended, ended, archived, or called off (§3.3).

That it is settled is noted in `settling`, by `rewards.settlement`.
"""

from datetime import datetime, timedelta

from sqlalchemy import and_, exists, update
from sqlalchemy.orm import Session

from points.access import two_people
from points.foundation.actors import Actor
from points.foundation.errors import N_
from points.foundation.orm import rows_changed
from points.service.activities import guards, notices, queries, trail
from points.service.activities.refusals import ActivityIncomplete, ActivityInvalid, SelfApproval, WrongState
from points.service.statuses import JOINABLE, NOT_OVER, ActivityOrigin, ActivityStatus, ChangeKind, RecordStatus
from points.service.tables import Activity, ServiceRecord

OPENS_BEFORE = timedelta(minutes=30)
LONGEST_EXTENSION = timedelta(minutes=120)
ARCHIVED_AFTER = timedelta(days=60)

# --- what happens


def submit(session: Session, *, activity: str, by: Actor, at: datetime) -> Activity:
    """Hand a draft in for review (§3.3).

    Raises NotPermitted, NoSuch, WrongState, ActivityIncomplete.
    """
    found = queries.locked(session, activity)
    role = guards.require_runner(found, by, "activity.create")
    guards.expect(found, ActivityStatus.DRAFT)
    if found.origin == ActivityOrigin.BACKFILL:
        guards.refuse_uninsured(found)
    else:
        guards.refuse_unready(found, at)
    found.status, found.status_reason, found.submitted_by = ActivityStatus.PENDING_REVIEW, "", by.person
    trail.saved(session, found, "activity.submit", by=by, role=role, at=at)
    return found


def approve(session: Session, *, activity: str, by: Actor, at: datetime) -> Activity:
    """Publish a submitted activity; an approved backfill is over at once.

    By a community administrator who did not submit it, or at the street; an emergency, extra points and a backfill
    only at the street, a backfill also there by another person. Raises NotPermitted, NoSuch, WrongState, SelfApproval,
    ActivityIncomplete.
    """
    found = queries.locked(session, activity)
    role = by.role_for("activity.approve_special", area_path=found.area_path)
    if role is None:
        special = found.emergency or found.extra_pct != 100 or found.origin == ActivityOrigin.BACKFILL
        role = by.require("activity.approve_special" if special else "activity.approve", area_path=found.area_path)
    guards.expect(found, ActivityStatus.PENDING_REVIEW)
    first = found.submitted_by or ""
    backfilled = found.origin == ActivityOrigin.BACKFILL
    if role != "street_admin" or backfilled:
        two_people.refuse_one_person(session, SelfApproval(activity=found.code), first=first, second=by, at=at)
    if not found.risk_notice.strip():
        raise ActivityIncomplete(field="risk_notice", why=N_("The risks are not told to the volunteers."))
    guards.refuse_uninsured(found)
    if not backfilled and found.start_at <= at and not guards.may_have_begun(found, at):
        raise ActivityIncomplete(field="start_at", why=N_("The activity would already have begun."))
    found.status = ActivityStatus.ENDED if backfilled else ActivityStatus.PUBLISHED
    found.approved_by, found.approved_as = by.person, role
    if not two_people.is_one_hand(session, first, by, at=at):
        two_people.sign(
            session,
            first=first,
            second=by,
            action="activity.approve",
            target=f"activity:{found.code}",
            at=at,
            area_path=found.area_path,
        )
    trail.saved(session, found, "activity.approve", by=by, role=role, at=at)
    return found


def send_back(session: Session, *, activity: str, reason: str, by: Actor, at: datetime) -> Activity:
    """Return a submitted activity to its author with a reason.

    Raises NotPermitted, NoSuch, WrongState, ActivityInvalid.
    """
    found = queries.locked(session, activity)
    role = by.require("activity.approve", area_path=found.area_path)
    guards.expect(found, ActivityStatus.PENDING_REVIEW)
    found.status, found.status_reason = ActivityStatus.DRAFT, guards.reasoned(reason)
    found.submitted_by = None
    trail.saved(session, found, "activity.send_back", by=by, role=role, at=at, reason=reason)
    return found


def cancel(session: Session, *, activity: str, reason: str, by: Actor, at: datetime) -> Activity:
    """Call an activity off with a reason; its hours do not count, and who is inside may still check out.

    Raises NotPermitted, NoSuch, WrongState, ActivityInvalid.
    """
    found = queries.locked(session, activity)
    role = guards.require_runner(found, by, "activity.run")
    guards.expect(found, *NOT_OVER)
    published, was = found.status in JOINABLE, notices.When.of(found)
    found.status, found.status_reason = ActivityStatus.CANCELLED, guards.reasoned(reason)
    if published:
        notices.note(session, found, ChangeKind.CANCELLED, was=was, by=by, at=at)
    trail.saved(session, found, "activity.cancel", by=by, role=role, at=at, reason=reason)
    return found


def extend(session: Session, *, activity: str, end_at: datetime, by: Actor, at: datetime) -> Activity:
    """Let a running activity end later, by at most 120 minutes in all and before it has ended.

    Raises NotPermitted, NoSuch, WrongState, ActivityInvalid.
    """
    found = queries.locked(session, activity)
    role = guards.require_runner(found, by, "activity.run")
    guards.expect(found, *JOINABLE)
    if at >= found.end_at:
        raise WrongState(activity=found.code, status=ActivityStatus.ENDED)
    by_more = end_at - found.end_at
    if by_more <= timedelta(0) or by_more + timedelta(minutes=found.extended_minutes) > LONGEST_EXTENSION:
        raise ActivityInvalid(field="end_at", why=N_("An activity is extended by at most 120 minutes."))
    minutes = int(by_more.total_seconds()) // 60
    was = notices.When.of(found)
    found.end_at, found.extended_minutes = end_at, found.extended_minutes + minutes
    notices.note(session, found, ChangeKind.CHANGED, was=was, by=by, at=at)
    trail.saved(session, found, "activity.extend", by=by, role=role, at=at, facts={"minutes": minutes})
    return found


def advance(session: Session, *, at: datetime) -> dict[str, int]:
    """Move activities on by the clock; how many began, ended and were archived.

    What somebody contests is not archived.
    """
    moves = {
        ActivityStatus.IN_PROGRESS: and_(
            Activity.status == ActivityStatus.PUBLISHED, Activity.start_at <= at + OPENS_BEFORE
        ),
        ActivityStatus.ENDED: and_(Activity.status.in_(JOINABLE), Activity.end_at <= at),
        ActivityStatus.ARCHIVED: and_(
            Activity.status == ActivityStatus.SETTLED, Activity.settled_at <= at - ARCHIVED_AFTER, ~_CONTESTED
        ),
    }
    return {
        status: rows_changed(
            session.execute(
                update(Activity).where(condition).values(status=status).execution_options(synchronize_session="fetch")
            )
        )
        for status, condition in moves.items()
    }


_CONTESTED = exists().where(
    ServiceRecord.activity_id == Activity.id, ServiceRecord.status == RecordStatus.DISPUTED, ServiceRecord.latest
)
