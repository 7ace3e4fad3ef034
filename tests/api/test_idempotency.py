"""What moves points or stock or records attendance is done once, however often it is asked."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.access import devices
from points.exchange.tables import Redemption
from points.foundation.actors import SYSTEM
from points.journal.tables import IdempotencyKey
from points.ledger.tables import Transfer
from points.service.tables import Scan
from tests import make
from tests.api.conftest import Program
from tests.api.test_problems import problem

KEY = "the-very-same-key"


@pytest.fixture
def counter(ground: Session, program: Callable[..., Program]) -> dict[str, Any]:
    """A clerk, a volunteer with 100 points and a PIN, and ten towels for 20 points each."""
    make.rules(ground)
    towel = make.item(ground)
    make.stocked(ground, towel)
    person = make.volunteer(ground, pin=True)
    make.points(ground, person, 100)
    ground.commit()
    body = {
        "volunteer": person.code,
        "station": "NLJ-1",
        "lines": [{"item": towel.code, "qty": 1}],
        "identity": {"check": "pin", "pin": "730514"},
    }
    return {"clerk": program("station_staff", "NLJ-1"), "body": body, "person": person}


def rows(session: Session, table: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_repeated_redemption_gets_the_first_answer_again(counter: dict[str, Any], ground: Session) -> None:
    first = counter["clerk"].post("/redemptions", counter["body"], key=KEY)
    again = counter["clerk"].post("/redemptions", counter["body"], key=KEY)
    assert (first.status_code, again.status_code) == (201, 201), first.data
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == first.json
    assert rows(ground, Redemption) == 1


def test_a_key_stands_for_one_request(counter: dict[str, Any], ground: Session) -> None:
    assert counter["clerk"].post("/redemptions", counter["body"], key=KEY).status_code == 201
    other = counter["body"] | {"lines": [{"item": "G02", "qty": 2}]}
    problem(counter["clerk"].post("/redemptions", other, key=KEY), 422, "idempotency-key-reused")
    assert rows(ground, Redemption) == 1


@pytest.mark.parametrize(
    "key", ["", "short", "with space in it", "钥匙钥匙钥匙钥匙".encode().decode("latin-1"), "x" * 201]
)
def test_a_key_is_needed(counter: dict[str, Any], ground: Session, key: str) -> None:
    sent = counter["clerk"].post("/redemptions", counter["body"], **{"Idempotency-Key": key})
    problem(sent, 422, "idempotency-key-missing")
    assert rows(ground, Redemption) == 0


def test_a_refusal_is_the_answer_to_its_key(counter: dict[str, Any], ground: Session) -> None:
    greedy = counter["body"] | {"lines": [{"item": "G02", "qty": 9}]}
    first = problem(counter["clerk"].post("/redemptions", greedy, key=KEY), 409, "insufficient-points")
    make.points(ground, counter["person"], 500)
    ground.commit()
    again = counter["clerk"].post("/redemptions", greedy, key=KEY)
    assert problem(again, 409, "insufficient-points")["next_step"] == first["next_step"]
    assert again.headers["Idempotency-Replayed"] == "true"
    problem(counter["clerk"].post("/redemptions", counter["body"], key=KEY), 422, "idempotency-key-reused")
    assert (rows(ground, IdempotencyKey), rows(ground, Redemption)) == (1, 0)
    assert counter["clerk"].post("/redemptions", greedy, key="another-key").status_code == 201


def test_a_wrong_pin_is_counted_once_for_its_key(counter: dict[str, Any], ground: Session) -> None:
    wrong = counter["body"] | {"identity": {"check": "pin", "pin": "654321"}}
    for _ in range(2):
        assert problem(counter["clerk"].post("/redemptions", wrong, key=KEY), 403, "wrong-secret")["left"] == 4
    assert problem(counter["clerk"].post("/redemptions", wrong, key="another-key"), 403, "wrong-secret")["left"] == 3
    before = rows(ground, Transfer)
    assert counter["clerk"].post("/redemptions", counter["body"], key="a-third-key").status_code == 201
    assert rows(ground, Transfer) == before + 1


def test_what_could_not_be_read_is_no_answer_to_a_key(counter: dict[str, Any], ground: Session) -> None:
    assert counter["clerk"].post("/redemptions", counter["body"] | {"station": 7}, key=KEY).status_code == 422
    assert counter["clerk"].post("/redemptions", counter["body"], key=KEY).status_code == 201


def keyed() -> dict[str, tuple[str, Any]]:
    """Every act that takes a key, with its address and a body that can be read, from the document."""
    document = json.loads((Path(__file__).parents[2] / "docs/openapi.json").read_text())
    found = {}
    for path, operations in document["paths"].items():
        act = operations.get("post", {})
        if any(one.get("name") == "Idempotency-Key" for one in act.get("parameters", [])):
            content = act.get("requestBody", {}).get("content", {}).get("application/json", {})
            address = path.removeprefix("/api/v1").replace("{code}", "ZZ99")
            found[act["operationId"]] = (address, sample(document, content["schema"]) if content else {})
    return found


def sample(document: Any, schema: Any) -> Any:
    """The least that a schema of the document allows; its codes lead to nothing."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" in schema:
        needed = schema.get("required", ())
        found = {name: sample(document, one) for name, one in schema["properties"].items() if name in needed}
        return found | dict.fromkeys({"contact_phone", "phone"} & found.keys(), "19900000001")
    match schema["type"]:
        case "array":
            return [sample(document, schema["items"])]
        case "integer":
            return schema.get("minimum", 1)
        case "boolean":
            return True
    times = {"date": "2026-05-01", "date-time": "2026-05-09T09:00:00+08:00"}
    text = times.get(schema.get("format", ""), "赵立春小区门口清扫" + "扫" * schema.get("minLength", 0))
    return "ZZ99" if "pattern" in schema else text


