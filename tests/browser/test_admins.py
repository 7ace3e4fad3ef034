"""The office by keyboard alone: what waits, the figures down to their rows, a draft of the rules with its preview."""

import pytest

from tests.browser.service import Service
from tests.browser.town import Town
from tests.browser.visitor import Visitor


@pytest.mark.parametrize("service", ["sqlite", "postgresql"], indirect=True)
def test_the_office_by_keyboard_alone(service: Service, town: Town, desk: Visitor) -> None:
    desk.sign_in_staff(town.street_admin)
    desk.open("/staff/waiting")
    desk.picture("admin-1-waiting")
    _press(desk, "数据")
    desk.says("永定街道的数据", "人次", "口径版本")
    desk.picture("admin-2-figures", whole=True)
    assert desk.page.get_by_role("img", name="各月人次").count() == 1
    _press(desk, "", address="/staff/figures/volunteers")
    desk.says("志愿者：", "李春分")
    desk.picture("admin-3-rows")
    desk.open("/staff/rules/new")
    desk.page.locator("[name=number-points_per_hour]").focus()
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type("12")
    _press(desk, "先试算上个季度")
    desk.says("如果上个季度就用这份规则", "现行规则积分")
    desk.picture("admin-4-preview", whole=True)
    desk.open("/staff/waiting")
    _press(desk, "操作日志")
    desk.says("操作日志", "志愿者")
    desk.open("/staff/accounts/new")
    desk.page.locator("[name=login]").focus()
    desk.page.keyboard.type("li.na")
    for field, said in (("name", "李娜"), ("phone", "13800000007")):
        desk.page.locator(f"[name={field}]").focus()
        desk.page.keyboard.type(said)
    desk.page.select_option("[name=role]", "station_staff")
    desk.page.select_option("[name=place]", town.station)
    _press(desk, "新增并获取链接")
    desk.says("li.na 的链接", "七天内有效")
    assert "/set-up/" in desk.code()
    desk.picture("admin-5-link")


def _press(desk: Visitor, label: str, *, address: str = "") -> None:
    """Tab to the link or button with this label or address, and press Enter."""
    for _ in range(150):
        desk.page.keyboard.press("Tab")
        at = desk.page.evaluate(
            "[document.activeElement.innerText.trim(), document.activeElement.getAttribute('href') || '']"
        )
        if label in at[0] and address in at[1]:
            with desk.page.expect_navigation():
                desk.page.keyboard.press("Enter")
            return
    raise AssertionError(f"{label} is not reached on {desk.path}")
