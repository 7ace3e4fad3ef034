"""Areas by the API: corrected and closed as on their pages."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from tests import make
from tests.api.conftest import Program
from tests.api.test_problems import problem


def test_an_area_is_corrected_closed_and_opened_again(ground: Session, program: Callable[..., Program]) -> None:
    admin = program("street_admin", "YD")
    made = admin.post("/areas", {"type": "grid", "code": "CS-1", "name": "崇实第一邻", "parent": "CS"})
    assert made.status_code == 201
    one = admin.get("/areas/CS-1")
    changed = admin.patch("/areas/CS-1", {"type": "neighbour_group"}, etag=one.headers["ETag"])
    assert changed.json["type"] == "neighbour_group"
    refused = admin.post("/areas/CS/close", {"reason": "撤并"})
    problem(refused, 409, "place-in-use")
    assert refused.json["left"] == {"areas": 1}
    assert admin.post("/areas/CS-1/close", {"reason": "撤并"}).json["active"] is False
    problem(
        admin.post("/areas", {"type": "grid", "code": "CS-1-1", "name": "组", "parent": "CS-1"}), 422, "wrong-parent"
    )
    assert admin.post("/areas/CS-1/reopen", {}).json["active"] is True
    problem(program("community_admin", "BZ").post("/areas/CS-1/close", {"reason": "撤并"}), 404, "not-found")


def test_estates_and_homes_are_kept_by_the_api(ground: Session, program: Callable[..., Program]) -> None:
    admin = program("community_admin", "BZ")
    estate = admin.post("/areas/BZ/compounds", {"name": "示例花园"}).json["code"]
    building = admin.post(f"/compounds/{estate}/buildings", {"name": "3栋"}).json["code"]
    assert admin.post(f"/compounds/{estate}/correct", {"property_company": "示例物业"}).status_code == 200
    assert admin.post(f"/buildings/{building}/rename", {"name": "3号楼"}).json["name"] == "3号楼"
    person = make.volunteer(ground)
    make.household(ground, person)
    ground.commit()
    home = {"neighbour_group": "BZ-1-1-1", "dwelling": building}
    assert admin.post(f"/volunteers/{person.code}/home", home).json["neighbour_group"] == "BZ-1-1-1"
    assert admin.post(f"/volunteers/{person.code}/household/home", home).status_code == 200
    problem(admin.post(f"/buildings/{building}/close", {"reason": "拆迁"}), 409, "place-in-use")
    admin.post(f"/volunteers/{person.code}/home", {})
    admin.post(f"/volunteers/{person.code}/household/home", {})
    assert admin.post(f"/buildings/{building}/close", {"reason": "拆迁"}).json["active"] is False
    assert admin.post(f"/compounds/{estate}/close", {"reason": "拆迁"}).json["active"] is False
    problem(admin.post(f"/buildings/{building}/reopen"), 409, "place-closed")
    assert admin.post(f"/compounds/{estate}/reopen").json["active"] is True
    assert admin.post(f"/buildings/{building}/reopen").json["active"] is True
    listed = admin.get("/areas/BZ/compounds").json["compounds"]
    assert [(one["name"], one["property_company"], len(one["buildings"])) for one in listed] == [
        ("示例花园", "示例物业", 1)
    ]
    problem(program("community_admin", "CS").get("/areas/BZ/compounds"), 404, "not-found")


def test_kinds_themes_and_stations_are_kept_by_the_api(ground: Session, program: Callable[..., Program]) -> None:
    make.station(ground)
    ground.commit()
    admin = program("street_admin")
    assert admin.post("/activity-categories", {"code": "garden", "name": "绿化认养"}).status_code == 201
    changed = admin.post("/activity-categories/garden/correct", {"name": "花园认养", "hazard_default": True}).json
    assert (changed["name"], changed["hazard_default"], changed["coef_pct"]) == ("花园认养", True, 100)
    assert admin.post("/activity-categories/garden/close", {"reason": "合并"}).json["active"] is False
    assert admin.post("/activity-categories/garden/reopen").json["active"] is True
    july = {"month": "2026-07-01"}
    assert admin.post("/areas/YD/themes", {**july, "title": "清凉一夏"}).json["month"] == "2026-07"
    assert admin.post("/areas/YD/themes/rename", {**july, "title": "清凉夏日"}).json["title"] == "清凉夏日"
    assert admin.post("/areas/YD/themes/end", july).json["active"] is False
    assert [one["title"] for one in admin.get("/areas/YD/themes").json["themes"]] == ["清凉夏日"]
    station = admin.post("/stations/NLJ-1/correct", {"address": "示例路9号", "open_hours": "周三 9:00–11:30"}).json
    assert (station["address"], station["open_hours"]) == ("示例路9号", "周三 9:00–11:30")
    make.stocked(ground, make.item(ground))
    ground.commit()
    closing = {"status": "closed", "reason": "搬迁"}
    problem(admin.post("/stations/NLJ-1/status", closing), 409, "place-in-use")
    problem(program("community_admin", "BZ").post("/stations/NLJ-1/correct", {"name": "x"}), 403, "not-permitted")
