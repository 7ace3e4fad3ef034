"""What a device sends that was without a network: with the cookie of its pages, once, late, and answered in words."""

import re
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from points.foundation.actors import SYSTEM
from points.people import cards, persons
from points.service.tables import Scan
from tests import make
from tests.web.conftest import Browser, Street

NONCE = "a-scan-of-a-device-0001"
BEGAN = make.NOW - timedelta(minutes=10)


class Device:
    """A page that sends scans as the roster's script does: JSON, the cookie, and the token of the page."""

    def __init__(self, browser: Browser, activity: str) -> None:
        self.browser, self.activity = browser, activity

    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.browser.get("/complaints").text)
        assert found
        return found[1]

    def send(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.browser.client.post(f"/api/v1/{path}", json=body, headers={"X-CSRFToken": self.token(), **headers})

    def scan(self, code: str, *, at: datetime = make.NOW, nonce: str = NONCE, **asked: Any) -> TestResponse:
        body = {"code": code, "activity": self.activity, "occurred_at": at.isoformat(), "nonce": nonce}
        return self.send("scans", {"direction": "in", **body, **asked})

    def tick(self, volunteer: str, *, at: datetime = make.NOW, nonce: str = NONCE, **asked: Any) -> TestResponse:
        body = {"volunteer": volunteer, "activity": self.activity, "occurred_at": at.isoformat(), "nonce": nonce}
        return self.send("attendance", {"direction": "in", **body, **asked})


@pytest.fixture
def device(street: Street, phone_of: Callable[[str], Browser]) -> Device:
    """The leader's phone."""
    return Device(phone_of(street.leader), street.running)


def taken(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(Scan.nonce).where(Scan.nonce.like("a-scan-of-a-device-%")).order_by(Scan.id)))


def test_the_same_scan_twice_is_answered_twice_and_counted_once(street: Street, ground: Session, device: Device):
    first = device.scan(street.card)
    again = device.scan(street.card)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json is not None
    assert again.json is not None
    assert again.headers["Idempotency-Replayed"] == "true"
    assert {**again.json, "replayed": False} == first.json
    assert taken(ground) == [NONCE]


def test_a_late_scan_counts_at_its_own_time_and_goes_to_review(street: Street, ground: Session, device: Device):
    answer = device.tick(street.volunteer, at=make.NOW - timedelta(minutes=25))
    assert answer.json is not None
    assert answer.json["in_at"] == (make.NOW - timedelta(minutes=25)).isoformat()
    assert set(answer.json["flags"]) == {"late", "roster"}


def test_a_clock_that_is_ahead_is_refused_in_words(street: Street, device: Device):
    answer = device.scan(street.card, at=make.NOW + timedelta(minutes=20))
    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert answer.json["spoken"]
    assert answer.json["next_step"]


def test_the_way_out_before_the_way_in_is_refused_and_then_taken(street: Street, ground: Session, device: Device):
    out = {"direction": "out", "nonce": "a-scan-of-a-device-0002"}
    early = device.scan(street.card, **out)
    assert early.json is not None
    assert (early.status_code, early.json["code"]) == (409, "not-in")
    assert device.scan(street.card, at=BEGAN).status_code == 200
    again = device.scan(street.card, **out)
    assert (again.status_code, again.json["code"]) == (409, "not-in"), "what was answered to a nonce is its answer"
    anew = out | {"nonce": "a-scan-of-a-device-0003"}
    assert device.scan(street.card, **anew).status_code == 200
    assert taken(ground) == [NONCE, "a-scan-of-a-device-0003"]


def test_a_nonce_stands_for_one_person(street: Street, ground: Session, device: Device):
    other = make.volunteer(ground, name="孙小满")
    ground.commit()
    assert device.tick(street.volunteer).status_code == 200
    answer = device.tick(other.code)
    assert answer.json is not None
    assert answer.json["code"] == "nonce-reused"


def test_a_refusal_brings_what_the_inbox_says(street: Street, ground: Session, device: Device):
    stranger = make.card(ground, make.volunteer(ground, name="孙小满"))
    ground.commit()
    refused = device.scan(stranger.code)
    assert refused.json is not None
    assert refused.json["code"] == "not-signed-up"
    assert all(refused.json[part] for part in ("title", "detail", "next_step", "spoken"))
    assert device.scan(stranger.code, force=True, nonce="a-scan-of-a-device-0002").status_code == 200


def test_nobody_sends_for_an_activity_that_is_not_theirs(
    street: Street, ground: Session, phone_of: Callable[[str], Browser], staff_pc: Callable[..., Browser]
):
    for browser in (phone_of(street.volunteer), staff_pc("community_admin", "NZ")):
        answer = Device(browser, street.running).tick(street.leader)
        assert answer.status_code in (403, 404, 422), answer.json
    assert taken(ground) == []


def test_without_the_cookie_or_the_token_nothing_is_taken(street: Street, ground: Session, device: Device):
    assert device.scan(street.card).status_code == 200
    forged = device.send("scans", {}, **{"X-CSRFToken": ""})
    assert forged.json is not None
    assert (forged.status_code, forged.json["code"]) == (400, "form-expired")
    device.browser.client.delete_cookie("points_session")
    gone = device.scan(street.card, nonce="a-scan-of-a-device-0002")
    assert gone.json is not None
    assert (gone.status_code, gone.json["code"]) == (401, "not-signed-in")
    assert taken(ground) == [NONCE]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"nonce": "short"},
        {"nonce": "中" * 20},
        {"nonce": "n" * 65},
        {"code": ""},
        {"code": "x" * 501},
        {"direction": "sideways"},
        {"occurred_at": "yesterday"},
        {"occurred_at": "2026-05-09T09:00:00"},
        {"activity": "'; --"},
        {"why": "an unknown field"},
    ],
)
def test_what_no_page_sends_is_refused(spoilt: dict[str, Any], street: Street, ground: Session, device: Device):
    body = {"code": street.card, "activity": street.running, "direction": "in", "nonce": NONCE}
    answer = device.send("scans", {**body, **spoilt})
    assert answer.status_code == 422
    assert taken(ground) == []


def test_a_huge_body_is_refused(street: Street, ground: Session, device: Device):
    answer = device.send("scans", {"code": "x" * 2_000_000, "nonce": NONCE})
    assert answer.status_code == 413
    assert taken(ground) == []


def test_a_roster_knows_cards_without_holding_them(street: Street, ground: Session, device: Device):
    page = device.browser.get(f"/staff/activities/{street.running}/roster").text
    mark = f"{zlib.crc32(f'{street.running}:{street.card}'.encode()):08x}"
    assert f'<li id="{street.volunteer}"' in page
    assert f'data-cards="{mark}"' in page
    assert street.card not in page
    assert persons.by_code(ground, street.volunteer).phone not in page
    cards.revoke(ground, volunteer=street.volunteer, reason="lost", by=SYSTEM, at=make.NOW)
    ground.commit()
    assert mark not in device.browser.get(f"/staff/activities/{street.running}/roster").text


def test_the_worker_reaches_no_further_than_the_activities(app: Flask, street: Street, device: Device):
    worker = device.browser.get("/staff/worker.js")
    assert worker.mimetype in ("text/javascript", "application/javascript")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert "Service-Worker-Allowed" not in worker.headers
    worker.close()


def test_only_who_checks_people_in_keeps_anything(street: Street, phone_of: Callable[[str], Browser], device: Device):
    assert "/js/staff-page.js" in device.browser.get("/my/").text
    assert "/js/staff-page.js" not in phone_of(street.volunteer).get("/my/").text
