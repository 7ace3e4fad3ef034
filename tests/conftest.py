"""What every test may ask for: a database of either kind, a session that leaves nothing behind, an empty engine."""

import gc
import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from points import config, database
from points.database import sqlite as points_sqlite
from points.foundation import clock, secrets
from tests import make, offline
from tests.required import (  # noqa: F401
    pytest_configure,
    pytest_runtest_logreport,
    pytest_runtest_makereport,
    pytest_sessionfinish,
)
from tests.servers.machinery import pooler
from tests.tables import wipe

offline.forbid()
secrets.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # what guessing costs is not what is tested
points_sqlite.SYNCHRONOUS = "OFF"  # no database of the tests need survive a power cut

LONGEST = ("tests/journeys/", "tests/browser/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that the other processes are not waited for at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: each full collection would look through all of it again."""
    gc.collect()
    gc.freeze()


LOCAL_POSTGRESQL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
BEHIND_A_POOLER = bool(os.environ.get("POINTS_TEST_POOLER"))
IN_CI = bool(os.environ.get("CI"))


def postgresql_url() -> URL | None:
    """The server to test on: POINTS_TEST_DATABASE_URL, or one that answers on 127.0.0.1:5432."""
    configured = os.environ.get("POINTS_TEST_DATABASE_URL")
    url = make_url((configured or LOCAL_POSTGRESQL).replace("postgresql://", "postgresql+psycopg://", 1))
    engine = create_engine(url, connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return url
    except OperationalError:
        if configured or IN_CI:
            raise
        return None
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """A name that no other test process uses."""
    return f"{getattr(request.config, 'workerinput', {}).get('workerid', 'main')}_{os.getpid()}"


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path = tmp_path_factory.mktemp("database") / "points.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    database.prepare(engine)
    database.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_engine(worker: str) -> Iterator[Engine]:
    server = postgresql_url()
    if server is None:
        pytest.skip("no PostgreSQL answers; set POINTS_TEST_DATABASE_URL")
    name = f"points_test_{worker}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))  # it need not survive
    with pooler(server, default_pool_size=40) if BEHIND_A_POOLER else nullcontext(server) as reached:
        engine = create_engine(reached.set(database=name), pool_size=20, max_overflow=20)
        database.prepare(engine)
        database.create_all(engine)
        yield engine
        engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine on an empty database of each kind, emptied again afterwards; for races and whole requests."""
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    yield engine
    wipe(engine)


@pytest.fixture
def sqlite(sqlite_engine: Engine) -> Iterator[Engine]:
    """An engine on an empty SQLite database, emptied again afterwards; for what only it can show."""
    yield sqlite_engine
    wipe(sqlite_engine)


@pytest.fixture
def postgresql(postgresql_engine: Engine) -> Iterator[Engine]:
    """An engine on an empty PostgreSQL database, emptied again afterwards; for what only it can show."""
    yield postgresql_engine
    wipe(postgresql_engine)


@pytest.fixture(params=["sqlite", "postgresql"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on an empty database of each kind whose work is rolled back at the end."""
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    with engine.connect() as connection:
        outer = connection.begin()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(points_sqlite.READ)  # a savepoint alone would be the transaction
        with Session(
            connection, autoflush=False, expire_on_commit=False, join_transaction_mode="create_savepoint"
        ) as session:
            yield session
        if outer.is_active:
            outer.rollback()


@pytest.fixture(scope="session")
def sqlite_app(sqlite_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    yield from application(sqlite_engine, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def postgresql_app(postgresql_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    yield from application(postgresql_engine, tmp_path_factory.mktemp("data"))


@pytest.fixture
def app(request: pytest.FixtureRequest, engine: Engine) -> Flask:
    """The whole application on the database of `engine`, in English; made once per kind of database."""
    app: Flask = request.getfixturevalue(f"{engine.dialect.name}_app")
    return app


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A browser or a program before the application, at `make.NOW`."""
    with clock.frozen(make.NOW):
        yield app.test_client()


def application(engine: Engine, data_dir: Path) -> Iterator[Flask]:
    """The whole application on the database of `engine`."""
    from points.app import create_app

    app = create_app(
        config.Settings(
            data_dir=data_dir,
            database_url=engine.url.render_as_string(hide_password=False),
            secret_key="of the tests",
            public_url="http://points.test",
            redis_url="",
            timezone="Asia/Shanghai",
            locale="en",
            trusted_proxies=0,
        )
    )
    app.testing = True
    yield app
    with app.app_context():
        database.db.engine.dispose()
