"""A page with nothing on it but what a module needs, from the service's own address: its functions are called there."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route
from sqlalchemy import Engine

from points.web import assets, handed
from tests.browser.service import running

NOWHERE = "/nowhere"
PERSON = "NLJ000001"
WORDS = {
    "offline": "No network, go on.",
    "offline_here": "No network.",
    "waiting": "%(n)s wait since %(time)s.",
    "sign_in": "Sign in.",
    "refused": "%(n)s to look at.",
    "leaving": "%(n)s only here.",
    "no_network": "Nothing was sent.",
    "columns": ["Time", "In or out", "Name", "Volunteer", "Card", "Activity", "Title", "Number", "Why not"],
    "waits": "%(what)s %(time)s, waiting",
    "sent": "%(what)s %(time)s",
    "in": "In",
    "out": "Out",
    "auto": "In or out",
}


class Bench:
    """The page: what lies on it, and what a module answers there."""

    def __init__(self, page: Page, address: str, version: str) -> None:
        self.page, self._scripts = page, f"{address}/static/{version}/js/"
        self._body, self.is_still = "", False
        page.route(f"**{NOWHERE}", self._lay)

    def lays(self, body: str = "") -> "Bench":
        """Open a page anew, with the block that every staff page has, and `body`."""
        given = json.dumps({"words": WORDS, "rules": handed.for_sending()})
        buttons = "".join(f'<a data-do="{name}"></a>' for name in ("send", "enter", "look", "stay", "leave"))
        self._body = (
            f'<!doctype html><html lang="en"><div data-offline data-person="{PERSON}" data-zone="Asia/Shanghai" '
            f'data-scans="/scans" data-ticks="/ticks" data-undo="/undo" data-check="/check" data-health="/health" '
            f'data-roster="/roster/CODE" data-leaves=""><p data-waits><span data-says></span>{buttons}</p>'
            f'<script type="application/json">{given}</script></div>'
            f'<input type="hidden" name="csrf_token" value="of the page">{body}</html>'
        )
        self.is_still = False
        self.page.goto(NOWHERE)
        return self

    def lays_roster(self, *people: str) -> "Bench":
        """The same, with the roster of an activity: a `<li>` for each of `people`."""
        given = json.dumps({"words": WORDS, "rules": handed.for_the_roster()})
        self.lays(
            f'<div id="roster" data-activity="HD1" data-address="/roster" data-now="2026-05-09T09:00:00+08:00">'
            f'<ul>{"".join(people)}</ul></div><input id="card"><section id="inbox"><ul data-inbox></ul></section>'
            f"<p data-ready><span data-says></span></p><p data-last><b data-says></b><i data-more></i>"
            f"<button data-undo></button></p><div data-scan></div><template data-fix></template>"
            f'<script type="application/json" id="roster-words">{given}</script>'
        )
        return self

    def asks(self, *modules: str, does: str, facts: Any = None) -> Any:
        """What the function `does` answers, called with these modules and `facts`."""
        names = json.dumps([self._scripts + name for name in modules])
        return self.page.evaluate(
            f"async facts => ({does})(...await Promise.all({names}.map(name => import(name))), facts)", facts
        )

    def _lay(self, route: Route) -> None:
        route.fulfill(content_type="text/html; charset=utf-8", body=self._body)


@pytest.fixture(scope="module")
def nowhere(
    chromium: Browser, pages_on: Callable[[Engine], Flask], sqlite_engine: Engine
) -> Iterator[Callable[[], Bench]]:
    """One browser for the tests of a module; what it keeps is cleared between them."""
    app = pages_on(sqlite_engine)
    with running(app) as service, app.test_request_context():
        service.forget_time()  # no script asks it
        context = chromium.new_context(base_url=service.address, locale="zh-CN", timezone_id="Europe/London")
        page = context.new_page()
        bench, devtools = Bench(page, service.address, assets._version_of_scripts()), context.new_cdp_session(page)

        def cleared() -> Bench:
            if not bench.is_still:
                devtools.send("Storage.clearDataForOrigin", {"origin": service.address, "storageTypes": "all"})
            return bench

        yield cleared
        context.close()


@pytest.fixture
def still(nowhere: Callable[[], Bench]) -> Bench:
    """The page with a roster, as the test before left it: for what a module answers without remembering anything."""
    bench = nowhere()
    if not bench.is_still:
        bench.lays_roster().is_still = True
    return bench


@pytest.fixture
def bench(nowhere: Callable[[], Bench]) -> Bench:
    """The page, with the block that every staff page has."""
    return nowhere().lays()
