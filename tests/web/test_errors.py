"""The page of an error: whoever reads it is led on to a page of their own."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from points.web import errors
from tests.web.conftest import Browser, Street


def test_whoever_is_signed_in_is_led_back_to_their_own_page(
    street: Street,
    phone_of: Callable[[str], Browser],
    staff_pc: Callable[..., Browser],
    browser: Callable[[], Browser],
):
    nowhere = "/there-is-no-such-page"
    assert 'btn-main" href="/my/"' in phone_of(street.volunteer).get(nowhere).text
    assert 'btn-main" href="/staff/"' in staff_pc("street_admin").get(nowhere).text
    assert 'btn-main" href="/"' in browser().get(nowhere).text


def test_a_volunteer_on_a_staff_page_finds_the_sign_in_of_the_staff(street: Street, phone_of: Callable[[str], Browser]):
    answer = phone_of(street.volunteer).get("/staff/desk")
    assert answer.status_code == 403
    assert 'href="/sign-in/staff"' in answer.text


@pytest.mark.parametrize("bare", [False, True], ids=["with its frame", "bare"])
def test_the_page_of_an_error_links_complaints_and_privacy(
    app: Flask,
    street: Street,
    phone_of: Callable[[str], Browser],
    browser: Callable[[], Browser],
    monkeypatch: pytest.MonkeyPatch,
    bare: bool,
):
    """What is refused, not there, or broken, too (A25)."""

    def broken(*_args: object, **_facts: object) -> str:
        raise RuntimeError

    stranger, phone = browser(), phone_of(street.volunteer)
    answers = {
        "not there": stranger.get("/there-is-no-such-page"),
        "not like that": stranger.get("/elder"),
        "no token": stranger.client.post("/complaints"),
        "wrong PIN": stranger.post("/sign-in", who=street.volunteer, pin="314159"),
        "not for you": phone.get("/staff/desk"),
    }
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.view_functions, "public.rules", broken)
    if bare:
        monkeypatch.setattr(errors, "_page", broken)
    answers["broken"] = stranger.get("/rules")
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "not there": 404, "not like that": 405, "no token": 400, "wrong PIN": 403, "not for you": 403, "broken": 500,
    }  # fmt: skip
    for name, answer in answers.items():
        assert 'href="/complaints"' in answer.text, name
        assert 'href="/privacy"' in answer.text, name


def test_where_not_even_the_page_can_be_built_the_bare_one_says_its_language(
    app: Flask, browser: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch
):
    def broken(**_said: str) -> str:
        raise RuntimeError

    monkeypatch.setattr(errors, "_page", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        page, status = errors.answer(RuntimeError())  # type: ignore[misc]
    assert status == 500
    assert '<html lang="zh-' in str(page)
    for sheet in re.findall(r'rel="stylesheet" href="([^"]+)"', str(page)):
        with browser().get(sheet) as answer:
            assert answer.status_code == 200, sheet


def test_where_a_form_was_sent_to_leads_back_to_its_page(street: Street, phone_of: Callable[[str], Browser]):
    """Reloaded after a refusal, or opened from the history."""
    leader = phone_of(street.leader)
    back = {
        "/staff/activities": "/staff/activities/new?new=1",
        f"/staff/activities/{street.coming}/cancel": f"/staff/activities/{street.coming}",
        f"/staff/activities/{street.running}/roster/tick": f"/staff/activities/{street.running}/roster",
        f"/my/activities/{street.coming}/sign-up": f"/my/activities/{street.coming}",
        "/staff/waiting/makeups/never-made": "/staff/waiting",
    }
    for address, page in back.items():
        answer = leader.get(address)
        assert (answer.status_code, answer.headers.get("Location")) == (302, page), address
