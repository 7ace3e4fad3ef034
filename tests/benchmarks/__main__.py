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

from tests.benchmarks import growth, hot, limits, processor, where, work
from tests.benchmarks.figures import Figures

DOCS = Path(__file__).resolve().parents[2] / "docs"
KEPT = DOCS / "performance.json"
Profile = dict[str, dict[str, str]]
"""Where the time goes, in words, by path and database."""

PARTS = ("processor", "new", "crowded", "standing", "hot", "floor", "busy", "imports", "demo", "growth", "where")


def main() -> int:
    """Run the parts asked for; 1 when a limit does not hold."""
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    asked.add_argument("--transfers", type=int, default=growth.LARGE, help="how large the large books are")
    asked.add_argument("--write", action="store_true", help="put the figures into docs/")
    given = asked.parse_args()
    figures, profile = _kept()
    with tempfile.TemporaryDirectory(prefix="points-bench-") as name:
        folder = Path(name)
        parts: dict[str, Callable[[], Figures]] = {
            "processor": lambda: processor.measure(given.rounds, folder, _say),
            "new": lambda: processor.unanalysed(given.rounds, folder, _say),
            "crowded": lambda: processor.crowded(given.rounds, folder, _say),
            "standing": lambda: processor.standing(folder),
            "hot": lambda: hot.measure(given.rounds, folder, _say),
            "floor": lambda: hot.against_the_floor(given.rounds, folder, figures),
            "busy": lambda: work.while_busy(given.rounds, folder, _say),
            "imports": lambda: work.imports(folder),
            "demo": lambda: work.demos(folder),
            "growth": lambda: growth.measure(given.rounds, folder, _say, large=given.transfers),
        }
        for part in given.only:
            _say(part)
            if part == "where":
                profile = where.measure(folder)
            else:
                figures.update(parts[part]())
    sys.stdout.write(f"{_table(figures)}\n")
    missed = [
        f"{limit.what} on {limit.database}: {shown}" for limit, shown, holds in limits.compared(figures) if not holds
    ]
    if given.write:
        _write(figures, profile)
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


def _profile(profile: Profile) -> str:
    lines = ["| | | |", "|---|---|---|"]
    lines += [f"| {path} | {database} | {said} |" for path, by in profile.items() for database, said in by.items()]
    return "\n".join(lines)


def _write(figures: Figures, profile: Profile) -> None:
    kept = {"machine": _machine(), "figures": figures.as_json(), "profile": profile}
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
    page = DOCS / "performance.md"
    said = page.read_text()
    for name, table in (
        ("machine", _machine()),
        ("limits", _limits(figures)),
        ("profile", _profile(profile)),
        ("figures", _table(figures)),
    ):
        said = re.sub(
            rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)",
            lambda found, table=table: found[1] + table + found[2],
            said,
            flags=re.S,
        )
    page.write_text(said)


def _kept() -> tuple[Figures, Profile]:
    """What an earlier run wrote, so that parts can be measured one by one."""
    if not KEPT.exists():
        return Figures(), {}
    kept = json.loads(KEPT.read_text())
    return Figures.of_json(kept["figures"]), kept["profile"]


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
