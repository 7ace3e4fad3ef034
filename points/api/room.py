"""A room of the API: how an address becomes an operation with its guard, its shapes and its documentation.

A view gets what was sent, already shaped, then the codes of its address; it makes one business call and returns a
plain mapping.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Protocol

import marshmallow
from flask import Request, request
from flask_smorest import Blueprint
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, PreconditionFailed, PreconditionRequired, UnsupportedMediaType

from points import database, http
from points.api.once import KEY, idempotent
from points.foundation.errors import Conflict, Refusal
from points.shapes.fields import Given, Shape

View = Callable[..., object]

ETAG = r'"[0-9a-f]{1,64}"'


class Parser(FlaskParser):
    """Reads JSON strictly: the right media type, UTF-8, an object; what cannot be read is 400, never a fault."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": marshmallow.RAISE,
    }

    def load_json(self, req: Request, schema: marshmallow.Schema) -> object:
        body = req.get_data()
        if not body:
            return missing
        if req.mimetype != "application/json":
            raise UnsupportedMediaType()
        try:
            return json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise BadRequest() from error


@dataclass(frozen=True)
class Pace:
    """How often one caller may do an act ("60/minute"; empty: as they like), and whether many do it at once.

    What is `hot` takes its turn to write as soon as it is known what is asked.
    """

    limit: str = ""
    hot: bool = False


AT_EASE = Pace()


class Documented(Protocol):
    """An operation with what flask-smorest knows of it."""

    _apidoc: dict[str, object]


class Empty(Shape):
    """Nothing."""


