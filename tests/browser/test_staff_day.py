"""A day at a computer: deliver, open, hand over, close; and of an activity: plan, approve, show, settle."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from points.foundation import clock
from tests.browser.service import Service
from tests.browser.town import PASSWORD, PIN, Town
from tests.browser.visitor import DESK, EITHER_WAY, Visitor


@EITHER_WAY
def test_a_day_at_the_counter(service: Service, town: Town, desk: Visitor) -> None:
    """Goods come in, a session opens, a card is scanned, goods go out, the session closes with its figures."""
    desk.sign_in_staff(town.clerk)

    # a delivery, counted by two
    desk.open("/staff/stock")
    desk.follow("物资入库")
    desk.type("item-1", "G02")
    desk.type("qty-1", "12")
    desk.type("second_login", town.colleague)
    desk.type("second_password", PASSWORD)
    desk.picture("stock-1-receive")
    desk.press("两人清点无误，入库")
    desk.says("已入库")
    desk.picture("stock-2-shelf")

    # an exchange session
    desk.tap("安排一场")
    desk.type("title", "周六集中兑换")
    desk.press("安排")
    desk.follow("周六集中兑换")
    desk.press("现在开始")

    # a scanner gun types the card's address into the field that has the focus
    service.set_clock(9, 30)
    desk.follow("去兑换台")
    desk.picture("desk-1-who", large=True)
    desk.stands_in("#who")
    desk.enters(f"{service.address}/c/{town.neighbour_card}")
    desk.says("钱白露", "120\n分", "已读卡")
    desk.tap(desk.page.locator("[data-tile=G02] .tile-add"))
    desk.tap(desk.page.locator("[data-tile=G03] .tile-add"))
    desk.says("合计 35 分")
    desk.picture("desk-2-cart")
    desk.press("下一步：核对")
    desk.says("35 分", "85")
    desk.type("pin", PIN)
    desk.picture("desk-3-confirm")
    desk.press("确认发放，扣 35 分")
    desk.says("已领取", "毛巾 1 条 × 1", "洗衣皂 2 块 × 1", "35 分")
    desk.picture("desk-4-receipt")

    # closed, with its figures and the list to be signed
    service.set_clock(11, 30)
    desk.open("/staff/stock")
    desk.follow("周六集中兑换")
    desk.follow("投到大屏")
    desk.says("已服务\n1", "积分\n35")
    desk.picture("session-1-screen")
    desk.follow("返回")
    desk.follow("清点并结束")
    for item, there in (("G01", 40), ("G02", 35), ("G03", 29), ("G04", 12), ("G05", 3)):
        desk.type(f"counted-{item}", str(there))
    desk.picture("session-2-count")
    desk.press("按这次清点结束")
    desk.says("钱白露", "35", "5 种物品都与账面一致")
    desk.picture("desk-5-session")


@EITHER_WAY
def test_what_was_reserved_is_fetched_with_its_code(
    service: Service, town: Town, phone: Visitor, desk: Visitor
) -> None:
    """The code on the volunteer's phone brings the clerk straight to what waits."""
    phone.open("/my/goods")
    phone.sign_in("19900000003", PIN)
    phone.type("qty-G01", "2")
    phone.press("预约")
    code = phone.code()
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/desk")
    desk.stands_in("#who")
    desk.enters(code)
    desk.says("垃圾袋 1 卷 30 只 × 2", "钱白露")
    desk.type("phone4", "0003")
    assert desk.page.locator("[name=check][value=phone4]").is_checked()  # typing into it chooses it
    desk.picture("desk-6-pick-up")
    desk.press("确认发放，扣 20 分")
    desk.says("已领取")
    phone.page.reload()
    phone.says("已领取")


@EITHER_WAY
def test_an_activity_from_the_plan_to_the_points(
    service: Service, town: Town, desk: Visitor, visitor: Callable[..., Visitor]
) -> None:
    """Planned by its leader, approved by another, shown by a code that renews itself, ticked, settled, confirmed."""
    desk.open("/sign-in")
    desk.sign_in(town.leader, PIN)
    desk.open("/staff/activities/new")
    desk.follow("全新的活动")
    desk.type("title", "夜间巡河护河")
    desk.type("day", "2026-05-09")
    desk.type("content", "沿澧水河堤走一圈，捡拾垃圾。请带手电和水。")
    desk.type("risk_notice", "河堤湿滑，穿防滑鞋，两人同行。")
    desk.type("start", "15:00")
    desk.type("end", "16:30")
    desk.type("place", "澧水河堤")
    desk.type("contact_name", "周谷雨")
    desk.type("contact_phone", "19900000001")
    desk.tap("签到、负责人、年龄、技能、保险、应急")
    desk.tap(desk.page.locator("[name=walk_in_ok]"))
    desk.picture("plan-1-new", whole=True)
    desk.press("保存并提交")
    desk.says("夜间巡河护河")
    address = desk.path

    other = visitor(DESK)
    other.sign_in_staff(town.community_admin)
    other.open("/staff/waiting")
    other.picture("plan-2-to-decide")
    other.open(address)
    other.press("通过并发布")
    other.says("夜间巡河护河")
    other.picture("plan-3-approved")

    # the code fills the screen and renews itself: half a minute later another one stands there
    service.set_clock(14, 45)
    desk.open(f"{address}/screen")
    desk.picture("run-1-screen")
    first, digits = desk.code(), desk.page.locator(".six").inner_text()
    service.set_clock(14, 46)
    desk.page.wait_for_function("was => document.querySelector('.six').innerText !== was", arg=digits)
    assert desk.code() != first
    assert desk.page.locator(".qr").bounding_box()["width"] >= 480  # type: ignore[index]

    # somebody without a phone is let in by card, and ticked out
    desk.page.clock.install(time=clock.now())
    desk.open(f"{address}/roster")
    desk.type("card", f"{service.address}/c/{town.neighbour_card}")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#roster")).to_contain_text("钱白露")
    desk.picture("run-2-roster")
    desk.page.clock.set_system_time(service.set_clock(16, 31))
    desk.open(f"{address}/roster")
    expect(desk.page.locator("[data-ready]")).to_contain_text("已备好")
    desk.tap(desk.page.get_by_role("button", name="签退", exact=True))
    expect(desk.page.locator("main")).to_contain_text("钱白露 已签退")
    service.set_clock(17, 5)
    service.sweep()
    desk.open(f"{address}/settle")
    desk.says("请看一下这几条")
    desk.press("看过了，没问题")
    desk.type("beneficiaries", "30")
    desk.press("结算：确认时长，发放积分")
    desk.says("已结算")
    other.open(address)
    other.press(re.compile("确认打勾"))
    other.says("已办好")
    other.open(f"/staff/people/{town.neighbour}")
    other.says("1.5 小时", "135")  # 15 points beside the 120: from the start at three, not from the arrival
