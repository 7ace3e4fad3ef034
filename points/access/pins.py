"""The PIN of a volunteer: set by the person or at the counter, and then the sign-ins of before end."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from points.access.tables import SignIn
from points.foundation import secrets
from points.foundation.actors import Actor
from points.people import volunteers
from points.people.tables import Volunteer

# --- what happens


def set_pin(
    session: Session, *, volunteer: str, pin: str, by: Actor, at: datetime, cookie: str | None = None
) -> Volunteer:
    """Set the PIN, and end the person's sign-ins but the one with `cookie`, in which they did it themselves.

    Raises NotPermitted, NoSuch, BadPin or WeakPin.
    """
    person = volunteers.set_pin(session, volunteer=volunteer, pin=pin, by=by, at=at)
    others = update(SignIn).where(
        SignIn.volunteer_id == person.id, SignIn.account_id.is_(None), SignIn.revoked_at.is_(None)
    )
    if cookie is not None:
        others = others.where(SignIn.token_hash != secrets.token_hash(cookie))
    session.execute(others.values(revoked_at=at), execution_options={"synchronize_session": False})
    return person
