"""Every page, in both languages, normal and large, at 320, 360 and 1280 px: nothing sticks out or calls out."""

from collections.abc import Callable

import pytest

from tests.browser.service import Service
from tests.browser.town import PIN, Town
from tests.browser.visitor import PHONE, Visitor

PUBLIC = ["/", "/sign-in", "/sign-in/staff", "/register", "/register/minor", "/privacy/consents", "/rules", "/privacy",
          "/privacy/minors", "/complaints", "/stations/NLJ-1", "/nothing-here"]  # fmt: skip
VOLUNTEER = ["/my/", "/my/activities", "/my/activities/{activity}", "/my/points", "/my/goods", "/my/me", "/my/records",
             "/my/sign-ins", "/my/household", "/my/teams", "/my/activities/{activity}/makeup"]  # fmt: skip
STAFF = ["/staff/", "/staff/activities/new", "/staff/activities/{activity}", "/staff/activities/{activity}/screen",
         "/staff/activities/{activity}/roster", "/staff/activities/{activity}/settle", "/staff/waiting",
         "/staff/people", "/staff/people?text=钱", "/staff/people/new", "/staff/people/{neighbour}",
         "/staff/people/{neighbour}/card", "/staff/stock", "/staff/sign-ins"]  # fmt: skip
CLERK = ["/staff/desk", "/staff/desk?who={neighbour}", "/staff/desk?who=nobody", "/staff/stock",
         "/staff/stock/receive", "/staff/stock/near", "/staff/stock/write-off", "/staff/stock/transfer",
         "/staff/stock/count", "/staff/goods", "/staff/goods/new", "/staff/goods/G04"]  # fmt: skip
STREET = ["/staff/waiting", "/staff/goods/G04", "/staff/rules", "/staff/rules/new", "/staff/rules/RS-01",
          "/staff/adjustments"]  # fmt: skip
LOOKS = [(language, elder) for language in ("zh_CN", "en") for elder in ("", "1")]


@pytest.mark.parametrize("audience", ["public", "volunteer", "staff", "clerk", "street"])
def test_every_page_fits(service: Service, town: Town, visitor: Callable[..., Visitor], audience: str) -> None:
    service.set_clock(9, 30)
    paths = {"public": PUBLIC, "volunteer": VOLUNTEER, "staff": STAFF, "clerk": CLERK, "street": STREET}[audience]
    one = visitor(PHONE)
    match audience:
        case "volunteer":
            one.open("/sign-in")
            one.sign_in(town.phone, PIN)
        case "staff":
            one.sign_in_staff(town.community_admin)
        case "clerk":
            one.sign_in_staff(town.clerk)
        case "street":
            one.sign_in_staff(town.street_admin)
    wide = []
    for language, elder in LOOKS:
        cookies = {"points_locale": language, "points_elder": elder}
        one.context.add_cookies(
            [{"name": name, "value": value, "url": service.address} for name, value in cookies.items()]
        )  # type: ignore[list-item]
        for path in paths:
            address = path.format(activity=town.activity, neighbour=town.neighbour)
            one.open(address)
            for width in (320, 360, 1280):
                one.page.set_viewport_size({"width": width, "height": 740})
                if (out := one.overflow()) > 0:
                    wide.append(f"{path} in {language}{' large' if elder else ''}: {out} px too wide at {width}")
            assert one.page.locator("h1").count() >= 1, f"{path} has no heading"
    assert not wide, "\n".join(wide)
