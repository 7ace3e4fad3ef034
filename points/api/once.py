"""Idempotency keys: what moves points or stock, or records attendance, is done once however often it is asked."""

import re
from collections.abc import Callable
from functools import wraps

from flask import Response, request
from sqlalchemy.orm import Session

from points import http
from points.foundation.errors import N_, Invalid
from points.http import once as http_once
from points.journal.idempotency import Answer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY = r"[!-~]{8,200}"


class KeyMissing(Invalid):
    """The request moves something and has no key, or one that cannot be kept."""

    code = "idempotency-key-missing"
    title = N_("The Idempotency-Key is missing")
    detail = N_("This request needs an Idempotency-Key of 8 to 200 visible ASCII characters.")
    next_step = N_("Make a random key for each new act and send it again with each repeat.")


def idempotent(view: Callable[..., Response]) -> Callable[..., Response]:
    """Do `view` once per key of this caller; a repeat gets the first answer with `Idempotency-Replayed: true`.

    A refusal is an answer, too; the problem document says so in the same header.

    Raises KeyMissing and what `points.http.once` raises.
    """

    @wraps(view)
    def idempotently(*args: object, **kwargs: object) -> Response:
        key = request.headers.get(HEADER, "")
        if not re.fullmatch(KEY, key):
            raise KeyMissing()
        responses: list[Response] = []

        def act(_session: Session) -> Answer:
            responses.append(view(*args, **kwargs))
            return Answer(responses[-1].status_code, responses[-1].get_data())

        sent = http_once.fingerprint(
            request.method.encode(), request.path.encode("utf-8", "replace"), request.get_data()
        )
        said = http_once.once(act, caller=http.current_actor().person, key=key, fingerprint=sent)
        if not said.repeated:
            return responses[-1]
        replayed = Response(said.body, said.status, mimetype="application/json")
        replayed.headers[REPLAYED] = "true"
        return replayed

    return idempotently
