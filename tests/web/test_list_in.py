"""A list comes in by its page: looked through row by row first, taken in by the second press, kept nowhere."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from points.exchange.tables import GoodsItem
from points.web.staff import list_in
from tests.web.conftest import Browser, Street, on_one_line

HEAD = "街道,编号,名称,规格,单位,积分,参考价\n"
ROW = "YD,T{number:02},肥皂{number},1 块,块,10,3.00\n"


def tried(browser: Browser, content: str, *, name: str = "goods", called: str = "goods.csv") -> TestResponse:
    page = browser.get("/complaints").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    data = {"csrf_token": token[1], "key": "the-look-through", "list": name}
    return browser.client.post("/staff/lists/in/try", data=data | {"sheet": (BytesIO(content.encode()), called)})


def items(ground: Session) -> int:
    ground.rollback()
    return ground.scalar(select(func.count()).select_from(GoodsItem)) or 0


def test_a_list_is_looked_through_and_then_taken_in(street: Street, ground: Session, staff_pc: Callable[..., Browser]):
    admin, before = staff_pc("street_admin"), items(ground)
    assert "/staff/lists/in" in admin.get("/staff/waiting").text
    assert 'type="file"' in admin.get("/staff/lists/in").text
    shown = tried(admin, HEAD + "".join(ROW.format(number=number) for number in range(12)))
    assert (shown.status_code, items(ground)) == (200, before)
    page = on_one_line(shown.text)
    assert "12 rows could be taken; nothing was changed." in page
    assert page.count("can be taken") == 12
    content = re.search(r'name="content" value="([^"]+)"', shown.text)
    assert content
    form = {"list": "goods", "called": "goods.csv", "content": content[1], "key": "take-it-in"}
    for _ in range(2):
        assert admin.post("/staff/lists/in", **form).status_code == 303
    assert items(ground) == before + 12


def test_rows_that_cannot_be_taken_are_named_and_nothing_is_taken(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    admin, before = staff_pc("street_admin"), items(ground)
    shown = tried(
        admin, HEAD + ROW.format(number=1) + "YD,T02,白酒,1 瓶,瓶,10,3.00\n" + "YD,T03,毛巾,1 条,条,很多,3.00\n"
    )
    page = on_one_line(shown.text)
    assert "2 of 3 rows cannot be taken." in page
    assert "F4" in page
    assert 'name="content"' not in page
    assert items(ground) == before


def test_what_is_no_list_is_refused(
    street: Street, ground: Session, staff_pc: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
):
    admin = staff_pc("street_admin")
    with monkeypatch.context() as patch:
        patch.setattr(list_in, "LARGEST", 1_000)
        assert tried(admin, "x" * 1_001).status_code == 422
    assert tried(admin, "一张,别的,表\n1,2,3\n").status_code == 422
    forged = {"list": "goods", "called": "goods.csv", "content": "bm90IG9uZQ=="}
    assert admin.post("/staff/lists/in", **forged).status_code == 422


def test_only_an_office_takes_lists_in_and_only_within_reach(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    before, whole = items(ground), HEAD + ROW.format(number=1)
    assert staff_pc("station_staff", "NLJ-1").get("/staff/lists/in").status_code == 403
    assert tried(staff_pc("station_staff", "NLJ-1"), whole).status_code == 403
    assert tried(staff_pc("community_admin", "BZ"), whole).status_code == 403
    stranger = tried(staff_pc("street_admin", "NZP"), whole)
    assert "1 of 1 rows cannot be taken." in on_one_line(stranger.text)
    assert items(ground) == before
