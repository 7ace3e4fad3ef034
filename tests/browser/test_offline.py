"""A leader's phone in a place without a network: ready before, kept on the device, sent once, answered, cleared."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Request, Route, expect
from sqlalchemy import select

from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.people import cards
from points.people.volunteers import Volunteer
from points.service import activities
from points.service.attendance import AttendanceSession
from points.service.checkin import Scan
from tests import make
from tests.browser.service import Service
from tests.browser.town import PIN, Town
from tests.browser.visitor import DESK, PHONE, Visitor

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


@pytest.fixture
def arrives(visitor: Callable[..., Visitor], service: Service, town: Town) -> Iterator[Callable[[], Leader]]:
    """Somebody comes to run the activity. That the network fails is what these tests are about, and no complaint."""
    came: list[Leader] = []

    def come() -> Leader:
        came.append(Leader(visitor(PHONE, device_scale_factor=2, is_mobile=True, has_touch=True), service, town))
        return came[-1]

    yield come
    for one in came:
        one.one.context.set_offline(False)
        one.page.goto("about:blank")
        one.one.complaints[:] = [said for said in one.one.complaints if not LOST.search(said)]


@pytest.fixture
def leader(arrives: Callable[[], Leader]) -> Leader:
    return arrives().signs_in()


def test_it_is_ready_before_and_keeps_what_it_cannot_send(service: Service, town: Town, leader: Leader) -> None:
    leader.opens_the_roster()
    leader.says("08:40 更新")
    leader.one.picture("offline-1-ready")
    leader.loses_the_network()
    leader.at(9, 0)
    leader.scans(f"{service.address}/c/{town.neighbour_card}")
    leader.says("钱白露 · 签到 09:00", "已存在这台设备上")
    leader.at(9, 1)
    leader.ticks("李春分", "签到")
    expect(leader.banner).to_contain_text("2 条签到等着上传，最早的是 09:00")
    expect(leader.row("李春分")).to_contain_text("签到 09:01 · 待上传")
    leader.at(9, 20)
    leader.scans(town.neighbour_card)
    leader.says("钱白露 · 签退 09:20", "3 条签到等着上传")
    assert stays(service) == []
    leader.one.picture("offline-2-waiting")
    queue = [scan["nonce"] for scan in leader.kept()]
    leader.at(9, 32)
    leader.finds_the_network()
    leader.has_sent_all()
    assert list(dict.fromkeys(post["nonce"] for post in leader.posts)) == queue == nonces(service)
    assert stays(service) == [
        ("钱白露", "09:00", "09:20", ["late", "short"]),
        ("李春分", "09:01", "", ["late", "roster"]),
    ]
    expect(leader.row("钱白露")).to_contain_text("09:00–09:20")


def test_a_scan_is_on_the_device_before_the_page_says_so(town: Town, leader: Leader) -> None:
    leader.opens_the_roster().loses_the_network()
    leader.page.evaluate(
        """() => {
          window.said = [];
          const add = IDBObjectStore.prototype.add, watch = {attributes: true, subtree: true, childList: true};
          new MutationObserver(() => said.push("said")).observe(document.querySelector("[data-last]"), watch);
          IDBObjectStore.prototype.add = function (one) {
            this.transaction.addEventListener("complete", () => said.push("kept"));
            return add.call(this, one);
          };
        }"""
    )
    leader.scans(town.neighbour_card)
    leader.says("已存在这台设备上")
    assert leader.page.evaluate("said.slice(0, 2)") == ["kept", "said"]


def test_the_roster_opens_again_without_a_network(service: Service, town: Town, leader: Leader) -> None:
    leader.opens_the_roster()
    leader.loses_the_network()
    leader.at(8, 58)
    leader.ticks("李春分", "签到")
    expect(leader.banner).to_contain_text(f"1 {WAITS}")
    leader.page.reload()
    leader.says("没有网络，这是 08:40 的名单", "1 条签到等着上传，最早的是 08:58")
    leader.at(9, 2)
    leader.scans(town.neighbour_card)
    leader.says("钱白露 · 签到 09:02")
    assert leader.page.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius") != "0px"
    leader.one.picture("offline-3-opened-again")
    leader.finds_the_network()
    leader.has_sent_all()
    assert [stay[:2] for stay in stays(service)] == [("李春分", "08:58"), ("钱白露", "09:02")]


def test_a_lost_answer_counts_once(service: Service, town: Town, leader: Leader) -> None:
    """The request arrives, the answer does not: the same nonce is sent again and gets the same answer."""
    leader.opens_the_roster().at(9, 0)
    asked = 0

    def lose(route: Route) -> None:
        nonlocal asked
        asked += 1
        if asked <= 2:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    leader.page.route(SENT, lose)
    leader.scans(town.neighbour_card)
    leader.says("钱白露 已签到")
    leader.has_sent_all()
    assert asked == 3
    assert [post["nonce"] for post in leader.posts] == nonces(service) * 3
    assert [stay[:3] for stay in stays(service)] == [("钱白露", "09:00", "")]


def test_a_network_that_answers_nonsense_loses_nothing(service: Service, leader: Leader) -> None:
    """A gateway without the service behind it, and a café's own sign-in page, are no answers."""
    leader.opens_the_roster().at(9, 0)
    nonsense = iter([(502, "text/html", "Bad gateway"), (200, "text/html", "<h1>Wi-Fi</h1>"), (503, "text/plain", "")])

    def answer(route: Route) -> None:
        said = next(nonsense, None)
        if said is None:
            route.continue_()
        else:
            route.fulfill(status=said[0], content_type=said[1], body=said[2])

    leader.page.route(SENT, answer)
    leader.ticks("李春分", "签到")
    leader.ticks("钱白露", "签到")
    leader.has_sent_all()
    assert [name for name, *_ in stays(service)] == ["李春分", "钱白露"]
    assert list(dict.fromkeys(post["nonce"] for post in leader.posts)) == nonces(service)


