"""Every verb of the business: the public functions below the edges that somebody (`by`) does at some time (`at`)."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import FunctionType

import points

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


def all_verbs() -> dict[str, FunctionType]:
    """The verbs by their full name, such as `points.people.cards.issue`."""
    found = {}
    for module in modules():
        for name, one in vars(importlib.import_module(module)).items():
            if isinstance(one, FunctionType) and one.__module__ == module and not name.startswith("_"):
                parameters = inspect.signature(one).parameters
                if {"session", "by", "at"} <= set(parameters):
                    found[f"{module}.{name}"] = one
    return found


def modules() -> Iterator[str]:
    """Every module of the business rooms."""
    for room in ROOMS:
        package = importlib.import_module(f"{points.__name__}.{room}")
        yield package.__name__
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield each.name
