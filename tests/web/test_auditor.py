"""The resident supervisor reads everything of the street and changes nothing; no page tells them who somebody is."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.people.tables import Volunteer
from tests.web import addresses
from tests.web.conftest import Browser, Street

READ = (
    "staff.waiting",
    "staff.figures",
    "staff.figures_rows",
    "staff.figures_csv",
    "staff.figures_rows_csv",
    "staff.rules",
    "staff.rules_version",
    "staff.adjustments",
    "staff.audit",
    "staff.stock",
    "staff.activity",
    "staff.team",
)
"""What a supervisor must be able to read; whatever else answers them is looked at as well."""


def test_no_page_tells_the_auditor_a_name_a_code_or_a_phone(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    admin, auditor = staff_pc("street_admin"), staff_pc("auditor")
    case = {"volunteer": street.volunteer, "points": "5", "reason": "四月活动漏记五分，补上"}
    admin.post("/staff/adjustments", key="a-key-of-this-form", **case)
    people = ground.scalars(select(Volunteer)).all()
    pages = addresses.staff(street) | addresses.counter(street) | addresses.files(street)
    read = set()
    for endpoint, address in pages.items():
        page = auditor.get(address)
        if page.status_code != 200:
            assert page.status_code in (302, 303, 403, 404), endpoint
            continue
        read.add(endpoint)
        text = page.data.decode()
        told = [fact for one in people for fact in (one.name, one.code, one.phone) if fact and fact in text]
        assert not told, endpoint
    assert set(READ) <= read


def test_the_auditor_decides_nothing(street: Street, staff_pc: Callable[..., Browser]):
    auditor = staff_pc("auditor")
    assert auditor.get("/staff/rules/new").status_code == 403
    assert "Propose one" not in auditor.get("/staff/adjustments").text
    for address, form in (
        ("/staff/adjustments", {"volunteer": street.volunteer, "points": "5", "reason": "四月活动漏记五分，补上"}),
        ("/staff/rules", {"street": "YD", "effective_from": "2026-08-01"}),
        ("/staff/accounts", {"login": "spy", "role": "auditor", "place": "YD"}),
        (f"/staff/activities/{street.ended}/settle", {"beneficiaries": "1"}),
    ):
        assert auditor.post(address, key="a-key-of-this-form", **form).status_code in (403, 404, 405, 422), address
