"""How long work tells how far it has come."""

from collections.abc import Callable

Progress = Callable[[int], object]
"""Hears of each further number of rows."""


def unheard(_count: int) -> None:
    """The progress that nobody looks at."""
