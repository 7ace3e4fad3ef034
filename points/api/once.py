"""Idempotency keys: what moves points or stock, or records attendance, is done once however often it is asked."""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request

from points import http
from points.database import transaction
from points.foundation import clock
from points.foundation.errors import N_, Invalid, Refusal
from points.journal import idempotency

HEADER = "Idempotency-Key"
KEY = r"[!-~]{8,200}"


class KeyMissing(Invalid):
    """The request moves something and has no key, or one that cannot be kept."""

    code = "idempotency-key-missing"
    title = N_("The Idempotency-Key is missing")
    detail = N_("This request needs an Idempotency-Key of 8 to 200 visible ASCII characters.")
    next_step = N_("Make a random key for each new act and send it again with each repeat.")


def idempotent(view: Callable[..., Response]) -> Callable[..., Response]:
    """Do `view` once per key of this caller; a repeat gets the first answer with `Idempotency-Replayed: true`.

    The key is kept or lost together with what it stands for: both are one transaction. A refusal is not kept, so
    that the same key may be sent again when its cause is gone.
    """

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not re.fullmatch(KEY, key):
            raise KeyMissing()
        actor, at = http.current_actor(), clock.now()
        route = f"{request.method} {request.url_rule}"[:120]
        with transaction(keyed=True) as session:
            first = idempotency.claim(
                session,
                caller=actor.person,
                route=route,
                key=key,
                fingerprint=fingerprint(),
                at=at,
                by=actor.person,
            )
            if first is not None:
                replayed = Response(first.body, first.status, mimetype="application/json")
                replayed.headers["Idempotency-Replayed"] = "true"
                return replayed
            try:
                response = view(*args, **kwargs)
            except Refusal as refusal:
                if refusal.keeps_writes:
                    idempotency.release(session, caller=actor.person, route=route, key=key)
                raise
            idempotency.answer(
                session,
                caller=actor.person,
                route=route,
                key=key,
                status=response.status_code,
                body=response.get_data(),
            )
        return response

    return once


def fingerprint() -> str:
    """What makes two requests the same: method, address and body."""
    asked = hashlib.sha256(f"{request.method}\n{request.path}\n".encode("utf-8", "replace"))
    asked.update(request.get_data())
    return asked.hexdigest()
