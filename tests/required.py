"""What may not be skipped: `POINTS_REQUIRE=postgresql,servers,browser` makes a run without one of them fail.

A part that is required fails where it would be skipped, and the run fails when not one of its tests passed. A word that
names no part ends the run before its first test.
"""

import os
from collections.abc import Generator

import pytest

PARTS = frozenset({"postgresql", "servers", "browser"})
REQUIRED = frozenset(filter(None, os.environ.get("POINTS_REQUIRE", "").split(",")))
_passed: set[str] = set()


def pytest_configure(config: pytest.Config) -> None:
    if unknown := REQUIRED - PARTS:
        raise pytest.UsageError(
            f"POINTS_REQUIRE names {', '.join(sorted(unknown))}; the parts are {', '.join(sorted(PARTS))}"
        )


def part_of(nodeid: str) -> str | None:
    """The part of the run that the test `nodeid` belongs to, or none."""
    if nodeid.startswith("tests/browser/"):
        return "browser"
    if nodeid.startswith("tests/servers/"):
        return "servers"  # of the test's own: PostgreSQL's and PgBouncer's programs
    return "postgresql" if "[postgresql" in nodeid or "-postgresql" in nodeid else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    part = part_of(item.nodeid)
    if report.skipped and not hasattr(report, "wasxfail") and part in REQUIRED:
        report.outcome = "failed"
        report.longrepr = f"skipped, but POINTS_REQUIRE asks for {part}: {report.longrepr}"
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.passed and (part := part_of(report.nodeid)):
        _passed.add(part)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    whole = not session.config.args or session.config.args == session.config.getini("testpaths")
    if hasattr(session.config, "workerinput") or not whole:
        return
    for part in sorted(REQUIRED - _passed):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print(f"\nPOINTS_REQUIRE asks for {part}, but no test of it passed")  # noqa: T201
