"""Growth: the same calls on books of ten thousand and of ten million transfers, in turns."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from points import database
from tests.benchmarks import clients, ground, serving, stores
from tests.benchmarks.figures import Figures
from tests.benchmarks.hot import MANY, Case

SMALL, LARGE = 10_000, 10_000_000
PEOPLE = 3_500
"""With three opening lots for each, the small books."""
CLIENTS = 4
CHUNK = 1_000_000

CASES = (
    Case("scan in", lambda ground: ground.scans_in(MANY)),
    Case("redeem, 1 line", lambda ground: ground.redemptions(MANY, lines=1), 201),
    Case("my points, JSON", lambda ground: ground.my_points(MANY, page=False)),
    Case("my points, page", lambda ground: ground.my_points(MANY, page=True)),
)

FILLED = (
    """
    INSERT INTO transfer (source_id, target_id, volunteer_account_id, points, purpose, reference, reason,
                          created_at, created_by)
    SELECT CASE n % 2 WHEN 0 THEN issued.id ELSE account.id END, CASE n % 2 WHEN 0 THEN account.id ELSE redeemed.id END,
           account.id, 10, CASE n % 2 WHEN 0 THEN 'earn' ELSE 'spend' END, 'grown:' || n, '',
           '2020-01-01 00:00:00.000000', 'bench'
    FROM numbers
    JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS place
          FROM point_account WHERE kind = 'volunteer') AS account ON account.place = (n / 2) % :accounts
    JOIN point_account AS issued ON issued.kind = 'issued'
    JOIN point_account AS redeemed ON redeemed.kind = 'redeemed'
    ORDER BY n
    """,
    """
    INSERT INTO point_lot (account_id, transfer_id, points, remaining, source_type, source_ref, rule_version, earned_on,
                           status, created_at, created_by)
    SELECT target_id, id, 10, 0, 'service', reference, 'RS-01', '2020-01-01', 'exhausted', created_at, 'bench'
    FROM transfer WHERE id > :after AND purpose = 'earn' AND created_by = 'bench' ORDER BY id
    """,
    """
    INSERT INTO lot_use (transfer_id, lot_id, points, created_at, created_by)
    SELECT spent.id, lot.id, -10, spent.created_at, 'bench'
    FROM transfer AS spent JOIN point_lot AS lot ON lot.transfer_id = spent.id - 1
    WHERE spent.id > :after AND spent.purpose = 'spend' AND spent.created_by = 'bench' ORDER BY spent.id
    """,
)
"""Years of earning ten points and spending them again, written set by set and spread over all accounts."""


def measure(rounds: int, folder: Path, say: Callable[[str], object], *, large: int = LARGE) -> Figures:
    """p50 and p99 of the hot paths on large books as multiples of those on small ones."""
    figures = Figures()
    with ExitStack() as services:
        small = stores.both(folder, services, name="points_bench_small")
        grown = stores.both(folder, services, name="points_bench_grown")
        for little, much in zip(small, grown, strict=True):
            grounds = []
            for store in (little, much):
                engine = create_engine(store.url)
                grounds.append(ground.prepare(engine, people=PEOPLE))
                if store is much:
                    say(f"filling {store.name} with {large:,} transfers")
                    fill(engine, large)
                engine.dispose()
            with serving.points(little.url, little.data_dir) as low, serving.points(much.url, much.data_dir) as high:
                for turn in range(rounds + 1):
                    if turn < 2:  # as loaded, and once scans and exchanges stand there
                        ground.know_tables(little.url)
                        ground.know_tables(much.url)
                    say(f"{little.name}, round {turn} of {rounds}")
                    for case in CASES:
                        before, after = (
                            clients.burst(service.port, case.requests(made), clients=CLIENTS, status=case.status)
                            for service, made in zip((low, high), grounds, strict=True)
                        )
                        if turn:
                            for label, share in (("p50", 0.5), ("p99", 0.99)):
                                figures.add(
                                    f"{case.name}, {label} at {large:,} transfers ÷ at {SMALL:,}",
                                    little.name,
                                    after.quantile(share) / before.quantile(share),
                                )
    return figures


def fill(engine: Engine, transfers: int) -> None:
    """Book so many transfers into the accounts there are, earned and spent in pairs: no balance changes."""
    database.prepare(engine)
    numbers = {
        "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)",
        "postgresql": "WITH numbers AS (SELECT generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n)",
    }[engine.dialect.name]
    with engine.connect() as connection:
        accounts = connection.scalar(text("SELECT count(*) FROM point_account WHERE kind = 'volunteer'"))
        connection.rollback()
        for first in range(0, transfers, CHUNK):
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys to look up
            after = connection.scalar(text("SELECT max(id) FROM transfer"))
            last = min(first + CHUNK, transfers) - 1
            for place, statement in enumerate(FILLED):
                given = {"first": first, "last": last, "accounts": accounts} if place == 0 else {"after": after}
                written = text(_insert_first(statement, numbers) if place == 0 else statement)
                connection.execute(written, given)
            connection.commit()


def _insert_first(statement: str, numbers: str) -> str:
    """SQLite and PostgreSQL both take the WITH between the columns and the SELECT."""
    head, select, rest = statement.partition("SELECT")
    return f"{head}{numbers} {select}{rest}"
