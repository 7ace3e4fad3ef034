"""The floor: the very statements of a use case, sent again through the bare driver.

They are noted while the application does the work, then replayed in a loop on a copy of the database as it was before,
so that every id is the same. What is left is the database and its driver, without HTTP, sign-in, shapes or SQLAlchemy.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import event, make_url

from points import config, database
from points.app import create_app
from tests.benchmarks.clients import Request, Unexpected


@dataclass(frozen=True)
class Sent:
    """One statement as the driver got it; `parameters` is a list of them where `many`."""

    statement: str
    parameters: Any
    many: bool


def application(url: str, data_dir: Path) -> Flask:
    """The application in this process, on the database at `url`."""
    return create_app(
        config.Settings(
            data_dir=data_dir,
            database_url=url,
            secret_key="of the benchmark",
            public_url="http://points.test",
            redis_url="",
            timezone="Asia/Shanghai",
            locale="zh_CN",
            trusted_proxies=0,
        )
    )


def ask(app: Flask, requests: Sequence[Request], *, status: int) -> float:
    """Ask the application in this process; the seconds it took. Raises Unexpected."""
    client = app.test_client(use_cookies=False)
    began = time.perf_counter()
    for one in requests:
        answer = client.open(one.path, method=one.method, json=one.body, headers=dict(one.headers))
        if answer.status_code != status:
            raise Unexpected(answer.text[:2000])
    return time.perf_counter() - began


def noted(app: Flask, requests: Sequence[Request], *, status: int) -> list[Sent]:
    """The statements that answering the requests sends, transactions included."""
    with app.app_context():
        engine = database.db.engine
    with _listening(engine) as sent:
        ask(app, requests, status=status)
    return sent


def replayed_on_sqlite(path: Path, sent: Sequence[Sent]) -> float:
    """The seconds that sqlite3 alone takes for these statements, as safe against a power cut as the service."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")
    cursor = connection.cursor()
    began = time.perf_counter()
    for one in sent:
        (cursor.executemany if one.many else cursor.execute)(one.statement, one.parameters)
        if cursor.description is not None:
            cursor.fetchall()
    seconds = time.perf_counter() - began
    connection.close()
    return seconds


def replayed_on_postgresql(url: str, sent: Sequence[Sent]) -> float:
    """The seconds that psycopg alone takes for these statements."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection, connection.cursor() as cursor:
        began = time.perf_counter()
        for one in sent:
            if one.many:
                cursor.executemany(one.statement, one.parameters)
            else:
                cursor.execute(one.statement, one.parameters)
                if cursor.description is not None:
                    cursor.fetchall()
        return time.perf_counter() - began


@contextmanager
def _listening(engine: Any) -> Iterator[list[Sent]]:
    sent: list[Sent] = []
    on_sqlite = engine.dialect.name == "sqlite"

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        sent.append(Sent(statement, parameters, many))

    def control(word: str) -> Any:
        def note_transaction(connection: Any) -> None:
            driver = connection.connection.dbapi_connection
            if driver.in_transaction if on_sqlite else not driver.autocommit:
                sent.append(Sent(word, (), False))

        return note_transaction

    listeners = [("before_cursor_execute", note), ("commit", control("COMMIT")), ("rollback", control("ROLLBACK"))]
    if not on_sqlite:
        listeners.append(("begin", control("BEGIN")))  # SQLite's is a statement of ours
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield sent
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)
