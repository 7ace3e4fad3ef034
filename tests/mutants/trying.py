"""A change put into the running process: the code of functions, and what modules made of the file hold."""

import ast
import enum
import inspect
import sys
from types import FunctionType, ModuleType


def put_in(module: ModuleType, tree: ast.Module) -> None:
    """Let everything that knows the things of `module` meet those of `tree` instead; there is no way back."""
    new = {"__name__": module.__name__, "__file__": module.__file__, "__package__": module.__package__}
    exec(compile(tree, str(module.__file__), "exec"), new)
    for name, value in new.items():
        old = vars(module).get(name)
        if name.startswith("__") or value is old:
            continue
        if isinstance(old, type) and isinstance(value, type):
            if old.__module__ == module.__name__ and not issubclass(old, enum.Enum):
                _put_class(old, value)
        elif _function(old) and _function(value):
            _put_function(old, value)
        elif not _same(old, value):
            _put_value(name, old, value)


def _put_class(old: type, new: type) -> None:
    for name, value in vars(new).items():
        mine = vars(old).get(name)
        if isinstance(value, property) and isinstance(mine, property):
            _put_function(mine.fget, value.fget)
        elif _function(value) and _function(mine) and not name.startswith("__"):
            _put_function(mine, value)
        elif name in ("__init__", "__post_init__") or (not name.startswith("__") and not _same(mine, value)):
            setattr(old, name, value)


def _put_function(old: object, new: object) -> None:
    mine, other = _function(old), _function(new)
    assert mine
    assert other
    mine.__code__, mine.__defaults__, mine.__kwdefaults__ = other.__code__, other.__defaults__, other.__kwdefaults__
    clear = getattr(old, "cache_clear", None)
    if clear:
        clear()


def _put_value(name: str, old: object, value: object) -> None:
    for module in list(sys.modules.values()):
        if vars(module).get(name) is old:
            setattr(module, name, value)


def _function(thing: object) -> FunctionType | None:
    """The plain function inside what a decorator made of it."""
    if isinstance(thing, classmethod | staticmethod):
        thing = thing.__func__
    plain = inspect.unwrap(thing) if callable(thing) else thing
    return plain if isinstance(plain, FunctionType) else None


def _same(old: object, new: object) -> bool:
    if type(old) is not type(new):
        return False
    try:
        return bool(old == new)
    except TypeError:  # a part of a statement: an equation with another one is no truth
        return False