def test_what_is_refused_waits_for_one_tap(service: Service, town: Town, leader: Leader) -> None:
    _, stranger = newcomer(service)
    with service.transaction() as session:
        lost = make.card(session, person(session, town.volunteer)).code
        cards.revoke(session, volunteer=town.volunteer, reason="lost", by=SYSTEM, at=make.NOW)
    leader.opens_the_roster()
    leader.loses_the_network()
    leader.at(9, 0)
    leader.scans(stranger)
    leader.says("这张卡不在名单里")
    leader.scans(lost)
    leader.ticks("钱白露", "签到")
    expect(leader.banner).to_contain_text(f"3 {WAITS}")
    with service.transaction() as session:  # meanwhile a colleague let her in
        activity = activities.by_code(session, town.activity)
        make.scanned(session, activity, person(session, town.neighbour), "in", at=clock.now() - timedelta(minutes=5))
    leader.finds_the_network()
    expect(leader.banner).to_contain_text("3 条签到要您看一下")
    leader.one.picture("offline-4-inbox", whole=True)
    leader.inbox.get_by_role("button", name="现场报名并签到").click()
    expect(leader.banner).to_contain_text("2 条签到要您看一下")  # the inbox is drawn anew after each answer
    leader.inbox.get_by_label("是谁的卡").select_option(town.volunteer)
    leader.inbox.get_by_role("button", name="记给这位").click()
    expect(leader.banner).to_contain_text("1 条签到要您看一下")
    leader.inbox.get_by_role("button", name="不用再记").click()
    expect(leader.inbox).to_be_hidden()
    expect(leader.banner).to_be_hidden()
    leader.has_sent_all()
    assert [stay[:2] for stay in stays(service)] == [("钱白露", "08:55"), ("孙小满", "09:00"), ("李春分", "09:00")]


def test_what_came_after_a_refused_scan_is_tried_again_with_it(service: Service, leader: Leader) -> None:
    """In at a quarter past eight was too early; counted all the same, the way out counts too."""
    leader.opens_the_roster()
    leader.loses_the_network()
    leader.at(8, 15)
    leader.ticks("李春分", "签到")
    leader.at(9, 40)
    leader.ticks("李春分", "签退")
    expect(leader.banner).to_contain_text(f"2 {WAITS}")
    leader.finds_the_network()
    expect(leader.banner).to_contain_text("2 条签到要您看一下")
    leader.inbox.get_by_role("button", name="就按这个时间记").click()
    expect(leader.inbox).to_be_hidden()
    leader.has_sent_all()
    assert [stay[:3] for stay in stays(service)] == [("李春分", "08:15", "09:40")]


