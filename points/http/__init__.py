"""What pages and API share: who asks, the status and the words of a refusal, the sign-in cookie, the request log."""

import hmac
import ipaddress
import logging
import re
import sys
import time
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import TextIO

import structlog
from babel import Locale, UnknownLocaleError
from babel.support import Translations
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel, format_date, get_locale, gettext
from prometheus_client import CollectorRegistry, Counter, Histogram
from sqlalchemy.exc import SQLAlchemyError
from werkzeug import Response as BaseResponse

from points import config
from points.access import sign_ins, tokens
from points.database import current_replica, on_primary, read_from_replica, transaction, wrote
from points.database.replica import WRITERS_WAIT
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NotAllowed, NotFound, Refusal
from points.http import rates

MAX_BODY = 1024 * 1024
SESSION_COOKIE = "points_session"
LOCALE_COOKIE = "points_locale"
WROTE_COOKIE = "points_wrote"
LOCALES = config.LOCALES
FORM_EXPIRED = "form-expired"
"""The code of a form or a request of a page whose token is from before."""
OUTCOME_UNKNOWN = {
    "title": N_("Perhaps this was saved, perhaps not"),
    "detail": N_("The database was lost at the very moment of saving."),
    "next_step": N_("Look whether it is there before you do it again."),
}
"""The words for `database.OutcomeUnknown`."""
STATUS: Mapping[type[Refusal], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 422}

log = structlog.stdlib.get_logger("points")
registry = CollectorRegistry()
requests_total = Counter("points_requests", "Requests by route and status", ["route", "status"], registry=registry)
request_seconds = Histogram("points_request_seconds", "Time to answer by route", ["route"], registry=registry)


class NotSignedIn(NotAllowed):
    """Nobody is signed in, or the token or cookie is not (or no longer) valid. 401."""

    code = "not-signed-in"
    title = N_("Please sign in")
    detail = N_("This needs somebody who is signed in.")
    next_step = N_("Sign in, or send a valid token.")


# --- who asks


def current_actor() -> Actor:
    """The person or token behind this request; one statement, asked once.

    Raises NotSignedIn.
    """
    actor = signed_in()
    if actor is None:
        raise NotSignedIn()
    return actor


def signed_in() -> Actor | None:
    """The person or token behind this request, or None. A bearer token counts before the cookie."""
    if "actor" not in g:
        g.actor = _actor()
    actor: Actor | None = g.actor
    return actor


def signed_in_by_cookie() -> bool:
    """Whether the browser's cookie, not a token, is the credential; such requests need protection from other sites."""
    return "Authorization" not in request.headers and SESSION_COOKIE in request.cookies


def caller() -> str:
    """Who idempotency keys and rate limits belong to: the signed-in person, otherwise the address."""
    actor = signed_in()
    return actor.person if actor else f"address:{request.remote_addr}"


def from_here() -> bool:
    """Whether the request comes from this machine itself and not through a proxy on it."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP")):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def agent() -> str:
    """The browser's name as the list of one's own sign-ins shows it."""
    return (request.user_agent.string or "")[:120]


def set_session_cookie(response: BaseResponse, cookie: str, *, max_age: int) -> None:
    """Let the browser keep the sign-in for `max_age` seconds: not readable by scripts, not sent by other sites."""
    response.set_cookie(
        SESSION_COOKIE, cookie, max_age=max_age, httponly=True, samesite="Lax", secure=_secure(), path="/"
    )


def clear_session_cookie(response: BaseResponse) -> None:
    """Let the browser forget the sign-in."""
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Lax", secure=_secure(), path="/")


# --- settings and addresses


def settings() -> config.Settings:
    """The settings this application was made with."""
    kept: config.Settings = current_app.config["SETTINGS"]
    return kept


def public_url() -> str:
    """The address that QR codes lead to, without a slash at the end."""
    return settings().public_url or request.host_url.rstrip("/")


def request_id() -> str:
    """The name of this request in the log, in problems and in the answer's `X-Request-ID`."""
    if "request_id" not in g:
        asked = request.headers.get("X-Request-ID", "")
        g.request_id = asked if re.fullmatch(r"[A-Za-z0-9._-]{8,64}", asked) else uuid.uuid4().hex
    name: str = g.request_id
    return name


def is_api() -> bool:
    """Whether this request is answered with JSON."""
    return request.path.startswith("/api/")


def same_secret(given: str, kept: str) -> bool:
    """Whether two secrets are equal, in constant time and for any text."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), kept.encode("utf-8", "replace"))


# --- what a refusal says


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal, by its kind."""
    if isinstance(refusal, NotSignedIn):
        return 401
    return next((status for kind, status in STATUS.items() if isinstance(refusal, kind)), 409)


def title_of(refusal: Refusal) -> str:
    """The refusal's title in the reader's language."""
    return str(gettext(refusal.title))


def detail_of(refusal: Refusal) -> str:
    """The refusal's sentence with its facts, in the reader's language."""
    return _sentence(refusal.detail, refusal)


def next_step_of(refusal: Refusal) -> str:
    """What to do now, in the reader's language."""
    return _sentence(refusal.next_step, refusal)


def spoken_of(refusal: Refusal) -> str:
    """The short phrase that a check-in page says aloud, in the reader's language."""
    return _sentence(refusal.spoken or refusal.title, refusal)


def translated(message: str) -> str:
    """A message id in the reader's language."""
    return gettext(message) if message else ""


