"""A volunteer's day on a phone: scan, in, out, settled, points, and what they become."""

import re
from collections.abc import Callable

from tests.browser.service import Service
from tests.browser.town import PIN, Town
from tests.browser.visitor import DESK, EITHER_WAY, Visitor


@EITHER_WAY
def test_a_volunteers_day(service: Service, town: Town, phone: Visitor, visitor: Callable[..., Visitor]) -> None:
    """From the leader's code to the pick-up code, each by what the page before it shows."""
    leader = visitor(DESK)
    leader.open("/sign-in")
    leader.sign_in(town.leader, PIN)

    # in: the code is read from the leader's screen, and still counts after 90 seconds of signing in
    service.set_clock(8, 50)
    leader.open(f"/staff/activities/{town.activity}/screen")
    phone.open(leader.code())
    phone.says("您扫的码已保留五分钟")
    phone.picture("scan-1-sign-in")
    service.set_clock(8, 51, 30)
    phone.sign_in(town.phone, PIN)
    phone.says("三坊四巷大扫除", "我到了，签到")
    assert phone.page.get_by_role("button", name="我走了，签退").count() == 0
    phone.picture("scan-2-in")
    phone.press("我到了，签到")
    phone.says("签到成功", "08:51")
    assert phone.font_size(".result h1") >= 32
    phone.picture("scan-3-checked-in")

    # out: the same way, and the page says so
    service.set_clock(11, 2)
    leader.open(f"/staff/activities/{town.activity}/screen")
    phone.open(leader.code())
    phone.says("我走了，签退", "08:51")
    phone.picture("scan-4-out")
    phone.press("我走了，签退")
    phone.says("签退成功", "11:02")
    phone.picture("scan-5-checked-out")

    # settled by the leader, in the pages
    service.set_clock(11, 40)
    service.sweep()
    leader.open("/staff/")
    leader.follow("三坊四巷大扫除")
    leader.follow("3. 结算")
    leader.type("beneficiaries", "60")
    leader.picture("staff-settle")
    leader.press("结算：确认时长，发放积分")
    leader.picture("staff-settled")

    # the points, and where they came from
    phone.open("/my/")
    phone.picture("my-1-home", large=True)
    phone.open("/my/points")
    phone.says("20\n分", "三坊四巷大扫除", "+20")
    phone.picture("my-2-points", large=True)
    phone.follow("三坊四巷大扫除")
    phone.says("08:51", "11:02", "RS-01")
    phone.picture("my-3-where-from", whole=True)

    # reserved, with a code to fetch it by
    phone.open("/my/goods")
    phone.picture("my-4-goods", large=True)
    phone.type("qty-G03", "1")
    phone.press("预约")
    phone.says("洗衣皂 2 块 × 1", "15 分")
    phone.picture("my-5-pick-up")
    assert re.fullmatch(rf"{re.escape(service.address)}/p/[0-9A-Z]{{10}}", phone.code())
