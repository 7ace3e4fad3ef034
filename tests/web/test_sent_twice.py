"""A form that is sent twice makes one thing, and is answered twice alike; a refused one may be corrected."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.access.tables import Account
from points.exchange.tables import Merchant
from points.help.tables import Feedback
from points.people.tables import Household, Volunteer
from points.places.tables import Area
from points.service.tables import MakeupRequest
from tests.web.conftest import Browser, Street
from tests.web.test_people import FORM
from tests.web.test_registration import ADULT, CHILD

KEY = "the-key-of-one-form"
COMPLAINT = {"kind": "suggestion", "text": "兑换日多开一个窗口。", "area": "BZ"}
ACCOUNT = {"login": "li.na", "role": "auditor", "place": "YD", "name": "李娜", "phone": "19900000077"}
MERCHANT = {"street": "YD", "code": "SH09", "name": "示例裁缝店"}
PLACE = {"type": "community", "parent": "YD", "code": "ZX", "name": "新社区"}
CLAIM = {"came": "08:00", "went": "10:00", "reason": "forgot_out"}
MADE: dict[str, tuple[str, str, dict[str, str], Any]] = {
    "a resident": ("", "/register", ADULT, Volunteer),
    "a child": ("", "/register/minor", CHILD, Volunteer),
    "a guardian's child": ("volunteer", "/register/minor", CHILD, Volunteer),
    "a complaint": ("", "/complaints", COMPLAINT, Feedback),
    "a resident on paper": ("community_admin", "/staff/people", FORM, Volunteer),
    "a household": ("guardian", "/my/household", {}, Household),
    "an account": ("street_admin", "/staff/accounts", ACCOUNT, Account),
    "a merchant": ("street_admin", "/staff/merchants", MERCHANT, Merchant),
    "a place": ("street_admin", "/staff/places/areas", PLACE, Area),
    "a make-up": ("volunteer", "/my/activities/{ended}/makeup", CLAIM, MakeupRequest),
}


def rows(ground: Session, table: Any) -> int:
    ground.rollback()
    return ground.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def before(
    street: Street, browser: Callable[[], Browser], phone_of: Callable[[str], Browser], staff_pc: Callable[..., Browser]
) -> Callable[[str], Browser]:
    """The browser of nobody, of a volunteer, or of somebody of a role."""

    def made(who: str) -> Browser:
        if who in ("volunteer", "guardian"):
            return phone_of(getattr(street, who))
        if who:
            return staff_pc(who, "BZ" if who == "community_admin" else "YD")
        stranger = browser()
        stranger.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{next(_houses)}"  # writes as often as one may
        return stranger

    return made


_houses = count(1)


@pytest.mark.parametrize("what", MADE)
def test_what_is_sent_twice_is_made_once(
    street: Street, ground: Session, before: Callable[[str], Browser], what: str
) -> None:
    who, address, form, table = MADE[what]
    there = before(who)
    address = address.format(ended=street.ended)
    already = rows(ground, table)
    first = there.post(address, **form, key=KEY)
    assert first.status_code in (200, 303)
    assert rows(ground, table) == already + 1
    again = there.post(address, **form, key=KEY)
    assert rows(ground, table) == already + 1
    shown_once = first.status_code == 200
    assert again.status_code == 303
    assert shown_once or again.location == first.location
    assert there.post(address, **form, key="").status_code == 422, "no form without its key"


def test_a_link_that_was_shown_once_is_not_shown_again(before: Callable[[str], Browser]) -> None:
    admin = before("street_admin")
    assert "/set-up/" in admin.post("/staff/accounts", **ACCOUNT, key=KEY).text
    page = admin.get(admin.post("/staff/accounts", **ACCOUNT, key=KEY).location).text
    assert "the link was shown then" in page
    assert "/set-up/" not in page


def test_what_was_refused_is_refused_again_and_may_be_corrected(
    ground: Session, street: Street, before: Callable[[str], Browser]
) -> None:
    admin = before("street_admin")
    taken = MERCHANT | {"code": street.merchant}
    for _ in range(2):
        refused = admin.post("/staff/merchants", **taken, key=KEY)
        assert refused.status_code == 409
        assert KEY not in refused.text, "what is shown now is another form"
    assert admin.post("/staff/merchants", **taken | {"code": "SH09"}, key=KEY).status_code == 200
    other = admin.post("/staff/merchants", **taken | {"code": "SH10"}, key=KEY)
    assert other.status_code == 409
    assert "What you sent first is done" in other.text
