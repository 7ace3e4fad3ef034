"""The hot paths over HTTP: scans, the counter, points and rosters on both databases, in turns."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine

from tests.benchmarks import clients, floor, ground, serving, stores
from tests.benchmarks.clients import Burst, Request
from tests.benchmarks.figures import Figures
from tests.benchmarks.ground import Ground

CLIENTS = (1, 8, 32)
FEW, MANY = 40, 240
"""Requests in a burst: of what takes tens of milliseconds, and of the others."""
EXCHANGES = 300
"""Exchanges whose statements are replayed for the floor."""


@dataclass(frozen=True)
class Case:
    """A hot path: the requests of one burst, and the status that each is answered with."""

    name: str
    requests: Callable[[Ground], list[Request]]
    status: int = 200


CASES = (
    Case("scan in", lambda ground: ground.scans_in(MANY)),
    Case("scan out", lambda ground: ground.scans_out(MANY)),
    Case("redeem, 1 line", lambda ground: ground.redemptions(MANY, lines=1), 201),
    Case("redeem, 3 lines", lambda ground: ground.redemptions(MANY, lines=3), 201),
    Case("redeem, 1 line, PIN", lambda ground: ground.redemptions(MANY, lines=1, check="pin"), 201),
    Case("my points, JSON", lambda ground: ground.my_points(MANY, page=False)),
    Case("my points, page", lambda ground: ground.my_points(MANY, page=True)),
    Case("roster of 500, page", lambda ground: ground.rosters(FEW)),
)


def people(rounds: int) -> int:
    """How many volunteers are scanned once each in so many rounds, the one to warm up included."""
    return (rounds + 1) * MANY * (len(CLIENTS) + 1)


def measure(rounds: int, folder: Path, say: Callable[[str], object]) -> Figures:
    """Every case at every number of clients, `rounds` times in turns; rates and latencies."""
    figures = Figures()
    with ExitStack() as services:
        places = []
        found = stores.both(folder, services)
        for store in found:
            engine = create_engine(store.url)
            made = ground.prepare(engine, people=people(rounds))
            engine.dispose()
            places.append((store.name, made, services.enter_context(serving.points(store.url, store.data_dir)).port))
        for turn in range(rounds + 1):  # the first one warms up
            if turn == 1:
                for store in found:
                    ground.know_tables(store.url)
            for number in CLIENTS:
                say(f"round {turn} of {rounds}, {number} clients")
                done = dict(_bursts(places, number))
                if turn:
                    _note(figures, done, number)
            for name, made, port in places:
                answered = _queue(made, port)
                if turn:
                    figures.add(
                        "writes of 16 clients, p99 ÷ p50", name, answered.quantile(0.99) / answered.quantile(0.5)
                    )
    return figures


def against_the_floor(rounds: int, folder: Path, measured: Figures) -> Figures:
    """The counter's exchange of one line as a share of the bare driver's rate on a copy of the same database."""
    figures = Figures()
    with ExitStack() as services:
        for store in stores.both(folder, services):
            engine = create_engine(store.url)
            made = ground.prepare(engine, people=1_000)
            engine.dispose()
            app = floor.application(store.url, store.data_dir)
            floor.ask(app, made.redemptions(EXCHANGES, lines=1), status=201)
            stores.close(app)
            ground.know_tables(store.url)
            asked = made.redemptions(EXCHANGES, lines=1)
            before = store.copy()
            sent = floor.noted(app, asked, status=201)
            stores.close(app)
            for _ in range(rounds):
                rate = EXCHANGES / store.replayed(before, sent)
                figures.add("floor of redeem, 1 line", store.name, rate)
                served = measured.of("redeem, 1 line, 8 clients", store.name).median
                figures.add("redeem, 1 line, of the floor, %", store.name, 100 * served / rate)
    return figures


def _bursts(places: list[tuple[str, Ground, int]], number: int) -> Iterator[tuple[tuple[str, str], Burst]]:
    for case in CASES:
        for name, made, port in places:
            yield (case.name, name), clients.burst(port, case.requests(made), clients=number, status=case.status)


def _queue(made: Ground, port: int) -> Burst:
    return clients.burst(port, made.redemptions(2 * MANY, lines=1), clients=16, status=201)


def _note(figures: Figures, done: dict[tuple[str, str], Burst], number: int) -> None:
    for (case, database), answered in done.items():
        label = f"{case}, {number} client{'s' if number > 1 else ''}"
        figures.add(label, database, answered.rate)
        figures.add(f"{label}, p50 ms", database, answered.quantile(0.5) * 1000)
        figures.add(f"{label}, p99 ms", database, answered.quantile(0.99) * 1000)
