"""The pages by which domain §3.10 is done: each opens for the roles that do it there, and for nobody else."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.people.tables import Unit
from points.service.tables import Activity
from tests import make
from tests.web.conftest import Browser, Street
from tests.web.test_planning import FIELDS

STAFF = {"ST": "station_staff", "CA": "community_admin", "NL": "neighbour_lead", "SA": "street_admin"}
OTHERS = {"AU": "auditor", "SY": "sysadmin"}
AT = {"ST": "NLJ-1", "CA": "BZ", "NL": "BZ-1-1-1"}
PAGES = {
    "people/new": "ST CA NL SA",
    "activities/new": "TL CA UL SA",
    "activities/{pending}/change": "TL CA SA",
    "activities/{running}/screen": "TL CA SA",
    "activities/{running}/roster": "TL CA SA",
    "activities/{ended}/makeups": "TL CA",
    "activities/{ended}/settle": "TL CA SA",
    "desk": "ST",
    "goods/new": "ST SA",
    "stock/receive": "ST",
    "stock/count": "ST",
    "stock": "ST CA SA AU",
    "rules/new": "SA",
    "adjustments": "SA AU",
    "figures": "TL ST CA NL UL SA AU",
    "audit": "SA AU",
}


def test_a_page_opens_for_those_whose_work_it_is(
    street: Street, ground: Session, phone_of: Callable[[str], Browser], staff_pc: Callable[..., Browser]
):
    make.unit(ground, "U-1")
    who = {role: staff_pc(name, AT.get(role, "YD")) for role, name in (STAFF | OTHERS).items()}
    who |= {"V": phone_of(street.volunteer), "G": phone_of(street.guardian), "TL": phone_of(street.leader)}
    who["UL"] = staff_pc("unit_liaison", "U-1")
    codes = {"pending": street.draft, "running": street.running, "ended": street.ended}
    wrong = []
    for page, roles in PAGES.items():
        for role, browser in who.items():
            status = browser.get(f"/staff/{page.format(**codes)}").status_code
            if (status == 200) != (role in roles.split()):
                wrong.append(f"{page}, {role}: {status}")
    assert "\n".join(wrong) == ""


def test_a_units_liaison_proposes_for_the_units_community_and_the_community_approves(
    street: Street, ground: Session, staff_pc: Callable[..., Browser]
):
    make.unit(ground, "U-1")
    liaison, admin = staff_pc("unit_liaison", "U-1"), staff_pc("community_admin", "BZ")
    assert 'href="/staff/activities/new"' in liaison.get("/staff/").text
    form = {**FIELDS, "day": "2026-05-16", "team": street.team, "category": "environment", "leader": street.leader}
    made = liaison.post("/staff/activities", then="draft", key="a-key-of-this-form", **form).headers["Location"]
    code = made.rpartition("/")[2]
    page = liaison.get(made).text
    assert f"{made}/change" in page
    assert liaison.post(f"{made}/submit").status_code == 303
    assert liaison.post(f"{made}/approve").status_code == 403
    assert liaison.get(f"/staff/activities/{street.draft}/change").status_code == 403
    assert liaison.post(f"/staff/activities/{street.running}/cancel", reason="雨").status_code == 403
    assert admin.post(f"{made}/approve").status_code == 303
    ground.rollback()
    assert ground.scalars(select(Activity.status).where(Activity.code == code)).one() == "published"
    elsewhere = ground.scalars(select(Unit).where(Unit.code == "U-1")).one()
    elsewhere.linked_community_id = None
    ground.commit()
    assert liaison.get(made).status_code == 404
    assert "Choose a team" not in liaison.get("/staff/activities/new").text
