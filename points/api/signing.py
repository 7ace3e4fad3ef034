"""The second signature: another member of staff signs with login and password on the first one's screen."""

from datetime import datetime

from sqlalchemy.orm import Session

from points import http
from points.access import identity
from points.shapes.fields import Given


def second_person(session: Session, given: Given, *, at: datetime) -> Given:
    """`given` with the person behind its `second`. Raises WrongSecret or TooManyAttempts."""
    return {**given, "second": identity.witness(session, **given["second"], clerk=http.current_actor(), at=at)}
