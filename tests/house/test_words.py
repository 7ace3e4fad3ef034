"""One name for one thing: docs/words.md says which, and the code keeps to it."""

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from points import schema

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (?P<chinese>[^|]+) \| (?P<english>[^|]+) \| (?P<names>`[^|]+) \|$", re.MULTILINE)
WORDS = [
    (row["chinese"].strip(), row["english"].strip(), re.findall(r"`([\w.]+)`", row["names"]))
    for row in ROW.finditer((ROOT / "docs/words.md").read_text())
]
NAMES = [name for _, _, names in WORDS for name in names]

OTHER_NAMES_ARE_FINE = {
    "points/schema.py": "rooms by their own names, to have their tables",
    "points/web/__init__.py": "three blueprints called bp",
}


@pytest.mark.parametrize("name", NAMES)
def test_what_the_list_names_is_there(name: str) -> None:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute)


def test_every_table_stands_in_the_list() -> None:
    tables = {f"{mapper.class_.__module__}.{mapper.class_.__name__}" for mapper in schema.Base.registry.mappers}
    assert tables <= set(NAMES)


def test_no_name_and_no_word_stands_twice() -> None:
    for said in (Counter(NAMES), Counter(chinese for chinese, _, _ in WORDS)):
        assert [one for one, times in said.items() if times > 1] == []


@pytest.mark.parametrize("path", sorted((ROOT / "points").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_of_ours_has_one_name(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    if name in OTHER_NAMES_ARE_FINE:
        return
    assert list(renamed(path)) == [], "call it by its own name, or give it a better one"


SESSIONS = {
    "points/api/exchange_days.py": "the API's own word: operations upon /sessions",
    "points/shapes/exchange_days.py": "the API's own word: what /sessions takes and answers",
    "points/database/__init__.py": "SQLAlchemy's",
    "points/http/__init__.py": "the cookie of a browser",
    "points/api/once.py": "SQLAlchemy's, left unused",
}


@pytest.mark.parametrize("path", sorted((ROOT / "points").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_session_is_sqlalchemys(path: Path) -> None:
    """A stay is a stay and an exchange day is an exchange day: no class, function or parameter calls them sessions."""
    named = {
        node.arg if isinstance(node, ast.arg) else node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.arg)
    }
    called = {name for name in named - {"session"} if "session" in name.lower()}
    assert bool(called) == (str(path.relative_to(ROOT)) in SESSIONS), sorted(called)


def renamed(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports under another name; one that stays clear in its package may add it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("points"):
            continue
        for alias in node.names:
            if alias.asname in (None, alias.name) or not is_module(f"{node.module}.{alias.name}"):
                continue
            qualified = f"{str(node.module).rsplit('.', 1)[-1]}_{alias.name}"
            if alias.asname != qualified:
                yield f"{node.module}.{alias.name} as {alias.asname}"


def is_module(name: str) -> bool:
    place = ROOT / name.replace(".", "/")
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()