class Room(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """One room's addresses."""

    ARGUMENTS_PARSER = Parser()

    def read(
        self, rule: str, *, answer: type[Shape], query: type[Shape] | None = None, public: bool = False
    ) -> Callable[[View], View]:
        """GET: changes nothing."""

        def register(view: View) -> View:
            operation = self.response(200, answer)(view)
            if query is not None:
                operation = self.arguments(query(), location="query")(operation)
            self._register(rule, "GET", view, operation, refusals=_READ, public=public)
            return view

        return register

    def picture(self, rule: str) -> Callable[[View], View]:
        """GET of a PNG: changes nothing. The view answers with the whole response."""

        def register(view: View) -> View:
            operation = self.response(200, _BINARY, content_type="image/png")(view)
            self._register(rule, "GET", view, operation, refusals=_READ)
            return view

        return register

    def act(
        self,
        rule: str,
        *,
        answer: type[Shape],
        body: type[Shape] = Empty,
        status: int = 200,
        once: bool = False,
        first: Callable[..., Given] | None = None,
        pace: Pace = AT_EASE,
        public: bool = False,
    ) -> Callable[[View], View]:
        """POST: one act. `once`: it needs an Idempotency-Key. `pace`: how often it is done.

        `first` makes of what was given what the view gets, before any transaction begins; what it refuses is kept with
        the key all the same.
        """

        def register(view: View) -> View:
            operation = self.response(status, answer)(_unless_refused(view) if first else view)
            if once:
                operation = idempotent(operation)
            if pace.hot:
                operation = _in_turn(operation)
            if first:
                operation = _after(first, operation)
            operation = self._with_body(body, operation)
            if pace.limit:
                operation = http.limiter.limit(pace.limit)(operation)
            self._register(
                rule,
                "POST",
                view,
                operation,
                refusals=(*_ACT, 429) if pace.limit else _ACT,
                headers=[_KEY_HEADER] if once else [],
                public=public,
            )
            return view

        return register

    def change(self, rule: str, *, body: type[Shape], answer: type[Shape]) -> Callable[[View], View]:
        """PATCH: changes what is sent, if nobody did meanwhile. The view gets the `if_match` last, and asks it."""

        def register(view: View) -> View:
            @wraps(view)
            def versioned(given: Given, **address: str) -> object:
                try:
                    return view(given, **address, if_match=IfMatch.of_request())
                except Conflict as refusal:
                    if refusal.code == "changed-meanwhile":
                        raise PreconditionFailed() from refusal
                    raise

            operation = self._with_body(body, self.response(200, answer)(versioned))
            self._register(rule, "PATCH", view, operation, refusals=(*_ACT, 412, 428), headers=[_IF_MATCH_HEADER])
            return view

        return register

    def _with_body(self, body: type[Shape], operation: View) -> View:
        shape = body()  # made once, not for each request
        required = any(field.required for field in shape.fields.values())
        reading: View = self.arguments(shape, location="json", required=required)(operation)
        return reading

    def _register(
        self,
        rule: str,
        method: str,
        view: View,
        operation: View,
        *,
        refusals: tuple[int, ...],
        headers: list[dict[str, object]] | None = None,
        public: bool = False,
    ) -> None:
        documented: dict[str, object] = {"operationId": view.__name__}
        if headers:
            documented["parameters"] = headers
        if public:
            documented["security"] = []
        described: Documented = self.doc(**documented)(operation)
        for status in refusals:
            described = self.alt_response(status, f"PROBLEM_{status}")(described)
        operation._apidoc = described._apidoc  # type: ignore[attr-defined]  # without a call for each status
        guarded = operation if public else _signed_in(operation)
        self.add_url_rule(rule, view.__name__, guarded, methods=[method])


class IfMatch:
    """The version that the request wants to change, as its ETag."""

    def __init__(self, tag: str) -> None:
        self._tag = tag

    @classmethod
    def of_request(cls) -> "IfMatch":
        """Raises 428 when it is missing, 400 when it is no ETag of this API."""
        given = request.headers.get("If-Match", "").strip()
        if not given:
            raise PreconditionRequired()
        if not re.fullmatch(ETAG, given):
            raise BadRequest()
        return cls(given)

    def version(self) -> int:
        """The number, for things that count their versions. Raises 412 when it is none."""
        if found := re.fullmatch(r'"([0-9]{1,9})"', self._tag):
            return int(found[1])
        raise PreconditionFailed()

    def check(self, answer: Mapping[str, object]) -> None:
        """Raises 412 when `answer` is no longer what was read."""
        if not http.same_secret(self._tag, tag_of(answer)):
            raise PreconditionFailed()


def tagged(answer: Mapping[str, object], version: int | None = None) -> tuple[Mapping[str, object], dict[str, str]]:
    """`answer` with its ETag, which has to come back as If-Match with a change: its version, or of what it says."""
    return answer, {"ETag": tag_of(answer) if version is None else f'"{version}"'}


def tag_of(answer: Mapping[str, object]) -> str:
    """The ETag of what `answer` says."""
    said = json.dumps(answer, sort_keys=True, default=str).encode()
    return f'"{hashlib.sha256(said).hexdigest()[:32]}"'


_REFUSED = "refused"
_BINARY = {"type": "string", "format": "binary"}
_READ = (400, 401, 403, 404, 409, 422)
_ACT = (400, 401, 403, 404, 409, 413, 415, 422)
_KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "pattern": f"^{KEY}$"},
    "description": "A random key for this act; a repeat with the same key and body gets the first answer again.",
}
_IF_MATCH_HEADER = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string", "pattern": f"^{ETAG}$"},
    "description": "The ETag of what was read.",
}


def _after(first: Callable[..., Given], operation: View) -> View:
    @wraps(operation)
    def prepared(given: Given, **address: str) -> object:
        try:
            ready = first(given, **address)
        except Refusal as refusal:
            ready = {_REFUSED: refusal}
        return operation(ready, **address)

    return prepared


def _unless_refused(view: View) -> View:
    @wraps(view)
    def ready(given: Given, **address: str) -> object:
        refusal = given.get(_REFUSED)
        if isinstance(refusal, Refusal):
            raise refusal
        return view(given, **address)

    return ready


def _in_turn(operation: View) -> View:
    @wraps(operation)
    def in_turn(*args: object, **kwargs: object) -> object:
        with database.turn():
            return operation(*args, **kwargs)

    return in_turn


def _signed_in(operation: View) -> View:
    @wraps(operation)
    def guarded(*args: object, **kwargs: object) -> object:
        http.current_actor()
        return operation(*args, **kwargs)

    return guarded
