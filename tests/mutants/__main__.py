"""`make mutants`: change the rules one place at a time, run the tests that reach it, say what nobody noticed."""

import argparse
import os
import sys

import pytest

from tests.mutants import scope
from tests.mutants.loop import Loop

MUST = 95
"""Percent of the changes that a test must notice."""
TESTS = ("tests/business", "tests/web", "tests/api")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> int:
    """Try every change; 1 where too few are noticed."""
    asked = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    asked.add_argument("--files", nargs="*", choices=scope.FILES, default=scope.FILES, metavar="FILE")
    asked.add_argument("--tests", nargs="*", default=TESTS)
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = asked.parse_args()
    loop = Loop(given.files, given.workers)
    options = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "not postgresql"]
    pytest.main([*options, *given.tests], plugins=[loop])
    tried, left = sum(loop.tried.values()), len(loop.left)
    for file, count in loop.tried.items():
        own = sum(one.file == file for one in loop.left)
        say(f"{file}: {count - own} of {count}")
    percent = 100 * (tried - left) / tried if tried else 0
    say(f"noticed: {tried - left} of {tried}, {percent:.1f} %")
    return 0 if percent >= MUST else 1


if __name__ == "__main__":
    sys.exit(main())
