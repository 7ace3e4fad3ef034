"""Whoever runs the town's activity from its roster, and what the service took of their scans."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Request, expect
from sqlalchemy import select

from points.foundation import clock
from points.people.tables import Volunteer
from points.service.tables import Scan, Stay
from tests import make
from tests.browser.service import Service
from tests.browser.town import PIN, Town
from tests.browser.visitor import Visitor

SENT = re.compile(r"/api/v1/(scans|attendance)$")
LOST = re.compile(r"Failed to load resource: (net::ERR_|the server responded with a status of 5)")
WAITS = "条签到等着上传"


class Leader:
    """Somebody who runs the town's activity, with its roster open in a browser."""

    def __init__(self, one: Visitor, service: Service, town: Town) -> None:
        self.one, self.page, self.service, self.town = one, one.page, service, town
        self.posts: list[dict[str, Any]] = []
        one.page.clock.install(time=service.set_clock(8, 40))
        one.context.on("request", self._note)

    def signs_in(self) -> "Leader":
        self.one.open("/sign-in")
        self.one.sign_in(self.town.leader, PIN)
        return self

    def opens_the_roster(self) -> "Leader":
        self.one.open(f"/staff/activities/{self.town.activity}/roster")
        self.says("已备好，断网也能签到：2 人")
        return self

    def at(self, hour: int, minute: int) -> None:
        """It is this time for the service, and, as its clock stands still meanwhile, a little later for the device."""
        self.page.clock.set_system_time(self.service.set_clock(hour, minute) + timedelta(seconds=20))

    def loses_the_network(self) -> None:
        self.one.context.set_offline(True)
        self.says("没有网络。照常签到")

    def finds_the_network(self) -> None:
        self.one.context.set_offline(False)

    def scans(self, text: str) -> None:
        self.page.locator("#card").fill(text)
        self.page.keyboard.press("Enter")

    def ticks(self, name: str, button: str) -> None:
        self.row(name).get_by_role("button", name=button, exact=True).click()

    def row(self, name: str) -> Locator:
        return self.page.locator("#roster li", has_text=name)

    @property
    def banner(self) -> Locator:
        return self.page.locator("[data-offline] .notice")

    @property
    def inbox(self) -> Locator:
        return self.page.locator("#inbox")

    def says(self, *sentences: str) -> None:
        for sentence in sentences:
            expect(self.page.locator("body")).to_contain_text(sentence, use_inner_text=True)

    def has_sent_all(self) -> None:
        expect(self.banner).not_to_contain_text(WAITS)
        expect(self.page.locator("#roster [data-kept]:visible")).to_have_count(0)
        assert self.kept() == []

    def kept(self) -> list[dict[str, Any]]:
        """What lies on the device, whoever it belongs to."""
        found: list[dict[str, Any]] = self.page.evaluate(
            """() => new Promise(done => {
              indexedDB.open("points-checkin").onsuccess = event => {
                const opened = event.target.result, names = opened.objectStoreNames;
                if (!names.contains("scans")) { opened.close(); done([]); return; }
                const all = opened.transaction("scans").objectStore("scans").getAll();
                all.onsuccess = () => { opened.close(); done(all.result); };
              };
            })"""
        )
        return found

    def copies(self) -> list[str]:
        """Whose pages lie on the device."""
        names: list[str] = self.page.evaluate("caches.keys()")
        return [name.split("|")[1] for name in names]

    def _note(self, request: Request) -> None:
        if SENT.search(request.url):
            self.posts.append(request.post_data_json)


def stays(service: Service) -> list[tuple[str, str, str, list[str]]]:
    """Everybody's stays that count: name, in, out, flags."""
    with service.transaction() as session:
        rows = session.execute(
            select(Volunteer.name, Stay)
            .join(Volunteer, Volunteer.id == Stay.volunteer_id)
            .where(Stay.status != "annulled")
            .order_by(Stay.in_at, Stay.id)
        ).all()
        return [(name, hour(stay.in_at), hour(stay.out_at), sorted(stay.flags)) for name, stay in rows]


def hour(at: Any) -> str:
    return clock.local(at).strftime("%H:%M") if at else ""


def nonces(service: Service) -> list[str]:
    """The scans that the service took, in their order."""
    with service.transaction() as session:
        return list(session.scalars(select(Scan.nonce).order_by(Scan.id)))


def newcomer(service: Service) -> tuple[str, str]:
    """孙小满 with a card, who did not sign up: the volunteer code and the card's."""
    with service.transaction() as session:
        one = make.volunteer(session, name="孙小满", phone="19900000077", is_demo=True)
        return one.code, make.card(session, one).code


def saved_text(download: Any, folder: Path) -> str:
    """What a saved file holds."""
    download.save_as(folder / download.suggested_filename)
    return (folder / download.suggested_filename).read_bytes().decode("utf-8")
