"""What is refused is a page: the sentence, the next step, and what was typed still there."""

from collections.abc import Callable

from points.foundation.actors import SYSTEM
from points.people import cards
from points.service import activities, checkin
from tests import make
from tests.browser.service import Service
from tests.browser.town import PIN, Town
from tests.browser.visitor import Visitor


def test_a_code_that_is_too_old(service: Service, town: Town, phone: Visitor) -> None:
    with service.transaction() as session:
        activity = activities.by_code(session, town.activity)
        code = checkin.screen_token(activity, service.set_clock(8, 50))
    service.set_clock(8, 53)
    phone.open(f"/s/{code}")
    assert phone.page.locator(".result.care[role=alert]").is_visible()
    phone.says("过期", "请扫屏幕上现在的码")
    assert phone.font_size(".result h1") >= 32
    phone.picture("refused-1-code")


def test_too_early_and_not_signed_up(service: Service, town: Town, phone: Visitor) -> None:
    """A refusal after signing in fills the screen as a success does."""
    with service.transaction() as session:
        activity = activities.by_code(session, town.activity)
        at = service.set_clock(8, 5)
        code = checkin.screen_token(activity, at)
    phone.open(f"/s/{code}")
    phone.sign_in(town.phone, PIN)
    assert phone.page.locator(".result.care[role=alert]").is_visible()
    phone.says("08:30")
    phone.picture("refused-2-too-early")


def test_a_card_that_was_replaced(service: Service, town: Town, desk: Visitor) -> None:
    with service.transaction() as session:
        cards.issue(session, volunteer=town.neighbour, reason="lost", by=SYSTEM, at=make.NOW)
    desk.sign_in_staff(town.clerk)
    desk.open(f"/staff/desk?who={town.neighbour_card}")
    refusal = desk.page.get_by_role("alert")
    assert refusal.is_visible()
    assert "卡" in refusal.inner_text()
    assert desk.page.locator("#who").input_value() == town.neighbour_card
    desk.picture("refused-3-card")


def test_not_enough_points_keeps_the_cart(service: Service, town: Town, phone: Visitor) -> None:
    phone.open("/my/goods")
    phone.sign_in("19900000003", PIN)
    phone.type("qty-G04", "2")
    phone.type("qty-G02", "1")
    phone.press("预约")
    refusal = phone.page.get_by_role("alert")
    assert "20" in refusal.inner_text()  # 140 are needed, 120 are there
    assert phone.page.locator("[name=qty-G04]").input_value() == "2"
    phone.picture("refused-4-points")
    phone.type("qty-G04", "1")
    phone.press("预约")
    phone.says("大米 2.5 公斤 × 1")


def test_a_wrong_pin_at_the_door_and_at_the_counter(
    service: Service, town: Town, phone: Visitor, desk: Visitor
) -> None:
    phone.open("/sign-in")
    phone.sign_in(town.phone, "111111")
    assert phone.page.get_by_role("alert").is_visible()
    assert phone.page.locator("[name=who]").input_value() == town.phone
    assert phone.page.locator("[name=pin]").input_value() == ""
    phone.picture("refused-5-pin")

    desk.sign_in_staff(town.clerk)
    desk.open(f"/staff/desk?who={town.neighbour}")
    for _ in range(2):
        desk.page.locator("[data-tile=G02] .tile-add").click()
    desk.press("下一步：核对")
    desk.type("pin", "111111")
    desk.press("确认发放，扣 40 分")
    assert desk.page.get_by_role("alert").is_visible()
    desk.says("毛巾 × 2", "40 分")
    desk.type("pin", PIN)
    desk.press("确认发放，扣 40 分")
    desk.says("已领取")


def test_a_second_signature_of_the_same_person(service: Service, town: Town, desk: Visitor) -> None:
    """A delivery signed twice by one person is refused, and the form is still filled in."""
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/stock/receive")
    desk.page.select_option("[name=item-1]", "G03")
    desk.type("qty-1", "7")
    desk.type("second_login", town.clerk)
    desk.type("second_password", "correct horse")
    desk.press("两人清点无误，入库")
    assert desk.page.get_by_role("alert").is_visible()
    assert desk.page.locator("[name=qty-1]").input_value() == "7"
    assert desk.page.locator("[name=item-1]").input_value() == "G03"


def test_pages_that_are_not_there_or_not_for_one(
    service: Service, town: Town, phone: Visitor, visitor: Callable[..., Visitor]
) -> None:
    phone.open("/nothing-here")
    phone.says("回到首页")
    phone.open("/sign-in")
    phone.sign_in(town.phone, PIN)
    phone.open("/staff/")
    assert phone.page.locator("h1").inner_text() == "仅限工作人员"
