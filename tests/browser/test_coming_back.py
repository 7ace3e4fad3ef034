"""Going back is never a blank page, and a form outlives its sign-in."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from points.http import SESSION_COOKIE
from tests.browser.town import PASSWORD, PIN, Town
from tests.browser.visitor import DESK, Visitor


def test_back_from_the_receipt_is_the_desk_and_a_form_outlives_its_sign_in(
    town: Town, visitor: Callable[..., Visitor]
) -> None:
    desk = visitor(DESK)
    page = desk.page
    desk.sign_in_staff(town.clerk)
    desk.open(f"/staff/desk?who={town.neighbour}")
    page.locator("[data-tile=G02] .tile-add").click()
    desk.press("下一步：核对")
    page.locator("[name=pin]").fill("000000")
    desk.press(re.compile("确认发放"))
    assert desk.path == "/staff/desk", "a wrong PIN: the page answers a form"
    page.locator("[name=pin]").fill(PIN)
    desk.press(re.compile("确认发放"))
    desk.says("已领取")
    for _ in range(2):
        page.go_back()
        expect(page.locator("#add, #who").first).to_be_visible()

    desk.open("/staff/donors")
    page.locator("[name=code]").fill("D77")
    page.locator("[name=name]").fill("示例粮店")
    desk.context.clear_cookies(name=SESSION_COOKIE)
    page.locator("main form button.btn-main").last.click()
    page.locator("[name=login]").fill(town.clerk)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button.btn-main").first.click()
    expect(page.locator("[name=name]")).to_have_value("示例粮店")
    desk.says("您填的内容都在这里")
