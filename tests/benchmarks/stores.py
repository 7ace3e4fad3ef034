"""The databases that are measured on: a file of SQLite, and a database of its own on the PostgreSQL of the tests."""

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask import Flask
from sqlalchemy import Engine, create_engine, text

from points import database
from tests.benchmarks import floor
from tests.benchmarks.floor import Sent
from tests.conftest import postgresql_url


class Store(Protocol):
    """A new, empty database."""

    name: str
    url: str
    data_dir: Path

    def copy(self) -> str:
        """Where a copy of it as it is now stands; nobody may be connected."""

    def replayed(self, copied: str, sent: Sequence[Sent]) -> float:
        """The seconds that the bare driver takes for these statements on a fresh copy of the copy."""


@dataclass
class Sqlite:
    """A file in a folder of its own."""

    data_dir: Path
    name: str = "SQLite"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.data_dir / 'points.sqlite3'}"

    def copy(self) -> str:
        copied = self.data_dir / "copy.sqlite3"
        with create_engine(self.url).connect() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(copied),))
        return str(copied)

    def replayed(self, copied: str, sent: Sequence[Sent]) -> float:
        path = self.data_dir / "replayed.sqlite3"
        shutil.copy(copied, path)
        try:
            return floor.replayed_on_sqlite(path, sent)
        finally:
            for file in self.data_dir.glob("replayed.sqlite3*"):
                file.unlink()


@dataclass
class Postgresql:
    """A database made for this run on a server."""

    server: Engine
    database: str
    data_dir: Path
    name: str = "PostgreSQL"

    @property
    def url(self) -> str:
        return self.server.url.set(database=self.database).render_as_string(hide_password=False)

    def copy(self) -> str:
        self._make(f"{self.database}_copy", of=self.database)
        return f"{self.database}_copy"

    def replayed(self, copied: str, sent: Sequence[Sent]) -> float:
        self._make(f"{self.database}_again", of=copied)
        url = self.server.url.set(database=f"{self.database}_again").render_as_string(hide_password=False)
        return floor.replayed_on_postgresql(url, sent)

    def make(self) -> None:
        """Create it, empty."""
        self._make(self.database, of="template1")

    def drop(self) -> None:
        """Drop it and its copies."""
        with self.server.connect() as connection:
            for name in (f"{self.database}_again", f"{self.database}_copy", self.database):
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    def _make(self, name: str, *, of: str) -> None:
        with self.server.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{of}"'))


def both(folder: Path, owner: ExitStack, *, name: str = "points_bench") -> list[Store]:
    """An empty database of each kind, dropped when `owner` closes; SQLite alone where no PostgreSQL answers."""
    folder = folder / name
    folder.mkdir(exist_ok=True)
    owner.callback(shutil.rmtree, folder, ignore_errors=True)
    stores: list[Store] = [Sqlite(_made(folder / "sqlite"))]
    if (server := postgresql_url()) is not None:
        store = Postgresql(create_engine(server, isolation_level="AUTOCOMMIT"), name, _made(folder / "postgresql"))
        store.make()
        owner.callback(store.drop)
        stores.append(store)
    return stores


def close(app: Flask) -> None:
    """Let go of the application's connections."""
    with app.app_context():
        database.db.session.remove()
        database.db.engine.dispose()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