def test_without_a_mouse(service: Service, leader: Leader) -> None:
    """Scan, tick and answer by keyboard alone; the focus is never lost."""
    _, stranger = newcomer(service)
    keyboard = leader.page.keyboard
    leader.opens_the_roster()
    leader.loses_the_network()
    leader.at(9, 0)
    leader.page.locator("#card").focus()
    keyboard.type(f"{stranger}\n")
    leader.says("这张卡不在名单里")
    reach(leader, "签到", within="#roster")
    keyboard.press("Enter")
    leader.says("李春分 · 签到 09:00")
    expect(leader.row("李春分").get_by_role("button", name="签退")).to_be_focused()
    leader.finds_the_network()
    expect(leader.inbox).to_contain_text("没有报名")
    leader.page.locator("#card").focus()
    reach(leader, "现场报名并签到", within="#inbox")
    keyboard.press("Enter")
    expect(leader.inbox).to_be_hidden()
    expect(leader.page.locator("#card")).to_be_focused()
    leader.has_sent_all()
    assert {name for name, *_ in stays(service)} == {"孙小满", "李春分"}


def test_the_last_scan_is_taken_back(service: Service, leader: Leader) -> None:
    """Before it was sent, and after."""
    leader.opens_the_roster()
    leader.loses_the_network()
    leader.at(9, 0)
    leader.ticks("李春分", "签到")
    leader.says("李春分 · 签到 09:00")
    leader.page.get_by_role("button", name="撤回").click()
    leader.says("已撤回")
    leader.finds_the_network()
    leader.has_sent_all()
    leader.ticks("钱白露", "签到")
    leader.says("钱白露 已签到")
    leader.page.get_by_role("button", name="撤回").click()
    leader.says("已撤回")
    assert stays(service) == []


def test_the_same_card_twice_is_one_scan_and_a_misread_one_is_none(
    service: Service, town: Town, leader: Leader
) -> None:
    leader.opens_the_roster()
    leader.loses_the_network()
    leader.at(9, 0)
    leader.scans(town.neighbour_card)
    leader.says("钱白露 · 签到 09:00")
    leader.scans(town.neighbour_card.lower())
    leader.says("钱白露 刚刚扫过")
    leader.scans(town.neighbour_card[:-1] + ("1" if town.neighbour_card[-1] == "0" else "0"))
    leader.says("不是卡号，名单上也没有这个名字")
    leader.scans(f"{service.address}/g/{town.neighbour_card}")
    leader.says("这不是服务卡")
    leader.scans("春分")
    expect(leader.row("李春分").get_by_role("button", name="签到")).to_be_focused()
    assert len(leader.kept()) == 1


def test_a_wrong_clock_on_the_device_is_told_and_put_right(service: Service, leader: Leader) -> None:
    leader.page.clock.set_system_time(service.set_clock(9, 0) + timedelta(minutes=12))
    leader.opens_the_roster()
    leader.says("这台设备的时钟快了 12 分钟")
    leader.loses_the_network()
    leader.ticks("李春分", "签到")
    leader.says("最早的是 09:00")
    leader.finds_the_network()
    leader.has_sent_all()
    assert [stay[:2] for stay in stays(service)] == [("李春分", "09:00")]


def test_two_windows_send_once_and_show_the_same(service: Service, leader: Leader) -> None:
    leader.opens_the_roster()
    other = leader.one.context.new_page()
    other.goto(leader.page.url)
    expect(other.locator("body")).to_contain_text("已备好")
    leader.page.bring_to_front()
    leader.loses_the_network()
    leader.at(9, 0)
    leader.ticks("李春分", "签到")
    leader.ticks("钱白露", "签到")
    expect(other.locator("[data-offline] .notice")).to_contain_text(f"2 {WAITS}")
    leader.finds_the_network()
    leader.has_sent_all()
    expect(other.locator("[data-offline] .notice")).to_be_hidden()
    expect(other.locator("#roster")).to_contain_text("在场")
    assert list(dict.fromkeys(post["nonce"] for post in leader.posts)) == nonces(service)
    assert len(nonces(service)) == 2


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
    leader.one.press("退出")
    assert leader.copies() == []
    leader.signs_in().opens_the_roster()
    leader.has_sent_all()
    assert [stay[:2] for stay in stays(service)] == [("李春分", "09:00")]


def test_signing_out_clears_the_device(leader: Leader, town: Town) -> None:
    leader.opens_the_roster().at(9, 0)
    assert leader.copies() == [town.leader]
    leader.ticks("李春分", "签到")
    leader.says("李春分 已签到")
    leader.one.press("退出")
    assert leader.one.path == "/"
    assert leader.kept() == []
    assert leader.copies() == []
    assert leader.page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


