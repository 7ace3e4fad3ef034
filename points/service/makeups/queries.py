"""The claims that somebody may see: to decide, of an activity, one's own."""

from datetime import datetime

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session

from points.access import two_people
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.people import aliases
from points.service import activities
from points.service.statuses import MakeupStatus
from points.service.tables import Activity, MakeupRequest

# --- what can be asked


def by_code(session: Session, code: str) -> MakeupRequest:
    """The claim with this code. Raises NoSuch."""
    found = session.scalars(select(MakeupRequest).where(MakeupRequest.code == code)).first()
    if found is None:
        raise NoSuch(kind=N_("make-up"), key=code)
    return found


def seen(session: Session, code: str, *, by: Actor) -> MakeupRequest:
    """The claim as its person, its proposer, the leader or who decides may see it. Raises NoSuch otherwise."""
    found = by_code(session, code)
    own = by.volunteer_id is not None and by.volunteer_id == found.volunteer_id
    if own or found.proposed_by in two_people.names(session, [by.person]):
        return found
    activity = session.scalars(
        select(Activity.id).where(
            Activity.id == found.activity_id,
            activities.in_reach(by, "makeup.decide") | activities.in_reach(by, "makeup.propose"),
        )
    ).first()
    if activity is None:
        raise NoSuch(kind=N_("make-up"), key=code)
    return found


def listing(
    session: Session, *, by: Actor, at: datetime, after: str | None = None, limit: int = 50
) -> list[MakeupRequest]:
    """The open claims that `by` may decide, and their own, newest first; `after` is the code of the last one read."""
    tied = two_people.tied(session, by=by, at=at)
    to_decide = and_(
        MakeupRequest.status == MakeupStatus.OPEN,
        activities.in_reach(by, "makeup.decide"),
        MakeupRequest.proposed_by.not_in(tied),
        MakeupRequest.beneficiary.not_in(tied),
    )
    own = false() if by.volunteer_id is None else aliases.of_person(MakeupRequest.volunteer_id, by.volunteer_id)
    statement = (
        select(MakeupRequest)
        .join(Activity, Activity.id == MakeupRequest.activity_id)
        .where(or_(to_decide, own))
        .order_by(MakeupRequest.id.desc())
        .limit(limit)
    )
    if after is not None:
        last = select(MakeupRequest.id).where(MakeupRequest.code == after).scalar_subquery()
        statement = statement.where(MakeupRequest.id < last)
    return list(session.scalars(statement))


def of_activity(session: Session, *, activity: str, by: Actor) -> list[MakeupRequest]:
    """The claims for an activity, newest first, for who may propose them for others. Raises NoSuch, NotPermitted."""
    found = activities.seen(session, activity, by=by)
    activities.require_runner(found, by, "makeup.propose")
    asked = select(MakeupRequest).where(MakeupRequest.activity_id == found.id)
    return list(session.scalars(asked.order_by(MakeupRequest.id.desc())))


def mine(session: Session, *, volunteer_id: int) -> list[MakeupRequest]:
    """A volunteer's own claims, newest first."""
    return list(
        session.scalars(
            select(MakeupRequest)
            .where(aliases.of_person(MakeupRequest.volunteer_id, volunteer_id))
            .order_by(MakeupRequest.id.desc())
        )
    )
