"""What must be reached, and what is aimed at."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks import growth, work
from tests.benchmarks.figures import Figures

# --- what there is


@dataclass(frozen=True)
class Limit:
    """A figure's median must be at least (or, `at_most`, at most) `must`; `aim` is where it should get to."""

    what: str
    database: str
    must: float
    aim: float
    at_most: bool = False

    def holds(self, value: float) -> bool:
        """Whether the value is good enough."""
        return value <= self.must if self.at_most else value >= self.must


def _shares(database: str, **least: tuple[float, float]) -> list[Limit]:
    names = {"scan_in": "scan in", "scan_out": "scan out", "redeem": "redeem, 1 line"}
    return [
        Limit(f"{names[case]}, 8 clients, % of the empty view", database, must, aim)
        for case, (must, aim) in least.items()
    ]


LIMITS = (
    *_shares("SQLite", scan_in=(8, 12), scan_out=(6, 10), redeem=(6, 10)),
    *_shares("PostgreSQL", scan_in=(7, 12), scan_out=(5, 8), redeem=(5, 8)),
    Limit("redeem, 1 line, of the floor, %", "SQLite", 8, 14),
    Limit("redeem, 1 line, of the floor, %", "PostgreSQL", 30, 50),
    Limit("writes of 16 clients, p99 ÷ p50", "SQLite", 5, 3, at_most=True),
    Limit("demo street, s", "SQLite", 60, 30, at_most=True),  # what a newcomer waits for
    *(
        Limit(what, database, must, aim, at_most=not what.startswith("cards a second"))
        for database in ("SQLite", "PostgreSQL")
        for what, must, aim in (
            ("scan p99 while cards and a report are made ÷ idle", 5, 3),
            ("cards a second, PDF with QR and name", 150, 1_000),
            (f"import of {work.VOLUNTEERS:,} volunteers, dry run, s", 60, 20),
            (f"import of {work.VOLUNTEERS:,} volunteers, real, s", 60, 20),
            (f"import of {work.VOLUNTEERS:,} volunteers, dry run, peak MB", 400, 400),
            (f"import of {work.VOLUNTEERS:,} volunteers, real, peak MB", 400, 400),
            *(
                (f"{case.name}, {label} at {growth.LARGE:,} transfers ÷ at {growth.SMALL:,}", must, aim)
                for case in growth.CASES
                for label, must, aim in (("p50", 1.2, 1.1), ("p99", 3, 2))
            ),
        )
    ),
)

# --- what can be asked


def compared(figures: Figures) -> Iterator[tuple[Limit, str, bool]]:
    """Each limit of what was measured: the figure as it is shown, and whether it holds."""
    for limit in LIMITS:
        try:
            spread = figures.of(limit.what, limit.database)
        except KeyError:
            continue
        yield limit, str(spread), limit.holds(spread.median)
