"""Results that fill the screen, and what a scan needs to know of the browser."""

import hashlib
import hmac
import secrets

from flask import request
from werkzeug import Response

from points import http
from points.foundation.errors import Refusal
from points.web import pages

BROWSER_COOKIE = "points_browser"
YEAR = 366 * 24 * 3600


def refused(refusal: Refusal) -> Response:
    """A refusal as large as a success: the word, the sentence, the next step."""
    return pages.show("public/refused.html", refusal=refusal)


def browser() -> str:
    """This browser as a salted hash that cannot be turned back; empty for one that keeps no cookies."""
    kept = request.cookies.get(BROWSER_COOKIE, "")
    secret = http.settings().secret_key.encode()
    return hmac.digest(secret, kept.encode(), hashlib.sha256).hex()[:32] if kept else ""


def remember_browser(answer: Response) -> None:
    """Let the browser be told from others when many check in from one; it says nothing about the person."""
    if BROWSER_COOKIE not in request.cookies:
        answer.set_cookie(
            BROWSER_COOKIE,
            secrets.token_urlsafe(16),
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
            path="/",
        )
