"""Everything in one file and back, on either database: the same rows, books that prove themselves, all or nothing."""

import hashlib
import json
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from points import database
from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.places import areas
from points.upkeep import archive
from tests import make
from tests.cli.conftest import Points, rows

Away = Callable[[], None]


@pytest.fixture
def lived_in(ready: Points, data_dir: Path) -> Points:
    """An installation in which people have points, a session is open and an account can sign in."""
    with opened(data_dir) as session, clock.frozen(make.NOW):
        make.street(session)
        make.rules(session)
        neighbour = make.volunteer(session)
        make.points(session, neighbour, 120)
        make.household(session, neighbour, make.minor(session))
        make.scanned(
            session, make.activity(session, walk_in_ok=True), neighbour, "in", at=clock.at_local(make.TODAY, time(9, 0))
        )
        make.signed_up_staff(session, role="street_admin", place="YD")
        make.stocked(session, make.item(session))
    return ready


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worker: str
) -> Iterator[Away]:
    """Go to another, empty installation, of this or the other kind of database."""
    name = f"points_restore_{worker}"
    admin: Engine | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_engine").url.set(database="postgres")
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}"'))

    def go() -> None:
        monkeypatch.setenv("POINTS_DATA_DIR", str(tmp_path / "elsewhere"))
        if admin is not None:
            monkeypatch.setenv(
                "POINTS_DATABASE_URL", admin.url.set(database=name).render_as_string(hide_password=False)
            )

    yield go
    if admin is not None:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def test_everything_comes_back_on_either_database(lived_in: Points, elsewhere: Away, tmp_path: Path):
    file = tmp_path / "all.zip"
    kept = lived_in("backup", str(file), "--json")
    assert (kept.status, kept.stderr) == (0, "")
    assert kept.document["bytes"] == file.stat().st_size
    elsewhere()
    tried = lived_in("restore", str(file), "--dry-run", "--json")
    assert (tried.status, tried.document["dry_run"], tried.document["rows"]) == (0, True, kept.document["rows"])
    back = lived_in("restore", str(file), "--json")
    assert (back.status, back.document["ok"], back.document["rows"]) == (0, True, kept.document["rows"])
    assert lived_in("backup", str(tmp_path / "again.zip")).status == 0
    assert _described(tmp_path / "again.zip")["tables"] == _described(file)["tables"]
    assert lived_in("sweep").status == 0, "work goes on: new rows find their ids"
    assert lived_in("check").status == 0


def test_a_row_may_refer_to_one_that_was_written_later(
    lived_in: Points, books: Engine, tmp_path: Path, elsewhere: Away
):
    with books.begin() as connection:  # outside, where nobody looks at the parents
        for number, parent in ((9001, 9002), (9002, 9003), (9003, None)):
            connection.execute(
                text(
                    "INSERT INTO area (id, type, code, name, path, parent_id, active, created_at, created_by) VALUES "
                    "(:id, 'city', :code, 'x', :code, :parent, 1, '2026-01-01 00:00:00.000000', 'test')"
                ),
                {"id": number, "code": f"A{number}", "parent": parent},
            )
    assert lived_in("backup", str(tmp_path / "all.zip")).status == 0
    elsewhere()
    assert lived_in("restore", str(tmp_path / "all.zip")).status == 0


def test_the_service_goes_on_while_it_is_backed_up(lived_in: Points, data_dir: Path, tmp_path: Path, monkeypatch: Any):
    """Who registers between the first table and the last is in none of them."""
    write_table, met = archive._write_table, []

    def and_somebody_comes(*args: Any) -> Any:
        if not met:
            met.append(True)
            with opened(data_dir) as session:
                areas.add(session, type="city", code="LATE", name="晚到市", parent=None, by=SYSTEM, at=make.NOW)
        return write_table(*args)

    monkeypatch.setattr(archive, "_write_table", and_somebody_comes)
    assert lived_in("backup", str(tmp_path / "all.zip")).status == 0
    assert met
    with zipfile.ZipFile(tmp_path / "all.zip") as archive_file:
        assert "LATE" not in archive_file.read("area.jsonl").decode()


def test_it_is_for_its_owner_only_and_replaces_the_last_one(lived_in: Points, tmp_path: Path):
    file = tmp_path / "all.zip"
    file.write_text("of yesterday")
    assert lived_in("backup", str(file)).status == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert zipfile.is_zipfile(file)
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["all.zip"]


def test_a_folder_that_is_not_there_is_said(lived_in: Points, tmp_path: Path):
    answer = lived_in("backup", str(tmp_path / "nowhere" / "all.zip"), "--json")
    assert (answer.status, answer.document["refused"]["code"]) == (1, "no-file")


