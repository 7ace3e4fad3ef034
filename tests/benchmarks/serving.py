"""The services that are measured: `points serve` on either database, and what it takes of the machine."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STARTS_WITHIN = 120


@dataclass(frozen=True)
class Service:
    """A running service: where it listens, and the process that supervises its workers."""

    port: int
    pid: int

    def processor_seconds(self) -> float:
        """The processor's time that it and its workers have taken."""
        return sum(sum(numbers[11:13]) for _, numbers in self._stats()) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """The memory of it and its workers; what they share is counted once."""
        pages = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self._pids()]
        return sum(int(re.findall(r"^Pss:\s+(\d+) kB", page, re.MULTILINE)[0]) for page in pages) / 1024

    def _stats(self) -> Iterator[tuple[str, list[int]]]:
        return (read_stat(Path(f"/proc/{pid}/stat")) for pid in self._pids())

    def _pids(self) -> list[int]:
        """Itself and all that it started: they are one session."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                _, numbers = read_stat(path)
            except OSError:
                continue  # it has ended
            if numbers[3] == self.pid:
                found.append(int(path.parent.name))
        return found


def read_stat(path: Path) -> tuple[str, list[int]]:
    """A process's name and the numbers behind its state, as `man 5 proc` counts them from the third on."""
    head, _, rest = path.read_text().rpartition(")")
    return head.partition("(")[2], [0, *map(int, rest.split()[1:])]


@contextmanager
def points(url: str, data_dir: Path, *, workers: int | None = None, **settings: str) -> Iterator[Service]:
    """`points serve` on the database at `url`, with the sweep inside as in production."""
    port = _free_port()
    command = [sys.executable, "-m", "points", "serve", "--port", str(port)]
    if workers:
        command += ["--workers", str(workers)]
    env = {"POINTS_DATABASE_URL": url, "POINTS_DATA_DIR": str(data_dir), "POINTS_LOCALE": "zh_CN", **settings}
    with _running(command, port=port, answers="/readyz", env=env) as pid:
        yield Service(port, pid)


@contextmanager
def _running(command: list[str], *, port: int, answers: str, env: Mapping[str, str]) -> Iterator[int]:
    process = subprocess.Popen(
        command, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}{answers}", process)
        yield process.pid
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
