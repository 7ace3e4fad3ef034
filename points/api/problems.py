"""Problems: every error under /api as RFC 9457 `application/problem+json`.

Always `type, title, status, detail, instance, code, request_id, next_step`; a refusal adds its facts, malformed input
adds `errors` with `{in, pointer, detail}`. `code` is stable, the sentences follow the reader's language.
"""

from collections.abc import Iterator, Mapping

import structlog
from flask import Response, json, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from marshmallow import INCLUDE, fields
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from points import database, http
from points.foundation.errors import N_, Refusal
from points.http import once as http_once
from points.shapes.fields import Shape, plain
from points.shapes.told import told

MEDIA_TYPE = "application/problem+json"
PLACES = {"json": "body", "form": "body", "query": "query", "querystring": "query", "path": "path", "headers": "header"}

log = structlog.stdlib.get_logger("points.api")

# code, title, detail, next step of what is wrong with the request itself
WORDS: Mapping[int, tuple[str, str, str, str]] = {
    400: (
        "malformed",
        N_("This cannot be read"),
        N_("The request is not what it says it is."),
        N_("Send JSON as UTF-8 text."),
    ),
    401: (
        "not-signed-in",
        N_("Please sign in"),
        N_("This needs somebody who is signed in."),
        N_("Send a valid token."),
    ),
    403: ("not-permitted", N_("Not allowed"), N_("This is not allowed."), N_("Ask your administrator.")),
    404: ("not-found", N_("Not found"), N_("There is nothing at this address."), N_("Check the address.")),
    405: (
        "method-not-allowed",
        N_("Not possible here"),
        N_("This address does not know that method."),
        N_("Use one of the methods in the Allow header."),
    ),
    406: ("not-acceptable", N_("Not available in this form"), N_("Only JSON is available."), N_("Accept JSON.")),
    408: (
        "too-slow",
        N_("The request came too slowly"),
        N_("The request was not complete in time."),
        N_("Send it again."),
    ),
    409: ("conflict", N_("Not possible now"), N_("The state of things does not allow it."), N_("Look at it again.")),
    412: (
        "changed-meanwhile",
        N_("It was changed meanwhile"),
        N_("If-Match does not name the present version."),
        N_("Read it again, look at what changed, and send your change with the new ETag."),
    ),
    413: (
        "too-large",
        N_("Too large"),
        N_("The request is larger than one megabyte."),
        N_("Send less at once."),
    ),
    415: (
        "unsupported-media-type",
        N_("Not in this form"),
        N_("The request has to be application/json."),
        N_("Set Content-Type: application/json."),
    ),
    422: (
        "invalid",
        N_("Something is not right"),
        N_("Some of the input cannot be used."),
        N_("Correct the fields named."),
    ),
    428: (
        "precondition-required",
        N_("If-Match is missing"),
        N_("A change has to say which version it changes."),
        N_("Send the ETag of what you read as If-Match."),
    ),
    429: (
        "too-many-requests",
        N_("Too many requests"),
        N_("There were too many requests in a short time."),
        N_("Wait as long as Retry-After says."),
    ),
    500: (
        "internal-error",
        N_("Something went wrong here"),
        N_("The service made a mistake; nothing was changed."),
        N_("Try again; if it stays, tell the administrator the reference."),
    ),
    503: (
        "unavailable",
        N_("Busy just now"),
        N_("The database does not answer."),
        N_("Try again in a moment."),
    ),
}


class ErrorShape(Shape):
    """Where one thing in the input is wrong: a JSON Pointer into the body, or the name in the query."""

    place = fields.String(required=True, data_key="in", metadata={"description": "body, query, path or header"})
    pointer = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemShape(Shape):
    """An RFC 9457 problem; a refusal adds its facts as further members."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    code = fields.String(required=True)
    request_id = fields.String(required=True)
    next_step = fields.String(required=True)
    errors = fields.List(fields.Nested(ErrorShape))


def answer(error: Exception) -> Response:
    """The problem that `error` is."""
    if isinstance(error, Refusal):
        return _of_refusal(error)
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, database.OutcomeUnknown):
        log.error("nobody knows whether this was kept", exc_info=error)
        said = {name: gettext(text) for name, text in http.OUTCOME_UNKNOWN.items()}
        return problem(503, code="outcome-unknown", **said)
    if database.is_unavailable(error):
        log.error("the database does not answer", exc_info=error)
        return problem(503, headers={"Retry-After": "1"})
    log.error("unexpected error", exc_info=error)
    return problem(500)


def problem(
    status: int,
    *,
    code: str = "",
    title: str = "",
    detail: str = "",
    next_step: str = "",
    facts: Mapping[str, object] | None = None,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem; what is not given is said as usual for `status`. The sentences given are translated already."""
    usual = WORDS.get(status, WORDS[400 if status < 500 else 500])
    code = code or usual[0]
    body: dict[str, object] = {
        "type": f"urn:points:problem:{code}",
        "title": title or gettext(usual[1]),
        "status": status,
        "detail": detail or gettext(usual[2]),
        "instance": request.path,
        "code": code,
        "request_id": http.request_id(),
        "next_step": next_step or gettext(usual[3]),
    }
    if errors is not None:
        body["errors"] = errors
    for name, value in (facts or {}).items():
        body.setdefault(name, value)
    response = Response(json.dumps(body).encode("utf-8", "replace"), status, mimetype=MEDIA_TYPE)
    response.headers.extend(dict(headers or {}))
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="points"'
    return response


def _of_refusal(refusal: Refusal) -> Response:
    facts = {name: plain(value) for name, value in refusal.facts().items()}
    if refusal.spoken:
        facts["spoken"] = http.spoken_of(refusal)
    wait = facts.get("retry_after")
    headers = {"Retry-After": str(wait)} if isinstance(wait, int) else {}
    if http_once.refused_before():
        headers["Idempotency-Replayed"] = "true"
    return problem(
        http.status_of(refusal),
        code=refusal.code,
        title=http.title_of(refusal),
        detail=http.detail_of(refusal),
        next_step=http.next_step_of(refusal),
        facts=facts,
        headers=headers,
    )


def _of_http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # a redirect
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(error.valid_methods)
    if isinstance(error, CSRFError):
        return problem(
            400,
            code=http.FORM_EXPIRED,
            title=gettext("The token against forged forms is missing"),
            detail=gettext("A request that a cookie signs in also needs the page's token."),
            next_step=gettext("Send the token as X-CSRFToken, or use a bearer token."),
        )
    messages = (getattr(error, "data", None) or {}).get("messages")
    if error.code == 422 and isinstance(messages, Mapping):
        return problem(422, errors=list(_errors(messages)), headers=headers)
    return problem(error.code, headers=headers)


def _errors(messages: Mapping[str, object]) -> Iterator[dict[str, str]]:
    for place, found in messages.items():
        for pointer, text in _walk(found, ""):
            yield {"in": PLACES.get(place, place), "pointer": pointer, "detail": told(text)}


def _walk(found: object, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(found, Mapping):
        for key, value in found.items():
            step = "" if key == "_schema" else "/" + str(key).replace("~", "~0").replace("/", "~1")
            yield from _walk(value, pointer + step)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from _walk(value, pointer)
    else:
        yield pointer, str(found)
