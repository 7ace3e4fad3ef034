"""No list is cut without saying so: what stops at a number of its own leads on to the others, or says why not here.

What is turned over says its count (`ui.turns`) and asks for so many `A_PAGE`; what is handed on by a cursor asks for
the reader's `limit`.
"""

import ast
from collections.abc import Iterator

from tests.house.test_manners import PACKAGE, trees

SAID = {
    "points/api/activities.py": "what can be joined today is few, and the API's list of activities has a cursor",
    "points/office/waiting.py": "how many there are of each kind is counted, and a page of its own leads to all",
    "points/web/volunteer/points.py": "turned over by its cursor",
    "points/web/staff/desk.py": "the last receipts, to go on with; all of them stand under the day and the person",
    "points/web/staff/stock.py": "the page says how many exchange days there are and leads to all of them",
    "points/web/printed.py": "the printed passbook says that it shows what came last",
    "points/office/audit_log.py": "counting stops at a thousand, and the page says so",
    "points/people/duplicates.py": "comparing stops at a thousand of a kind, and the page says so",
    "points/registry/own_copy.py": "reads on until there is no more",
}


def cuts(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        asked = [each.value for each in node.keywords if each.arg == "limit"]
        if isinstance(node.func, ast.Attribute) and node.func.attr == "limit":
            asked += node.args
        if any(map(is_a_number_of_its_own, asked)):
            yield node.lineno


def is_a_number_of_its_own(asked: ast.expr) -> bool:
    if isinstance(asked, ast.Constant):
        return isinstance(asked.value, int) and asked.value > 1
    return isinstance(asked, ast.Name) and asked.id.isupper() and not asked.id.endswith("A_PAGE")


def test_no_list_stops_at_a_number_of_its_own() -> None:
    rooms = ("access", "exchange", "help", "ledger", "office", "people", "places", "registry", "reports", "rewards")
    found = {
        f"{path.relative_to(PACKAGE.parent)}:{line}"
        for path, tree in trees(*rooms, "service", "evidence", "api", "web")
        for line in cuts(tree)
        if str(path.relative_to(PACKAGE.parent)) not in SAID
    }
    assert not found, f"turn it over and say its count, or say here why it may be cut: {sorted(found)}"


def test_every_reason_is_still_needed() -> None:
    cut = {str(path.relative_to(PACKAGE.parent)) for path, tree in trees() if any(cuts(tree))}
    assert SAID.keys() <= cut, "nothing is cut there any more: take its reason out"
