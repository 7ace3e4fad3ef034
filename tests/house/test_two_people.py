"""Whether two signatures are two people's is decided in one place; nothing else compares who signed."""

import ast
from pathlib import Path

import points

ROOT = Path(points.__file__).parent
DECIDES = "access/two_people.py"
SIGNED = {
    "proposed_by", "drafted_by", "submitted_by", "approved_by", "decided_by", "checked_by", "received_by", "second_by",
    "published_by", "fulfilled_by", "returned_by", "first_by", "confirmed_by",
}  # fmt: skip
EXCUSED = {
    ("access/two_people.py", "person"): "decides it",
    **dict.fromkeys(
        (("office/closing.py", one) for one in ("person", "drafted_by", "proposed_by", "submitted_by")),
        "counts what somebody whose sign-in is closed began, and signs nothing",
    ),
    ("web/pages.py", "person"): "says “you” where one's own name stands",
    ("office/audit_log.py", "person"): "finds what somebody did, and what I did",
    ("service/makeups/queries.py", "proposed_by"): "asks two_people for one's own names",
    ("service/checkin/scanned.py", "person"): "a scanned card, and nobody who signs",
    ("office/watch.py", "person"): "finds when I looked through it",
    ("people/minors.py", "person"): "finds my own looks and my own registrations, which give rights and sign nothing",
    ("service/activities/guards.py", "person"): "finds my own draft, which gives the right to change it",
    ("people/counter_registration.py", "person"): "finds my own registration of today, which signs nothing",
    ("people/volunteers/registration.py", "person"): "tells who registers themselves from who is registered",
}


def _compared() -> set[tuple[str, str]]:
    """Where what names a person who signs stands on a side of ==, !=, in or not in, or of a column's not_in."""
    found = set()
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(("migrations/", "demo/")):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Compare):
                continue
            if not any(isinstance(one, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for one in node.ops):
                continue
            for side in (node.left, *node.comparators):
                parts = side.elts if isinstance(side, ast.Tuple | ast.List | ast.Set) else [side]
                for part in parts:
                    named = isinstance(part, ast.Attribute) and (part.attr in SIGNED or _is_a_person(part))
                    if named and not _is_none(node):
                        found.add((name, part.attr))
    return found


def _is_a_person(part: ast.Attribute) -> bool:
    return part.attr == "person" and isinstance(part.value, ast.Name | ast.Call | ast.Attribute)


def _is_none(node: ast.Compare) -> bool:
    return any(isinstance(side, ast.Constant) and side.value in (None, "") for side in (node.left, *node.comparators))


def test_who_signed_is_compared_in_one_place() -> None:
    elsewhere = {f"{name}: .{what}" for name, what in _compared() if (name, what) not in EXCUSED}
    assert not elsewhere, f"ask points.access.two_people whether these are two people: {sorted(elsewhere)}"


def test_every_excuse_is_needed() -> None:
    assert set(EXCUSED) <= _compared()
