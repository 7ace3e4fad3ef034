"""Areas by the API: corrected and closed as on their pages."""

from collections.abc import Callable

from sqlalchemy.orm import Session

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
