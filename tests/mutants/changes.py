"""The changed versions of a file, each with one thing different: a bound, a sign, a number, a refusal that is gone."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_NOT_RULES = frozenset(("annotation", "returns", "decorator_list", "type_params", "bases", "keywords"))
"""The fields of the syntax in which nothing is decided."""
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Change:
    """One difference: where it is, what it says, the whole file with it, and the lines of its statement."""

    file: str
    line: int
    what: str
    tree: ast.Module
    lines: range


def of_file(file: str, source: str) -> Iterator[Change]:
    """Every change of a file, one at a time, in the order of its lines."""
    for number in range(len(list(_places(ast.parse(source))))):
        tree = ast.parse(source)
        line, what, change = list(_places(tree))[number]
        before = copy.deepcopy(tree)
        change()
        ast.fix_missing_locations(tree)
        if ast.dump(before) != ast.dump(tree):
            yield Change(file, line, what, tree, _statement(before, line))


Place = tuple[int, str, Callable[[], None]]


def _places(tree: ast.Module) -> Iterator[Place]:
    for node in _rules(tree):
        match node:
            case ast.Compare(ops=[*ops]):
                for place, op in enumerate(ops):
                    if new := SWAPPED.get(type(op)):
                        yield node.lineno, _said(op, new), _set(node.ops, place, new())
            case ast.BinOp(op=op) | ast.BoolOp(op=op):
                if new := SWAPPED.get(type(op)):
                    yield node.lineno, _said(op, new), _put(node, "op", new())
            case ast.UnaryOp(op=ast.Not()):
                yield node.lineno, "not x → x", _bare(node)
            case ast.Constant(value=bool() as value):
                yield node.lineno, f"{value} → {not value}", _put(node, "value", not value)
            case ast.Constant(value=int() as value):
                for new_value in {value + 1, max(value - 1, 0)} - {value}:
                    yield node.lineno, f"{value} → {new_value}", _put(node, "value", new_value)
            case ast.Call(func=ast.Name(id=name)) if name in CALLS:
                yield node.lineno, f"{name} → {CALLS[name]}", _put(node.func, "id", CALLS[name])
            case ast.If(body=[*_, ast.Raise()]):
                yield node.lineno, "never refused", _put(node, "test", ast.Constant(value=False))
            case ast.If() | ast.IfExp():
                yield node.lineno, "if always", _put(node, "test", ast.Constant(value=True))


def _rules(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes that decide: no annotations, no decorators, nothing of how a class of facts is made."""
    queue: list[ast.AST] = [tree]
    while queue:
        node = queue.pop(0)
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert):
            continue
        yield node
        for name, value in ast.iter_fields(node):
            if name in _NOT_RULES and not isinstance(node, ast.Call):
                continue
            children = value if isinstance(value, list) else [value]
            queue.extend(child for child in children if isinstance(child, ast.AST))


def _statement(tree: ast.Module, line: int) -> range:
    """The lines of the smallest statement around this line; of one with a body, those before it."""
    around = range(line, line + 1)
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or line):
            body = getattr(node, "body", None)
            end = body[0].lineno if isinstance(body, list) and body else (node.end_lineno or line) + 1
            if line < end or not body:
                around = range(node.lineno, max(end, line + 1))
    return around


def _said(old: ast.AST, new: type[ast.AST]) -> str:
    return f"{type(old).__name__} → {new.__name__}"


def _put(node: ast.AST, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, name, value)


def _set(items: list[ast.cmpop], place: int, value: ast.AST) -> Callable[[], None]:
    def change() -> None:
        assert isinstance(value, ast.cmpop)
        items[place] = value

    return change


def _bare(node: ast.UnaryOp) -> Callable[[], None]:
    """`not x` as `not not x`: the truth of x."""
    return lambda: setattr(node, "operand", ast.UnaryOp(op=ast.Not(), operand=node.operand))
