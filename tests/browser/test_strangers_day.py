"""A stranger registers, joins, checks in and out, gets points and leaves with goods: by keyboard, told by no one."""

from collections.abc import Callable

from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.places import stations
from tests.browser.service import Service
from tests.browser.town import PIN, Town
from tests.browser.visitor import DESK, PHONE, Visitor

NOBODY_TO_ASK = 80  # presses of Tab until something is called out of reach


def test_a_strangers_day_by_keyboard_alone(service: Service, town: Town, visitor: Callable[..., Visitor]) -> None:
    """Each step is what the page before it offers; only the code is read by the phone's camera."""
    stranger, leader, desk = visitor(PHONE), visitor(DESK), visitor(DESK)
    leader.open("/sign-in")
    leader.sign_in(town.leader, PIN)

    # registered in one form
    service.set_clock(8, 10)
    stranger.open("/")
    stranger.picture("stranger-1-first-page", large=True)
    enter(stranger, "注册")
    fill(stranger, name="吴小满", birth_date="19750601", phone="19912340001", pin=PIN, again=PIN)
    for consent in ("consent-register", "consent-points"):
        to(stranger, consent)
        stranger.page.keyboard.press("Space")
    stranger.picture("stranger-2-registered", whole=True)
    enter(stranger, "注册", of="button")
    stranger.says("注册好了", "吴小满，您好", "找活动")
    stranger.picture("stranger-3-home")

    # joined, and told what to bring
    enter(stranger, "找活动")
    enter(stranger, "三坊四巷大扫除")
    stranger.says("请带：手套和水")
    enter(stranger, "我要参加")
    stranger.says("已报上名")
    stranger.picture("stranger-4-joined")

    # there, and gone again
    service.set_clock(8, 55)
    stranger.open("/my/")
    stranger.says("扫码签到")
    stranger.picture("stranger-5-now")
    for hour, minute, press, done in ((8, 55, "我到了，签到", "签到成功"), (11, 2, "我走了，签退", "签退成功")):
        service.set_clock(hour, minute)
        leader.open(f"/staff/activities/{town.activity}/screen")
        stranger.open(leader.code())
        enter(stranger, press)
        stranger.says(done)

    # settled by the leader; what became of it stands on the first page
    service.set_clock(11, 40)
    service.sweep()
    leader.open(f"/staff/activities/{town.activity}/settle")
    leader.type("beneficiaries", "60")
    leader.press("结算：确认时长，发放积分")
    stranger.open("/my/")
    stranger.says("20\n分")
    enter(stranger, "我能换什么？")
    stranger.says("还有 30 份")
    to(stranger, "qty-G03")
    stranger.page.keyboard.type("1")
    enter(stranger, "预约")
    stranger.says("洗衣皂 2 块 × 1")
    code = stranger.code()

    # and leaves with the goods
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/desk")
    desk.stands_in("#who")
    desk.enters(code)
    desk.says("吴小满")
    desk.type("pin", PIN)
    desk.press("确认发放，扣 15 分")
    stranger.open("/my/")
    enter(stranger, "从哪来的？")
    stranger.says("−15", "+20")
    stranger.picture("stranger-6-points")


def test_staff_sign_a_phone_in_that_goes_on_by_itself(
    service: Service, town: Town, phone: Visitor, desk: Visitor
) -> None:
    phone.open("/sign-in")
    phone.follow("我在站点：请工作人员帮我登录")
    phone.press("能量家1号站")
    phone.picture("assisted-1-number")
    number = phone.page.locator(".asked-number").inner_text()
    desk.sign_in_staff(town.clerk)
    desk.open(f"/staff/people/{town.neighbour}")
    desk.follow("帮他登录")
    desk.type("number", number)
    desk.type("phone4", "0003")
    desk.picture("assisted-2-let-in", whole=True)
    desk.press("让这部手机登录")
    phone.page.wait_for_url("**/my/")
    phone.says("钱白露，您好", "这部手机已登录")
    phone.open("/my/me/profile")
    fill(phone, pin="1357", again="1357")
    enter(phone, "设好密码")
    phone.says("新密码")


def test_how_far_a_station_is_stays_on_the_phone(service: Service, town: Town, visitor: Callable[..., Visitor]) -> None:
    with service.transaction() as session:
        stations.place(session, station=town.station, latitude=29.1262, longitude=110.4791, by=SYSTEM, at=clock.now())
    phone = visitor(PHONE, geolocation={"latitude": 29.1352, "longitude": 110.4791}, permissions=["geolocation"])
    phone.open("/sign-in")
    phone.sign_in(town.phone, PIN)
    phone.open("/my/goods")
    phone.page.wait_for_load_state("networkidle")  # the page's own little picture comes last
    sent: list[str] = []
    phone.page.on("request", lambda request: sent.append(request.url))
    phone.page.get_by_role("button", name="离我多远？").click()
    phone.page.get_by_text("离这里约 1.0 公里").wait_for()
    phone.picture("how-far")
    assert sent == [], "where the phone is goes nowhere"
    refusing = visitor(PHONE)
    refusing.open("/sign-in")
    refusing.sign_in(town.phone, PIN)
    refusing.open("/my/goods")
    refusing.page.get_by_role("button", name="离我多远？").click()
    refusing.page.get_by_text("手机没有给出位置").wait_for()
    refusing.says("示例路1号")


def to(one: Visitor, wanted: str, *, of: str = "") -> None:
    """Tab until the field of that name, or the link or button with that text, has the focus."""
    for _press in range(NOBODY_TO_ASK):
        one.page.keyboard.press("Tab")
        name, text, kind = one.page.evaluate(
            "() => { const one = document.activeElement;"
            " return [one.name || '', one.innerText || '', one.tagName.toLowerCase()]; }"
        )
        if name == wanted or (wanted in text and kind in ("a", "button") and of in ("", kind)):
            return
    raise AssertionError(f"{wanted!r} is not reached by keyboard on {one.path}")


def enter(one: Visitor, wanted: str, *, of: str = "") -> None:
    """Go there by keyboard and press it."""
    to(one, wanted, of=of)
    with one.page.expect_navigation():
        one.page.keyboard.press("Enter")


def fill(one: Visitor, **fields: str) -> None:
    """Fill these fields in the order of the page; a list takes the first that it offers."""
    for name, text in fields.items():
        to(one, name)
        one.types(text)
        if name == "birth_date":
            to(one, "community")
            one.page.keyboard.press("ArrowDown")
