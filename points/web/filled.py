"""A form that was filled in while the sign-in ended: it goes along through signing in, and is shown again as it was.

Who sends a form and is signed in no more is asked to sign in; what was typed stands in the sign-in page, signed by us,
without any PIN or password. Signed in, the browser sends it once more to where it belonged, marked as to be shown only:
reading it then refuses with FormKept, and the page shows what was typed, as it does for any refusal. Nothing is done
before somebody presses its button again. Nothing of it is kept by the service.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

SHOWN_ONLY = "shown_only"
"""The mark of a form that is sent to be shown again."""
OF_THE_PAGE = {"csrf_token", "key", SHOWN_ONLY}
NEVER_KEPT = {"password", "second_password", "old", "again", "pin", "phone4"}
"""What proves who somebody is; a test compares it with the fields of all forms."""
LASTS = 24 * 3600  # seconds


@dataclass(frozen=True)
class Filled:
    """Where a form is sent to, and what stands in its fields."""

    to: str
    fields: Sequence[tuple[str, str]]


def typed() -> list[tuple[str, str]]:
    """What this request sends of a form, but for its token, its key and what must not be kept."""
    return [(name, text) for name, text in request.form.items(multi=True) if name not in OF_THE_PAGE | NEVER_KEPT]


def carried(to: str) -> str:
    """The form of this request, which goes to the address `to`, as a text that only we can have written."""
    kept: str = _signer().dumps([to, typed()])
    return kept


def read(kept: str) -> Filled | None:
    """What was carried; nothing when it is not ours or older than a day."""
    if not kept:
        return None
    try:
        to, fields = _signer().loads(kept, max_age=LASTS)
    except BadData:
        return None
    return Filled(to, [(name, text) for name, text in fields])


def is_shown_only() -> bool:
    """Whether this request only wants its form to be shown again."""
    return request.method == "POST" and SHOWN_ONLY in request.form


def page_of_form() -> str:
    """The page from which a form is sent, as the browser tells it; empty for none of ours."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _signer() -> URLSafeTimedSerializer:
    secret = current_app.secret_key
    assert secret
    return URLSafeTimedSerializer(secret, salt="filled-form")
