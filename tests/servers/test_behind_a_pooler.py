"""Behind PgBouncer in transaction mode, where each transaction may meet another server process.

`POINTS_TEST_POOLER=1 make test` runs every test of PostgreSQL so; here are some that lock, race and repeat, always.
"""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from points import database
from points.cli import sweep
from tests.api.test_budgets import (  # noqa: F401
    test_a_scan_costs_three_statements_on_postgresql_and_five_on_sqlite,
    test_an_exchange_costs_at_most_ten_statements,
    test_my_points_cost_at_most_three_statements,
)
from tests.api.test_idempotency import *  # noqa: F403
from tests.concurrency.test_transaction import (  # noqa: F401
    test_a_deadlock_is_retried_until_both_are_done,
    test_a_refusal_that_keeps_its_writes_keeps_them,
    test_sixteen_writers_lose_no_number_and_meet_no_lock_error,
)
from tests.conftest import BEHIND_A_POOLER, application, wipe
from tests.servers.machinery import pooler


@pytest.fixture(scope="module")
def pooled(postgresql_engine: Engine) -> Iterator[Engine]:
    with pooler(postgresql_engine.url) as url:
        engine = create_engine(url, pool_size=20)
        database.prepare(engine)
        yield engine
        engine.dispose()


@pytest.fixture
def engine(pooled: Engine) -> Iterator[Engine]:
    yield pooled
    wipe(pooled)


@pytest.fixture
def postgresql(engine: Engine) -> Engine:
    return engine


@pytest.fixture(scope="module")
def postgresql_app(pooled: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    yield from application(pooled, tmp_path_factory.mktemp("data"))


def test_the_pooler_is_noticed_and_no_statement_is_prepared(engine: Engine, postgresql_engine: Engine) -> None:
    def threshold(of: Engine) -> int | None:
        with of.connect() as connection:
            return connection.connection.dbapi_connection.prepare_threshold  # type: ignore[union-attr]

    assert threshold(engine) is None
    assert BEHIND_A_POOLER or threshold(postgresql_engine) is not None
    told = create_engine(engine.url.update_query_dict({"prepare_threshold": "3"}))
    database.prepare(told)
    assert threshold(told) == 3, "a pooler that keeps prepared statements itself"
    told.dispose()


def test_prepared_statements_would_be_missed_there(engine: Engine) -> None:
    """The same without our care, to see that the tests here can fail."""
    careless = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with pytest.raises(Exception, match="prepared statement"):
        for _ in range(50):
            with careless.connect() as one, careless.connect() as other:
                for number in range(20):
                    one.execute(text("SELECT :n"), {"n": number})
                    other.execute(text("SELECT :n"), {"n": number})
    careless.dispose()


def test_one_sweep_at_a_time(app: Flask) -> None:
    with app.app_context():
        with sweep._alone() as first, sweep._alone() as second:
            assert (first, second) == (True, False)
        with sweep._alone() as after:
            assert after