def test_signing_out_asks_when_something_waits(service: Service, leader: Leader, tmp_path: Path) -> None:
    leader.opens_the_roster().at(9, 0)
    leader.page.route(SENT, lambda route: route.abort())
    leader.ticks("李春分", "签到")
    expect(leader.banner).to_contain_text(f"1 {WAITS}")
    leader.page.get_by_role("button", name="退出", exact=True).click()
    expect(leader.banner).to_contain_text("1 条签到只存在这台设备上")
    leader.one.picture("offline-6-signing-out")
    leader.page.get_by_role("button", name="先不退出").click()
    expect(leader.banner).to_contain_text(f"1 {WAITS}")
    leader.page.get_by_role("button", name="退出", exact=True).click()
    with leader.page.expect_navigation(), leader.page.expect_download() as saved:
        leader.page.get_by_role("button", name="存成文件，再退出").click()
    assert "李春分" in saved_text(saved.value, tmp_path)
    assert leader.one.path == "/"
    assert leader.kept() == []
    assert stays(service) == []


def test_without_a_network_nobody_is_signed_out_and_nothing_typed_is_lost(leader: Leader, town: Town) -> None:
    leader.opens_the_roster().loses_the_network()
    leader.page.get_by_role("button", name="退出", exact=True).click()
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
    leader.one.press("退出")
    assert leader.one.path == "/"


def test_the_desk_says_that_it_needs_the_network(town: Town, visitor: Callable[..., Visitor]) -> None:
    desk = visitor(DESK)
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/desk")
    desk.context.set_offline(True)
    notice = desk.page.locator("[data-offline] .notice")
    expect(notice).to_contain_text("没有网络，兑换要等有网再办")
    desk.picture("offline-7-desk")
    desk.page.locator("#who").fill("钱白露")
    desk.page.keyboard.press("Enter")
    expect(notice).to_contain_text("您填的都还在")
    assert desk.page.locator("#who").input_value() == "钱白露"
    desk.context.set_offline(False)
    expect(notice).to_be_hidden()
    desk.complaints[:] = [said for said in desk.complaints if not LOST.search(said)]


def stays(service: Service) -> list[tuple[str, str, str, list[str]]]:
    """Everybody's stays that count: name, in, out, flags."""
    with service.transaction() as session:
        rows = session.execute(
            select(Volunteer.name, AttendanceSession)
            .join(Volunteer, Volunteer.id == AttendanceSession.volunteer_id)
            .where(AttendanceSession.status != "annulled")
            .order_by(AttendanceSession.in_at, AttendanceSession.id)
        ).all()
        return [(name, hour(stay.in_at), hour(stay.out_at), sorted(stay.flags)) for name, stay in rows]


def hour(at: Any) -> str:
    return clock.local(at).strftime("%H:%M") if at else ""


def nonces(service: Service) -> list[str]:
    """The scans that the service took, in their order."""
    with service.transaction() as session:
        return list(session.scalars(select(Scan.nonce).order_by(Scan.id)))


def person(session: Any, code: str) -> Volunteer:
    found: Volunteer = session.scalars(select(Volunteer).where(Volunteer.code == code)).one()
    return found


def newcomer(service: Service) -> tuple[str, str]:
    """孙小满 with a card, who did not sign up: the volunteer code and the card's."""
    with service.transaction() as session:
        one = make.volunteer(session, name="孙小满", phone="19900000077", is_demo=True)
        return one.code, make.card(session, one).code


def saved_text(download: Any, folder: Path) -> str:
    """What a saved file holds."""
    download.save_as(folder / download.suggested_filename)
    return (folder / download.suggested_filename).read_bytes().decode("utf-8")


def reach(leader: Leader, label: str, *, within: str) -> None:
    """Go on with Tab to the button of that label; every stop shows that it has the focus."""
    for _ in range(40):
        leader.page.keyboard.press("Tab")
        text, shown, inside = leader.page.evaluate(
            """within => { const one = document.activeElement, style = getComputedStyle(one);
              const shown = style.outlineStyle !== "none" && style.outlineWidth !== "0px";
              return [one.innerText, shown, Boolean(one.closest(within))]; }""",
            within,
        )
        assert shown, f"{text!r} has the focus and does not show it"
        if inside and text.strip() == label:
            return
    raise AssertionError(f"{label} is not reached")
