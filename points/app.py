"""The application: its table of contents.

`points.core.create` makes what the commands need, too. `points.web.init_app(app)` adds the pages and
`points.web.errors.answer(error)` makes the page for an error; `points.api.init_app(app)` and
`points.api.problems.answer(error)` are the same for the API.
"""

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from points import api, config, core, http
from points.api import problems
from points.foundation.errors import Refusal
from points.web import errors


def create_app(settings: config.Settings | None = None) -> Flask:
    """The service with `settings`, or with those of the environment.

    Raises BadSetting.
    """
    app = core.create(settings)
    api.init_app(app)
    for kind in (Refusal, HTTPException, Exception):
        app.register_error_handler(kind, _answer)
    return app


def _answer(error: Exception) -> ResponseReturnValue:
    """A problem for the API, a page for people; a bare one when not even the page's own questions are answered."""
    if http.is_api():
        return problems.answer(error)
    try:
        return errors.answer(error)
    except SQLAlchemyError as worse:
        http.log.error("no page without the database", exc_info=worse)
        return f"503 · {http.request_id()}\n", 503, {"Content-Type": "text/plain; charset=utf-8", "Retry-After": "5"}
