"""Measured figures: medians with their least and greatest, by what was measured and on which database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Spread:
    """The values of all rounds."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return float(median(self.values))

    def __str__(self) -> str:
        if len(self.values) == 1:
            return _short(self.values[0])
        return f"{_short(self.median)} ({_short(min(self.values))}–{_short(max(self.values))})"


@dataclass
class Figures:
    """Values by what was measured and the database, in the order in which they came."""

    _values: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def add(self, what: str, database: str, value: float) -> None:
        """Note the value of one round."""
        self._values.setdefault((what, database), []).append(value)

    def of(self, what: str, database: str) -> Spread:
        """What was measured. Raises KeyError where it was not."""
        return Spread(tuple(self._values[what, database]))

    def update(self, more: "Figures") -> None:
        """Take over the values of another part."""
        self._values |= more._values

    def rows(self) -> Iterator[tuple[str, dict[str, Spread]]]:
        """Each thing measured with its spread by database."""
        names = dict.fromkeys(what for what, _ in self._values)
        for name in names:
            yield name, {on: Spread(tuple(values)) for (what, on), values in self._values.items() if what == name}

    def as_json(self) -> dict[str, Any]:
        """All values, for a program."""
        return {what: {on: list(spread.values) for on, spread in spreads.items()} for what, spreads in self.rows()}

    @classmethod
    def of_json(cls, kept: dict[str, dict[str, list[float]]]) -> "Figures":
        """What `as_json` gave."""
        return cls({(what, on): list(values) for what, by in kept.items() for on, values in by.items()})


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
