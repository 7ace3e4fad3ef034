"""Complaints and suggestions on the pages: anybody writes, the place answers, the number leads to the answer."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from points import http
from tests import make
from tests.web.conftest import Browser, volunteers_cookie


@pytest.fixture(autouse=True)
def nobody_has_written(app: Flask) -> None:
    """The messages of the last minute are forgotten."""
    http.limiter.reset()


FORM = {"kind": "complaint", "text": "兑换日排队太久。", "area": "BZ", "contact": "19900001234"}


def test_somebody_writes_without_a_name_and_reads_the_answer(
    ground: Session, browser: Callable[[], Browser], staff_pc: Callable[..., Browser]
) -> None:
    somebody = browser()
    sent = somebody.post("/complaints", **FORM)
    assert sent.status_code == 303
    path = sent.location.split("?")[0]
    number = path.rsplit("/", 1)[-1]
    page = somebody.get(sent.location).text
    assert number in page
    assert "19900001234" not in page
    admin = staff_pc("community_admin", "BZ")
    assert number in admin.get("/staff/feedback").text
    assert "19900001234" in admin.get(f"/staff/feedback/{number}").text
    assert admin.post(f"/staff/feedback/{number}", reply="下次多开一个窗口。").status_code == 303
    assert "下次多开一个窗口。" in somebody.get(path).text
    assert "19900001234" not in admin.get(f"/staff/feedback/{number}").text
    assert admin.post(f"/staff/feedback/{number}", reply="又一次").status_code == 409


def test_nothing_written_is_asked_again_with_what_was_typed(ground: Session, browser: Callable[[], Browser]) -> None:
    answer = browser().post("/complaints", **FORM | {"text": " "})
    assert answer.status_code == 422
    assert 'value="19900001234"' in answer.text


def test_an_unknown_number_is_not_found(ground: Session, browser: Callable[[], Browser]) -> None:
    assert browser().get("/complaints/NEVERGIVEN").status_code == 404


def test_others_read_nothing(ground: Session, browser: Callable[[], Browser], staff_pc: Callable[..., Browser]) -> None:
    number = browser().post("/complaints", **FORM).location.split("?")[0].rsplit("/", 1)[-1]
    make.station(ground)
    assert staff_pc("community_admin", "NZ").get(f"/staff/feedback/{number}").status_code == 404
    assert staff_pc("station_staff", "NLJ-1").get("/staff/feedback").status_code == 403
    assert number not in staff_pc("street_admin", "NZP").get("/staff/feedback").text


def test_who_is_signed_in_finds_what_they_wrote(ground: Session, browser: Callable[[], Browser]) -> None:
    person = make.volunteer(ground, pin=True)
    cookie = volunteers_cookie(ground, person.code)
    ground.commit()
    phone = browser().hold(cookie)
    phone.post("/complaints", **FORM)
    assert "兑换日排队太久。" in phone.get("/complaints").text
    assert "兑换日排队太久。" not in browser().get("/complaints").text


def test_too_many_messages_in_a_minute_are_refused(ground: Session, browser: Callable[[], Browser]) -> None:
    one = browser()
    assert [one.post("/complaints", **FORM).status_code for _ in range(6)][-1] == 429


def test_a_number_that_is_none_is_refused_beside_its_field(ground: Session, browser: Callable[[], Browser]):
    answer = browser().get(f"/complaints?number={'x' * 17}")
    assert answer.status_code == 422
    assert re.findall(r'id="w-([^"]+)"', answer.text) == ["number"]
    assert f'value="{"x" * 17}"' in answer.text
