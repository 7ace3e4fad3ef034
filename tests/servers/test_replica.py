"""A streaming replica: pages read from it, and nobody misses what they wrote, also while it stands still."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, update
from sqlalchemy.orm import Session

from points import config, database
from points.access import sign_ins
from points.access.tables import SignIn
from points.app import create_app
from points.cli import doctor
from points.database import replica
from points.foundation import clock
from points.http import SESSION_COOKIE, WROTE_COOKIE
from points.people.tables import Volunteer
from points.service.tables import Activity
from points.web import security
from tests import make
from tests.api.conftest import Program
from tests.conftest import wipe
from tests.servers.machinery import Server, eventually, servers


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Server, Server]]:
    """A primary with our tables, and the replica that streams from it."""
    with servers() as make_server:
        primary, copy = make_server("primary"), make_server("copy")
        primary.create()
        engine = create_engine(primary.url)
        database.create_all(engine)
        engine.dispose()
        copy.copy_of(primary)
        yield primary, copy


@pytest.fixture
def engine(pair: tuple[Server, Server]) -> Iterator[Engine]:
    engine = create_engine(pair[0].url)
    database.prepare(engine)
    yield engine
    wipe(engine)
    engine.dispose()


@pytest.fixture
def app(pair: tuple[Server, Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(security.csrf, "protect", lambda: None)
    monkeypatch.setattr(replica, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(replica, "LOOK_AGAIN_AFTER", 0.0)
    primary, copy = pair
    app = _service(tmp_path, str(primary.url), str(copy.url))
    yield app
    with app.app_context():
        for engine in database.db.engines.values():
            engine.dispose()


@pytest.fixture
def still(pair: tuple[Server, Server]) -> Iterator[Callable[[], None]]:
    """Let the replica have all there is, and then stand still until the test ends."""
    primary, copy = pair

    def stand_still() -> None:
        eventually(lambda: _has(copy, primary))
        copy.ask("SELECT pg_wal_replay_pause()")
        eventually(lambda: copy.ask("SELECT pg_get_wal_replay_pause_state()") == "paused")

    yield stand_still
    copy.ask("SELECT pg_wal_replay_resume()")


@pytest.fixture
def staff(app: Flask, ground: Session) -> Iterator[Callable[[], Program]]:
    """Each call: another browser in which the same person of the staff is signed in."""
    login = make.signed_up_staff(ground, role="community_admin", place="BZ")
    with clock.frozen(make.NOW):

        def browser() -> Program:
            _, cookie = sign_ins.sign_in_staff(ground, login=login, password="correct horse", agent="", at=make.NOW)
            ground.commit()
            client = app.test_client()
            client.set_cookie(SESSION_COOKIE, cookie, domain="localhost")
            return Program(client, {})

        yield browser


def test_pages_read_from_the_replica_and_who_wrote_reads_what_they_wrote(
    ground: Session, staff: Callable[[], Program], still: Callable[[], None]
) -> None:
    activity, person = _activity(ground)
    writer, other = staff(), staff()
    still()
    assert writer.get("/attendance", activity=activity.code).json["items"] == []
    scan = {"code": person.code, "activity": activity.code, "direction": "in", "nonce": "nonce-of-this-scan"}
    assert writer.post("/scans", scan).status_code == 200
    assert len(writer.get("/attendance", activity=activity.code).json["items"]) == 1
    assert other.get("/attendance", activity=activity.code).json["items"] == [], "it was not the replica that answered"


def test_a_replica_too_far_behind_is_not_asked(
    ground: Session, staff: Callable[[], Program], still: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    activity, person = _activity(ground)
    browser = staff()
    still()
    assert browser.get("/attendance", activity=activity.code).json["items"] == []
    make.scanned(ground, activity, person, "in", at=make.NOW)
    ground.commit()
    monkeypatch.setattr(replica, "MOST_BEHIND", 0.05)
    eventually(lambda: len(browser.get("/attendance", activity=activity.code).json["items"]) == 1)


def test_a_sign_in_that_was_ended_is_ended_while_the_replica_does_not_know(
    ground: Session, staff: Callable[[], Program], still: Callable[[], None]
) -> None:
    activity, _ = _activity(ground)
    browser = staff()
    still()
    assert browser.get("/attendance", activity=activity.code).status_code == 200
    ground.execute(update(SignIn).values(revoked_at=make.NOW))
    ground.commit()
    assert browser.get("/attendance", activity=activity.code).status_code == 401


def test_a_programs_lists_are_the_primarys_and_its_reports_may_lag(
    app: Flask, ground: Session, program: Callable[..., Program], still: Callable[[], None]
) -> None:
    admin = program("street_admin", "YD")
    _activity(ground)
    still()
    before = len(admin.get("/volunteers").json["items"])
    figures = admin.get("/reports/figures", area="YD").json
    make.volunteer(ground)
    ground.commit()
    assert len(admin.get("/volunteers").json["items"]) == before + 1
    assert admin.get("/reports/figures", area="YD").json == figures, "it was not the replica that answered"


def test_without_its_replica_the_service_goes_on(
    pair: tuple[Server, Server], ground: Session, staff: Callable[[], Program]
) -> None:
    primary, copy = pair
    activity, _ = _activity(ground)
    browser = staff()
    assert browser.get("/attendance", activity=activity.code).status_code == 200
    copy.stop()
    try:
        assert browser.get("/attendance", activity=activity.code).json["items"] == []
    finally:
        copy.start()
    eventually(lambda: _has(copy, primary))


def test_only_who_wrote_is_sent_to_the_primary_and_not_for_long(
    ground: Session, staff: Callable[[], Program], app: Flask
) -> None:
    activity, person = _activity(ground)
    browser = staff()
    assert WROTE_COOKIE not in browser.get("/attendance", activity=activity.code).headers.get("Set-Cookie", "")
    scan = {"code": person.code, "activity": activity.code, "direction": "in", "nonce": "nonce-of-this-scan"}
    said = next(one for one in browser.post("/scans", scan).headers.getlist("Set-Cookie") if WROTE_COOKIE in one)
    assert f"Max-Age={replica.WRITERS_WAIT}" in said
    assert replica.WRITERS_WAIT > replica.MOST_BEHIND


def test_the_doctor_looks_at_the_replica(app: Flask, still: Callable[[], None], pair: tuple[Server, Server]) -> None:
    with app.test_request_context():
        finding = doctor._replica(app.config["SETTINGS"])
        assert (finding.about, finding.state) == ("replica", "ok")
        database.db.engines[database.REPLICA].dispose()
    wrong = _service(app.config["SETTINGS"].data_dir, str(pair[0].url), str(pair[0].url))
    with wrong.test_request_context():
        assert doctor._replica(wrong.config["SETTINGS"]).state == "wrong"
        for engine in database.db.engines.values():
            engine.dispose()


def test_a_replica_that_takes_over_is_found(tmp_path: Path) -> None:
    """The primary dies and the standby is promoted while a request waits; the address names both."""
    with servers() as make_server:
        primary, copy = make_server("primary"), make_server("copy")
        primary.create()
        copy.copy_of(primary)
        engine = create_engine(
            f"postgresql+psycopg://postgres@/postgres?host=127.0.0.1:{primary.port}&host=127.0.0.1:{copy.port}"
            "&target_session_attrs=read-write"
        )
        database.prepare(engine)

        def port() -> int:
            with engine.connect() as connection:
                return connection.exec_driver_sql("SELECT inet_server_port()").scalar_one()

        assert database.retrying(port) == primary.port
        eventually(lambda: _has(copy, primary))
        primary.stop()
        copy.promote()
        assert database.retrying(port) == copy.port
        engine.dispose()


def _service(folder: Path, primary: str, copy: str) -> Flask:
    app = create_app(
        config.Settings(
            data_dir=folder,
            database_url=primary,
            secret_key="of the tests",
            public_url="http://points.test",
            redis_url="",
            timezone="Asia/Shanghai",
            locale="en",
            trusted_proxies=0,
            replica_url=copy,
        )
    )
    app.testing = True
    return app


def _has(copy: Server, primary: Server) -> bool:
    written = primary.ask("SELECT pg_current_wal_flush_lsn()::text")
    return bool(copy.ask("SELECT pg_last_wal_replay_lsn() >= CAST(:written AS pg_lsn)", written=written))


def _activity(ground: Session) -> tuple[Activity, Volunteer]:
    activity = make.activity(ground, walk_in_ok=True, start=make.NOW)
    person = make.volunteer(ground)
    ground.commit()
    return activity, person
