"""A leader's phone in a place without a network: ready before, kept on the device, sent once, answered."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Route, expect
from sqlalchemy import select

from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.people import cards
from points.people.tables import Volunteer
from points.service import activities
from tests import make
from tests.browser.roster import LOST, SENT, WAITS, Leader, newcomer, nonces, stays
from tests.browser.service import Service
from tests.browser.town import Town
from tests.browser.visitor import DESK, Visitor


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
    leader.one.reach(leader.row("李春分").get_by_role("button", name="签到", exact=True))
    keyboard.press("Enter")
    leader.says("李春分 · 签到 09:00")
    expect(leader.row("李春分").get_by_role("button", name="签退")).to_be_focused()
    leader.finds_the_network()
    expect(leader.inbox).to_contain_text("没有报名")
    leader.page.locator("#card").focus()
    leader.one.reach(leader.inbox.get_by_role("button", name="现场报名并签到"))
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


def person(session: Any, code: str) -> Volunteer:
    found: Volunteer = session.scalars(select(Volunteer).where(Volunteer.code == code)).one()
    return found
