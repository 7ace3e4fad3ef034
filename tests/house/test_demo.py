"""The demo is played by its people: nobody in it may do everything, and nobody's rights are made up there."""

import ast
import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from points import demo
from points.foundation.actors import Actor, Reach

ROOT = Path(demo.__file__).parent
MADE_UP = {"omnipotent", "everywhere", "permits"}
"""Arguments by which rights are given past the roles."""
EXCUSED = {
    ("street/founding.py", "NEWCOMER"): "who registers themselves has no account yet, and may nothing else",
}


def _all() -> Iterator[tuple[str, str]]:
    """Every place of the demo where an actor is named who may something everywhere, or rights are made up."""
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        dotted = ".".join(["points.demo", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")
        found = vars(importlib.import_module(dotted))
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg in MADE_UP:
                yield name, node.arg
            elif isinstance(node, ast.Call) and _meant(node.func, found) in (Actor, Reach):
                yield name, ast.unparse(node.func)
            elif isinstance(node, ast.Name | ast.Attribute) and _is_everywhere(_meant(node, found)):
                yield name, ast.unparse(node)


def _meant(node: ast.expr, names: Mapping[str, object]) -> object:
    """What a name of a module, plain or dotted, stands for; None for anything else."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    return getattr(_meant(node.value, names), node.attr, None) if isinstance(node, ast.Attribute) else None


def _is_everywhere(meant: object) -> bool:
    if not isinstance(meant, Actor):
        return False
    return meant.omnipotent or any(reach.everywhere for reaches in meant.permits.values() for reach in reaches)


def test_nobody_in_the_demo_may_do_everything() -> None:
    found = {f"{name}: {what}" for name, what in _all() if (name, what) not in EXCUSED}
    assert not found, f"let the account, leader or volunteer do it whose right it is (domain §3.10): {sorted(found)}"


def test_every_excuse_is_needed() -> None:
    assert set(EXCUSED) <= set(_all())
