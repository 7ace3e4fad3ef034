"""Signing in and out, and where one is signed in."""

import re
from collections.abc import Callable

from sqlalchemy.orm import Session

from points import http
from points.access import accounts
from points.foundation.actors import SYSTEM
from tests import make
from tests.web.conftest import Browser, Street


def test_a_volunteer_signs_in_with_card_and_pin(street: Street, browser: Callable[[], Browser]):
    phone = browser()
    answer = phone.post("/sign-in", who=street.card, pin="730514")
    assert (answer.status_code, answer.location) == (303, "/my/")
    assert "赵立春" in phone.get("/my/").text


def test_a_card_alone_never_signs_in(street: Street, browser: Callable[[], Browser]):
    finder = browser()
    assert finder.get(f"/c/{street.card}").status_code == 200
    assert "赵立春" not in finder.get(f"/c/{street.card}").text
    assert finder.get("/my/").status_code == 303
    assert finder.post("/sign-in", who=street.card, pin="").status_code == 403


def test_a_wrong_pin_keeps_what_was_typed_and_says_what_to_do(street: Street, browser: Callable[[], Browser]):
    answer = browser().post("/sign-in", who=street.volunteer, pin="314159")
    assert answer.status_code == 403
    assert f'value="{street.volunteer}"' in answer.text
    assert "314159" not in answer.text
    assert "4 attempts are left" in answer.text


def test_signing_in_leads_back_to_the_page_that_asked(street: Street, browser: Callable[[], Browser]):
    phone = browser()
    asked = phone.get("/my/points")
    assert asked.location == "/sign-in?next=/my/points"
    answer = phone.post("/sign-in", who=street.volunteer, pin="730514", next="/my/points")
    assert answer.location == "/my/points"


def test_signing_in_never_leads_to_another_host(street: Street, browser: Callable[[], Browser]):
    for wanted in ("//evil.test", "https://evil.test/", "/\\evil.test", "evil.test", "/\tevil"):
        answer = browser().post("/sign-in", who=street.volunteer, pin="730514", next=wanted)
        assert answer.location == "/my/", wanted
        assert browser().post("/elder", on="1", back=wanted).location == "/", wanted


def test_the_cookies_are_hardened(street: Street, browser: Callable[[], Browser]):
    answer = browser().post("/sign-in", who=street.volunteer, pin="730514")
    cookies = answer.headers.getlist("Set-Cookie") + browser().get("/sign-in").headers.getlist("Set-Cookie")
    assert any(cookie.startswith(http.SESSION_COOKIE) for cookie in cookies)
    for cookie in cookies:
        assert "HttpOnly" in cookie, cookie
        assert "SameSite=Lax" in cookie, cookie


def test_staff_chooses_a_password_once_and_signs_in(ground: Session, browser: Callable[[], Browser]):
    make.station(ground)
    _, token = accounts.add_staff(ground, login="clerk", role="station_staff", place="NLJ-1", by=SYSTEM, at=make.NOW)
    ground.commit()
    pc = browser()
    differ = pc.post(f"/set-up/{token}", password="a long password", again="another one")
    assert differ.status_code == 422
    chosen = pc.post(f"/set-up/{token}", password="a long password", again="a long password")
    assert chosen.location == "/staff/"
    assert pc.get("/staff/desk").status_code == 200
    assert pc.post(f"/set-up/{token}", password="a long password", again="a long password").status_code >= 400
    other = browser()
    assert other.post("/sign-in/staff", login="clerk", password="a long password").location == "/staff/"
    assert other.get("/staff/desk").status_code == 200


def test_signing_out_ends_the_session_on_the_server(
    street: Street, phone_of: Callable[[str], Browser], browser: Callable[[], Browser]
):
    phone = phone_of(street.volunteer)
    kept = phone.client.get_cookie(http.SESSION_COOKIE)
    assert kept
    phone.post("/sign-out")
    assert browser().hold(kept.value).get("/my/").status_code == 303


def test_one_device_ends_another(street: Street, phone_of: Callable[[str], Browser]):
    old, new = phone_of(street.volunteer), phone_of(street.volunteer)
    page = new.get("/my/sign-ins").text
    listed = re.findall(r'name="sign_in" value="([0-9a-f]{16})"', page)
    assert len(listed) == 1
    assert new.post("/my/sign-ins/end", sign_in=listed[0]).status_code == 303
    assert old.get("/my/").status_code == 303
    assert new.get("/my/").status_code == 200


def test_nobody_ends_the_session_of_another_person(street: Street, phone_of: Callable[[str], Browser]):
    mine, theirs = phone_of(street.volunteer), phone_of(street.leader)
    other = phone_of(street.volunteer)
    listed = re.findall(r'name="sign_in" value="([0-9a-f]{16})"', other.get("/my/sign-ins").text)
    assert theirs.post("/my/sign-ins/end", sign_in=listed[0]).status_code == 404
    assert mine.get("/my/").status_code == 200
