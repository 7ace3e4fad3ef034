"""The names of the minors on a roster: whoever runs the activity asks for them once, and each family can read it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.people import minors
from points.people.statuses import LookReason
from points.people.tables import Volunteer
from points.service.signups import queries
from points.service.statuses import WITHDRAWN
from points.service.tables import Signup

# --- what happens


def show_minors(session: Session, *, activity: str, by: Actor, at: datetime) -> int:
    """Open the details of the minors of an activity for ten minutes, for the reason `activity`; how many they are.

    Each of them has an entry that the family reads. Raises NoSuch when `by` may not run the activity.
    """
    found, role = queries.run_by(session, activity, by=by)
    people = session.execute(
        select(Volunteer.id, Volunteer.code, Volunteer.name, Volunteer.birth_date, Volunteer.area_path)
        .join(Signup, Signup.volunteer_id == Volunteer.id)
        .where(Signup.activity_id == found.id, Signup.status.not_in(WITHDRAWN))
        .order_by(Volunteer.code)
    ).all()
    closed = minors.closed(session, people, by=by, at=at)
    for one in people:
        if one.code in closed:
            minors.note(
                session,
                minor_id=one.id,
                code=one.code,
                area_path=one.area_path,
                reason=LookReason.ACTIVITY,
                role=role,
                by=by,
                at=at,
            )
    return len(closed)
