"""What one request costs the processor: of the service and of PostgreSQL, as multiples of what `/healthz` costs.

The time on a processor, unlike the time on a clock, is hardly changed by what else a machine does; and `/healthz` runs
through the same server, Flask and log a moment before, so that a multiple of it is the same on a slow machine.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.benchmarks import clients, ground, serving, stores
from tests.benchmarks.clients import Request
from tests.benchmarks.figures import Figures
from tests.benchmarks.ground import Ground
from tests.benchmarks.hot import FEW, MANY, Case
from tests.benchmarks.serving import Service
from tests.benchmarks.stores import Store

CLIENTS = 4
HEALTHZ = 2_000
TICK = os.sysconf("SC_CLK_TCK")
FEW_PEOPLE, MANY_PEOPLE = 500, 50_000
IDLE_AFTER = 5.0
"""Seconds after which a service that was just started is idle."""

CASES = (
    Case("scan in", lambda made: made.scans_in(MANY)),
    Case("scan out", lambda made: made.scans_out(MANY)),
    Case("exchange of one line", lambda made: made.redemptions(MANY, lines=1), 201),
    Case("my points, page", lambda made: made.my_points(MANY, page=True)),
    Case("desk, page", lambda made: made.desks_opened(MANY)),
    Case("roster of 500, page", lambda made: made.rosters(FEW)),
)


@dataclass(frozen=True)
class Used:
    """Seconds of the processor, by whom."""

    service: float
    postgresql: float


def measure(rounds: int, folder: Path, say: Callable[[str], object]) -> Figures:
    """Every case in turns with `/healthz`: multiples of it, service and PostgreSQL."""
    figures = Figures()
    with ExitStack() as services:
        for store in stores.both(folder, services):
            made = _made(store, people=(rounds + 1) * MANY)
            ground.know_tables(store.url)
            service = services.enter_context(serving.points(store.url, store.data_dir))
            for turn in range(rounds + 1):  # the first one warms up
                say(f"{store.name}, round {turn} of {rounds}")
                base = _per_request(service, Case("healthz", lambda _: [Request("GET", "/healthz")] * HEALTHZ), made)
                for case in CASES:
                    used = _per_request(service, case, made)
                    if not turn:
                        continue
                    figures.add(f"{case.name}, service, × healthz", store.name, used.service / base.service)
                    figures.add(f"{case.name}, service, µs", store.name, 1e6 * used.service)
                    if store.name == "PostgreSQL":
                        figures.add(f"{case.name}, PostgreSQL, × healthz", store.name, used.postgresql / base.service)
                if turn:
                    figures.add("healthz, service, µs", store.name, 1e6 * base.service)
    return figures


def unanalysed(rounds: int, folder: Path, say: Callable[[str], object]) -> Figures:
    """PostgreSQL's time for an exchange on tables that nobody ever analysed, as a multiple of that afterwards."""
    figures = Figures()
    exchange = next(case for case in CASES if case.name == "exchange of one line")
    with ExitStack() as services:
        for store in stores.both(folder, services, name="points_bench_new"):
            if store.name != "PostgreSQL":
                continue
            made = _made(store, people=(rounds + 1) * MANY)
            _never_by_itself(store.url)
            with serving.points(store.url, store.data_dir) as service:
                _per_request(service, exchange, made)
                never = [_per_request(service, exchange, made).postgresql for _ in range(rounds)]
            ground.know_tables(store.url)
            with serving.points(store.url, store.data_dir) as service:  # its connections plan anew
                _per_request(service, exchange, made)
                for turn in range(rounds):
                    say(f"analysed, round {turn + 1} of {rounds}")
                    after = _per_request(service, exchange, made).postgresql
                    figures.add("exchange, PostgreSQL never analysed ÷ analysed", store.name, never[turn] / after)
    return figures


def crowded(rounds: int, folder: Path, say: Callable[[str], object]) -> Figures:
    """The desk opened by a volunteer's code among 50,000 people, as a multiple of that among 500."""
    figures = Figures()
    desk = next(case for case in CASES if case.name == "desk, page")
    with ExitStack() as services:
        few = stores.both(folder, services, name="points_bench_few")
        many = stores.both(folder, services, name="points_bench_many")
        for little, much in zip(few, many, strict=True):
            grounds = []
            for store, people in ((little, FEW_PEOPLE), (much, MANY_PEOPLE)):
                say(f"{store.name}, {people:,} people")
                grounds.append(_made(store, people=people))
                ground.know_tables(store.url)
            with (
                serving.points(little.url, little.data_dir) as low,
                serving.points(much.url, much.data_dir) as high,
            ):
                for turn in range(rounds + 1):
                    quiet, loud = (
                        _per_request(service, desk, made) for service, made in zip((low, high), grounds, strict=True)
                    )
                    if turn:
                        figures.add(
                            f"desk by code, {MANY_PEOPLE:,} ÷ {FEW_PEOPLE} people",
                            little.name,
                            (loud.service + loud.postgresql) / (quiet.service + quiet.postgresql),
                        )
    return figures


def standing(folder: Path) -> Figures:
    """What is taken by a service of two workers that nobody asks, and by `points --help`."""
    figures = Figures()
    with ExitStack() as services:
        for store in stores.both(folder, services):
            _made(store, people=FEW_PEOPLE)
            with serving.points(store.url, store.data_dir, workers=2) as service:
                time.sleep(IDLE_AFTER)
                figures.add("two workers idle, MB", store.name, service.megabytes())
    before = os.times()
    subprocess.run([sys.executable, "-m", "points", "--help"], stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    seconds = after.children_user - before.children_user + after.children_system - before.children_system
    figures.add("points --help, s of the processor", "—", seconds)
    return figures


def _per_request(service: Service, case: Case, made: Ground) -> Used:
    asked = case.requests(made)
    before = Used(service.processor_seconds(), _postgresql_seconds())
    clients.burst(service.port, asked, clients=CLIENTS, status=case.status)
    after = Used(service.processor_seconds(), _postgresql_seconds())
    number = len(asked)
    return Used((after.service - before.service) / number, (after.postgresql - before.postgresql) / number)


def _made(store: Store, *, people: int) -> Ground:
    engine = create_engine(store.url)
    made = ground.prepare(engine, people=people)
    engine.dispose()
    return made


def _never_by_itself(url: str) -> None:
    """Keep autovacuum from the tables, so that they stay as they were loaded."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for (table,) in connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all():
            connection.execute(text(f'ALTER TABLE "{table}" SET (autovacuum_enabled = false)'))
    engine.dispose()


def _postgresql_seconds() -> float:
    """The processor's time of all of PostgreSQL's processes on this machine, those that ended included."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, numbers = serving.read_stat(path)
        except OSError:
            continue  # it has ended
        if name == "postgres":
            ticks += sum(numbers[11:15])  # user and system, its own and those of children that it has buried
    return ticks / TICK
