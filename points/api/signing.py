"""The second signature: another member of staff signs with login and password on the first one's screen."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from points.access import identity
from points.api.fields import Shape, Text
from points.api.room import Given


class SignerShape(Shape):
    """The second person's login and password; they open no session."""

    login = Text(40, least=1, required=True)
    password = Text(200, least=1, required=True)


def second_person(session: Session, given: Given, *, at: datetime) -> dict[str, Any]:
    """`given` with the person behind its `second`. Raises WrongSecret or TooManyAttempts."""
    return {**given, "second": identity.witness(session, **given["second"], at=at)}
