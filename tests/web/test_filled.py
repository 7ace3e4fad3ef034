"""A form that is sent when the sign-in has ended is there again after signing in, and nothing was done with it."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.http import SESSION_COOKIE
from points.journal.tables import AuditEntry, IdempotencyKey
from points.service.tables import MakeupRequest
from points.web import filled
from tests.web.conftest import PASSWORD, Browser, Street
from tests.web.test_guards import doors

CLAIM = {"came": "08:00", "went": "10:00", "reason": "forgot_out", "note": "和钱春分一起"}


def rows(ground: Session, table: Any) -> int:
    ground.rollback()
    return ground.scalar(select(func.count()).select_from(table)) or 0


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form that goes on by itself, or of the sign-in."""
    form = re.search(r"<main.*?<form(.*?)</form>", page, re.DOTALL)
    assert form
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[1])
    return {name: unescape(value) for name, value in found if name not in ("csrf_token", "key")}


def sign_in_again(browser: Browser, address: str, form: dict[str, str], **signed: str) -> dict[str, str]:
    """Send the form without a sign-in, sign in where that leads, and give what the browser then sends by itself."""
    browser.client.delete_cookie(SESSION_COOKIE, domain="localhost")
    sent = browser.post(address, **form)
    assert sent.status_code == 307, "the browser sends the form along"
    asked = browser.post(sent.location, **form)
    assert asked.status_code == 200
    assert "You were signed out meanwhile" in asked.text
    waits = hidden(asked.text)
    sign_in = "/sign-in/staff" if "login" in signed else "/sign-in"
    wrong = browser.post(sign_in, **waits, **signed | {"pin": "111222", "password": "wrong"})
    assert hidden(wrong.text)["kept"] == waits["kept"], "a wrong PIN loses nothing"
    answer = browser.post(sign_in, **waits, **signed)
    assert answer.status_code == 200
    assert f'action="{address}"' in answer.text
    assert "data-filled" in answer.text
    return hidden(answer.text)


def test_a_volunteers_form_is_there_again(street: Street, ground: Session, phone_of: Callable[[str], Browser]) -> None:
    phone, address = phone_of(street.volunteer), f"/my/activities/{street.ended}/makeup"
    sent = sign_in_again(phone, address, CLAIM, who=street.volunteer, pin="730514")
    assert sent == CLAIM | {filled.SHOWN_ONLY: "1"}
    page = phone.post(address, **sent)
    assert "What you typed is still here" in page.text
    assert 'value="08:00"' in page.text
    assert "和钱春分一起" in page.text
    assert rows(ground, MakeupRequest) == 0
    assert phone.post(address, **CLAIM).status_code == 303
    assert rows(ground, MakeupRequest) == 1


def test_a_clerks_form_is_there_again_without_the_pin(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
) -> None:
    clerk = staff_pc("station_staff", "NLJ-1", login="li.na")
    form = {"volunteer": street.volunteer, "station": "NLJ-1", "qty-G02": "1"}
    proof = {"check": "pin", "pin": "730514", "phone4": "0001", "second_login": "wang", "second_password": "geheim"}
    sent = sign_in_again(clerk, "/staff/desk", form | proof, login="li.na", password=PASSWORD)
    assert sent == form | {"check": "pin", "second_login": "wang", filled.SHOWN_ONLY: "1"}
    page = clerk.post("/staff/desk", **sent).text
    assert "You are signed in again" in page
    assert 'name="qty-G02" value="1"' in page


def test_only_what_we_wrote_is_taken_along(street: Street, browser: Callable[[], Browser]) -> None:
    phone = browser()
    for kept in ("", "x", "WyIvbXkvbWUvbGVhdmUiLFtdXQ.aaaa.bbbb"):
        answer = phone.post("/sign-in", who=street.volunteer, pin="730514", kept=kept)
        assert (answer.status_code, answer.location) == (303, "/my/")
    for to in ("", "https://elsewhere.example/", "//elsewhere.example/"):
        assert browser().post(f"/sign-in/again?to={to}", note="x").location == "/sign-in"


def test_a_button_alone_leads_back_to_its_page(street: Street, browser: Callable[[], Browser]) -> None:
    phone = browser()
    page = phone.client.get("/complaints").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    answer = phone.client.post(
        "/my/household", data={"csrf_token": token[1]}, headers={"Referer": "http://localhost/my/household?x=1"}
    )
    assert answer.location == "/sign-in?next=/my/household?x%3D1"


@pytest.mark.parametrize("audience", ["staff", "volunteer"])
def test_a_form_that_is_only_shown_again_does_nothing_anywhere(
    app: Flask, street: Street, ground: Session, phone_of: Callable[[str], Browser], audience: str
) -> None:
    leader = phone_of(street.leader)
    before = rows(ground, AuditEntry), rows(ground, IdempotencyKey)
    for address, method in doors(app, audience):
        if method == "POST" and "copy" not in address:
            answer = leader.post(address, **{filled.SHOWN_ONLY: "1"})
            assert answer.status_code in (303, 403, 404, 422), address
    assert (rows(ground, AuditEntry), rows(ground, IdempotencyKey)) == before
