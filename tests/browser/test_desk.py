"""The desk measured: an exchange by pointer in six taps, by keyboard alone, by shelf labels; a session's end."""

import json
from collections.abc import Callable
from time import monotonic

from playwright.sync_api import expect

from points.exchange.goods import by_code
from tests.browser.service import Service
from tests.browser.town import PASSWORD, PIN, Town
from tests.browser.visitor import DESK, EITHER_WAY, NAVIGATION, PHONE, Visitor

COUNT = """addEventListener("pointerdown", () => {
  sessionStorage.taps = Number(sessionStorage.taps || 0) + 1;
}, true);
addEventListener("keydown", event => {
  if (event.key !== "Shift") sessionStorage.keys = Number(sessionStorage.keys || 0) + 1;
}, true);"""

KEY, TAP = 250, 1000
"""A clerk's pace in milliseconds: four keys a second, a tap each second."""


def counted(desk: Visitor, what: str) -> int:
    return int(json.loads(desk.page.evaluate(f"JSON.stringify(sessionStorage.{what} || 0)")))


def test_an_exchange_takes_six_taps_at_most(service: Service, town: Town, visitor: Callable[..., Visitor]) -> None:
    """A card read by a gun, two goods, confirm, the person's PIN on the keys, hand over, next person."""
    tablet = visitor(PHONE)
    tablet.context.add_init_script(COUNT)
    tablet.sign_in_staff(town.clerk)
    tablet.open("/staff/desk")
    tablet.page.evaluate("sessionStorage.clear()")
    tablet.stands_in("#who")
    tablet.enters(f"{service.address}/c/{town.neighbour_card}")
    tablet.page.locator("[data-tile=G02] .tile-add").click()
    tablet.page.locator("[data-tile=G04] .tile-add").click()
    expect(tablet.page.locator("[data-total]")).to_have_text("80")
    expect(tablet.page.locator("[data-rest]")).to_have_text("40")
    tablet.picture("desk-7-phone")
    tablet.press("下一步：核对")
    tablet.stands_in("[name=pin]")
    tablet.page.keyboard.type(PIN)
    tablet.press("确认发放，扣 80 分")
    tablet.says("已领取", "毛巾 1 条 × 1", "大米 2.5 公斤 × 1")
    tablet.press("下一位")
    assert tablet.path == "/staff/desk"
    assert 0 < counted(tablet, "taps") <= 6


def test_a_tap_on_goods_does_not_move_the_page_under_the_next_tap(
    service: Service, town: Town, visitor: Callable[..., Visitor]
) -> None:
    """The field is ready for the next scan and stays out of sight; a press is not lost on a button that slides away."""
    narrow = visitor(PHONE)
    narrow.sign_in_staff(town.clerk)
    narrow.open(f"/staff/desk?who={town.neighbour}")
    rice = narrow.page.locator("[data-tile=G04] .tile-add")
    rice.evaluate("one => one.scrollIntoView({block: 'center', behavior: 'instant'})")
    before: int = narrow.page.evaluate("scrollY")
    rice.click()
    assert narrow.page.evaluate("document.activeElement.id") == "add"
    frames: list[int] = narrow.page.evaluate("""async () => {
      const seen = [];
      for (let n = 0; n < 12; n++) { seen.push(await new Promise(done => requestAnimationFrame(() => done(scrollY)))); }
      return seen;
    }""")
    assert before > 0
    assert set(frames) == {before}
    assert narrow.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_an_exchange_by_keyboard_alone(service: Service, town: Town, desk: Visitor) -> None:
    """Code, number, number, Enter, PIN, Enter; the focus always stands where the next key belongs."""
    keyboard = desk.page.keyboard
    desk.context.add_init_script(COUNT)
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/desk")
    desk.page.evaluate("sessionStorage.clear()")
    began = monotonic()
    desk.stands_in("#who")
    desk.enters(town.neighbour)
    desk.stands_in("#add")
    keyboard.type("2\n3\n3\n-3\n")
    expect(desk.page.locator("[data-total]")).to_have_text("35")
    desk.enters()
    desk.stands_in("[name=pin]")
    desk.enters(PIN)
    desk.says("已领取", "毛巾 1 条 × 1", "洗衣皂 2 块 × 1")
    desk.enters()
    desk.stands_in("#who")
    took = monotonic() - began
    assert counted(desk, "keys") <= 30
    print(f"the desk by keyboard: {counted(desk, 'keys')} keys, {took:.1f} s")  # noqa: T201


