"""Residents on the staff pages: registered once, cards at once, children's details only with a reason, two made one."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points import ledger
from points.foundation.actors import SYSTEM
from points.journal.tables import AuditEntry
from points.people import cards, consents
from points.people.tables import Volunteer
from points.places.tables import Area
from tests import make
from tests.web.conftest import PASSWORD, Browser
from tests.web.paper import Printed

FORM = {
    "name": "周霜降",
    "birth_date": "19500312",
    "community": "BZ",
    "consent-register": "1",
    "consent-points": "1",
    "paper_ref": "2026-09",
    "card": "1",
}
Pc = Callable[..., Browser]


def count(ground: Session, *conditions: Any) -> int:
    ground.rollback()
    return ground.scalar(select(func.count()).select_from(Volunteer).where(*conditions)) or 0


def test_a_resident_is_registered_from_paper_and_the_card_is_there_to_print(ground: Session, staff_pc: Pc) -> None:
    clerk = staff_pc("community_admin", "BZ")
    answer = clerk.post("/staff/people", **FORM)
    assert answer.status_code == 303
    card = clerk.get(answer.location)
    assert "周霜降" in card.text
    assert "/staff/people/new?community=BZ&amp;paper_ref=2026-10" in card.text
    made = ground.scalars(select(Volunteer).where(Volunteer.name == "周霜降")).one()
    assert (made.phone, made.elder_mode, made.registered_via) == (None, True, "staff")
    assert cards.live(ground, made.id) is not None
    given = consents.history(ground, made.id)
    assert {(one.purpose, one.channel, one.paper_ref) for one in given} == {
        ("register", "paper", "2026-09"),
        ("points", "paper", "2026-09"),
    }
    form = clerk.get("/staff/people/new?community=BZ&paper_ref=2026-10").text
    assert 'value="2026-10"' in form
    assert 'value="BZ" selected' in form


@pytest.mark.parametrize("typed", ["19500312", "1950-03-12", "1950.3.12", "1950年3月12日"])
def test_a_birth_date_is_typed_as_people_write_it(ground: Session, staff_pc: Pc, typed: str) -> None:
    assert staff_pc("community_admin", "BZ").post("/staff/people", **FORM | {"birth_date": typed}).status_code == 303
    assert count(ground, Volunteer.birth_date == date(1950, 3, 12)) == 1


@pytest.mark.parametrize("typed", ["", "1950", "19501332", "０1950312", "tomorrow", "1950312"])
def test_what_is_no_birth_date_is_asked_again(ground: Session, staff_pc: Pc, typed: str) -> None:
    answer = staff_pc("community_admin", "BZ").post("/staff/people", **FORM | {"birth_date": typed})
    assert answer.status_code == 422
    assert "周霜降" in answer.text
    assert count(ground) == 0


def test_who_is_there_already_is_shown_before_anything_is_saved(ground: Session, staff_pc: Pc) -> None:
    there = make.volunteer(ground, name="周霜降", birth_date=make.ELDER_BORN)
    clerk = staff_pc("community_admin", "BZ")
    form = FORM | {"birth_date": "19500301"}
    answer = clerk.post("/staff/people", **form)
    assert answer.status_code == 409
    assert f'href="/staff/people/{there.code}"' in answer.text
    assert count(ground) == 1
    assert clerk.post("/staff/people", **form, somebody_else="1").status_code == 303
    assert count(ground) == 2


def test_a_lost_card_is_replaced_in_one_go_and_the_old_one_says_so(
    ground: Session, staff_pc: Pc, browser: Callable[[], Browser]
) -> None:
    person = make.volunteer(ground)
    old = make.card(ground, person)
    clerk = staff_pc("community_admin", "BZ")
    answer = clerk.post(f"/staff/people/{person.code}/card", reason="lost")
    page = clerk.get(answer.location).text
    assert old.serial in page
    assert f"{person.code}-2" in page
    scanned = browser().get(f"/c/{old.code}")
    assert scanned.status_code == 409
    assert "no longer valid" in scanned.text
    ground.rollback()
    issued = select(AuditEntry.reason).where(AuditEntry.action == "card.issue").order_by(AuditEntry.id)
    assert ground.scalars(issued).all()[-1] == "lost"


def test_a_childs_details_are_shown_to_who_says_why(ground: Session, staff_pc: Pc) -> None:
    child = make.minor(ground, name="赵小满")
    clerk = staff_pc("community_admin", "BZ")
    path = f"/staff/people/{child.code}"
    refused = clerk.get(path)
    assert refused.status_code == 403
    assert "赵小满" not in refused.text
    assert clerk.get(f"{path}/passbook.pdf").status_code == 403
    assert clerk.post(f"{path}/look", reason="curious").status_code == 422
    assert clerk.post(f"{path}/look", reason="counter").status_code == 303
    assert "赵小满" in clerk.get(path).text
    assert staff_pc("community_admin", "BZ").get(path).status_code == 403
    ground.rollback()
    entry = ground.scalars(select(AuditEntry).where(AuditEntry.action == "minor.look")).one()
    assert (entry.target, entry.reason) == (f"volunteer:{child.code}", "counter")


def test_a_list_names_no_child(ground: Session, staff_pc: Pc) -> None:
    child = make.minor(ground, name="赵小满")
    clerk = staff_pc("community_admin", "BZ")
    for path in ("/staff/people?text=赵小满", "/staff/print/cards?community=BZ"):
        page = clerk.get(path).text
        assert f"小志愿者{child.code[-3:]}" in page
        assert "<strong>赵小满" not in page


def test_missing_cards_are_issued_at_once_and_only_these_are_printed(ground: Session, staff_pc: Pc) -> None:
    has_one = make.volunteer(ground, name="吴立夏")
    cards.issue(ground, volunteer=has_one.code, by=SYSTEM, at=make.NOW - timedelta(days=1))
    elder = make.elder(ground, name="周霜降", phone=None, phone_none=True)
    admin = staff_pc("community_admin", "BZ")
    page = admin.get("/staff/print/cards?community=BZ").text
    assert elder.code in page
    answer = admin.post("/staff/print/cards/issue", community="BZ")
    assert answer.status_code == 303
    sheets = admin.get(answer.location).text
    link = re.search(r'href="(/staff/print/cards\.pdf[^"]+)"', sheets)
    assert link
    paper = Printed(admin.get(link[1].replace("&amp;", "&")).data)
    assert "周霜降" in paper.text
    assert "吴立夏" not in paper.text


def test_two_numbers_become_one_with_a_colleagues_signature(ground: Session, staff_pc: Pc) -> None:
    one, other = (make.volunteer(ground, name="周霜降", birth_date=make.ELDER_BORN) for _ in range(2))
    make.points(ground, other, 30)
    make.station(ground)
    staff_pc("station_staff", "NLJ-1", "clerk")
    staff_pc("street_admin", "YD", "second")
    admin = staff_pc("community_admin", "BZ")
    assert one.code in admin.get("/staff/people/duplicates").text
    path = f"/staff/people/duplicates/{one.code}/{other.code}"
    assert "30" in admin.get(path).text
    form = {"one": one.code, "other": other.code, "kept": one.code, "reason": "登记了两次", "key": "merge-these-two"}
    assert admin.post("/staff/people/duplicates/merge", **form).status_code == 403
    by_a_clerk = form | {"second_login": "clerk", "second_password": PASSWORD}
    assert admin.post("/staff/people/duplicates/merge", **by_a_clerk).status_code == 403
    signed = form | {"second_login": "second", "second_password": PASSWORD}
    answer = admin.post("/staff/people/duplicates/merge", **signed)
    assert (answer.status_code, answer.location) == (303, f"/staff/people/{one.code}")
    assert admin.post("/staff/people/duplicates/merge", **signed).location == answer.location, "sent twice, done once"
    ground.rollback()
    assert ledger.balances(ground, [one.id, other.id]) == {one.id: 30, other.id: 0}
    assert other.code in admin.get(f"/staff/people/{one.code}").text
    assert one.code in admin.get(f"/staff/people/{other.code}").text
    assert one.code not in admin.get("/staff/people/duplicates").text


def test_two_people_are_not_proposed_again(ground: Session, staff_pc: Pc) -> None:
    one, other = (make.volunteer(ground, name="周霜降", birth_date=make.ELDER_BORN) for _ in range(2))
    admin = staff_pc("community_admin", "BZ")
    assert one.code in admin.get("/staff/people/duplicates").text
    answer = admin.post("/staff/people/duplicates/apart", one=one.code, other=other.code)
    assert answer.status_code == 303
    assert one.code not in admin.get("/staff/people/duplicates").text


def test_who_merges_nobody_sees_no_pairs(ground: Session, staff_pc: Pc) -> None:
    one, other = (make.volunteer(ground, name="周霜降", birth_date=make.ELDER_BORN) for _ in range(2))
    make.station(ground)
    for pc, status in ((staff_pc("station_staff", "NLJ-1"), 403), (staff_pc("community_admin", "NZ"), 404)):
        assert pc.get(f"/staff/people/duplicates/{one.code}/{other.code}").status_code == status
    assert staff_pc("station_staff", "NLJ-1").get("/staff/people/duplicates").status_code == 403


GROUP_FORM = {name: value for name, value in FORM.items() if name not in ("community", "card")}


def test_a_neighbour_lead_registers_in_the_own_group_and_takes_the_number_along(ground: Session, staff_pc: Pc) -> None:
    lead = staff_pc("neighbour_lead", "BZ-1-1-1")
    assert 'href="/staff/people/new"' in lead.get("/staff/").text
    form = lead.get("/staff/people/new").text
    assert 'type="hidden" name="neighbour_group" value="BZ-1-1-1"' in form
    assert 'name="community"' not in form
    assert 'name="card"' not in form
    answer = lead.post("/staff/people", **GROUP_FORM, neighbour_group="BZ-1-1-1")
    assert answer.status_code == 303
    made = ground.scalars(select(Volunteer).where(Volunteer.name == "周霜降")).one()
    after = lead.get(answer.location)
    assert after.status_code == 200
    assert made.code in after.text
    assert "paper_ref=2026-10" in after.text
    assert (made.community_id, made.neighbour_group_id) == tuple(
        ground.scalars(select(Area.id).where(Area.code.in_(("BZ", "BZ-1-1-1"))).order_by(Area.path))
    )
    assert lead.get(f"/staff/people/{made.code}").status_code == 404
    assert staff_pc("neighbour_lead", "BZ-1-1-1").get(answer.location).status_code == 404


@pytest.mark.parametrize(("where", "status"), [({"neighbour_group": "BZ-1-1-2"}, 403), ({"community": "BZ"}, 403)])
def test_a_neighbour_lead_registers_nowhere_else(
    ground: Session, staff_pc: Pc, where: dict[str, str], status: int
) -> None:
    make.area(ground, "neighbour_group", "BZ-1-1-2", "北正第二邻", "BZ-1-1")
    assert staff_pc("neighbour_lead", "BZ-1-1-1").post("/staff/people", **GROUP_FORM, **where).status_code == status
    assert count(ground) == 0


def test_a_neighbour_lead_is_told_that_somebody_is_registered_but_not_who(ground: Session, staff_pc: Pc) -> None:
    there = make.volunteer(ground, name="周霜降", birth_date=make.ELDER_BORN)
    lead = staff_pc("neighbour_lead", "BZ-1-1-1")
    form = GROUP_FORM | {"birth_date": "19500301", "neighbour_group": "BZ-1-1-1"}
    answer = lead.post("/staff/people", **form)
    assert answer.status_code == 409
    assert there.code not in answer.text
    assert 'name="somebody_else"' in answer.text
    assert lead.post("/staff/people", **form, somebody_else="1").status_code == 303


def test_a_clerk_may_say_the_group_and_one_of_another_community_is_refused_beside_it(
    ground: Session, staff_pc: Pc
) -> None:
    admin = staff_pc("street_admin", "YD")
    assert "北正第一片第一组 北正第一邻" in admin.get("/staff/people/new").text
    answer = admin.post("/staff/people", **FORM | {"community": "CS"}, neighbour_group="BZ-1-1-1")
    assert answer.status_code == 422
    assert 'id="w-neighbour_group"' in answer.text
    assert admin.post("/staff/people", **FORM, neighbour_group="BZ-1-1-1").status_code == 303
    assert count(ground, Volunteer.neighbour_group_id.is_not(None)) == 1
