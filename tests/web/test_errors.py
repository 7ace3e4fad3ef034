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
