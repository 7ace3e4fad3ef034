"""What the browser tests may ask for: Chromium, a running service with its town, visitors at phone and desk size."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine

from points import config, database
from points.app import create_app
from tests import tables
from tests.browser import town as towns
from tests.browser.roster import LOST, Leader
from tests.browser.service import Service, running
from tests.browser.town import Town
from tests.browser.visitor import DESK, PHONE, Visitor

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
"""The first has no windows: a visitor costs half as much as with the whole browser."""

FLAGS = (
    "--no-sandbox",
    "--lang=en-US",  # how dates are typed
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith("tests/browser/"):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless; one process for all tests."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium is found; on Debian: apt-get install chromium-headless-shell fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pages_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Engine], Flask]]:
    """The application in Chinese on the database of an engine, made once for each."""
    made: dict[str, Flask] = {}

    def on(engine: Engine) -> Flask:
        if engine.dialect.name not in made:
            made[engine.dialect.name] = _app(engine, tmp_path_factory.mktemp("data"))
        return made[engine.dialect.name]

    yield on
    for app in made.values():
        with app.app_context():
            database.db.engine.dispose()


@pytest.fixture
def service(request: pytest.FixtureRequest, pages_on: Callable[[Engine], Flask]) -> Iterator[Service]:
    """A running service on an empty database; on SQLite unless the test asks for another."""
    engine: Engine = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_engine")
    with running(pages_on(engine)) as service:
        yield service
    tables.wipe(engine)


@pytest.fixture
def town(service: Service) -> Town:
    """The people and things of the journeys."""
    with service.app.app_context():
        engine = database.db.engine

    def made() -> Town:
        with service.transaction() as session:
            return towns.found(session)

    return tables.again(engine, "town", made)


@pytest.fixture
def hands(request: pytest.FixtureRequest) -> str:
    """How visitors press and type: with a `pointer`, unless the test asks for `keys` alone."""
    return str(getattr(request, "param", "pointer"))


@pytest.fixture
def visitor(chromium: Browser, service: Service, hands: str) -> Iterator[Callable[..., Visitor]]:
    """Somebody with a browser of their own; at the end none of them may have noticed anything wrong."""
    with ExitStack() as visitors:

        def arrives(size: dict[str, int] = PHONE, **options: Any) -> Visitor:
            one = Visitor(chromium, service.address, size, keys=hands == "keys", **options)
            visitors.callback(one.leave)
            return one

        yield arrives


@pytest.fixture
def phone(visitor: Callable[..., Visitor]) -> Visitor:
    """Somebody with a phone 360 px wide."""
    return visitor(PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)


@pytest.fixture
def desk(visitor: Callable[..., Visitor]) -> Visitor:
    """Somebody at a computer 1280 px wide."""
    return visitor(DESK)


@pytest.fixture
def arrives(visitor: Callable[..., Visitor], service: Service, town: Town) -> Iterator[Callable[[], Leader]]:
    """Somebody comes to run the activity. That the network fails is what these tests are about, and no complaint."""
    came: list[Leader] = []

    def come() -> Leader:
        came.append(Leader(visitor(PHONE, device_scale_factor=2, is_mobile=True, has_touch=True), service, town))
        return came[-1]

    yield come
    for one in came:
        one.one.context.set_offline(False)
        one.page.goto("about:blank")
        one.one.complaints[:] = [said for said in one.one.complaints if not LOST.search(said)]


@pytest.fixture
def leader(arrives: Callable[[], Leader]) -> Leader:
    """Somebody who runs the activity, signed in on a phone."""
    return arrives().signs_in()


def _app(engine: Engine, data_dir: Path) -> Flask:
    return create_app(
        config.Settings(
            data_dir=data_dir,
            database_url=engine.url.render_as_string(hide_password=False),
            secret_key="of the tests",
            public_url="",
            redis_url="",
            timezone="Asia/Shanghai",
            locale="zh_CN",
            trusted_proxies=0,
        )
    )
