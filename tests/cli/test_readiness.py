"""Commands on an installation that is not ready say so, with the next step."""

from pathlib import Path

import pytest

from tests.cli.conftest import Points

WORDS = {
    "staff": ("staff", "add", "wang", "--role", "auditor", "--at", "CITY"),
    "token": ("token", "add", "reports", "--role", "auditor", "--at", "CITY"),
    "check": ("check",),
    "sweep": ("sweep",),
    "figures": ("figures",),
    "serve": ("serve",),
}


@pytest.mark.parametrize("name", WORDS)
def test_without_a_database_the_next_step_is_init(name: str, points: Points):
    answer = points(*WORDS[name], "--json")
    assert answer.status == 1
    assert answer.document["refused"]["code"] == "not-initialised"
    assert "points init" in answer.stderr


@pytest.mark.parametrize("name", ["init", "check", "sweep", "doctor"])
def test_a_database_that_does_not_answer_is_told(name: str, points: Points, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("POINTS_DATABASE_URL", "postgresql://points:hidden@127.0.0.1:9/points?connect_timeout=2")
    answer = points(name, "--json")
    assert answer.status == 1
    assert "POINTS_DATABASE_URL" in answer.stderr or name == "doctor"
    assert "hidden" not in answer.stdout + answer.stderr


def test_a_data_folder_that_is_a_file_is_told(points: Points, data_dir: Path):
    data_dir.write_text("in the way")
    answer = points("init")
    assert answer.status == 1
    assert str(data_dir) in answer.stderr