def test_a_short_exchange_measured_by_keyboard_and_by_pointer(
    service: Service, town: Town, visitor: Callable[..., Visitor]
) -> None:
    """Two kinds of goods at a clerk's pace, four keys or one tap a second: exactly what docs/tour.md says."""
    counter = visitor(DESK)
    keyboard, page = counter.page.keyboard, counter.page
    counter.context.add_init_script(COUNT)

    def typed(text: str) -> None:
        keyboard.type(text, delay=KEY)

    def tapped(what: Callable[[], None]) -> None:
        page.wait_for_timeout(TAP)
        what()

    counter.sign_in_staff(town.clerk)

    counter.open("/staff/desk")
    page.evaluate("sessionStorage.clear()")
    began = monotonic()
    with page.expect_navigation():
        typed(f"{town.neighbour}\n")
    typed("2\n3\n")
    expect(page.locator("[data-total]")).to_have_text("35")
    with page.expect_navigation():
        typed("\n")
    with page.expect_navigation():
        typed(f"{PIN}\n")
    counter.says("已领取")
    with page.expect_navigation():
        typed("\n")
    by_keyboard = monotonic() - began
    assert (counted(counter, "keys"), counted(counter, "taps")) == (22, 0)

    page.evaluate("sessionStorage.clear()")
    began = monotonic()
    with page.expect_navigation():  # the gun types the card and Enter; no key of the clerk's
        keyboard.type(f"{service.address}/c/{town.neighbour_card}\n")
    page.evaluate("delete sessionStorage.keys")
    tapped(page.locator("[data-tile=G02] .tile-add").click)
    tapped(page.locator("[data-tile=G03] .tile-add").click)
    expect(page.locator("[data-total]")).to_have_text("35")
    tapped(lambda: counter.press("下一步：核对"))
    typed(PIN)
    tapped(lambda: counter.press("确认发放，扣 35 分"))
    counter.says("已领取")
    tapped(lambda: counter.press("下一位"))
    by_pointer = monotonic() - began
    assert (counted(counter, "taps"), counted(counter, "keys")) == (5, 6)
    assert max(by_keyboard, by_pointer) <= 15
    print(f"an exchange: by keyboard 22 keys, {by_keyboard:.1f} s; by pointer 5 taps, {by_pointer:.1f} s")  # noqa: T201


def test_what_cannot_be_had_says_why_at_once(service: Service, town: Town, desk: Visitor) -> None:
    """120 points buy two bags of rice; then every tile says how many points are missing."""
    desk.sign_in_staff(town.clerk)
    desk.open(f"/staff/desk?who={town.neighbour}")
    rice = desk.page.locator("[data-tile=G04]")
    rice.locator(".tile-add").click()
    rice.locator(".tile-add").click()
    expect(desk.page.locator("[data-tile=G02] [data-why]")).to_have_text("还差 20 分")
    expect(desk.page.locator("[data-tile=G02] .tile-add")).to_have_attribute("aria-disabled", "true")
    desk.page.locator("[data-tile=G02] .tile-add").click(force=True)
    expect(desk.page.locator("[data-total]")).to_have_text("120")
    rice.locator(".tile-less").click()
    expect(desk.page.locator("[data-total]")).to_have_text("60")
    expect(desk.page.locator("[data-tile=G02] [data-why]")).to_have_text("")


