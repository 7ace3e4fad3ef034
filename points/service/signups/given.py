"""Who had waited and now has a place: what their own page tells them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.service.statuses import ActivityStatus, SignupStatus
from points.service.tables import Activity, Signup

# --- what can be asked


def places_given(session: Session, *, volunteer_id: int, at: datetime) -> list[tuple[datetime, Activity]]:
    """The activities to come in which this person got a place after waiting for it, and when; soonest first."""
    statement = (
        select(Signup.place_given_at, Activity)
        .join(Activity, Activity.id == Signup.activity_id)
        .where(
            Signup.volunteer_id == volunteer_id,
            Signup.status == SignupStatus.APPROVED,
            Signup.place_given_at.is_not(None),
            Activity.start_at > at,
            Activity.status == ActivityStatus.PUBLISHED,
        )
        .order_by(Activity.start_at, Activity.id)
    )
    return [(given, activity) for given, activity in session.execute(statement) if given is not None]
