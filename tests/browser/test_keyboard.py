"""The desk without a mouse: from the card to the receipt with Tab, Enter and digits."""

from tests.browser.service import Service
from tests.browser.town import PIN, Town
from tests.browser.visitor import Visitor


def test_the_desk_by_keyboard_alone(service: Service, town: Town, desk: Visitor) -> None:
    keyboard = desk.page.keyboard
    desk.sign_in_staff(town.clerk)
    desk.open("/staff/desk")
    desk.stands_in("#who")
    desk.enters(town.neighbour_card)
    presses = desk.reach(desk.page.locator("[data-tile=G02] .tile-add"))
    keyboard.press("Enter")
    presses += desk.reach(desk.page.get_by_role("button", name="下一步：核对"))
    with desk.page.expect_navigation():
        keyboard.press("Enter")
    desk.stands_in("[name=pin]")
    desk.enters(PIN)
    desk.says("已领取", "毛巾 1 条 × 1")
    assert presses <= 40
