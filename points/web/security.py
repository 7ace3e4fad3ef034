"""What protects every page: the content policy, the headers, and the token against forged forms."""

import secrets

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect

from points import http

csrf = CSRFProtect()

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
"""The policy of data, of which nobody is shown a page."""
OF_ANY_FILE = (("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Resource-Policy", "same-origin"))
ALWAYS = (*OF_ANY_FILE, ("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin"))
OVER_HTTPS = (  # browsers ignore the first over http, and say so
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Strict-Transport-Security", "max-age=31536000"),
)
RECKONS_HOW_FAR = {"volunteer.goods", "volunteer.reserve", "child.goods", "child.reserve"}
"""The pages whose script may ask the phone where it is, at the press of a button, and tells nobody."""


def init_app(app: Flask) -> None:
    """Refuse unsafe requests without their token, and send the protective headers with every answer."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    csrf.init_app(app)

    @app.before_request
    def refuse_forged_forms() -> None:
        # a bearer token is not sent by other sites on their own, a cookie is
        if not http.is_api() or http.signed_in_by_cookie():
            csrf.protect()

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        if request.endpoint == "assets.module":  # runs under the policy of its page, and a page has some forty
            headers.extend(OF_ANY_FILE)
            return response
        headers.setdefault("Content-Security-Policy", NO_PAGE if response.is_json else POLICY.format(nonce=nonce()))
        where = "(self)" if request.endpoint in RECKONS_HOW_FAR else "()"
        headers.extend(ALWAYS)
        headers["Permissions-Policy"] = f"geolocation={where}, microphone=(), payment=(), camera=(self)"
        if request.is_secure:
            headers.extend(OVER_HTTPS)
        if request.endpoint != "assets.static":
            headers.setdefault("Cache-Control", "no-store")
        return response


def nonce() -> str:
    """The number, used once, that marks this page's own inline script."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    value: str = g.nonce
    return value
