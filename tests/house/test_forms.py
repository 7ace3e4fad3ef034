"""Pages read no form by hand: what is typed comes through a form, whose fields have their bounds once."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import points.web
from points.shapes import forms
from points.shapes.forms import Form
from tests.house.test_manners import PACKAGE, attributes, place

BY_HAND = {"form", "args", "values"}
READERS = ("points/web/forms.py", "points/web/assets.py")
"""The one that reads forms, and the server of static files, which compares the version in its own addresses."""
NOT_YET = (
    "points/web/public",
    "points/web/volunteer",
)
"""Where pages still read what is typed by hand; what is converted leaves this list and never comes back."""


def all_forms(of: type[Form] = Form) -> Iterator[type[Form]]:
    for module in pkgutil.walk_packages(points.web.__path__, "points.web."):
        importlib.import_module(module.name)
    for one in of.__subclasses__():
        if one.__module__.startswith("points."):
            yield one
        yield from all_forms(one)


def test_no_page_reads_a_form_by_hand() -> None:
    found = [
        place(path, node)
        for path in sorted((PACKAGE / "web").rglob("*.py"))
        if not str(path.relative_to(PACKAGE.parent)).startswith((*READERS, *NOT_YET))
        for node, owner in attributes(ast.parse(path.read_text()))
        if owner == "request" and node.attr in BY_HAND
    ]
    assert not found, f"let `forms.read(SomeForm)` or `forms.asked(SomeForm)` read it: {found}"


def test_what_is_listed_as_not_yet_converted_is_not_yet_converted() -> None:
    for name in NOT_YET:
        paths = [PACKAGE.parent / name] if name.endswith(".py") else sorted((PACKAGE.parent / name).rglob("*.py"))
        found = [
            node
            for path in paths
            for node, owner in attributes(ast.parse(Path(path).read_text()))
            if owner == "request" and node.attr in BY_HAND
        ]
        assert found, f"{name} is converted: take it off the list"


def test_every_field_of_every_form_knows_its_kind() -> None:
    known = {one.__qualname__: forms.asked(one) for one in all_forms()}
    assert known
