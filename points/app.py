"""The application: its table of contents.

`points.web.init_app(app)` adds the pages and `points.web.errors.answer(error)` makes the page for an error;
`points.api.init_app(app)` and `points.api.problems.answer(error)` are the same for the API.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from points import api, config, database, http, web
from points.api import problems
from points.foundation import clock
from points.foundation.errors import Refusal
from points.web import errors

Answer = TypeVar("Answer")


class Service(Flask):
    """A Flask application whose guards and views are called again when the database lost a race, or was lost."""

    def preprocess_request(self) -> ResponseReturnValue | None:
        return database.retrying(lambda: _from_nothing(super(Service, self).preprocess_request))

    def dispatch_request(self) -> ResponseReturnValue:
        return database.retrying(lambda: _from_nothing(super(Service, self).dispatch_request))


def create_app(settings: config.Settings | None = None) -> Flask:
    """The service with `settings`, or with those of the environment.

    Raises BadSetting.
    """
    app = create_without_api(settings)
    api.init_app(app)
    return app


def create_without_api(settings: config.Settings | None = None) -> Flask:
    """What a command needs of the service: database, languages, the pages to which its links lead.

    The API and its document take longer to make than most commands take. Raises BadSetting.
    """
    settings = settings or config.load()
    app = Service("points", static_folder=None, template_folder=str(config.templates_dir()))
    _configure(app, settings)
    _connect(app, settings)
    http.init_app(app)
    web.init_app(app)
    for kind in (Refusal, HTTPException, Exception):
        app.register_error_handler(kind, _answer)
    return app


def _configure(app: Flask, settings: config.Settings) -> None:
    clock.use_zone(settings.timezone)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=http.MAX_BODY,
        MAX_FORM_MEMORY_SIZE=http.MAX_BODY,
        SESSION_COOKIE_NAME="points_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        TRAP_HTTP_EXCEPTIONS=False,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_port=hops, x_prefix=hops
        )


def _connect(app: Flask, settings: config.Settings) -> None:
    if settings.database_url.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    database.connect(app, settings.database_url, settings.replica_url)


def _from_nothing(call: Callable[[], Answer]) -> Answer:
    """The answer of `call`; what it had read is forgotten when the database fails it."""
    try:
        return call()
    except DBAPIError:
        database.start_over()
        raise


def _answer(error: Exception) -> ResponseReturnValue:
    """A problem for the API, a page for people; a bare one when not even the page's own questions are answered."""
    if http.is_api():
        return problems.answer(error)
    try:
        return errors.answer(error)
    except SQLAlchemyError as worse:
        http.log.error("no page without the database", exc_info=worse)
        return f"503 · {http.request_id()}\n", 503, {"Content-Type": "text/plain; charset=utf-8", "Retry-After": "5"}
