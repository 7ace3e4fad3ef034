"""What is due, what is proved, what is counted, what the doctor finds."""

import fcntl
import os
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.cli.conftest import Points, rows


def test_a_sweep_tells_what_it_did_and_notes_its_run(ready: Points, books: Engine):
    answer = ready("sweep", "--at", "2026-05-09T08:00:00+08:00", "--json")
    assert answer.status == 0
    assert answer.document["at"] == "2026-05-09T08:00:00+08:00"
    assert "expire" in answer.document["done"]
    assert rows(books, "SELECT job FROM job_run") == [("sweep",)]


def test_a_time_without_offset_is_of_the_business(ready: Points):
    assert ready("sweep", "--at", "2026-05-09T08:00", "--json").document["at"] == "2026-05-09T08:00:00+08:00"


@pytest.mark.parametrize("at", ["yesterday", "1900-01-01", "3000-01-01", "2026-13-01"])
def test_a_time_that_cannot_be_is_refused(at: str, ready: Points):
    answer = ready("sweep", "--at", at, "--json")
    assert (answer.status, answer.document["refused"]["code"]) == (1, "not-a-time")


def test_a_second_sweep_at_the_same_time_does_nothing(ready: Points, data_dir: Path, books: Engine):
    with (data_dir / "sweep.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        answer = ready("sweep", "--json")
    assert (answer.status, answer.document["done"]) == (0, None)
    assert rows(books, "SELECT count(*) FROM job_run") == [(0,)]


def test_the_books_of_an_empty_service_are_right(ready: Points):
    answer = ready("check", "--json")
    assert (answer.status, answer.document) == (0, {"ok": True, "findings": []})


def test_damage_is_found_and_exits_1(ready: Points, books: Engine):
    with books.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER transfer_no_update")
    answer = ready("check", "--json")
    assert answer.status == 1
    assert not answer.document["ok"]
    assert answer.document["findings"][0].keys() == {"kind", "where", "detail"}


def test_figures_of_an_empty_service_are_zero(ready: Points):
    answer = ready("figures", "--json", "--from", "2026-01-01", "--to", "2026-12-31", "--at", "CITY")
    assert answer.status == 0
    assert {"occasions", "person_times", "balance_open", "volunteers"} <= answer.document.keys()
    assert set(answer.document.values()) == {0}


def test_figures_of_an_unknown_area_are_refused(ready: Points):
    answer = ready("figures", "--at", "NOWHERE", "--json")
    assert (answer.status, answer.document["refused"]["code"]) == (1, "not-found")


def test_a_refusal_is_said_in_the_language_of_the_installation(ready: Points, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("POINTS_LOCALE", "zh_CN")
    answer = ready("figures", "--at", "NOWHERE", "--json")
    assert answer.document["refused"]["title"] == "没有找到"


def test_the_doctor_finds_a_ready_installation_well(ready: Points):
    ready("sweep")
    answer = ready("doctor", "--json")
    states = {finding["about"]: finding["state"] for finding in answer.document["findings"]}
    states.pop("calendar")  # the coming year's days off are announced in the autumn
    assert states == {
        "database": "ok",
        "migrations": "ok",
        "sweep": "ok",
        "demo": "ok",
        "public_url": "note",
        "data_dir": "ok",
        "secret_key": "ok",
        "disk": "ok",
    }
    assert answer.status == 0


def test_the_doctor_finds_what_is_wrong(ready: Points, data_dir: Path):
    (data_dir / "secret_key").chmod(0o644)
    ready("sweep", "--at", "2020-01-01")
    answer = ready("doctor", "--json")
    wrong = {finding["about"] for finding in answer.document["findings"] if finding["state"] == "wrong"}
    assert wrong == {"secret_key", "sweep"}
    assert answer.status == 1
    assert f"chmod 600 {data_dir / 'secret_key'}" in ready("doctor").stdout


def test_the_doctor_sends_a_new_installation_to_init(points: Points):
    answer = points("doctor")
    assert answer.status == 1
    assert "points init" in answer.stdout


def test_the_doctor_knows_a_secure_address(ready: Points, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("POINTS_PUBLIC_URL", "https://points.example.cn")
    findings = ready("doctor", "--json").document["findings"]
    assert {"about": "public_url", "state": "ok", "text": "QR codes lead to https://points.example.cn"} in findings


def test_a_folder_that_cannot_be_written_is_found(ready: Points, data_dir: Path, monkeypatch: pytest.MonkeyPatch):
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != data_dir and access(path, mode))
    findings = ready("doctor", "--json").document["findings"]
    assert "data_dir" in {finding["about"] for finding in findings if finding["state"] == "wrong"}
