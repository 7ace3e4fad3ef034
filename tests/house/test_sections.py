"""A business module reads in one order: what there is, what is refused, what happens, what can be asked."""

import inspect
import re
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

from tests.house.verbs import modules

ORDER = ["what there is", "what is refused", "what happens", "what can be asked"]


def source(module: ModuleType) -> str:
    return Path(str(module.__file__)).read_text()


@pytest.mark.parametrize("name", sorted(modules()))
def test_the_sections_stand_in_order_and_every_verb_in_one(name: str) -> None:
    module = import_module(name)
    text = source(module)
    sections = re.findall(r"^# --- (.*)$", text, re.MULTILINE)
    assert sections == [each for each in ORDER if each in sections], "these four, in this order; helpers need no line"
    with_session = [
        one
        for one in vars(module).values()
        if isinstance(one, FunctionType) and one.__module__ == name and "session" in inspect.signature(one).parameters
    ]
    first = text.find(f"# --- {sections[0]}\n") if sections else len(text)
    assert all(text.find(f"\ndef {one.__name__}(") > first for one in with_session), "name the section it stands in"
