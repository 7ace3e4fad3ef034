"""What must be reached, and what is aimed at."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks import growth, processor, work
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


def _multiples(what: str, must: float, aim: float) -> list[Limit]:
    return [
        Limit(f"{what}, service, × healthz", database, must, aim, at_most=True) for database in ("SQLite", "PostgreSQL")
    ]


LIMITS = (
    *_multiples("scan in", 12, 9),
    *_multiples("scan out", 12, 9),
    *_multiples("exchange of one line", 20, 14),
    *_multiples("my points, page", 40, 30),
    *_multiples("desk, page", 65, 50),
    *_multiples("roster of 500, page", 130, 110),
    Limit("exchange, PostgreSQL never analysed ÷ analysed", "PostgreSQL", 1.5, 1.1, at_most=True),
    *(
        Limit(what, database, must, aim, at_most=True)
        for database in ("SQLite", "PostgreSQL")
        for what, must, aim in (
            (f"desk by code, {processor.MANY_PEOPLE:,} ÷ {processor.FEW_PEOPLE} people", 1.2, 1.1),
            ("two workers idle, MB", 300, 250),
        )
    ),
    Limit("points --help, s of the processor", "—", 0.4, 0.2, at_most=True),
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