@pytest.mark.parametrize("act", sorted(keyed()))
def test_each_act_that_takes_a_key_is_refused_alike_when_it_is_asked_again(
    program: Callable[..., Program], ground: Session, act: str
) -> None:
    address, body = keyed()[act]
    if act == "fulfil_redemption":
        body = {"identity": {"check": "pin", "pin": "730514"}}
    admin = program("street_admin")
    first, again = admin.post(address, body, key=KEY), admin.post(address, body, key=KEY)
    assert first.status_code in (403, 404, 409, 422), first.data
    assert "errors" not in first.json, "the body cannot be read, so nothing was decided"
    assert (again.status_code, again.json["code"]) == (first.status_code, first.json["code"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert rows(ground, IdempotencyKey) == 1


def test_two_callers_may_use_the_same_key(
    counter: dict[str, Any], program: Callable[..., Program], ground: Session
) -> None:
    assert counter["clerk"].post("/redemptions", counter["body"], key=KEY).status_code == 201
    other = program("station_staff", "NLJ-1").post("/redemptions", counter["body"], key=KEY)
    assert other.status_code == 201
    assert "Idempotency-Replayed" not in other.headers
    assert rows(ground, Redemption) == 2


def test_a_repeated_scan_is_done_once(ground: Session, program: Callable[..., Program]) -> None:
    activity = make.activity(ground, walk_in_ok=True, start=make.NOW)
    person = make.volunteer(ground)
    device = devices.enrol(ground, name="平板", area="BZ", by=SYSTEM, at=make.NOW)
    ground.commit()
    body = {
        "code": person.code,
        "activity": activity.code,
        "direction": "in",
        "nonce": "nonce-of-one-scan",
        "device": device.code,
    }
    admin = program("community_admin", "BZ")
    first, again = admin.post("/scans", body), admin.post("/scans", body)
    assert (first.status_code, again.status_code) == (200, 200), first.data
    assert (first.json["replayed"], again.json["replayed"]) == (False, True)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert {name: value for name, value in first.json.items() if name != "replayed"} == {
        name: value for name, value in again.json.items() if name != "replayed"
    }
    assert rows(ground, Scan) == 1


@pytest.mark.race
def test_one_tap_sent_eight_times_at_once_is_one_redemption(
    app: Flask, counter: dict[str, Any], ground: Session
) -> None:
    clerk = counter["clerk"]
    ready = threading.Barrier(8)

    def tap(_: int) -> tuple[int, bytes]:
        ready.wait()
        answer = Program(app.test_client(), clerk._headers).post("/redemptions", counter["body"], key=KEY)
        return answer.status_code, answer.data

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(tap, range(8)))
    assert {status for status, _ in answers} == {201}, answers
    assert len({data for _, data in answers}) == 1
    assert rows(ground, Redemption) == 1


@pytest.mark.race
def test_a_wrong_pin_sent_eight_times_at_once_counts_once(app: Flask, counter: dict[str, Any], ground: Session) -> None:
    clerk, wrong = counter["clerk"], counter["body"] | {"identity": {"check": "pin", "pin": "654321"}}
    greedy = counter["body"] | {"lines": [{"item": "G02", "qty": 9}]}
    for body, key, code in ((wrong, KEY, "wrong-secret"), (greedy, "another-key", "insufficient-points")):
        ready = threading.Barrier(8)

        def tap(_: int, body: Any = body, key: str = key, ready: threading.Barrier = ready) -> Any:
            ready.wait()
            return Program(app.test_client(), clerk._headers).post("/redemptions", body, key=key).json

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(tap, range(8)))
        assert {answer["code"] for answer in answers} == {code}, answers
        assert {answer.get("left", 0) for answer in answers} <= {0, 4}
    assert (rows(ground, IdempotencyKey), rows(ground, Redemption)) == (2, 0)
