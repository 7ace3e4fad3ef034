"""How the code is written where it matters: one clock, one reader of the environment, nobody commits below the edge."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "points"
ROOMS = (
    "upkeep",
    "office",
    "reports",
    "evidence",
    "proof",
    "registry",
    "help",
    "exchange",
    "rewards",
    "service",
    "ledger",
    "access",
    "people",
    "places",
    "journal",
    "foundation",
)
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def trees(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    """The syntax trees of the package, or of `rooms` only."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if not rooms or path.relative_to(PACKAGE).parts[0] in rooms:
            yield path, ast.parse(path.read_text())


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(PACKAGE.parent)}:{getattr(node, 'lineno', 0)}"


def attributes(tree: ast.Module) -> Iterator[tuple[ast.Attribute, str]]:
    """Every `owner.name` of a tree, with the owner's last name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            yield node, owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")


def test_only_the_clock_reads_the_time():
    found = [
        place(path, node)
        for path, tree in trees()
        for node, owner in attributes(tree)
        if (owner, node.attr) in CLOCKS and path != PACKAGE / "foundation/clock.py"
    ]
    assert not found, f"take the time as `at`, or at the edge from foundation.clock: {found}"


LOG = {
    "journal/tables.py": "the table",
    "journal/audit.py": "writes it",
    "journal/seals.py": "hashes it, so that nobody writes it anew",
    "proof/rewards.py": "proves by it what was brought over, and decides nothing",
    "office/audit_log.py": "shows it",
    "people/disclosures.py": "shows a family which lists their data left the house with",
    "access/tokens.py": "shows when a token last changed something, and decides nothing",
    "reports/lists/books.py": "takes it out as a list",
}


def test_the_audit_log_is_a_log_and_nothing_is_decided_by_it():
    found = {
        str(path.relative_to(PACKAGE))
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.alias)
        and "AuditEntry" in (getattr(node, "id", ""), getattr(node, "name", ""))
    }
    assert found == LOG.keys(), "what decides something stands in a column or table of its own"


def test_only_the_edges_ask_the_clock():
    found = [
        place(path, node)
        for path, tree in trees(*ROOMS)
        for node, owner in attributes(tree)
        if (owner, node.attr) == ("clock", "now")
    ]
    assert not found, f"take the time as `at`: {found}"


def test_only_the_settings_read_the_environment():
    found = [
        place(path, node)
        for path, tree in trees()
        for node, owner in attributes(tree)
        if owner == "os" and node.attr in ("environ", "getenv") and path != PACKAGE / "config.py"
    ]
    assert not found, f"add a setting to points.config: {found}"


def test_nobody_commits_below_the_edge():
    found = [
        place(path, node)
        for path, tree in trees(*ROOMS)
        for node, owner in attributes(tree)
        if owner == "session" and node.attr in ("commit", "rollback")
    ]
    assert not found, f"the caller's `transaction()` commits: {found}"


def test_nothing_but_the_session_is_taken_by_position():
    found = [
        f"{place(path, node)} {node.name}"
        for path, tree in trees(*ROOMS[:-1])
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and node.args.args
        and node.args.args[0].arg == "session"
        and any(verb in {arg.arg for arg in node.args.args} for verb in ("by", "at"))
    ]
    assert not found, f"`by` and `at` are keyword only: {found}"


def test_every_module_and_public_verb_says_what_it_is_for():
    found = [place(path, tree) for path, tree in trees() if path.name != "__init__.py" and not ast.get_docstring(tree)]
    found += [
        f"{place(path, node)} {node.name}"
        for path, tree in trees(*ROOMS)
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not any(ast.unparse(one) == "overload" for one in node.decorator_list)  # its last definition says it
        and not ast.get_docstring(node)
    ]
    assert not found, f"say what it does, what comes back and what it raises: {found}"
