"""Every error under /api is a problem that says what to do next; nothing that can be sent is a fault."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from points import http
from points.api.problems import MEDIA_TYPE
from points.foundation import clock
from tests import make
from tests.api.conftest import Program

MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id", "next_step"}


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem in `response`, of this status and code, complete and with its reference in the header."""
    assert response.status_code == status, response.data
    assert response.mimetype == MEDIA_TYPE
    body: dict[str, Any] = response.json
    assert set(body) >= MEMBERS
    assert (body["status"], body["code"]) == (status, code)
    assert body["request_id"] == response.headers["X-Request-ID"]
    assert body["next_step"]
    return body


def test_an_unknown_address_is_a_problem_under_api_and_a_page_elsewhere(client: FlaskClient) -> None:
    problem(client.get("/api/v1/nothing"), 404, "not-found")
    assert client.get("/nothing").mimetype == "text/html"


def test_who_does_not_say_who_they_are_is_told_to_sign_in(client: FlaskClient) -> None:
    response = client.get("/api/v1/volunteers")
    problem(response, 401, "not-signed-in")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("value", ["Bearer pt_forged", "Bearer", "Basic YTpi", "nonsense", "Bearer 中"])
def test_a_forged_token_is_nobody(client: FlaskClient, value: str) -> None:
    header = {"Authorization": value.encode().decode("latin-1")}
    problem(client.get("/api/v1/volunteers", headers=header), 401, "not-signed-in")


def test_a_cookie_alone_cannot_change_anything_from_another_site(
    ground: Session, volunteers_phone: Callable[..., Program]
) -> None:
    phone = volunteers_phone(make.volunteer(ground, pin=True))
    problem(phone.post("/makeups", {}), 400, "form-expired")


def test_an_unknown_method_says_which_there_are(program: Callable[..., Program]) -> None:
    response = program("street_admin").send("DELETE", "/volunteers")
    problem(response, 405, "method-not-allowed")
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


@pytest.mark.parametrize("body", [b"{", b'{"a": "\xff\xfe"}', b"[" * 100_000, b"9" * 5_000, b"nul", b"\x00"])
def test_what_is_no_json_is_malformed(program: Callable[..., Program], body: bytes) -> None:
    problem(program("street_admin").send("POST", "/volunteers", body), 400, "malformed")


def test_a_form_is_not_json(program: Callable[..., Program]) -> None:
    form = "application/x-www-form-urlencoded"
    sent = program("street_admin").send("POST", "/volunteers", b"name=x", **{"Content-Type": form})
    problem(sent, 415, "unsupported-media-type")


def test_ten_megabytes_are_too_large(program: Callable[..., Program]) -> None:
    problem(program("street_admin").send("POST", "/volunteers", b" " * 10_000_000), 413, "too-large")


VOLUNTEER = {
    "name": "赵立春",
    "birth_date": "1980-03-01",
    "community": "BZ",
    "consents": ["register"],
    "phone": "13900000000",
    "paper_ref": "P-1",
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("surprise", 1),
        ("name", 5),
        ("name", "赵\x00春"),
        ("name", "赵" * 1000),
        ("birth_date", "1899-12-31"),
        ("birth_date", "2999-01-01"),
        ("birth_date", "20260509"),
        ("elder_mode", "true"),
        ("consents", "register"),
        ("consents", ["everything"]),
        ("guardian", {"name": "钱", "phone": 1}),
        ("community", "../BZ"),
    ],
)
def test_what_is_malformed_is_named_field_by_field(program: Callable[..., Program], field: str, value: Any) -> None:
    body = problem(program("street_admin").post("/volunteers", VOLUNTEER | {field: value}), 422, "invalid")
    assert body["errors"]
    assert all(set(error) == {"in", "pointer", "detail"} for error in body["errors"])
    assert all(error["in"] == "body" and error["pointer"].startswith(f"/{field}") for error in body["errors"])


def test_half_a_character_is_refused(program: Callable[..., Program]) -> None:
    sent = program("street_admin").send("POST", "/teams/T1/apply", b'{"volunteer": "\\ud800", "\\ud800": 1}')
    assert len(problem(sent, 422, "invalid")["errors"]) == 2


@pytest.mark.parametrize("number", [-1, 2**31, 10**30, 5.5, True, "5", None])
def test_numbers_out_of_range_are_refused(program: Callable[..., Program], number: Any) -> None:
    body = {"volunteer": "YD000001", "station": "NLJ-1", "lines": [{"item": "G01", "qty": number}]}
    found = problem(program("station_staff", "NLJ-1").post("/redemptions", body), 422, "invalid")
    assert [error["pointer"] for error in found["errors"]] == ["/lines/0/qty"]


@pytest.mark.parametrize(
    "time",
    ["2026-05-09T09:00:00", "1900-01-01T00:00:00+08:00", "2999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9", 9],
)
def test_times_are_of_this_century_and_have_an_offset(program: Callable[..., Program], time: Any) -> None:
    body = {"code": "X", "nonce": "12345678", "occurred_at": time}
    found = problem(program("street_admin").post("/scans", body), 422, "invalid")
    assert [error["pointer"] for error in found["errors"]] == ["/occurred_at"]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"limit": "x"}, {"cursor": "!"}, {"page": 2}])
def test_a_query_is_checked_too(program: Callable[..., Program], query: dict[str, Any]) -> None:
    found = problem(program("street_admin").get("/volunteers", **query), 422, "invalid")
    assert [(error["in"], error["pointer"]) for error in found["errors"]] == [("query", f"/{next(iter(query))}")]


def test_a_refusal_brings_its_facts_and_its_next_step(program: Callable[..., Program]) -> None:
    body = problem(program("street_admin").get("/volunteers/YD999999"), 404, "not-found")
    assert (body["kind"], body["key"]) == ("volunteer", "YD999999")


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("zh-CN,zh;q=0.9", "zh_CN"),
        ("en-GB", "en"),
        ("fr, zh-Hant;q=0.5", "zh_CN"),
        ("fr", "en"),
        ("*", "en"),
        ("%", "en"),
    ],
)
def test_problems_speak_the_readers_language(app: Flask, asked: str, spoken: str) -> None:
    with app.test_request_context(headers={"Accept-Language": asked}):
        assert http.select_locale() == spoken


def test_a_fault_is_told_with_its_reference_and_nothing_of_its_insides(
    app: Flask, program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = program("street_admin")
    monkeypatch.setattr("points.people.persons.listing", lambda *_, **__: 1 / 0)
    body = problem(admin.get("/volunteers"), 500, "internal-error")
    assert "division" not in str(body)


def test_a_request_keeps_the_name_it_came_with(client: FlaskClient) -> None:
    named = client.get("/healthz", headers={"X-Request-ID": "from-the-proxy-1"})
    assert named.headers["X-Request-ID"] == "from-the-proxy-1"
    injected = client.get("/healthz", headers={"X-Request-ID": "a b c d e f g h"})
    assert injected.headers["X-Request-ID"] != "a b c d e f g h"


def test_every_usual_problem_has_its_words() -> None:
    from points.api.problems import WORDS

    assert {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 500, 503} <= set(WORDS)
    assert http.MAX_BODY == 1024 * 1024
    assert clock.now() is not None
