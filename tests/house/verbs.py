"""Every verb of the business – the public functions below the edges that somebody (`by`) does at some time (`at`) –
and what can be read in the code about a function: what it reaches, what reaches it, what it writes.
"""

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from types import FunctionType, ModuleType
from typing import NamedTuple

import sqlalchemy
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert, UpdateBase

import points
from points.foundation import orm
from points.foundation.errors import Refusal

Function = FunctionType
EDGES = ("points.web", "points.api", "points.cli", "points.http", "points.app", "points.core")
ROOMS = (
    "places",
    "people",
    "access",
    "ledger",
    "service",
    "rewards",
    "exchange",
    "help",
    "reports",
    "evidence",
    "proof",
    "registry",
    "office",
    "upkeep",
)
CHANGES = ("add", "add_all", "delete", "merge", "flush")
"""What a session does to rows."""

GATHERED = {"insert": True, "increase": False, "change": False}
"""What `points.foundation.statements.Writes` gathers, and whether it adds rows."""

ADDING = (sqlalchemy.insert, postgresql.insert, sqlite.insert, orm.adding, orm.on_both)
CHANGING = (sqlalchemy.update, sqlalchemy.delete)


class Write(NamedTuple):
    """A place where a function writes; `table` is None where only running it would tell."""

    where: str
    table: Table | None
    adds: bool


def all_verbs() -> dict[str, Function]:
    """The verbs by their full name, such as `points.people.cards.issue`."""
    found = {}
    for module in modules():
        for name, one in vars(importlib.import_module(module)).items():
            if isinstance(one, FunctionType) and one.__module__ == module and not name.startswith("_"):
                parameters = inspect.signature(one).parameters
                if {"session", "by", "at"} <= set(parameters):
                    found[f"{module}.{name}"] = inspect.unwrap(one)
    return found


def modules() -> Iterator[str]:
    """Every module of the business rooms."""
    for room in ROOMS:
        package = importlib.import_module(f"{points.__name__}.{room}")
        yield package.__name__
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield each.name


@cache
def reached(function: Function) -> frozenset[Function]:
    """`function`, every function of ours that it names, those that these name, and so on."""
    seen: set[Function] = set()
    waiting = [function]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += _named(one)
    return frozenset(seen)


@cache
def callers(function: Function) -> frozenset[Function]:
    """The functions of the business that name `function`."""
    return frozenset(_calling()[function])


def at_an_edge(function: Function) -> bool:
    """Whether a page, a command or the API names it; what plays the invented street and city does not count."""
    return function in _named_at_the_edges()


def room_of(function: Function) -> str:
    """Such as `points.ledger`."""
    return ".".join(function.__module__.split(".")[:2])


@cache
def written(function: Function) -> tuple[Write, ...]:
    """Where this function itself writes: by its session, by a statement, by setting what belongs to something else."""
    if function.__module__ == orm.__name__:
        return ()  # what makes statements; who names a table to it writes
    found = []
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Call):
            found += _by_call(function, node)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) not in ("self", "cls"):
                found.append(Write(ast.unparse(node), None, adds=False))
        else:
            found += [
                Write(ast.unparse(node), statement.table, isinstance(statement, Insert))
                for statement in _prepared(_meaning(function, node))
            ]
    return tuple(found)


def _by_call(function: Function, call: ast.Call) -> Iterator[Write]:
    called = _meaning(function, call.func)
    if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "session" and call.func.attr in CHANGES:
        yield Write(ast.unparse(call.func), None, adds=False)
    elif (
        isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "writes" and call.func.attr in GATHERED
    ):
        into = _table(_meaning(function, call.args[0]))
        yield Write(ast.unparse(call.func), into, adds=GATHERED[call.func.attr])
    elif called is orm.insert or called in ADDING or called in CHANGING:
        into = call.args[called is orm.insert]
        yield Write(ast.unparse(call.func), _table(_meaning(function, into)), adds=called not in CHANGING)


def _prepared(meant: object) -> Iterator[UpdateBase]:
    """The statements that a name stands for, which were put together where its module is read."""
    each = meant.values() if isinstance(meant, Mapping) else [meant]
    yield from (one for one in each if isinstance(one, UpdateBase))


def _table(meant: object) -> Table | None:
    table = getattr(meant, "__table__", meant)
    return table if isinstance(table, Table) else None


def _meaning(function: Function, node: ast.AST) -> object:
    """What a name or `module.name` of this function stands for; `table_of(X)` stands for X's table."""
    return _named_in(function.__module__, node)


def _named_in(module: str, node: ast.AST) -> object:
    """A function that tests watch stands for itself: what is kept here is asked for with and without them."""
    meant = _found_in(module, node)
    return inspect.unwrap(meant) if isinstance(meant, FunctionType) else meant


def _found_in(module: str, node: ast.AST) -> object:
    scope = _scope(module)
    if isinstance(node, ast.Name):
        return scope.get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = scope.get(node.value.id)
        return getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else None
    if isinstance(node, ast.Call) and node.args and _named_in(module, node.func) is orm.table_of:
        return _named_in(module, node.args[0])
    return None


@cache
def _scope(module: str) -> Mapping[str, object]:
    """What the names of a module stand for, those too that a function imports when it is called."""
    scope: dict[str, object] = {}
    for node in ast.walk(_source(module)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("points"):
            origin = importlib.import_module(node.module)
            for each in node.names:
                if not hasattr(origin, each.name):
                    importlib.import_module(f"{node.module}.{each.name}")
                scope[each.asname or each.name] = getattr(origin, each.name)
    return scope | vars(importlib.import_module(module))


@cache
def _source(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(importlib.import_module(module)))


@cache
def _tree(function: Function) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


@cache
def _named(function: Function) -> frozenset[Function]:
    """The functions of ours that it names, and the methods of the classes it names that are no rows or refusals."""
    found: set[Function] = set()
    for node in ast.walk(_tree(function)):
        meant = _meaning(function, node)
        if isinstance(meant, FunctionType):
            found.add(meant)
        elif isinstance(meant, type) and not issubclass(meant, (orm.Base, Refusal)):
            found.update(_methods(meant))
    return frozenset(one for one in found if one is not function and _is_ours(one))


def _methods(owner: type) -> Iterator[Function]:
    for one in vars(owner).values():
        one = getattr(one, "fget", getattr(one, "__func__", one))
        if isinstance(one, FunctionType):
            yield one


def _is_ours(function: Function) -> bool:
    return (function.__module__ or "").startswith("points.") and inspect.unwrap(function).__code__.co_filename.endswith(
        ".py"
    )


@cache
def _calling() -> Mapping[Function, set[Function]]:
    found: dict[Function, set[Function]] = defaultdict(set)
    for name in modules():
        module = importlib.import_module(name)
        for one in vars(module).values():
            if getattr(one, "__module__", None) != name:
                continue
            mine = _methods(one) if isinstance(one, type) else [one] if isinstance(one, FunctionType) else ()
            for function in map(inspect.unwrap, mine):
                for named in _named(function) if _is_ours(function) else ():
                    found[named].add(function)
    return found


@cache
def _named_at_the_edges() -> frozenset[Function]:
    found = set()
    for each in pkgutil.walk_packages(points.__path__, "points."):
        if each.name.startswith(EDGES):
            for node in ast.walk(_source(each.name)):
                meant = _named_in(each.name, node)
                if isinstance(meant, FunctionType):
                    found.add(meant)
    return frozenset(found)
