"""The project speaks only of itself: of no machine that it was written on, and of no place that it was fetched from."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENDORED = ("points/web/static/vendor/", "points/web/paper/fonts/")
FOREIGN = {
    "a path of one machine": re.compile(r"/(?:home|Users|root|work)/\w"),
    "a package registry": re.compile(
        r"(?:pypi|npmjs|pythonhosted|jsdelivr|unpkg|cdnjs)\.(?:org|com|net)|registry\.[\w-]+\.(?:org|com|net|io|dev|cn)\b"
    ),
    "unfinished work": re.compile(r"\b(?:TODO|FIXME|XXX)\b"),
}


def tracked_texts() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and not name.startswith(VENDORED)]


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_names(what: str):
    found = []
    for path in tracked_texts():
        if path == Path(__file__) or not path.exists():
            continue
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}" for number, line in enumerate(lines, 1) if FOREIGN[what].search(line)
        ]
    assert not found, f"{what} is named in: {', '.join(found)}"
