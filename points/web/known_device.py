"""A browser where somebody signed in before: what strangers try at that login elsewhere does not lock it.

The browser keeps a name of its own and the logins that signed in on it, signed by the service; nothing of it stands in
the database, and it signs nobody in.
"""

import hmac
from hashlib import sha256

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug import Response

from points.foundation import secrets

COOKIE = "points_known"
LASTS = 400 * 24 * 3600
MOST = 12
"""Logins that one browser keeps: a counter PC has a few clerks."""

# --- what can be asked


def source() -> str:
    """Where the request comes from, as wrong attempts are counted: this address, which nobody reads from it."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, (request.remote_addr or "").encode(), sha256).hexdigest()[:20]


def name_for(login: str) -> str:
    """The name of this browser where `login` signed in on it before; empty otherwise."""
    name, logins = _kept()
    return name if _short(login) in logins else ""


# --- what happens


def remember(answer: Response, login: str) -> None:
    """Let the browser keep that `login` signed in on it."""
    name, logins = _kept()
    kept = [name or secrets.new_token()[:20], [_short(login), *(one for one in logins if one != _short(login))][:MOST]]
    answer.set_cookie(
        COOKIE,
        _signed().dumps(kept),
        max_age=LASTS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
        path="/sign-in",
    )


def _kept() -> tuple[str, list[str]]:
    try:
        name, logins = _signed().loads(request.cookies.get(COOKIE, ""))
    except (BadSignature, ValueError, TypeError):
        return "", []
    return str(name), [str(one) for one in logins]


def _signed() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=COOKIE)


def _short(login: str) -> str:
    return secrets.token_hash(login)[:12]
