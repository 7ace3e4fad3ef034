"""Every link that somebody of the demo street is shown opens: walked from their first page, kind by kind."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from points.app import create_app
from points.demo.street import build
from points.foundation import clock
from tests.journeys.conftest import NOW

EACH = 2
"""How many addresses of a kind are opened."""
MOST = 400
"""How many pages one person opens; a walk that is cut fails."""
STAFF = ("station1a", "station2b", "bz-admin", "street", "auditor", "bz-lead", "unit01")
VOLUNTEERS = {"volunteer": "19900000008", "leader": "19900000322", "elder": "YD000008"}
LINK = re.compile(r'<(?:a\b[^>]*\bhref|form method="get"\s+action)="([^"]+)"')
"""What leads on: links, and forms that only ask."""
ELSEWHERE = re.compile(r"/(static|sign-out|calendar/|api)|[?&]lang=")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, copied: Callable[[Path], Path]) -> Iterator[Flask]:
    """The service on a demo street of its own."""
    folder: Path = tmp_path_factory.mktemp("links")
    url = f"sqlite:///{copied(folder / 'points.sqlite3')}"
    with pytest.MonkeyPatch.context() as patch, clock.frozen(NOW):
        patch.setenv("POINTS_DATABASE_URL", url)
        patch.setenv("POINTS_DATA_DIR", str(folder))
        yield create_app()


def signed_in(app: Flask, page: str, **typed: str) -> FlaskClient:
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert token
    answer = client.post(page, data={"csrf_token": token[1], **typed})
    assert answer.status_code == 303, answer.text
    return client


def kind(address: str) -> str:
    """The address without what it names: one kind of page."""
    parts = urlsplit(address)
    path = re.sub(r"/(?=[^/]*[A-Z0-9])[^/]+", "/*", parts.path)
    return path + "?" + "&".join(sorted(one.split("=")[0] for one in parts.query.split("&") if one))


def walked(client: FlaskClient, first: str) -> tuple[list[str], int]:
    """What did not open, each with the page that shows it, and how many pages were opened."""
    waiting, seen, kinds = deque([(first, "")]), {first}, Counter[str]()
    shut, opened = [], 0
    while waiting:
        address, shown_on = waiting.popleft()
        if kinds[kind(address)] >= EACH:
            continue
        kinds[kind(address)] += 1
        opened += 1
        assert opened <= MOST, f"more kinds of pages than {MOST}: {kinds.most_common(5)}"
        answer = client.get(address)
        if answer.status_code >= 400:
            shut.append(f"{answer.status_code} {address} on {shown_on}")
        if answer.status_code in (301, 302, 303):
            found = [answer.location]
        elif answer.mimetype == "text/html":
            found = LINK.findall(answer.text)
        else:
            found = []
        for link in found:
            target = urlsplit(urljoin(f"http://localhost{address}", unescape(link)))
            there = target.path + (f"?{target.query}" if target.query else "")
            if target.netloc == "localhost" and there not in seen and not ELSEWHERE.search(there):
                seen.add(there)
                waiting.append((there, address))
    return shut, opened


@pytest.mark.parametrize("login", STAFF)
def test_what_staff_are_shown_opens(app: Flask, login: str) -> None:
    client = signed_in(app, "/sign-in/staff", login=login, password=build.PASSWORD)
    shut, opened = walked(client, "/staff/")
    assert not shut
    assert opened > 10


@pytest.mark.parametrize("who", VOLUNTEERS)
def test_what_volunteers_are_shown_opens(app: Flask, who: str) -> None:
    client = signed_in(app, "/sign-in", who=VOLUNTEERS[who], pin=build.PIN)
    shut, opened = walked(client, "/my/")
    assert not shut
    assert opened > 10


def test_what_everybody_is_shown_opens(app: Flask) -> None:
    shut, opened = walked(app.test_client(), "/")
    assert not shut
    assert opened > 10
