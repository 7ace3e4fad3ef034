"""One request, one act: what pages and API share of acting once."""

import hashlib
import hmac
from collections.abc import Callable

from flask import current_app, g, request
from sqlalchemy.orm import Session

from points.database import transaction
from points.foundation import clock
from points.foundation.errors import Refusal
from points.journal import idempotency
from points.journal.idempotency import AlreadyRefused, Answer, Asked


def once(
    act: Callable[[Session], Answer], *, caller: str, key: str, fingerprint: str, corrected: bool = False
) -> Answer:
    """Do `act` in one transaction, once per key of this caller and address; what it answered, also when sent again.

    The database may ask for the whole again: whoever finds the key finds what was done. What refused it is its answer
    as well: the same key and request is refused so for 30 days. `corrected`: a refused one may come with other entries.
    Raises as `idempotency.once`, but the refusal itself for AlreadyRefused.
    """
    route = f"{request.method} {request.url_rule}"[:120]
    asked = Asked(caller, route, key, fingerprint, corrected)
    at = clock.now()
    try:
        try:
            with transaction(keyed=True) as session:
                return idempotency.once(session, asked, lambda: act(session), at=at)
        except Refusal as refusal:
            if refusal.keeps_writes or not refusal.decided:
                raise
            with transaction(keyed=True) as session:
                meanwhile = idempotency.refused(session, asked, refusal, at=at)
            if meanwhile is None:
                raise
            return meanwhile
    except AlreadyRefused as first:
        g.refused_before = True
        raise first.refusal from None


def refused_before() -> bool:
    """Whether the refusal that this request is answered with was its answer before."""
    return bool(g.get("refused_before"))


def fingerprint(*parts: bytes) -> str:
    """What makes two requests the same, of whatever they carry; nobody without our secret can try what a PIN was."""
    secret = current_app.secret_key or b""
    made = hmac.new(secret.encode() if isinstance(secret, str) else secret, digestmod=hashlib.sha256)
    for part in parts:
        made.update(len(part).to_bytes(8, "big") + part)
    return made.hexdigest()
