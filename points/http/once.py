"""One request, one act: what pages and API share of acting once."""

from collections.abc import Callable

from flask import request
from sqlalchemy.orm import Session

from points import http
from points.database import transaction
from points.foundation import clock
from points.journal import idempotency
from points.journal.idempotency import Answer, Asked


def once(act: Callable[[Session], Answer], *, key: str, fingerprint: str) -> Answer:
    """Do `act` in one transaction, once per key of this caller and address; what it answered, also when sent again.

    The database may ask for the whole again: whoever finds the key finds what was done. Raises as `idempotency.once`.
    """
    route = f"{request.method} {request.url_rule}"[:120]
    asked = Asked(http.current_actor().person, route, key, fingerprint)
    at = clock.now()
    with transaction(keyed=True) as session:
        return idempotency.once(session, asked, lambda: act(session), at=at)
