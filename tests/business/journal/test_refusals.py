"""A refusal that is kept as the answer to a key is read again as the same refusal, with its facts as they were."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import pytest

import points
from points.foundation.errors import NoSuch, Refusal, RowsRefused
from points.journal import refusals

FACTS: dict[str, Any] = {
    "str": "张三的“毛巾”",
    "int": 7,
    "float": 0.5,
    "datetime": datetime(2026, 5, 9, 1, 2, tzinfo=UTC),
    "date": date(2026, 5, 9),
    "list": ["G02", "G04"],
    "Mapping": {"who": "电话"},
    "dict": {"who": "电话"},
}


def decided(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for module in pkgutil.walk_packages(points.__path__, "points."):
        if not module.name.startswith(("points.migrations", "points.__main__")):
            importlib.import_module(module.name)
    found = list(kind.__subclasses__())
    for one in found:
        found += [sub for sub in one.__subclasses__() if sub not in found]
    return (one for one in found if one.decided and "code" in vars(one))


def made(kind: type[Refusal]) -> Refusal:
    facts = {}
    for field in fields(kind):
        name = getattr(field.type, "__name__", str(field.type)).partition("[")[0].rpartition(".")[2]
        facts[field.name] = FACTS[name]
    return kind(**facts)


def test_every_refusal_is_read_as_it_was_written() -> None:
    kinds = list(decided())
    assert len(kinds) > 200
    for kind in kinds:
        refusal = made(kind)
        again = refusals.read(refusals.written(refusal))
        assert (type(again).__qualname__, again.facts()) == (kind.__qualname__, refusal.facts())
        assert str(again) == str(refusal)


def test_rows_that_were_refused_keep_their_numbers_and_reasons() -> None:
    rows = RowsRefused(count=1, total=3, refused={2: NoSuch(kind="item", key="G9")})
    again = refusals.read(refusals.written(rows))
    assert isinstance(again, RowsRefused)
    assert {row: str(why) for row, why in again.refused.items()} == {2: "not-found: There is no item “G9” here."}


@pytest.mark.parametrize("kept", [b"{}", b'{"refusal": "points.gone.Away", "given": {}}', b'{"refusal": 7}'])
def test_what_the_service_no_longer_knows_is_refused_all_the_same(kept: bytes) -> None:
    assert refusals.read(kept).code == "refused-before"


def test_a_refusal_whose_facts_changed_is_refused_all_the_same() -> None:
    name = "points.foundation.errors.NoSuch"
    assert refusals.read(f'{{"refusal": "{name}", "given": {{"other": 1}}}}'.encode()).code == "refused-before"
