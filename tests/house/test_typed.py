"""What people type is read in one place: `points.foundation.typed`. No field, list or search reads by itself."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from points.shapes import fields
from points.shapes.fields import Typed
from tests.house.test_manners import PACKAGE, place

THE_PLACE = {"foundation/typed.py", "foundation/initials.py"}
NOT_TYPED = {
    "web/paper/fonts.py": "draws a text that was read",
    "web/audit_words.py": "reads the log",
}
"""What reads no text of a person's hand."""
AS_IT_IS = {"Secret", "Address", "Word", "Flag"}
"""Kinds of which every character counts, and choices that a page offers."""
CASES = {"upper", "lower", "casefold"}


def parsed() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name not in THE_PLACE | set(NOT_TYPED) and not name.startswith(("migrations/", "demo/")):
            yield path, ast.parse(path.read_text())


def test_nobody_else_tells_signs_apart_by_their_width_or_shape() -> None:
    found = [
        place(path, node)
        for path, module in parsed()
        for node in ast.walk(module)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "unicodedata" in [getattr(node, "module", ""), *(one.name for one in node.names)]
    ]
    assert not found, f"let points.foundation.typed read it: {found}"


def test_nobody_else_trims_a_text_and_changes_its_case() -> None:
    found = [
        place(path, node)
        for path, module in parsed()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CASES
        and isinstance(node.func.value, ast.Call)
        and isinstance(node.func.value.func, ast.Attribute)
        and node.func.value.func.attr == "strip"
    ]
    assert not found, f"typed.number, typed.random_code or typed.plain reads it: {found}"


def test_every_kind_that_is_typed_into_a_form_is_read_there() -> None:
    kinds = {name: one for name, one in vars(fields).items() if inspect.isclass(one) and issubclass(one, Typed)}
    assert len(kinds) > 10
    by_itself = [
        name
        for name, kind in kinds.items()
        if name not in AS_IT_IS
        and "from_text" in vars(kind)
        and "typed." not in inspect.getsource(vars(kind)["from_text"])
    ]
    assert not by_itself, f"these read by themselves: {by_itself}"