def test_a_database_in_use_is_not_written_over(lived_in: Points, books: Engine, tmp_path: Path):
    assert lived_in("backup", str(tmp_path / "all.zip")).status == 0
    before = rows(books, "SELECT count(*) FROM volunteer")
    answer = lived_in("restore", str(tmp_path / "all.zip"), "--json")
    assert (answer.status, answer.document["refused"]["code"]) == (1, "database-in-use")
    assert rows(books, "SELECT count(*) FROM volunteer") == before


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04" + bytes(200)])
def test_another_file_is_refused(points: Points, tmp_path: Path, content: bytes):
    (tmp_path / "photo.zip").write_bytes(content)
    answer = points("restore", str(tmp_path / "photo.zip"), "--json")
    assert (answer.status, answer.document["refused"]["code"]) == (1, "not-an-archive")


def test_what_was_changed_on_the_way_is_refused_and_nothing_is_kept(
    lived_in: Points, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    lived_in("backup", str(tmp_path / "all.zip"))
    monkeypatch.setenv("POINTS_DATA_DIR", str(tmp_path / "elsewhere"))
    changes: list[tuple[Callable[[Any], object], str]] = [
        (lambda one: one.update(format="other"), "not-an-archive"),
        (lambda one: one.update(version=99), "not-an-archive"),
        (lambda one: one.pop("tables"), "not-an-archive"),
        (lambda one: one.update(step="9999"), "archive-newer"),
        (lambda one: one["tables"][0].update(rows=7), "archive-damaged"),
        (lambda one: one["tables"][0].update(sha256="0"), "archive-damaged"),
        (lambda one: one["tables"].append({"name": "unknown", "rows": 0, "sha256": ""}), "archive-damaged"),
    ]
    for change, code in changes:
        _rewritten(tmp_path / "all.zip", tmp_path / "bad.zip", change)
        answer = lived_in("restore", str(tmp_path / "bad.zip"), "--json")
        assert (answer.status, answer.document["refused"]["code"]) == (1, code)
    assert lived_in("restore", str(tmp_path / "all.zip")).status == 0, "the database is as empty as before"


def test_books_that_are_wrong_are_not_restored(lived_in: Points, books: Engine, tmp_path: Path, elsewhere: Away):
    with books.begin() as connection:
        connection.exec_driver_sql("UPDATE point_account SET balance = balance + 1 WHERE balance > 0")
    lived_in("backup", str(tmp_path / "all.zip"))
    elsewhere()
    answer = lived_in("restore", str(tmp_path / "all.zip"), "--json")
    assert (answer.status, answer.document["refused"]["code"]) == (1, "books-wrong")
    assert lived_in("init", "--json").document["before"] is None, "nothing was left behind"


def test_a_backup_of_an_older_version_is_brought_up_to_this_one(points: Points, tmp_path: Path, books: Engine):
    """Written at the first step, restored at the newest."""
    city = {"id": 7, "type": "city", "code": "ZJJ", "name": "张家界市", "path": "ZJJ/", "parent_id": None}
    line = json.dumps(city | {"active": True, "created_at": "2026-01-01T00:00:00+00:00", "created_by": "test"}) + "\n"
    content = {"name": "area", "rows": 1, "sha256": hashlib.sha256(line.encode()).hexdigest()}
    manifest = {"format": "xiangmeizi-points", "version": 1, "step": "0001", "made_at": "2026-01-01T00:00:00+00:00"}
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as file:
        file.writestr("area.jsonl", line)
        file.writestr("manifest.json", json.dumps(manifest | {"tables": [content]}))
    assert points("restore", str(tmp_path / "old.zip")).status == 0
    assert rows(books, "SELECT code, created_at FROM area") == [("ZJJ", "2026-01-01 00:00:00.000000")]
    assert points("check").status == 0


@contextmanager
def opened(data_dir: Path) -> Iterator[Session]:
    """A session on the installation's own database, committed at the end."""
    engine = create_engine(f"sqlite:///{data_dir / 'points.sqlite3'}")
    database.prepare(engine)
    with database.sessions(engine)() as session, database.write_transaction(session):
        yield session
    engine.dispose()


def _described(file: Path) -> Any:
    with zipfile.ZipFile(file) as archive:
        return json.loads(archive.read("manifest.json"))


def _rewritten(file: Path, to: Path, change: Callable[[Any], object]) -> None:
    """A copy of the archive whose manifest is changed."""
    manifest = _described(file)
    change(manifest)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            new.writestr(name, json.dumps(manifest) if name == "manifest.json" else old.read(name))
