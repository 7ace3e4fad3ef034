"""What moves points or stock or records attendance is done once, however often it is asked."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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


def test_a_refusal_leaves_the_key_free(counter: dict[str, Any], ground: Session) -> None:
    greedy = counter["body"] | {"lines": [{"item": "G02", "qty": 9}]}
    problem(counter["clerk"].post("/redemptions", greedy, key=KEY), 409, "insufficient-points")
    assert (rows(ground, IdempotencyKey), rows(ground, Redemption)) == (0, 0)
    assert counter["clerk"].post("/redemptions", counter["body"], key=KEY).status_code == 201


def test_a_wrong_pin_is_counted_and_leaves_the_key_free(counter: dict[str, Any], ground: Session) -> None:
    wrong = counter["body"] | {"identity": {"check": "pin", "pin": "654321"}}
    assert problem(counter["clerk"].post("/redemptions", wrong, key=KEY), 403, "wrong-secret")["left"] == 4
    assert problem(counter["clerk"].post("/redemptions", wrong, key=KEY), 403, "wrong-secret")["left"] == 3
    assert rows(ground, IdempotencyKey) == 0
    before = rows(ground, Transfer)
    assert counter["clerk"].post("/redemptions", counter["body"], key=KEY).status_code == 201
    assert rows(ground, Transfer) == before + 1


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
