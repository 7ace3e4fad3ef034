"""`Any` says that nothing is known: it stands where a library says no more, with its reason, and hardly ever."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST = 12
ALIASES = {"points/shapes/fields.py": "Given"}
"""Where an alias holds an `Any`: it would hide one at each place where it is used."""


def uses() -> Iterator[tuple[str, int, list[str]]]:
    """Every line of the package whose code says `Any`, with the file's lines."""
    for path in sorted((ROOT / "points").rglob("*.py")):
        written = path.read_text()
        if re.search(r"\bAny\b", written) is None:
            continue
        tree = ast.parse(written)
        named = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "Any"}
        named |= {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "Any"}
        for line in sorted(named):
            yield str(path.relative_to(ROOT)), line, written.splitlines()


def test_hardly_anything_is_any() -> None:
    found = [f"{path}:{line}" for path, line, _ in uses()]
    assert len(found) <= MOST, f"say what it is, or `object` where nobody looks at it: {found}"


def test_what_is_any_says_why() -> None:
    silent = [f"{path}:{line}" for path, line, lines in uses() if not re.search(r"#.*\bAny\b:", _around(lines, line))]
    assert not silent, f"write the reason as `# Any: …` on the line or above it: {silent}"


def test_no_alias_hides_any() -> None:
    hidden = [
        f"{path}:{line}"
        for path, line, lines in uses()
        if (alias := re.match(r"(\w+)(?::[^=]+)? = .*\bAny\b", lines[line - 1])) and ALIASES.get(path) != alias[1]
    ]
    assert not hidden, f"a name for `Any` hides it: {hidden}"


def _around(lines: list[str], line: int) -> str:
    return "\n".join(lines[max(line - 2, 0) : line])
