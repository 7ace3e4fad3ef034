"""Pages read no form by hand: what is typed comes through a form, whose fields have their bounds once."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator

import points.web
from points.shapes import forms
from points.shapes.forms import Form
from tests.house.test_manners import PACKAGE, attributes, place

BY_HAND = {"form", "args", "values"}
READERS = ("points/web/forms.py", "points/web/assets.py")
"""The one that reads forms, and the server of static files, which compares the version in its own addresses."""


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
        if not str(path.relative_to(PACKAGE.parent)).startswith(READERS)
        for node, owner in attributes(ast.parse(path.read_text()))
        if owner == "request" and node.attr in BY_HAND
    ]
    assert not found, f"let `forms.read(SomeForm)` or `forms.asked(SomeForm)` read it: {found}"


def test_every_field_of_every_form_knows_its_kind() -> None:
    known = {one.__qualname__: forms.asked(one) for one in all_forms()}
    assert known
