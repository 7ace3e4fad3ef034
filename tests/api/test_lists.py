"""Lists are read page by page with a cursor, and a change says which version it changes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from points.access import devices
from points.exchange import exchange_days
from points.foundation.actors import SYSTEM
from points.rewards import adjustments, settlement
from points.service import activities, makeups
from tests import make
from tests.api.conftest import Program
from tests.api.test_problems import problem


def read_all(program: Program, path: str, **query: Any) -> list[Any]:
    """Every item of a list, page by page."""
    items: list[Any] = []
    while True:
        page = program.get(path, **query)
        assert page.status_code == 200, page.data
        assert set(page.json) == {"items", "next_cursor"}
        assert len(page.json["items"]) <= query["limit"]
        items += page.json["items"]
        if page.json["next_cursor"] is None:
            return items
        query["cursor"] = page.json["next_cursor"]


def test_a_list_is_complete_and_without_doubles_whatever_the_page_size(
    ground: Session, program: Callable[..., Program]
) -> None:
    people = sorted(make.volunteer(ground).code for _ in range(7))
    admin = program("street_admin")
    for limit in (1, 2, 3, 7, 50):
        assert [item["code"] for item in read_all(admin, "/volunteers", limit=limit)] == people
    codes = [item["code"] for item in read_all(admin, "/areas", limit=2)]
    assert codes == sorted({"YD", "BZ", "BZ-1", "BZ-1-1", "BZ-1-1-1", "CS"})


def test_what_is_added_while_one_reads_moves_nothing(ground: Session, program: Callable[..., Program]) -> None:
    before = sorted(make.volunteer(ground).code for _ in range(4))
    admin = program("street_admin")
    first = admin.get("/volunteers", limit=2).json
    late = make.volunteer(ground).code
    ground.commit()
    rest = admin.get("/volunteers", limit=10, cursor=first["next_cursor"]).json["items"]
    assert [item["code"] for item in [*first["items"], *rest]] == [*before, late]


def test_activities_and_transfers_have_cursors_too(ground: Session, program: Callable[..., Program]) -> None:
    team = make.team(ground)
    made = {make.activity(ground, team=team).code for _ in range(3)}
    person = make.volunteer(ground)
    for points in (10, 20, 30):
        make.points(ground, person, points)
    admin = program("street_admin")
    assert {item["code"] for item in read_all(admin, "/activities", limit=2)} == made
    lines = read_all(admin, f"/volunteers/{person.code}/transfers", limit=2)
    assert [line["points"] for line in lines] == [30, 20, 10]


def test_sessions_make_ups_adjustments_devices_and_merchants_have_cursors(
    ground: Session, program: Callable[..., Program]
) -> None:
    make.station(ground)
    team = make.team(ground)
    past = [make.activity(ground, team=team, start=make.NOW - timedelta(days=days)) for days in (1, 2, 3)]
    person = make.volunteer(ground)
    self = make.volunteer_actor(ground, person)
    expected: dict[str, set[str]] = {"/sessions": set(), "/makeups": set(), "/adjustments": set(), "/devices": set()}
    for number, activity in enumerate(past):
        start = make.NOW + timedelta(days=number // 2)  # two on one day
        at = {"by": SYSTEM, "at": make.NOW}
        event = exchange_days.plan(
            ground, station="NLJ-1", title="兑换日", start_at=start, end_at=start + timedelta(hours=1), **at
        )
        expected["/sessions"].add(event.code)
        activities.advance(ground, at=make.NOW)
        claimed = {"claimed_in": activity.start_at, "claimed_out": activity.end_at}
        claim = settlement.propose_makeup(
            ground,
            claim=makeups.Claim(activity=activity.code, volunteer=person.code, reason="no_phone", **claimed),
            by=self,
            at=make.NOW,
        )
        expected["/makeups"].add(claim.code)
        case = adjustments.propose(ground, volunteer=person.code, points=5, reason="一次性的补偿说明文字", **at)
        expected["/adjustments"].add(case.code)
        expected["/devices"].add(devices.enrol(ground, name=f"平板{number}", area="BZ", **at).code)
        make.merchant(ground, f"M{number}")
    expected["/merchants"] = {"M0", "M1", "M2"}
    admin = program("street_admin")
    for path, codes in expected.items():
        for limit in (1, 2, 3):
            found = [item["code"] for item in read_all(admin, path, limit=limit)]
            assert (len(found), set(found)) == (3, codes), path


def test_the_cursor_of_another_list_is_refused(ground: Session, program: Callable[..., Program]) -> None:
    people = [make.volunteer(ground) for _ in range(2)]
    admin = program("street_admin")
    cursor = admin.get("/volunteers", limit=1).json["next_cursor"]
    found = problem(admin.get(f"/volunteers/{people[0].code}/transfers", cursor=cursor), 422, "invalid")
    assert found["errors"][0]["pointer"] == "/cursor"


def test_a_change_needs_the_etag_of_what_was_read(ground: Session, program: Callable[..., Program]) -> None:
    activity = make.activity(ground, published=False)
    admin = program("street_admin")
    path = f"/activities/{activity.code}"
    etag = admin.get(path).headers["ETag"]
    problem(admin.patch(path, {"place": "广场"}, etag=None), 428, "precondition-required")
    problem(admin.patch(path, {"place": "广场"}, etag='"77"'), 412, "changed-meanwhile")
    problem(admin.patch(path, {"place": "广场"}, etag="W/77"), 400, "malformed")
    changed = admin.patch(path, {"place": "广场"}, etag=etag)
    assert (changed.status_code, changed.json["place"]) == (200, "广场")
    assert changed.headers["ETag"] not in (etag, None)
    problem(admin.patch(path, {"place": "河边"}, etag=etag), 412, "changed-meanwhile")


def test_people_areas_and_goods_are_changed_the_same_way(ground: Session, program: Callable[..., Program]) -> None:
    person, item = make.volunteer(ground), make.item(ground)
    admin = program("street_admin")
    for path, change in (
        (f"/volunteers/{person.code}", {"residence_text": "", "availability": "周末"}),
        ("/areas/BZ", {"name": "北正街社区"}),
        (f"/goods/{item.code}", {"spec": "2 条"}),
    ):
        etag = admin.get(path).headers["ETag"]
        assert admin.patch(path, change, etag=etag).status_code == 200
        problem(admin.patch(path, change, etag=etag), 412, "changed-meanwhile")
        assert admin.patch(path, change, etag=admin.get(path).headers["ETag"]).status_code == 200
