"""Merchants: added with a link shown once, vouchers proved by link or on paper, a month settled; donors."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access.identity import Identity
from points.exchange import redemption
from points.exchange.redemption import Basket, Line
from points.exchange.tables import Voucher
from tests import make
from tests.web.conftest import Browser, Street


@pytest.fixture
def voucher(street: Street, ground: Session) -> str:
    """The code of a voucher that somebody exchanged for."""
    make.stocked(ground, make.item(ground, "G16", name="理发券", kind="voucher", merchant=street.merchant), 3)
    person = make.volunteer(ground)
    make.points(ground, person, 100)
    redemption.redeem(
        ground,
        basket=Basket(volunteer=person.code, lines=[Line("G16", 1)], station="NLJ-1", key="a-haircut"),
        identity=Identity(check="pin"),
        by=make.clerk(ground),
        at=make.NOW,
    )
    code = ground.scalars(select(Voucher.code)).one()
    ground.commit()
    return code


def test_a_merchant_proves_a_voucher_with_the_link(
    street: Street, voucher: str, browser: Callable[[], Browser], staff_pc: Callable[..., Browser]
):
    shop, link = browser(), f"/m/{street.merchant_token}"
    assert shop.post(link, code="nothing").status_code == 404
    done = shop.post(link, code=voucher)
    assert done.location == link
    page = shop.get(link).text
    assert f"{voucher} is valid and is booked now" in page
    assert "理发券 × 1" in page
    assert shop.post(link, code=voucher).status_code == 409
    owed = staff_pc("street_admin").get("/staff/merchants").text
    assert "理发券 × 1" in owed
    assert "¥6" in owed


def test_a_paper_voucher_is_booked_at_the_station(voucher: str, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    assert clerk.post("/staff/vouchers", code="typo").status_code == 404
    assert clerk.post("/staff/vouchers", code=voucher.lower()).location == "/staff/vouchers"
    assert f"{voucher} is booked." in clerk.get("/staff/vouchers").text
    again = clerk.post("/staff/vouchers", code=voucher)
    assert (again.status_code, f'value="{voucher}"' in again.text) == (409, True)
    assert staff_pc("community_admin", "BZ").get("/staff/vouchers").status_code == 403


def test_a_merchants_link_is_shown_once_and_dies_with_the_next(
    street: Street, staff_pc: Callable[..., Browser], browser: Callable[[], Browser]
):
    admin = staff_pc("street_admin")
    made = admin.post("/staff/merchants", street="YD", code="sh09", name="示例裁缝店")
    links = re.findall(r"/m/[\w-]+", made.text)
    assert made.status_code == 200
    assert browser().get(links[0]).status_code == 200
    assert links[0] not in admin.get("/staff/merchants").text
    renewed = admin.post("/staff/merchants/SH09/link")
    assert browser().get(links[0]).status_code == 403
    assert browser().get(re.findall(r"/m/[\w-]+", renewed.text)[0]).status_code == 200
    assert admin.post("/staff/merchants/SH09/dismiss", reason="").status_code == 422
    assert admin.post("/staff/merchants/SH09/dismiss", reason="合作到期").status_code == 303
    assert "part ended" in admin.get("/staff/merchants/SH09").text
    assert admin.post("/staff/merchants", street="YD", code="SH09", name="再来").status_code == 409


def test_a_settlement_is_asked_for_by_month_and_within_reach(street: Street, staff_pc: Callable[..., Browser]):
    admin = staff_pc("street_admin")
    page = f"/staff/merchants/{street.merchant}"
    assert "No voucher was used in this month." in admin.get(f"{page}?month=2026-04").text
    assert admin.get(f"{page}?month=April").status_code == 422
    assert staff_pc("street_admin", "NZP").get(page).status_code == 404


def test_donors_are_entered_once(street: Street, staff_pc: Callable[..., Browser]):
    clerk = staff_pc("station_staff", "NLJ-1")
    form = {"code": "jz04", "name": "示例粮店", "publish_name": "1"}
    assert clerk.post("/staff/donors", **form, key="a-new-donor").status_code == 303
    assert "name may be published" in clerk.get("/staff/donors").text
    assert clerk.post("/staff/donors", **form, key="another-donor").status_code == 409
    assert staff_pc("community_admin", "BZ").get("/staff/donors").status_code == 403
