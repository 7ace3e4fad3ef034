"""The `points` command in an installation of its own: an empty data folder, one for each test."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, create_engine, text

from points import cli


@dataclass(frozen=True)
class Answer:
    """What one run of `points` said."""

    status: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        return json.loads(self.stdout)


Points = Callable[..., Answer]


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only setting there is: an empty data folder."""
    _settle(monkeypatch, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def points(data_dir: Path) -> Points:
    """Run `points` with these words."""
    return _answer


@pytest.fixture(scope="session")
def made_ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after `points init`, made once."""
    folder = tmp_path_factory.mktemp("ready") / "data"
    with pytest.MonkeyPatch.context() as environment:
        _settle(environment, folder)
        assert _answer("init").status == 0
    return folder


@pytest.fixture
def ready(points: Points, data_dir: Path, made_ready: Path) -> Points:
    """`points` on a database that is ready."""
    shutil.copytree(made_ready, data_dir)
    return points


@pytest.fixture
def books(data_dir: Path) -> Iterator[Engine]:
    """The installation's database, looked at from outside."""
    engine = create_engine(f"sqlite:///{data_dir / 'points.sqlite3'}")
    yield engine
    engine.dispose()


def rows(engine: Engine, query: str) -> Sequence[Any]:
    with engine.connect() as connection:
        return connection.execute(text(query)).all()


def _settle(environment: pytest.MonkeyPatch, folder: Path) -> None:
    for name in [name for name in os.environ if name.startswith("POINTS_") and not name.startswith("POINTS_TEST")]:
        environment.delenv(name)
    environment.setenv("POINTS_DATA_DIR", str(folder))
    environment.setenv("POINTS_LOCALE", "en")


def _answer(*words: str) -> Answer:
    result = CliRunner().invoke(cli.main, words, prog_name="points")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)