def test_shelf_labels_fill_the_cart_and_another_card_does_not_empty_it(
    service: Service, town: Town, desk: Visitor
) -> None:
    with service.transaction() as session:
        label = by_code(session, "G05").label_code
    desk.sign_in_staff(town.clerk)
    desk.open(f"/staff/desk?who={town.neighbour}")
    for more in (1, 2):
        stays = desk.page.evaluate(
            """text => document.querySelector("[data-scan]").dispatchEvent(new CustomEvent("points:scanned",
              {bubbles: true, cancelable: true, detail: {text: text, kind: "g", code: "", source: "camera"}}))""",
            f"{service.address}/g/{label}",
        )
        assert not stays  # the desk took it; the camera stays open
        expect(desk.page.locator("[name=qty-G05]")).to_have_value(str(more))
    desk.page.locator("#add").fill(town.volunteer)
    desk.enters()
    desk.says("上一位还没办完", "钱白露")
    expect(desk.page.locator("[name=qty-G05]")).to_have_value("2")


def test_without_a_script_the_desk_works_too(service: Service, town: Town, visitor: Callable[..., Visitor]) -> None:
    plain = visitor(DESK, java_script_enabled=False)
    plain.sign_in_staff(town.clerk)
    plain.open(f"/staff/desk?who={town.neighbour}")
    plain.follow(plain.page.locator("[data-tile=G02] .tile-add"))
    plain.type("qty-G03", "1")
    plain.type("add", "1")
    plain.enters()
    expect(plain.page.locator("[name=qty-G01]")).to_have_value("1")
    plain.press("下一步：核对")
    plain.says("垃圾袋 × 1", "毛巾 × 1", "洗衣皂 × 1", "45 分")


@EITHER_WAY
def test_a_session_on_the_screen_and_its_count(
    service: Service, town: Town, desk: Visitor, visitor: Callable[..., Visitor]
) -> None:
    """The screen renews itself while the desk works; what is missing at the end is explained by two."""
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/stock")
    desk.tap("安排一场")
    desk.type("title", "周六集中兑换")
    desk.press("安排")
    desk.follow("周六集中兑换")
    page = desk.path
    desk.press("现在开始")
    wall = visitor(DESK)
    wall.sign_in_staff(town.colleague)
    wall.open(f"{page}/screen")
    wall.says("已服务\n0", "还有 24 份")
    service.set_clock(9, 30)
    desk.open(f"/staff/desk?who={town.neighbour}")
    desk.stands_in("#add")
    desk.page.keyboard.type("2\n")
    expect(desk.page.locator("[data-total]")).to_have_text("20")
    desk.enters()
    desk.type("pin", PIN)
    desk.press("确认发放，扣 20 分")
    wall.page.get_by_text("还有 23 份").wait_for(timeout=NAVIGATION)  # it asks every few seconds
    wall.says("已服务\n1", "积分\n20")

    # by keyboard: every number without the books beside it, one of them differs, then Enter
    desk.open(f"{page}/close")
    for item, there in (("G01", 40), ("G03", 30), ("G04", 12), ("G05", 3)):
        desk.type(f"counted-{item}", str(there))
    desk.page.locator("[name=counted-G02]").focus()
    desk.enters("21")
    desk.says("有 1 处差异", "−2")
    desk.picture("session-3-difference", whole=True)
    desk.type("reason-G02", "两条受潮")
    desk.type("second_login", town.colleague)
    desk.type("second_password", PASSWORD)
    desk.enters()
    desk.says("差异都已由两人签字说明", "两条受潮")
    desk.open("/staff/stock")
    desk.says("21 条")


@EITHER_WAY
def test_a_merchant_proves_vouchers_and_the_month_is_settled(
    service: Service, town: Town, desk: Visitor, visitor: Callable[..., Visitor]
) -> None:
    desk.sign_in_staff(town.street_admin)
    desk.open("/staff/merchants")
    desk.tap("新增商户")
    desk.type("name", "示例理发店")
    desk.type("code", "SH09")
    desk.press("新增并显示链接")
    link = desk.code()
    shop = visitor(PHONE)
    shop.open(link)
    shop.type("code", "0000000000")
    shop.enters()
    shop.says("示例理发店", "本月")
    shop.picture("merchant-1-phone")
    desk.open("/staff/merchants/SH09")
    desk.says("这个月没有用过的券")
    desk.open("/staff/merchants")
    desk.picture("merchant-2-month")