def select_locale() -> str:
    """The language of this request: chosen on the page, asked for by the browser, or the installation's."""
    if not has_request_context():
        return str(current_app.config["BABEL_DEFAULT_LOCALE"])
    chosen = request.cookies.get(LOCALE_COOKIE, "")
    if chosen in LOCALES:
        return chosen
    for wanted in request.accept_languages.values():
        try:
            language = _parsed(wanted.replace("-", "_")).language
        except (ValueError, UnknownLocaleError):
            continue
        for locale in LOCALES:
            if locale.split("_")[0] == language:
                return locale
    return str(current_app.config["BABEL_DEFAULT_LOCALE"])


# --- how times are written


def day(value: datetime | date) -> str:
    """5月9日 周六, with the year where it is not this one."""
    on = clock.local_date(value) if isinstance(value, datetime) else value
    this_year = on.year == clock.local_date(clock.now()).year
    if str(get_locale()) == "en":
        return str(format_date(on, "EEE d MMM" if this_year else "EEE d MMM yyyy", rebase=False))
    return str(format_date(on, "M月d日 EEE" if this_year else "yyyy年M月d日", rebase=False))


def month(value: date) -> str:
    """2026年5月."""
    return str(format_date(value, "MMMM yyyy" if str(get_locale()) == "en" else "yyyy年M月", rebase=False))


def clock_time(value: datetime) -> str:
    """09:02."""
    return clock.local(value).strftime("%H:%M")


def when(value: datetime) -> str:
    """5月9日 周六 09:02."""
    return f"{day(value)} {clock_time(value)}"


# --- what every request goes through

babel = Babel()
limiter = rates.Limiter(caller)


def init_app(app: Flask) -> None:
    """Language, rate limits, request ids, the request log and the metrics. The log holds no personal data."""
    settings: config.Settings = app.config["SETTINGS"]
    app.config.update(
        BABEL_DEFAULT_LOCALE=settings.locale,
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
        BABEL_TRANSLATION_DIRECTORIES=f"{app.root_path}/translations",
    )
    babel.init_app(app, locale_selector=lambda: _parsed(select_locale()))
    _load_catalogues(app)
    limiter.init_app(app, settings.redis_url)
    _log_to_stderr()

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id())
        if _may_lag():
            read_from_replica()

    @app.after_request
    def note(response: Response) -> Response:
        _note_write(response)
        _note_sign_in()
        response.headers["X-Request-ID"] = request_id()
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        route = request.url_rule.rule if request.url_rule else "-"  # the rule, never the path: paths hold codes
        requests_total.labels(route, response.status_code).inc()
        request_seconds.labels(route).observe(seconds)
        if not route.startswith(("/static", "/healthz")):
            log.info(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
            )
        return response


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to whatever `sys.stderr` is at the time."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def _log_to_stderr() -> None:
    """One JSON object a line, through the standard library, so that a host can send it elsewhere."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger("points")
    if not root.handlers:
        root.addHandler(_Stderr())
        root.setLevel(logging.INFO)


def _actor() -> Actor | None:
    authorization, at = request.authorization, clock.now()
    if "Authorization" in request.headers:
        if authorization is None or authorization.type != "bearer" or not authorization.token:
            return None
        with on_primary() as session:
            return tokens.actor(session, authorization.token, at=at)
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        return None
    with on_primary() as session:  # who was signed out, or lost a role, is so at once
        actor, g.sign_in_unnoted = sign_ins.actor_and_due(session, cookie, at=at)
    return actor


def _may_lag() -> bool:
    """Whether this request may be answered as things were a few seconds ago: who wrote just now sees it.

    A program with a token keeps no cookie that would tell, so only its reports may lag.
    """
    if request.method not in ("GET", "HEAD") or WROTE_COOKIE in request.cookies:
        return False
    return "Authorization" not in request.headers or request.path.startswith("/api/v1/reports/")


def _note_write(response: Response) -> None:
    if current_replica() is not None and wrote() and "Authorization" not in request.headers:
        response.set_cookie(
            WROTE_COOKIE, "1", max_age=WRITERS_WAIT, httponly=True, samesite="Lax", secure=_secure(), path="/"
        )


def _note_sign_in() -> None:
    """Note, at most hourly, that this sign-in is in use: after the answer, and never instead of it."""
    if not g.pop("sign_in_unnoted", False):
        return
    try:
        with transaction() as session:
            sign_ins.note_seen(session, cookie=request.cookies[SESSION_COOKIE], at=clock.now())
    except SQLAlchemyError as error:
        log.warning("sign-in in use, and not noted", error=type(error).__name__)


@lru_cache(maxsize=256)
def _parsed(name: str) -> Locale:
    """What a language's name stands for; to read one takes longer than many a statement. Raises as `Locale.parse`."""
    return Locale.parse(name)


def _load_catalogues(app: Flask) -> None:
    """Read the catalogues once, at start; a parsed zh_CN calls itself zh_Hans_CN and would not find its own."""
    with app.app_context():
        for name in LOCALES:
            loaded = Translations.load(app.config["BABEL_TRANSLATION_DIRECTORIES"], [name])
            babel.domain_instance.cache[str(Locale.parse(name)), babel.domain] = loaded


def _secure() -> bool:
    return settings().public_url.startswith("https://") or request.is_secure


def _sentence(message: str, refusal: Refusal) -> str:
    facts = {name: _shown(value) for name, value in refusal.facts().items()}
    return str(gettext(message) % facts)


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str):
        return gettext(value) if value else value
    return value
