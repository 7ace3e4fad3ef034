"""Areas on their pages: added with their level, corrected, closed; what still hangs on one is told with its way."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.places.tables import Area
from tests import make
from tests.web.conftest import Browser, Street

Pc = Callable[..., Browser]


def area(ground: Session, code: str) -> Area | None:
    ground.rollback()
    return ground.scalars(select(Area).where(Area.code == code)).first()


def test_every_level_is_added_below_the_one_above_it(ground: Session, staff_pc: Pc) -> None:
    admin = staff_pc("community_admin", "CS")
    assert 'href="/staff/places"' in admin.get("/staff/waiting").text
    assert 'href="/staff/places/CS"' in admin.get("/staff/places").text
    for above, type, code in (
        ("CS", "grid", "CS-1"),
        ("CS-1", "microgrid", "CS-1-1"),
        ("CS-1-1", "neighbour_group", "CS-1-1-1"),
    ):
        form = {"type": type, "name": f"崇实{code}", "code": code, "key": f"add-{code}"}
        answer = admin.post(f"/staff/places/{above}/below", **form)
        assert answer.location == f"/staff/places/{above}"
        assert f"崇实{code}" in admin.get(answer.location).text
    group = area(ground, "CS-1-1-1")
    assert group is not None
    assert group.type == "neighbour_group"


def test_a_level_that_does_not_belong_there_is_told_beside_the_field(ground: Session, staff_pc: Pc) -> None:
    admin = staff_pc("street_admin")
    form = {"type": "microgrid", "name": "第一组", "code": "CS-9", "key": "a-wrong-level"}
    answer = admin.post("/staff/places/CS/below", **form)
    assert answer.status_code == 422
    assert 'id="w-type-below"' in answer.text
    assert area(ground, "CS-9") is None


def test_an_area_is_corrected_on_its_page(ground: Session, staff_pc: Pc) -> None:
    make.area(ground, "grid", "CS-1", "崇实第一邻", "CS")
    admin = staff_pc("street_admin")
    form = {"name": "崇实第一邻", "type": "neighbour_group", "parent": "CS", "households": "9", "key": "correct-it"}
    assert admin.post("/staff/places/CS-1/correct", **form).status_code == 303
    corrected = area(ground, "CS-1")
    assert corrected is not None
    assert (corrected.type, corrected.households) == ("neighbour_group", 9)
    unknown = admin.post("/staff/places/CS-1/correct", **form | {"lead": "YD999999", "key": "correct-again"})
    assert unknown.status_code == 404


def test_what_hangs_on_a_place_is_told_with_the_way_to_it(street: Street, ground: Session, staff_pc: Pc) -> None:
    admin = staff_pc("street_admin")
    refused = admin.post("/staff/places/BZ/close", reason="撤并", key="close-bz")
    assert refused.status_code == 409
    for link in ("#stations", "/staff/figures/volunteers?area=BZ", "/staff/teams"):
        assert f'href="{link}"' in refused.text, link
    assert "This place is still in use" in refused.text
    assert admin.post("/staff/places/CS/close", reason="撤并", key="close-cs").status_code == 303
    assert "not in use" in admin.get("/staff/places").text
    assert admin.post("/staff/places/CS/reopen", key="open-cs-again").status_code == 303
    reopened = area(ground, "CS")
    assert reopened is not None
    assert reopened.active


@pytest.mark.parametrize(("role", "place"), [("community_admin", "CS"), ("station_staff", "NLJ-1"), ("auditor", "YD")])
def test_others_neither_see_nor_change_it(street: Street, staff_pc: Pc, role: str, place: str) -> None:
    other = staff_pc(role, place)
    assert other.get("/staff/places/BZ").status_code == 404
    form = {"type": "grid", "name": "第二片", "code": "BZ-2", "key": "not-allowed"}
    assert other.post("/staff/places/BZ/below", **form).status_code in (403, 404)
    assert other.post("/staff/places/BZ/close", reason="撤并", key="not-allowed-2").status_code in (403, 404)


def test_an_estate_and_its_buildings_are_kept_on_its_page(ground: Session, staff_pc: Pc) -> None:
    admin = staff_pc("community_admin", "CS")
    page = admin.post("/staff/places/CS/estates", name="示例花园", key="an-estate").location
    assert page == "/staff/estates/CS-X1"
    assert admin.post(f"{page}/buildings", name="3栋", key="a-building").location == page
    assert admin.post("/staff/buildings/CS-X1-1/rename", name="3号楼", key="its-name").location == page
    assert "3号楼" in admin.get(page).text
    assert admin.post(f"{page}/correct", name="示例家园", has_owners_committee="1", key="correct-it").location == page
    assert 'href="/staff/estates/CS-X1"' in admin.get("/staff/places/CS").text
    person = make.volunteer(ground, community="CS")
    ground.commit()
    home = admin.post(f"/staff/people/{person.code}/home", dwelling="CS-X1-1", key="lives-here").location
    assert "示例家园 · 3号楼" in admin.get(home).text
    refused = admin.post("/staff/buildings/CS-X1-1/close", reason="拆迁", key="close-it")
    assert refused.status_code == 409
    assert admin.post(f"/staff/people/{person.code}/home", key="lives-nowhere").status_code == 303
    assert admin.post("/staff/buildings/CS-X1-1/close", reason="拆迁", key="close-it-2").location == page
    assert admin.post(f"{page}/close", reason="拆迁", key="close-all").location == page
    assert admin.post(f"{page}/reopen", key="open-all").location == page
    assert staff_pc("community_admin", "BZ").get(page).status_code == 404


def test_a_households_group_is_set_and_changed(street: Street, ground: Session, staff_pc: Pc) -> None:
    person = make.volunteer(ground)
    make.household(ground, person)
    ground.commit()
    clerk = staff_pc("station_staff", "NLJ-1")
    page = clerk.get(f"/staff/people/{person.code}/household").text
    link = f"/staff/people/{person.code}/home"
    assert f'href="{link}"' in page
    assert "北正第一片第一组 北正第一邻" in clerk.get(link).text
    form = {"household": "1", "neighbour_group": "BZ-1-1-1", "key": "their-group"}
    assert clerk.post(link, **form).status_code == 303
    assert "北正第一邻" in clerk.get(f"/staff/people/{person.code}/household").text
    assert re.search(r'value="BZ-1-1-1"\s+selected', clerk.get(link).text)
    assert clerk.post(link, household="1", key="no-group").status_code == 303
    assert clerk.post(link, neighbour_group="BZ-1-1-1", key="not-the-clerks").status_code == 403


def test_kinds_and_themes_are_kept_on_one_page(street: Street, ground: Session, staff_pc: Pc) -> None:
    admin = staff_pc("street_admin")
    assert 'href="/staff/kinds"' in admin.get("/staff/places").text
    admin.client.set_cookie("points_locale", "zh_CN")
    assert "系数" in admin.get("/staff/kinds").text
    admin.client.delete_cookie("points_locale")
    kind = {"code": "garden", "name": "绿化认养", "coef_pct": "110", "minors_ok": "1"}
    assert admin.post("/staff/kinds", **kind, key="a-kind-of").location == "/staff/kinds"
    twice = admin.post("/staff/kinds", **kind, key="the-same-again")
    assert twice.status_code == 409
    renamed = {"name": "花园认养", "coef_pct": "100", "hours_eligible": "1"}
    assert admin.post("/staff/kinds/garden/correct", **renamed, key="rename-it").status_code == 303
    assert "花园认养" in admin.get("/staff/kinds").text
    assert admin.post("/staff/kinds/garden/close", reason="合并", key="close-it").status_code == 303
    assert admin.post("/staff/kinds/garden/reopen", key="open-again").status_code == 303
    theme = {"area": "YD", "month": "2026-07"}
    assert admin.post("/staff/themes", **theme, title="清凉一夏", key="a-theme-of").status_code == 303
    assert admin.post("/staff/themes/rename", **theme, title="清凉夏日", key="its-title").status_code == 303
    assert "清凉夏日" in admin.get("/staff/kinds").text
    assert admin.post("/staff/themes/end", **theme, key="end-theme").status_code == 303
    community = staff_pc("community_admin", "BZ")
    assert 'action="/staff/kinds"' not in community.get("/staff/kinds").text
    assert community.post("/staff/kinds/garden/close", reason="合并", key="not-theirs").status_code == 403
    assert community.post("/staff/themes/end", **theme, key="not-their-theme").status_code == 403


def test_a_station_is_corrected_paused_and_closed_on_its_page(street: Street, ground: Session, staff_pc: Pc) -> None:
    admin = staff_pc("street_admin")
    page = "/staff/stations/NLJ-1"
    assert f'href="{page}"' in admin.get("/staff/places").text
    door = {"name": "能量家老站", "address": "示例路9号", "open_hours": "周三 9:00–11:30", "phone": "07448222222"}
    assert admin.post(f"{page}/correct", **door, key="correct-it").location == page
    assert "示例路9号" in admin.get(page).text
    assert admin.post(f"{page}/pause", reason="装修", key="pause-it").location == page
    assert admin.post(f"{page}/reopen", key="open-again").location == page
    refused = admin.post(f"{page}/close", reason="搬迁", key="close-it")
    assert refused.status_code == 409
    assert 'href="/staff/stock?station=NLJ-1"' in refused.text
    assert staff_pc("community_admin", "BZ").get(page).status_code == 404
