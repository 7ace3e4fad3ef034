"""What a leader's device keeps without a network: for whom, until when, and where it can keep nothing."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from points.foundation import clock
from tests.browser.roster import SENT, WAITS, Leader, saved_text, stays
from tests.browser.service import Service
from tests.browser.town import Town
from tests.browser.visitor import DESK, Visitor


def test_who_signs_in_next_sees_nothing_of_it(service: Service, town: Town, leader: Leader) -> None:
    """A sign-in that ended without signing out: what waits stays hidden, unsent, and goes on when its owner is back."""
    leader.opens_the_roster()
    leader.loses_the_network()
    leader.at(9, 0)
    leader.ticks("李春分", "签到")
    expect(leader.banner).to_contain_text(f"1 {WAITS}")
    leader.one.context.clear_cookies(name="points_session")
    leader.finds_the_network()
    expect(leader.banner).to_contain_text("请重新登录，它们还在这台设备上")
    leader.one.picture("offline-5-sign-in-again")
    leader.one.sign_in_staff(town.community_admin)
    leader.opens_the_roster()
    expect(leader.banner).to_be_hidden()
    expect(leader.page.locator("#roster [data-kept]:visible")).to_have_count(0)
    assert set(leader.copies()) == {town.community_admin}
    assert [scan["person"] for scan in leader.kept()] == [town.leader]
    assert stays(service) == []
    leader.one.press("退出登录")
    assert leader.copies() == []
    leader.signs_in().opens_the_roster()
    leader.has_sent_all()
    assert [stay[:2] for stay in stays(service)] == [("李春分", "09:00")]


def test_signing_out_clears_the_device(leader: Leader, town: Town) -> None:
    leader.opens_the_roster().at(9, 0)
    assert leader.copies() == [town.leader]
    leader.ticks("李春分", "签到")
    leader.says("李春分 已签到")
    leader.one.press("退出登录")
    assert leader.one.path == "/"
    assert leader.kept() == []
    assert leader.copies() == []
    assert leader.page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


def test_signing_out_asks_when_something_waits(service: Service, leader: Leader, tmp_path: Path) -> None:
    leader.opens_the_roster().at(9, 0)
    leader.page.route(SENT, lambda route: route.abort())
    leader.ticks("李春分", "签到")
    expect(leader.banner).to_contain_text(f"1 {WAITS}")
    leader.page.get_by_role("button", name="退出登录", exact=True).click()
    expect(leader.banner).to_contain_text("1 条签到只存在这台设备上")
    leader.one.picture("offline-6-signing-out")
    leader.page.get_by_role("button", name="先不退出").click()
    expect(leader.banner).to_contain_text(f"1 {WAITS}")
    leader.page.get_by_role("button", name="退出登录", exact=True).click()
    with leader.page.expect_navigation(), leader.page.expect_download() as saved:
        leader.page.get_by_role("button", name="存成文件，再退出").click()
    assert "李春分" in saved_text(saved.value, tmp_path)
    assert leader.one.path == "/"
    assert leader.kept() == []
    assert stays(service) == []


def test_without_a_network_nobody_is_signed_out_and_nothing_typed_is_lost(leader: Leader, town: Town) -> None:
    leader.opens_the_roster().loses_the_network()
    leader.page.get_by_role("button", name="退出登录", exact=True).click()
    leader.says("没有网络，退不出去")
    leader.page.get_by_role("button", name="EN", exact=True).click()
    leader.says("现在没有网络，没有发出去")
    assert leader.copies() == [town.leader]


def test_a_saved_file_is_brought_in_by_somebody_else(
    service: Service, town: Town, leader: Leader, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    leader.opens_the_roster()
    leader.loses_the_network()
    leader.at(9, 0)
    leader.ticks("李春分", "签到")
    leader.scans(town.neighbour_card)
    expect(leader.banner).to_contain_text(f"2 {WAITS}")
    leader.page.locator("[data-rescue] summary").click()
    with leader.page.expect_download() as saved:
        leader.page.locator("[data-save]").click()
    text = saved_text(saved.value, tmp_path)
    assert re.fullmatch(r"签到-\d{4}-\d\d-\d\d\.csv", saved.value.suggested_filename)
    assert text.startswith("\ufeff时间,")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [tuple(row[1:4]) for row in rows[1:]] == [
        ("in", "李春分", town.volunteer),
        ("in", "钱白露", town.neighbour),
    ]
    leader.page.locator("[data-show]").click()
    expect(leader.page.locator("#saved")).to_have_value(re.compile("李春分"))
    assert leader.page.locator("#saved").input_value().split() == text.split()

    colleague = visitor(DESK)
    colleague.page.clock.install(time=clock.now())
    colleague.sign_in_staff(town.community_admin)
    colleague.open(f"/staff/activities/{town.activity}/roster")
    colleague.page.locator("[data-rescue] summary").click()
    for pasted, told in (
        (text, "带入了 2 条签到"),
        (text, "带入了 2 条签到"),  # sent before, so it does nothing
        ("日期,姓名\r\n=1+1,<script>\r\n", "没有新的签到"),
    ):
        colleague.page.locator("#saved").fill(pasted)
        brought = colleague.page.locator("[data-brought]")
        brought.evaluate("one => { one.textContent = ''; }")  # what was said before is no answer
        colleague.page.locator("[data-bring]").click()
        expect(brought).to_contain_text(told)
        expect(colleague.page.locator("#roster")).to_contain_text("在场")
    assert [stay[:2] for stay in stays(service)] == [("李春分", "09:00"), ("钱白露", "09:00")]

    leader.finds_the_network()  # the phone comes back all the same: nothing is doubled
    expect(leader.banner).not_to_contain_text(WAITS)
    assert len(stays(service)) == 2


def test_a_plain_address_says_to_leave_the_page_open(
    service: Service, town: Town, arrives: Callable[[], Leader]
) -> None:
    """On http in a local network there is no worker and no cache: an open page goes on all the same."""
    leader = arrives()
    leader.one.context.add_init_script(
        """Object.defineProperty(window, "isSecureContext", {value: false});
        Object.defineProperty(navigator, "serviceWorker", {value: undefined});
        Object.defineProperty(navigator, "locks", {value: undefined});
        Object.defineProperty(window, "caches", {value: undefined});"""
    )
    leader.signs_in().opens_the_roster()
    leader.says("请不要关掉这一页")
    leader.loses_the_network()
    leader.at(9, 0)
    leader.scans(town.neighbour_card)
    leader.says("钱白露 · 签到 09:00")
    leader.finds_the_network()
    leader.has_sent_all()
    assert [stay[:2] for stay in stays(service)] == [("钱白露", "09:00")]


def test_a_browser_that_keeps_nothing_says_so_and_sends_forms(
    service: Service, town: Town, arrives: Callable[[], Leader]
) -> None:
    leader = arrives()
    leader.one.context.add_init_script("IDBFactory.prototype.open = () => { throw new Error('closed'); }")
    leader.signs_in().at(9, 0)
    leader.one.open(f"/staff/activities/{town.activity}/roster")
    leader.says("断网时请用纸质签到表")
    with leader.page.expect_navigation():
        leader.ticks("李春分", "签到")
    leader.says("李春分 已签到")
    leader.one.press("退出登录")
    assert leader.one.path == "/"
