"""The slow work: paper, lists and reports, and what scans suffer while it is done."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import create_engine

from points import http
from tests.benchmarks import clients, ground, serving, stores
from tests.benchmarks.figures import Figures
from tests.benchmarks.ground import Ground

CLIENTS = 8
CARDS = 1_000
VOLUNTEERS = 50_000
CARDS_PDF = f"/staff/print/cards.pdf?community={ground.COMMUNITY}"
REPORT = "/staff/figures"


def while_busy(rounds: int, folder: Path, say: Callable[[str], object]) -> Figures:
    """p99 of scans while 1,000 cards and a report are made, as a multiple of the p99 before; cards a second."""
    figures = Figures()
    with ExitStack() as services:
        for store in stores.both(folder, services):
            engine = create_engine(store.url)
            made = ground.prepare(engine, people=(rounds + 1) * 2 * CLIENTS * 100)
            engine.dispose()
            with serving.points(store.url, store.data_dir) as service:
                port = service.port
                seconds = _fetch(port, CARDS_PDF, made)
                for turn in range(rounds + 1):
                    say(f"{store.name}, round {turn} of {rounds}")
                    idle = clients.burst(port, made.scans_in(CLIENTS * 100), clients=CLIENTS)
                    busy = _with(port, made)
                    began = time.perf_counter()
                    _fetch(port, CARDS_PDF, made)
                    seconds = time.perf_counter() - began
                    if turn:
                        figures.add(
                            "scan p99 while cards and a report are made ÷ idle", store.name, busy / idle.quantile(0.99)
                        )
                        figures.add("cards a second, PDF with QR and name", store.name, CARDS / seconds)
    return figures


def imports(folder: Path) -> Figures:
    """`points import volunteers` of 50,000 from xlsx, dry and real: seconds and peak memory."""
    figures = Figures()
    listed = folder / "volunteers.xlsx"
    _list(listed)
    with ExitStack() as services:
        for store in stores.both(folder, services):
            env = {"POINTS_DATABASE_URL": store.url, "POINTS_DATA_DIR": str(store.data_dir)}
            _points("init", env=env)
            engine = create_engine(store.url)
            ground.street(engine)
            engine.dispose()
            for name, more in (("dry run", ["--dry-run"]), ("real", [])):
                seconds, megabytes, answer = _points("import", "volunteers", str(listed), *more, env=env)
                assert answer["rows"] == VOLUNTEERS
                figures.add(f"import of {VOLUNTEERS:,} volunteers, {name}, s", store.name, seconds)
                figures.add(f"import of {VOLUNTEERS:,} volunteers, {name}, peak MB", store.name, megabytes)
    return figures


def demos(folder: Path) -> Figures:
    """`points demo` of the street: seconds and peak memory."""
    figures = Figures()
    with ExitStack() as services:
        for store in stores.both(folder, services):
            env = {"POINTS_DATABASE_URL": store.url, "POINTS_DATA_DIR": str(store.data_dir)}
            seconds, megabytes, _ = _points("demo", env=env)
            figures.add("demo street, s", store.name, seconds)
            figures.add("demo street, peak MB", store.name, megabytes)
    return figures


def _with(port: int, made: Ground) -> float:
    """The p99 of scans while slow work is being done all the time."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            for path in (CARDS_PDF, REPORT):
                _fetch(port, path, made)

    # in a process of its own the client would not wait for this thread; in this one it waits for bytes, not for work
    worker = threading.Thread(target=work)
    worker.start()
    time.sleep(0.3)
    busy = clients.burst(port, made.scans_in(CLIENTS * 100), clients=CLIENTS)
    stop.set()
    worker.join()
    return busy.quantile(0.99)


def _fetch(port: int, path: str, made: Ground) -> float:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Cookie": f"{http.SESSION_COOKIE}={made.clerk}"}
    )
    began = time.perf_counter()
    with urllib.request.urlopen(asked, timeout=120) as answer:
        answer.read()
    return time.perf_counter() - began


def _points(*arguments: str, env: dict[str, str]) -> tuple[float, float, dict[str, Any]]:
    """Run a command: the seconds it took, its peak memory in MB, and its answer."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "points", *arguments, "--json"],
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    answer = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"points {' '.join(arguments)}: {answer.decode()[:2000]}")
    return time.perf_counter() - began, used.ru_maxrss / 1024, json.loads(answer)


def _list(path: Path) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "出生日期", "社区", "同意书编号", "手机号", "同意积分"])
        for line in range(VOLUNTEERS):
            name = "赵" + chr(0x4E00 + line % 5_000) + chr(0x4E00 + line // 5_000)
            born = f"{1950 + line % 50}-{1 + line % 12:02d}-{1 + line % 28:02d}"
            sheet.write_row(line + 1, 0, [name, born, "北正社区", f"P-{line}", f"198{line:08d}", "是"])
