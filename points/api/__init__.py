"""The API under /api/v1: one file per room; tokens, problems, paging, idempotency."""

from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, current_app
from flask_smorest import Api
from marshmallow import Schema
from werkzeug.routing import BaseConverter

from points import __version__
from points.api import (
    activities,
    calendar,
    counter,
    devices,
    estates,
    exchange_days,
    goods,
    health,
    kinds,
    merchants,
    places,
    points,
    records,
    redemptions,
    reports,
    scans,
    signups,
    skills,
    stock,
    teams,
    volunteers,
)
from points.api.problems import MEDIA_TYPE, WORDS, ProblemShape
from points.shapes import fields

ROOMS = (
    places.room,
    estates.room,
    kinds.room,
    calendar.room,
    volunteers.room,
    skills.room,
    teams.room,
    activities.room,
    signups.room,
    scans.room,
    records.room,
    points.room,
    goods.room,
    stock.room,
    exchange_days.room,
    redemptions.room,
    counter.room,
    merchants.room,
    reports.room,
    devices.room,
)

DESCRIPTION = """Volunteer hours become points, points become goods, and every point explains itself.

Send `Authorization: Bearer pt_…`. Points and minutes are integers, times are RFC 3339 with an offset, things are named
by their public codes. Errors are `application/problem+json` with a stable `code` and a next step. Lists are
`{items, next_cursor}`; ask on with `?cursor=`. What moves points or stock or records attendance needs an
`Idempotency-Key`; a PATCH needs the `ETag` of what was read as `If-Match`."""


class CodeConverter(BaseConverter):
    """A public code in an address; anything else is not found."""

    regex = fields.CODE


class BookingConverter(BaseConverter):
    """A booking in an address: its purpose and reference."""

    regex = r"[a-z]{1,20}\.[0-9A-Za-z_.:\-]{1,120}"


class Document(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's Api, with the application's one error handler instead of its own."""

    ERROR_SCHEMA = ProblemShape
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """`points.app` answers errors: pages keep HTML ones."""

    def _register_pagination_header(self) -> None:
        """Lists are paged by cursors in their body."""

    def _register_responses(self) -> None:
        for status, (_code, title, _detail, _next_step) in WORDS.items():
            self.spec.components.response(
                f"PROBLEM_{status}",
                {"description": title, "content": {MEDIA_TYPE: {"schema": ProblemShape}}},
                lazy=True,
            )


def init_app(app: Flask) -> None:
    """Add the API, its document and the addresses for machines to `app`."""
    app.config.update(
        API_TITLE="湘妹子能量家 Points",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.url_map.converters |= {"code": CodeConverter, "booking": BookingConverter}
    app.register_blueprint(health.bp)
    app.add_url_rule("/api/v1/docs", "api_docs", _docs)
    document = Document(
        spec_kwargs={
            "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_name_of_shape),
            "info": {"description": DESCRIPTION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
            "servers": [{"url": "/"}],
            "security": [{"token": []}, {"cookie": []}],
        }
    )
    for converter in (CodeConverter, BookingConverter):
        document.register_converter(converter, _path_parameter)
    document.init_app(app)
    document.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    document.spec.components.security_scheme("cookie", {"type": "apiKey", "in": "cookie", "name": "points_session"})
    for room in ROOMS:
        document.register_blueprint(room, url_prefix="/api/v1")


def _path_parameter(converter: BaseConverter) -> dict[str, str]:
    return {"type": "string", "pattern": f"^{converter.regex}$"}


def _name_of_shape(schema: Schema | type[Schema] | str) -> str:
    name = schema if isinstance(schema, str) else (schema if isinstance(schema, type) else type(schema)).__name__
    return str(name).removesuffix("Shape")


def _docs() -> tuple[str, dict[str, str]]:
    """The document to read and try in a browser; Swagger UI draws its icons as data: images."""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    page = current_app.jinja_env.get_template("api/docs.html").render()  # without what the pages' templates get
    return page, {"Content-Security-Policy": policy}
