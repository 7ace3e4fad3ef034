"""What is wrong with a form stands beside the field that it is about, and the reader begins there."""

import re
from collections.abc import Callable

import pytest

from tests.web.conftest import PASSWORD, Browser, Street
from tests.web.test_people import FORM
from tests.web.test_registration import ADULT, CHILD

BORN_2015 = {"birth_date": "2015-03-01"}
RECEIPT = {
    "station": "NLJ-1", "item-1": "G02", "qty-1": "5", "source": "budget", "best_before-1": "2027-01-01",
    "second_login": "wang", "second_password": PASSWORD,
}  # fmt: skip
DOOR = {
    "area": "BZ", "name": "能量家9号站", "code": "NLJ-9", "number": "9", "phone": "0744-8221234",
    "address": "示例路9号", "open_hours": "周二",
}  # fmt: skip
MORE = {"volunteer": "{volunteer}", "points": "5", "reason": "补记三月的十五分"}
SIGN_IN = {"login": "li", "role": "auditor", "place": "YD", "name": "李娜", "phone": "19900000077"}
TEAM = {"name": "新队", "code": "T9", "kind": "community", "area": "BZ", "leader": "{leader}"}
PLACE = {"type": "community", "parent": "YD", "code": "ZX", "name": "新社区"}
CLAIM = {"typed": "{volunteer}", "came": "08:00", "went": "10:00", "reason": "forgot_out"}
WRONG: list[tuple[str, str, dict[str, str], str]] = [
    ("", "/register", ADULT | {"community": ""}, "community"),
    ("", "/register", ADULT | {"community": "NOWHERE"}, "community"),
    ("", "/register", ADULT | {"birth_date": "1990年13月1日"}, "birth_date"),
    ("", "/register", ADULT | {"phone": "12345"}, "phone"),
    ("", "/register", ADULT | {"again": "111222"}, "again"),
    ("", "/register/minor", CHILD | {"guardian_name": ""}, "guardian_name"),
    ("", "/register/minor", CHILD | {"guardian_phone": ""}, "guardian_phone"),
    ("", "/register/minor", CHILD | {"guardian_phone": "110"}, "guardian_phone"),
    ("", "/register/minor", CHILD | {"guardian_relation": ""}, "guardian_relation"),
    ("", "/register/minor", CHILD | {"community": ""}, "community"),
    ("", "/complaints", {"kind": "suggestion", "text": "兑换日多开一个窗口。", "area": "NOWHERE"}, "area"),
    ("", "/complaints", {"kind": "suggestion", "text": "", "area": "BZ"}, "text"),
    ("volunteer", "/my/household/ask", {"code": ""}, "code"),
    ("volunteer", "/my/household/ask", {"code": "H-9999"}, "code"),
    ("volunteer", "/my/household/ask", {"code": "邻居家"}, "code"),
    ("volunteer", "/my/scan", {"digits": ""}, "digits"),
    ("volunteer", "/my/scan", {"digits": "12"}, "digits"),
    ("volunteer", "/my/scan", {"digits": "一二三四五六"}, "digits"),
    ("volunteer", "/my/scan", {"digits": "000000"}, "digits"),
    ("volunteer", "/my/activities/{running}/digits", {"digits": "1234567"}, "digits"),
    ("community_admin", "/staff/people", FORM | {"community": ""}, "community"),
    ("community_admin", "/staff/people", FORM | {"community": "NOWHERE"}, "community"),
    ("community_admin", "/staff/people", FORM | BORN_2015, "guardian_name"),
    ("community_admin", "/staff/people", FORM | BORN_2015 | {"guardian_name": "钱家长"}, "guardian_phone"),
    ("station_staff", "/staff/stock/receive", RECEIPT | {"second_login": ""}, "second_login"),
    ("station_staff", "/staff/stock/receive", RECEIPT | {"second_password": ""}, "second_password"),
    ("station_staff", "/staff/stock/receive", RECEIPT | {"second_login": "nobody"}, "second_password"),
    ("station_staff", "/staff/stock/receive", RECEIPT | {"second_password": "wrong"}, "second_password"),
    ("station_staff", "/staff/stock/receive", RECEIPT | {"second_login": "li.na"}, "second_login"),
    ("station_staff", "/staff/stock/receive", RECEIPT | {"item-1": "G99"}, "item-1"),
    ("station_staff", "/staff/stock/receive", RECEIPT | {"qty-1": "五"}, "qty-1"),
    ("street_admin", "/staff/adjustments", MORE | {"volunteer": "YD999999"}, "volunteer"),
    ("street_admin", "/staff/adjustments", MORE | {"volunteer": "张三"}, "volunteer"),
    ("street_admin", "/staff/adjustments", MORE | {"points": "五"}, "points"),
    ("street_admin", "/staff/accounts", SIGN_IN | {"place": "NOWHERE"}, "place"),
    ("street_admin", "/staff/accounts", SIGN_IN | {"volunteer": "YD999999"}, "volunteer"),
    ("street_admin", "/staff/teams", TEAM | {"leader": "YD999999"}, "leader"),
    ("street_admin", "/staff/teams", TEAM | {"area": "NOWHERE"}, "area"),
    ("street_admin", "/staff/places/areas", PLACE | {"parent": "NOWHERE"}, "parent"),
    ("street_admin", "/staff/places/stations", DOOR | {"phone": "8221234"}, "phone"),
    ("street_admin", "/staff/places/stations", DOOR | {"phone": "李娜 19900000008"}, "phone"),
    ("street_admin", "/staff/places/stations", DOOR | {"area": "NOWHERE"}, "area"),
    ("street_admin", "/staff/places/stations", DOOR | {"number": "一"}, "number"),
    ("station_staff", "/staff/vouchers", {"code": "0000000000"}, "code"),
    ("community_admin", "/staff/activities/{ended}/makeups", CLAIM | {"typed": "YD999999"}, "typed"),
    ("community_admin", "/staff/activities/{ended}/makeups", CLAIM | {"came": "八点"}, "came"),
]  # fmt: skip


@pytest.fixture
def before(
    street: Street, browser: Callable[[], Browser], phone_of: Callable[[str], Browser], staff_pc: Callable[..., Browser]
) -> Callable[[str], Browser]:
    """The browser of nobody, of the volunteer, or of somebody of a role."""

    def made(who: str) -> Browser:
        if who == "volunteer":
            return phone_of(street.volunteer)
        if who == "station_staff":
            staff_pc(who, "NLJ-1", login="wang")
            return staff_pc(who, "NLJ-1", login="li.na")
        return staff_pc(who, "BZ" if who == "community_admin" else "YD") if who else browser()

    return made


@pytest.mark.parametrize(("who", "address", "form", "field"), WRONG)
def test_it_is_said_beside_its_field(
    street: Street, before: Callable[[str], Browser], who: str, address: str, form: dict[str, str], field: str
) -> None:
    sent = {name: text.format(**vars(street)) for name, text in form.items()}
    answer = before(who).post(address.format(**vars(street)), **sent)
    assert answer.status_code in (403, 404, 409, 422), answer.status_code
    beside = re.findall(r'class="wrong" id="w-([^"]+)"', answer.text)
    assert field in beside, beside
    focused = re.findall(r"<(?:input|select|textarea)[^>]* autofocus", answer.text)
    assert f'name="{beside[0]}"' in focused[0], "the reader begins at the first field that is wrong"
