"""Rate limits: counted by all processes together where a Redis is set, by each for itself when it is gone."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import redis
from flask import Flask
from sqlalchemy.orm import Session

from points import database, http
from points.app import create_app
from points.http import rates
from points.web import security

REDIS = "redis://127.0.0.1:6379/0"
LIMIT = 5  # messages a minute


@pytest.fixture
def process(app: Flask, ground: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Flask]]:
    """Each call: the application as another process has it, which knows nothing of what others counted."""
    monkeypatch.setattr(security.csrf, "protect", lambda: None)
    made, as_before = [], http.limiter.counts

    def another(redis_url: str) -> Flask:
        made.append(create_app(replace(app.config["SETTINGS"], redis_url=redis_url)))
        return made[-1]

    yield another
    for one in made:
        with one.app_context():
            database.db.engine.dispose()
    http.limiter.counts = as_before


def _asked(app: Flask, address: str, times: int) -> list[int]:
    """The statuses of so many complaints from one address."""
    form = {"kind": "complaint", "text": "兑换日排队太久。", "area": "BZ"}
    client = app.test_client()
    here = {"REMOTE_ADDR": address}
    return [
        client.post("/complaints", data=form | {"key": f"the-complaint-{n}"}, environ_overrides=here).status_code
        for n in range(times)
    ]


def _somewhere() -> str:
    return f"fd00::{secrets.token_hex(2)}:{secrets.token_hex(2)}"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_processes_with_a_redis_count_together(process: Callable[[str], Flask]) -> None:
    try:
        redis.Redis.from_url(REDIS, socket_connect_timeout=1).ping()
    except redis.RedisError:
        pytest.skip("no Redis answers on 127.0.0.1:6379")
    address = _somewhere()
    assert _asked(process(REDIS), address, LIMIT) == [303] * LIMIT
    assert _asked(process(REDIS), address, 1) == [429]
    assert _asked(process(""), address, 1) == [303], "a process of its own counts for itself"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_without_its_redis_each_process_counts_for_itself(process: Callable[[str], Flask]) -> None:
    assert _asked(process("redis://127.0.0.1:1/0"), _somewhere(), LIMIT + 1) == [303] * LIMIT + [429]


def test_a_window_that_has_ended_begins_anew_and_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(rates.time, "monotonic", lambda: now)
    monkeypatch.setattr(rates, "SWEEP_EVERY", 3)
    counts = rates._Own()
    assert [counts.add("a", 60) for _ in range(2)] == [(1, 60), (2, 60)]
    now += 59.4
    assert counts.add("a", 60) == (3, 1)
    assert counts.add("b", 60) == (1, 60)
    now += 1
    assert counts.add("a", 60) == (1, 60)
    assert set(counts._windows) == {"a", "b"}
    now += 61
    for name in ("c", "d", "e"):
        counts.add(name, 60)
    assert set(counts._windows) == {"c", "d", "e"}
