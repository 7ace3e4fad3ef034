"""The machine that changes rules: what it changes, and that a change put in place is met by whoever calls it."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutants import changes, scope, trying

ROOT = Path(__file__).parents[2]
SOURCE = '''"""A rule."""

LIMIT = 10


class TooMany(Exception):
    """More than the limit."""


def allowed(count: int) -> int:
    """Not more than the limit."""
    if count > LIMIT:
        raise TooMany
    return min(count, 8)
'''


def rule(source: str = SOURCE) -> ModuleType:
    module = ModuleType("a_rule")
    module.__file__ = "a_rule.py"
    exec(compile(source, "a_rule.py", "exec"), vars(module))
    return module


def said() -> list[tuple[int, str]]:
    return [(one.line, one.what) for one in changes.of_file("a_rule.py", SOURCE)]


def test_every_bound_number_and_refusal_is_changed() -> None:
    assert sorted(said()) == [
        (3, "10 → 11"),
        (3, "10 → 9"),
        (12, "Gt → GtE"),
        (12, "never refused"),
        (14, "8 → 7"),
        (14, "8 → 9"),
        (14, "min → max"),
    ]


@pytest.mark.parametrize("number", range(7))
def test_a_change_in_place_is_met_by_the_function_that_was_there(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    module = rule()
    monkeypatch.setitem(sys.modules, "a_rule", module)
    allowed = module.allowed
    trying.put_in(module, list(changes.of_file("a_rule.py", SOURCE))[number].tree)
    results = []
    for count in (5, 10, 11, 12):
        try:
            results.append(allowed(count))
        except Exception:
            results.append(None)
    assert results != [5, 8, None, None]


def test_what_is_no_rule_is_left_alone() -> None:
    source = "from typing import Literal\nKind = str\n\ndef kind(one: Literal[1]) -> Literal[2]:\n    return one\n"
    assert list(changes.of_file("kind.py", source)) == []


def test_the_lines_of_a_change_are_those_of_its_statement() -> None:
    source = "def rule(a):\n    if (a\n            > 3):\n        return 1\n    return 2\n"
    found = [one for one in changes.of_file("rule.py", source) if one.what == "Gt → GtE"]
    assert [(one.line, one.lines) for one in found] == [(2, range(2, 4))]


def test_every_file_of_the_scope_is_there_once() -> None:
    assert [file for file in scope.FILES if not (ROOT / file).is_file()] == []
    assert len(set(scope.FILES)) == len(scope.FILES)
