"""The services that are measured: `points serve` on either database, and the empty view on the same server."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

STARTS_WITHIN = 120


@contextmanager
def empty() -> Iterator[int]:
    """The empty view; its port."""
    port = _free_port()
    with _running([sys.executable, "-m", "tests.benchmarks.empty", str(port)], port=port, answers="/", env={}):
        yield port


@contextmanager
def points(url: str, data_dir: Path, *, workers: int | None = None, **settings: str) -> Iterator[int]:
    """`points serve` on the database at `url`, with the sweep inside as in production; its port."""
    port = _free_port()
    command = [sys.executable, "-m", "points", "serve", "--port", str(port)]
    if workers:
        command += ["--workers", str(workers)]
    env = {"POINTS_DATABASE_URL": url, "POINTS_DATA_DIR": str(data_dir), "POINTS_LOCALE": "zh_CN", **settings}
    with _running(command, port=port, answers="/readyz", env=env):
        yield port


@contextmanager
def _running(command: list[str], *, port: int, answers: str, env: Mapping[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        command, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}{answers}", process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
