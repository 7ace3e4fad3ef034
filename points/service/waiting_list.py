"""Places and the waiting list: the last place is one conditional update, and a free one is given on by itself."""

from datetime import datetime

from sqlalchemy import Executable, bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from points.foundation.orm import table_of
from points.service.statuses import SignupStatus
from points.service.tables import Activity, Signup

# --- what happens


def move_up(session: Session, *, activity_id: int, at: datetime) -> int:
    """Give free places to the waiting list, first come first; how many moved up. The activity is locked."""
    moved = 0
    waiting = session.scalars(
        select(Signup)
        .where(Signup.activity_id == activity_id, Signup.status == SignupStatus.WAITLISTED)
        .order_by(Signup.queued_at, Signup.id)
        .execution_options(populate_existing=True)
    ).all()
    for signup in waiting:
        if not take_place(session, activity_id):
            break
        signup.status, signup.place_given_at = SignupStatus.APPROVED, at
        moved += 1
    session.flush()
    return moved


def take_place(session: Session, activity_id: int) -> bool:
    """Take one place if one is free: one conditional update, so that the last place goes to one person."""
    return _change_places(session, _TAKE, activity_id)


def free_place(session: Session, activity_id: int) -> None:
    """Give one place back."""
    _change_places(session, _FREE, activity_id)


_ACTIVITY = table_of(Activity)
_CHANGE = update(_ACTIVITY).where(_ACTIVITY.c.id == bindparam("activity")).returning(_ACTIVITY.c.places_taken)
_TAKE = _CHANGE.where(_ACTIVITY.c.places_taken < _ACTIVITY.c.capacity).values(places_taken=_ACTIVITY.c.places_taken + 1)
_FREE = _CHANGE.values(places_taken=_ACTIVITY.c.places_taken - 1)


def _change_places(session: Session, statement: Executable, activity_id: int) -> bool:
    taken = session.execute(statement, {"activity": activity_id}).scalar_one_or_none()
    if taken is None:
        return False
    loaded = session.identity_map.get(identity_key(Activity, activity_id))
    if loaded is not None:
        set_committed_value(loaded, "places_taken", taken)
    return True
