"""The production server, started as an installation starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.cli.conftest import Points, rows

PATIENCE = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.status, answer.read().decode()


@pytest.fixture
def served(ready: Points, data_dir: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A running `points serve` and its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "points", "serve", "--port", str(port), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            get(f"{url}/healthz")
            break
        except OSError:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.1)
    yield url, process
    if process.poll() is None:
        process.terminate()  # it stops its workers, who hold its pipes too
    process.communicate(timeout=PATIENCE)


def test_it_answers_sweeps_and_stops_when_told(
    served: tuple[str, subprocess.Popen[str]], books: Engine, data_dir: Path
):
    url, process = served
    assert get(f"{url}/readyz")[0] == 200
    assert get(f"{url}/")[0] == 200
    deadline = time.monotonic() + PATIENCE
    while not rows(books, "SELECT job FROM job_run") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert rows(books, "SELECT DISTINCT job FROM job_run") == [("sweep",)]
    process.send_signal(signal.SIGTERM)
    stdout, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    said = json.loads(stdout)
    assert said["threads"] == 4
    assert said["setup_link"].startswith(f"{url}/set-up/")
    assert (data_dir / "served_at").read_text().strip() == url
    with pytest.raises(OSError, match="refused"):
        get(f"{url}/healthz")


def test_a_port_that_is_taken_is_refused(ready: Points):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        answer = ready("serve", "--port", str(other.getsockname()[1]), "--json")
    assert (answer.status, answer.document["refused"]["code"]) == (1, "no-port")


def test_another_server_finds_the_application_by_name(ready: Points):
    command = [sys.executable, "-c", "import wsgi; print(wsgi.app.test_client().get('/healthz').status_code)"]
    run = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    assert "200" in run.stdout.split()
