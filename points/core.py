"""The core of the application, which the commands share with the server: settings, database, languages, pages.

A command makes links to pages and writes their lists and papers; it needs neither the API nor answers to errors, which
take longer to read and to make than most commands run.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from werkzeug.middleware.proxy_fix import ProxyFix

from points import config, database, http, web
from points.foundation import clock

Answer = TypeVar("Answer")


class Service(Flask):
    """A Flask application whose guards and views are called again when the database lost a race, or was lost."""

    def preprocess_request(self) -> ResponseReturnValue | None:
        return database.retrying(lambda: _from_nothing(super(Service, self).preprocess_request))

    def dispatch_request(self) -> ResponseReturnValue:
        return database.retrying(lambda: _from_nothing(super(Service, self).dispatch_request))


def create(settings: config.Settings | None = None) -> Flask:
    """The core with `settings`, or with those of the environment.

    Raises BadSetting.
    """
    settings = settings or config.load()
    app = Service("points", static_folder=None, template_folder=str(config.templates_dir()))
    _configure(app, settings)
    _connect(app, settings)
    http.init_app(app)
    web.init_app(app)
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
