"""How the pages are written: lines that can be read, and nothing counted. `make format` puts them into their form."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
COLUMNS = 120
SUMS = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.NSRef)
COUNTING = {"sum", "abs", "round", "max", "min", "batch", "namespace", "range"}
"""Filters and functions that make a figure, or a list, of others; how long a list is may be said."""
LANGUAGE = Environment(trim_blocks=True, lstrip_blocks=True)


def called(page: Path) -> str:
    return page.relative_to(TEMPLATES).as_posix()


def computed(page: str) -> Iterator[tuple[int, str]]:
    """What a template works out itself, by the line on which it does."""
    read = LANGUAGE.parse(page)
    for found in read.find_all(SUMS):
        yield found.lineno, type(found).__name__
    for found in read.find_all(nodes.Neg):
        if not isinstance(found.node, nodes.Const):
            yield found.lineno, "Neg"
    for found in read.find_all((nodes.Filter, nodes.Call)):
        name = found.name if isinstance(found, nodes.Filter) else getattr(found.node, "name", "")
        if name in COUNTING:
            yield found.lineno, name


@pytest.mark.parametrize("page", PAGES, ids=called)
def test_no_line_of_a_template_is_wider_than_a_line_of_code(page: Path) -> None:
    wide = [number for number, line in enumerate(page.read_text().splitlines(), 1) if len(line) > COLUMNS]
    assert not wide, f"break these lines where no white space shows, in a tag or in an expression: {wide}"


@pytest.mark.parametrize("page", PAGES, ids=called)
def test_a_template_works_out_nothing(page: Path) -> None:
    found = list(computed(page.read_text()))
    assert not found, f"work it out in the view, once, and hand it over by its name: {found}"


@pytest.mark.parametrize(
    "page",
    [
        "{{ left - reserved }}",
        "{{ -most }}",
        "{{ lines | sum(attribute='points') }}",
        "{% set of = namespace(sum=0) %}{% for one in lines %}{% set of.sum = one %}{% endfor %}",
        "{% for n in range(7) %}{{ n }}{% endfor %}",
        "{% if price * qty > have %}{{ _('too dear') }}{% endif %}",
        "<p{% if n // 2 %} class='even'{% endif %}>",
    ],
)
def test_what_a_template_works_out_is_seen(page: str) -> None:
    assert list(computed(page))


def test_a_field_that_proves_somebody_is_typed_by_hand() -> None:
    """What a scanner gun types into it is never sent: ui.field says so of passwords, others with ui.by_hand()."""
    seen = 0
    for page in PAGES:
        for field in re.findall(r"<input\b[^>]*", page.read_text()):
            if re.search(r'type="password"|name="(pin|phone4)"', field):
                seen += 1
                assert "ui.by_hand()" in field, f"{called(page)}: {field}"
    assert seen >= 4
