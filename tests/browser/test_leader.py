"""A leader's duty: plan like last time or every week, show the code, settle; also with keys alone or no network."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from points.service.activities import series
from tests import make
from tests.browser.service import Service
from tests.browser.town import PIN, Town
from tests.browser.visitor import DESK, EITHER_WAY, Visitor


def test_planning_like_last_time_by_keyboard_alone(service: Service, town: Town, desk: Visitor) -> None:
    keyboard = desk.page.keyboard
    desk.open("/sign-in")
    desk.sign_in(town.leader, PIN)
    desk.open("/staff/activities/new")
    desk.reach(desk.page.locator("ul.list a.card").first)
    with desk.page.expect_navigation():
        keyboard.press("Enter")
    desk.page.locator("#main").wait_for()
    presses = desk.reach(desk.page.locator("[name=place]"))
    keyboard.type("崇实广场")
    with desk.page.expect_navigation():
        keyboard.press("Enter")  # the first button is the one that hands it in
    desk.says("三坊四巷大扫除", "待审核", "崇实广场")
    assert presses <= 25


@EITHER_WAY
def test_an_after_school_class_from_the_plan_to_the_settlement(
    service: Service, town: Town, phone: Visitor, visitor: Callable[..., Visitor]
) -> None:
    """Planned for two weeks, approved in one tap, joined as a whole, run and settled one date."""
    with service.transaction() as session:
        make.category(session, "child").name = "四点半课堂"
    leader = visitor()
    leader.open("/sign-in")
    leader.sign_in(town.leader, PIN)
    leader.open("/staff/activities/new?new=1")
    for name, text in {
        "title": "四点半课堂·作业辅导",
        "content": "陪孩子们写作业、读绘本，六点家长来接。",
        "bring": "一本喜欢的绘本",
        "risk_notice": "接送由家长负责，活动室内不追跑。",
        "day": "2026-05-11",
        "start": "16:30",
        "end": "18:00",
        "place": "北正社区活动室",
        "capacity": "4",
    }.items():
        leader.type(name, text)
    leader.type("category", "child")
    leader.tap("每周重复")
    for weekday in range(5):
        leader.tap(leader.page.locator("[name=weekday]").nth(weekday))
    leader.type("until", "2026-05-22")
    leader.picture("class-1-plan")
    leader.press("保存并提交")
    leader.says("还有 10 次", "待审核")
    code = leader.path.rpartition("/")[2]
    leader.picture("class-2-dates")

    admin = visitor(DESK)
    admin.sign_in_staff(town.community_admin)
    admin.open("/staff/approvals")
    admin.says("共 10 次", "接送由家长负责")
    admin.picture("class-3-approve")
    admin.press("通过并发布")
    admin.says("没有")

    phone.open("/my/activities")
    phone.sign_in(town.phone, PIN)
    phone.open("/my/activities?kind=child")
    phone.follow(phone.page.locator("ul.list a").first)
    phone.press("后面各次都参加")
    phone.says("您已报上 10 次")
    phone.picture("class-4-joined")

    # one date is called off: who signed up sees it on the first page
    with service.transaction() as session:
        dates = series.dates(session, series.by_code(session, code).id)
        first, second = dates[0].code, dates[1].code
    leader.open(f"/staff/activities/{second}")
    leader.tap("取消活动")
    leader.type("reason", "社区停电")
    leader.press("取消（报名的人会看到原因）")
    phone.open("/my/")
    phone.says("活动取消：四点半课堂·作业辅导", "社区停电")
    phone.picture("class-5-cancelled")

    # the leader's whole duty on the day: show the code, settle with one number
    monday = make.TODAY + timedelta(days=2)
    service.set_clock(16, 29, day=monday)
    leader.open("/staff/")
    leader.follow("出示签到码")
    assert leader.code()
    service.set_clock(18, 31, day=monday)
    service.sweep()
    leader.open(f"/staff/activities/{first}/settle")
    leader.says("来了多少孩子？")
    leader.type("beneficiaries", "12")
    leader.picture("class-6-settle")
    leader.press("结算：确认时长，发放积分")
    leader.says("已结算")


def test_the_code_screen_says_when_its_code_is_dead(service: Service, town: Town, desk: Visitor) -> None:
    """Without a network the code stays as long as it is good, then it is taken away, and comes back by itself."""
    service.set_clock(8, 45)
    desk.open("/sign-in")
    desk.sign_in(town.leader, PIN)
    for width, height in ((1280, 720), (1920, 1080), (360, 740)):
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.open(f"/staff/activities/{town.activity}/screen")
        assert desk.overflow() <= 0
        assert desk.code()
        box = desk.page.locator(".six").bounding_box()
        assert box
        assert box["y"] + box["height"] <= height  # the digits are in sight without scrolling
    desk.page.set_viewport_size(DESK)
    lost = desk.page.locator(".lost")
    desk.page.clock.install()
    desk.open(f"/staff/activities/{town.activity}/screen")
    desk.context.set_offline(True)
    desk.page.clock.run_for(6_000)
    expect(lost).to_contain_text("此码还能用")
    expect(desk.page.locator(".qr")).to_be_visible()
    desk.page.clock.run_for(60_000)
    expect(lost).to_contain_text("签到码已失效")
    expect(desk.page.locator(".qr")).to_be_hidden()
    desk.picture("run-3-lost")
    desk.context.set_offline(False)
    desk.page.clock.run_for(6_000)
    expect(desk.page.locator(".qr")).to_be_visible()
    expect(lost).to_be_hidden()
    desk.complaints = [one for one in desk.complaints if "ERR_INTERNET_DISCONNECTED" not in one]
