"""What machines ask about the service itself."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from points import database, migrations
from points.http import rates
from points.web import errors
from tests.api.conftest import Program
from tests.api.test_budgets import counted
from tests.api.test_problems import problem

FAR = {"REMOTE_ADDR": "203.0.113.9"}


def test_a_living_process_says_so_without_its_database(app: Flask, client: FlaskClient) -> None:
    with counted(app) as sent:
        alive = client.get("/healthz")
    assert (alive.status_code, alive.json["status"], sent) == (200, "alive", [])


def test_it_is_ready_when_the_tables_are_those_of_this_version(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = client.get("/readyz")
    assert (behind.status_code, behind.json["migrations"]) == (503, "run: points init")
    monkeypatch.setattr(migrations, "is_current", lambda _: True)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (
        200,
        {"status": "ready", "database": "ok", "migrations": "at head"},
    )


def test_it_is_not_ready_without_its_database(
    app: Flask, client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: object) -> bool:
        raise database.DBAPIError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(migrations, "is_current", gone)
    found = client.get("/readyz")
    assert (found.status_code, found.json["database"]) == (503, "does not answer")


def test_metrics_are_for_this_machine_and_for_auditors(client: FlaskClient, program: Callable[..., Program]) -> None:
    client.get("/api/v1/areas")
    here = client.get("/metrics")
    assert 'points_requests_total{route="/api/v1/areas",status="401"}' in here.text
    problem_elsewhere = client.get("/metrics", environ_overrides=FAR)
    assert problem_elsewhere.status_code == 401
    through_a_proxy = client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert through_a_proxy.status_code == 401
    auditor = program("auditor")._headers
    assert client.get("/metrics", environ_overrides=FAR, headers=auditor).status_code == 200
    clerk = program("station_staff", "NLJ-1")._headers
    assert client.get("/metrics", environ_overrides=FAR, headers=clerk).status_code == 403


def test_too_many_scans_are_slowed_down(program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch) -> None:
    admin = program("street_admin")
    monkeypatch.setattr(rates._Own, "add", lambda *_: (601, 7))
    answer = admin.post("/scans", {"code": "X", "nonce": "12345678"})
    assert problem(answer, 429, "too-many-requests")["next_step"]
    assert answer.headers["Retry-After"] == "7"


def test_a_page_without_its_database_says_that_it_is_busy(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: Exception) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(errors, "answer", gone)
    found = client.get("/nothing")
    assert (found.status_code, found.mimetype) == (503, "text/plain")
    assert found.headers["X-Request-ID"] in found.text
