"""A refusal is a promise to whoever reads it: a stable code of one meaning, sentences that can be told, a next step."""

import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import get_type_hints

import pytest

import points
from points.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from points.shapes.forms import Form
from tests.house.verbs import modules

KINDS = (NotFound, NotAllowed, Conflict, Invalid)
EXAMPLES: dict[object, object] = {
    str: "X",
    int: 1,
    float: 1.0,
    date: date(2026, 5, 9),
    datetime: datetime(2026, 5, 9, tzinfo=UTC),
    list[str]: ["X"],
    Mapping[str, str]: {"name": "X"},
    type[Form]: Form,
}
SHARED = {
    "already-in": "in, or in and out as often as a day allows: either way there is no further way in (design §5)",
    "changed-meanwhile": "somebody was faster; read again",
    "code-revoked": "the card, at the counter and at check-in",
    "needs-guardian": "the minor's guardian, at sign-up, at check-in and at the counter",
    "person-suspended": "the person is not active, at sign-up, at check-in and at the counter",
    "second-person-needed": "the same person cannot sign twice",
}
"""Codes that several refusals share, because whoever reads the code does the same about each of them."""


def refusals() -> list[type[Refusal]]:
    for name in modules():
        importlib.import_module(name)
    for each in pkgutil.walk_packages(points.__path__, "points."):
        if each.name.startswith(("points.journal", "points.foundation", "points.web", "points.api")):
            importlib.import_module(each.name)
    ours = (one for one in below(Refusal) if one.__module__.startswith("points."))
    return sorted((one for one in ours if "code" in vars(one)), key=lambda one: (one.__module__, one.__name__))


def below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


@pytest.mark.parametrize("refusal", refusals(), ids=lambda one: one.__name__)
def test_a_refusal_says_what_and_what_next_with_its_facts(refusal: type[Refusal]) -> None:
    assert is_dataclass(refusal)
    assert sum(issubclass(refusal, kind) for kind in KINDS) == 1, "it is of one kind, which is its HTTP status"
    hints = get_type_hints(refusal)
    made = refusal(**{field.name: example(hints[field.name]) for field in fields(refusal)})
    for sentence in (made.title, made.detail, made.next_step, made.spoken):
        told = sentence % made.facts()
        assert "%(" not in told
    assert made.title
    assert made.detail
    assert made.next_step
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made.code), "codes are kebab-case"
    assert refusal.__doc__


def test_a_code_has_one_meaning() -> None:
    by_code = defaultdict(set)
    for refusal in refusals():
        by_code[refusal.code].add(refusal)
    several = {code for code, found in by_code.items() if len(found) > 1}
    assert several == SHARED.keys(), "give it a code of its own, or say here why the meaning is one"
    for code in several:
        kinds = {kind for refusal in by_code[code] for kind in KINDS if issubclass(refusal, kind)}
        assert len(kinds) == 1, f"{code} has one status"


def example(hint: object) -> object:
    """A fact of this type; of `X | None`, an X."""
    return next(EXAMPLES[one] for one in (hint, *getattr(hint, "__args__", ())) if one in EXAMPLES)
