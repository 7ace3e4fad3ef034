"""`make bench`: measure, write the table, and fail where a limit is not met."""

import argparse
import json
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import growth, hot, limits, work
from tests.benchmarks.figures import Figures

DOCS = Path(__file__).resolve().parents[2] / "docs"
PARTS = ("hot", "busy", "imports", "demo", "growth")


def main() -> int:
    """Run the parts asked for; 1 when a limit does not hold."""
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    asked.add_argument("--transfers", type=int, default=growth.LARGE, help="how large the large books are")
    asked.add_argument("--write", action="store_true", help="put the figures into docs/")
    given = asked.parse_args()
    figures = _kept()
    with tempfile.TemporaryDirectory(prefix="points-bench-") as name:
        folder = Path(name)
        parts: dict[str, Callable[[], Figures]] = {
            "hot": lambda: hot.measure(given.rounds, folder, _say),
            "busy": lambda: work.while_busy(given.rounds, folder, _say),
            "imports": lambda: work.imports(folder),
            "demo": lambda: work.demos(folder),
            "growth": lambda: growth.measure(given.rounds, folder, _say, large=given.transfers),
        }
        for part in given.only:
            _say(part)
            figures.update(parts[part]())
    sys.stdout.write(f"{_table(figures)}\n")
    missed = [
        f"{limit.what} on {limit.database}: {shown}" for limit, shown, holds in limits.compared(figures) if not holds
    ]
    if given.write:
        _write(figures)
    for one in missed:
        _say(f"MISSED {one}")
    return 1 if missed else 0


def _table(figures: Figures) -> str:
    lines = ["| | SQLite | PostgreSQL |", "|---|---:|---:|"]
    for what, by in figures.rows():
        shown = [str(by.get(database, by.get("—", ""))) for database in ("SQLite", "PostgreSQL")]
        lines.append(f"| {what} | {shown[0]} | {shown[1]} |")
    return "\n".join(lines)


def _limits(figures: Figures) -> str:
    lines = ["| | | measured | must | aim | |", "|---|---|---:|---:|---:|---|"]
    for limit, shown, holds in limits.compared(figures):
        sign = "≤" if limit.at_most else "≥"
        lines.append(
            f"| {limit.what} | {limit.database} | {shown} | {sign} {limit.must:g} | {sign} {limit.aim:g} "
            f"| {'holds' if holds else '**missed**'} |"
        )
    return "\n".join(lines)


def _machine() -> str:
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return (
        f"{len(os.sched_getaffinity(0))} cores of {cpu[1] if cpu else platform.machine()}, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def _write(figures: Figures) -> None:
    (DOCS / "performance.json").write_text(json.dumps(figures.as_json(), ensure_ascii=False, indent=1) + "\n")
    page = DOCS / "performance.md"
    said = page.read_text()
    for name, table in (("machine", _machine()), ("limits", _limits(figures)), ("figures", _table(figures))):
        said = re.sub(
            rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)",
            lambda found, table=table: found[1] + table + found[2],
            said,
            flags=re.S,
        )
    page.write_text(said)


def _kept() -> Figures:
    """What an earlier run wrote, so that parts can be measured one by one."""
    try:
        return Figures.of_json(json.loads((DOCS / "performance.json").read_text()))
    except FileNotFoundError:
        return Figures()


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
