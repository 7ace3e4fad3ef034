"""The log speaks the reader's language: every fact that is written beside an act has its word."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import points
from points.exchange.goods import Change
from points.web import audit_words
from tests.web.conftest import Browser, Street

ROOMS = Path(points.__file__).parent
EDGES = ("api", "cli", "foundation", "migrations", "web")


def written(tree: ast.AST) -> Iterator[str]:
    """The names of the facts that stand in a module as they are."""
    for node in ast.walk(tree):
        named = [node.arg] if isinstance(node, ast.keyword) else []
        if isinstance(node, ast.Assign):
            named = [name.id for name in node.targets if isinstance(name, ast.Name)]
        facts = getattr(node, "value", None) if "facts" in named else None
        for found in ast.walk(facts) if facts else ():
            if isinstance(found, ast.Dict):
                yield from (key.value for key in found.keys if isinstance(key, ast.Constant))


def test_every_fact_that_is_written_has_a_word() -> None:
    rooms = [path for path in ROOMS.iterdir() if path.is_dir() and path.name not in EDGES]
    modules = [module for room in rooms for module in room.rglob("*.py")]
    missing = {name for module in modules for name in written(ast.parse(module.read_text()))} - set(audit_words.FACT)
    assert len(modules) > 100
    assert not missing, f"give them a word in audit_words.FACT, so that the log can be read: {sorted(missing)}"


def test_what_may_be_changed_of_goods_has_a_word() -> None:
    assert {field.name for field in fields(Change)} <= set(audit_words.FACT)


def test_the_log_names_roles_places_and_days(street: Street, staff_pc: Callable[..., Browser]) -> None:
    admin = staff_pc("street_admin")
    admin.post("/staff/accounts", login="li.na", name="李娜", phone="13800000007", role="station_staff", place="NLJ-1")
    page = admin.get("/staff/audit").text
    assert "Role: Station staff" in page
    assert "Where: 能量家1号站" in page
    assert "Minor: no" in page
    assert "Consents: Earn points for my service, Keep my data to record my service" in page
    assert "somebody without a name" in page
    assert "the system · " not in page
    assert not [name for name in ("station_staff;", "False", "True", "late:") if name in page]
    accounts = admin.get("/staff/accounts").text
    assert "Station staff · 能量家1号站" in accounts
