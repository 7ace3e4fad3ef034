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
    presses = _tab_to(desk, "G02")
    keyboard.press("Enter")
    presses += _tab_to(desk, "下一步：核对")
    with desk.page.expect_navigation():
        keyboard.press("Enter")
    desk.stands_in("[name=pin]")
    desk.enters(PIN)
    desk.says("已领取", "毛巾 × 1")
    assert presses <= 40


def _tab_to(desk: Visitor, name: str) -> int:
    """Tab until the field of that name has the focus; every stop shows that it has it."""
    for press in range(1, 40):
        desk.page.keyboard.press("Tab")
        at = desk.page.evaluate("""() => {
          const one = document.activeElement, style = getComputedStyle(one);
          const shown = style.outlineStyle !== "none" && style.outlineWidth !== "0px";
          return [one.value || one.name || one.innerText || one.tagName, shown];
        }""")
        assert at[1], f"{at[0]!r} has the focus and does not show it"
        if at[0] == name:
            return press
    raise AssertionError(f"the field {name} is not reached")
