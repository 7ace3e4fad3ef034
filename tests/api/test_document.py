"""The API's document: it validates, it is complete, and what it promises is what the service does."""

import re
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase
from openapi_spec_validator import validate
from schemathesis.checks import (
    content_type_conformance,
    negative_data_rejection,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.modes import GenerationMode

from points import http
from points.foundation import clock
from points.foundation.actors import SYSTEM
from tests import make
from tests.api.conftest import Program

ALWAYS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CODES = {
    "area": "areas",
    "below": "areas",
    "community": "areas",
    "linked_community": "areas",
    "parent": "areas",
    "station": "stations",
    "from_station": "stations",
    "volunteer": "volunteers",
    "leader": "volunteers",
    "team": "teams",
    "activity": "activities",
    "item": "goods",
    "street": "street",
    "category": "category",
    "login": "login",
    "password": "password",
}
EXAMPLES = 4


def test_the_document_validates(client: FlaskClient) -> None:
    validate(client.get("/api/v1/openapi.json").json)


def test_every_address_is_in_the_document(client: FlaskClient, app: Flask) -> None:
    documented = {
        (path, method) for path, ways in client.get("/api/v1/openapi.json").json["paths"].items() for method in ways
    }
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and rule.endpoint not in ("api_docs", "api-docs.openapi_json"):
            path = "".join(f"{{{part}}}" if is_variable else part for is_variable, part in rule._trace).lstrip("|")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                assert (path, method.lower()) in documented


def test_every_operation_has_a_name_a_sentence_and_its_refusals(client: FlaskClient) -> None:
    names = []
    for ways in client.get("/api/v1/openapi.json").json["paths"].values():
        for method, operation in ways.items():
            if method in ("get", "post", "patch"):
                names.append(operation["operationId"])
                assert operation["summary"].endswith(".")
                assert {"400", "401", "403", "404", "422"} <= set(operation["responses"])
    assert len(names) == len(set(names)) > 100


def test_the_document_is_read_without_another_host(client: FlaskClient) -> None:
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "://" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        with client.get(address) as answered:
            assert answered.status_code == 200


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_whatever_is_sent_the_answer_is_documented_and_no_fault(
    app: Flask,
    lived: dict[str, str],
    program: Callable[..., Program],
    mode: GenerationMode,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if mode is GenerationMode.POSITIVE:
        monkeypatch.setattr(http, "_actor", lambda: SYSTEM)  # so that no operation ends at its permission
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    headers = program("street_admin")._headers
    failures: list[str] = []
    for found in document.get_all_operations():
        operation = found.ok()
        try:
            _try(app, operation, mode, lived, headers)
        except (Exception, FailureGroup) as failure:
            failures.append(f"{operation.label}: {failure}")
    assert not failures, "\n\n".join(failures)


def _try(app: Flask, operation: Any, mode: GenerationMode, lived: dict[str, str], headers: dict[str, str]) -> None:
    checks = ALWAYS if mode is GenerationMode.POSITIVE else [*ALWAYS, negative_data_rejection]

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            _point_at_what_there_is(case, lived)
            if case.method == "PATCH":
                case.headers["If-Match"] = app.test_client().get(case.formatted_path).headers.get("ETag", '"1"')
        with clock.frozen(make.NOW):
            response = case.call(headers=headers)
        case.validate_response(response, checks=checks, headers=headers)

    run()


def _point_at_what_there_is(case: Any, lived: dict[str, str]) -> None:
    """Replace the codes, so that the operation goes as far as its own rules."""
    room = case.path.split("/")[3]
    if case.path_parameters and room in lived:
        for name in case.path_parameters:
            case.path_parameters[name] = lived["booking" if name == "booking" else room]
    second = case.body.get("second") if isinstance(case.body, dict) else None
    for part in (case.body, case.query, second):
        if isinstance(part, dict):
            for name, of in CODES.items():
                if isinstance(part.get(name), str):
                    part[name] = lived[of]
