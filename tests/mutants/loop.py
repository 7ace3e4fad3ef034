"""The loop that takes the place of pytest's own: each change meets the tests that reach it, in a process of its own."""

import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import coverage
import pytest

from tests.mutants import changes, scope, trying
from tests.mutants.changes import Change

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
"""Seconds after which a change that never comes to an end counts as noticed."""


@dataclass
class Reached:
    """Which tests reach a line, by file, and how long each takes."""

    tests: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def of(self, change: Change) -> list[str]:
        """The tests that reach a change, the quickest first; of what is read at the import, those of the file."""
        lines = self.tests.get(change.file, {})
        found = {test for line in change.lines for test in lines.get(line, ())}
        if not found:
            found = {test for tests in lines.values() for test in tests}
        return sorted(found, key=lambda test: self.seconds.get(test, 0.0))


class Loop:
    """A plugin of pytest; afterwards `left` has the changes that no test noticed, `tried` how many there were."""

    def __init__(self, files: Iterable[str], workers: int) -> None:
        self.files, self.workers = list(files), workers
        self.tried: dict[str, int] = defaultdict(int)
        self.left: list[Change] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        with tempfile.TemporaryDirectory(prefix="points-mutants-") as name:
            folder = Path(name)
            reached = _reached(session, folder)
            waiting = self._changes()
            running: dict[int, tuple[Change, Path, float]] = {}
            for change in waiting:
                tests = [items[test] for test in reached.of(change) if test in items]
                if len(running) >= self.workers:
                    self._ended(running)
                own = Path(tempfile.mkdtemp(dir=folder))
                running[_fork(partial(_all_pass, change, tests), own)] = (change, own, time.monotonic())
            while running:
                self._ended(running)
        return True

    def _changes(self) -> Iterator[Change]:
        for file in self.files:
            yield from changes.of_file(file, (ROOT / file).read_text())

    def _ended(self, running: dict[int, tuple[Change, Path, float]]) -> None:
        pid, status = os.wait()
        change, own, began = running.pop(pid)
        shutil.rmtree(own, ignore_errors=True)
        self.tried[change.file] += 1
        if os.waitstatus_to_exitcode(status) == 0:
            self.left.append(change)
            seconds = time.monotonic() - began
            sys.stderr.write(f"left: {change.file}:{change.line}: {change.what} ({seconds:.0f} s)\n")


def _reached(session: pytest.Session, folder: Path) -> Reached:
    """Run every test once, unchanged, in a process of its own, and keep which lines it reached."""
    kept = folder / "reached.json"
    pid = _fork(partial(_all_once, session.items, kept), Path(tempfile.mkdtemp(dir=folder)), patience=None)
    _, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status):
        pytest.exit("the tests do not pass as they are", 1)
    written = json.loads(kept.read_text())
    lines = {file: {int(n): set(tests) for n, tests in by.items()} for file, by in written["lines"].items()}
    return Reached(lines, written["seconds"])


def _all_once(items: list[pytest.Item], kept: Path) -> bool:
    told = coverage.Coverage(data_file=None, include=[str(ROOT / file) for file in scope.FILES])
    seconds: dict[str, float] = {}
    lines: dict[str, dict[int, list[str]]] = defaultdict(dict)
    told.start()
    good = True
    for item in items:
        told.switch_context(item.nodeid)
        began = time.monotonic()
        good = _passes(item) and good
        seconds[item.nodeid] = time.monotonic() - began
    told.stop()
    data = told.get_data()
    for file in data.measured_files():
        for line, tests in data.contexts_by_lineno(file).items():
            lines[str(Path(file).relative_to(ROOT))][line] = [test for test in tests if test]
    kept.write_text(json.dumps({"lines": lines, "seconds": seconds}))
    return good


def _all_pass(change: Change, tests: list[pytest.Item]) -> bool:
    """Whether all tests pass with the change in place: nobody noticed it."""
    module = importlib.import_module(change.file.removesuffix(".py").replace("/", "."))
    try:
        trying.put_in(module, change.tree)
    except Exception:
        return False  # it cannot even be imported
    return all(_passes(test) for test in tests)


def _passes(item: pytest.Item) -> bool:
    session = item.session
    reports = []
    steps: tuple[Literal["setup", "call"], ...] = ("setup", "call")
    for when in steps:
        hook = getattr(item.ihook, f"pytest_runtest_{when}")
        call = pytest.CallInfo.from_call(partial(hook, item=item), when=when)
        reports.append(item.ihook.pytest_runtest_makereport(item=item, call=call))
        if call.excinfo is not None:
            break
    call = pytest.CallInfo.from_call(
        lambda: item.ihook.pytest_runtest_teardown(item=item, nextitem=session.items[-1]), when="teardown"
    )
    return not any(report.failed for report in reports) and call.excinfo is None


def _fork(work: Callable[[], bool], own: Path, *, patience: int | None = PATIENCE) -> int:
    """The number of a process that answers 0 when `work` is true; its temporary files are in `own`."""
    pid = os.fork()
    if pid:
        return pid
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(own)
    tempfile.tempdir = str(own)
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    if patience:
        signal.signal(signal.SIGALRM, lambda *_: os._exit(3))
        signal.alarm(patience)
    code = 2
    try:
        code = 0 if work() else 1
    finally:
        os._exit(code)
