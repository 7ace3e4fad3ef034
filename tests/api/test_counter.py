"""The counter by program: whom a station serves and what they may have."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from tests import make
from tests.api.conftest import Program
from tests.api.test_problems import problem


def test_a_station_finds_and_serves_its_street(ground: Session, program: Callable[..., Program]) -> None:
    clerk = program("station_staff", "NLJ-1")
    far = make.volunteer(ground, name="周远邻", community="CS", phone="13800000031")
    foreign = make.volunteer(ground, community="NZ", phone="13800000032")
    make.points(ground, far, 45)
    make.stocked(ground, make.item(ground))
    card, other = make.card(ground, far).code, make.card(ground, foreign).code
    ground.commit()
    for text in ("周远邻", "13800000031", far.code, card):
        found = clerk.get("/stations/NLJ-1/residents", text=text)
        assert found.json["items"] == [{"volunteer": far.code, "name": "周远邻", "minor": False}], text
    for text in ("13800000032", foreign.code):
        assert clerk.get("/stations/NLJ-1/residents", text=text).json["items"] == []
    problem(clerk.get("/stations/NLJ-1/residents", text=other), 403, "from-other-street")
    shown = clerk.get(f"/stations/NLJ-1/residents/{far.code}").json
    assert (shown["points"], shown["refused"]) == (45, None)
    assert [(one["item"], one["most"]) for one in shown["items"]] == [("G02", 2)]
    problem(clerk.get(f"/volunteers/{far.code}"), 404, "not-found")
    problem(clerk.get(f"/volunteers/{far.code}/records"), 404, "not-found")


def test_what_a_counter_elsewhere_may_do_answers_without_address(
    ground: Session, program: Callable[..., Program]
) -> None:
    clerk = program("station_staff", "NLJ-1")
    far = make.volunteer(ground, community="CS", availability="周末", national_volunteer_no="N-1")
    card = make.card(ground, far).code
    ground.commit()
    for answer in (clerk.get(f"/cards/{card}"), clerk.post(f"/volunteers/{far.code}/pin", {"pin": "482913"})):
        assert answer.status_code == 200
        assert (answer.json["availability"], answer.json["national_volunteer_no"]) == ("", None)


def test_streets_agree_by_program(ground: Session, program: Callable[..., Program]) -> None:
    here, there = program("street_admin"), program("street_admin", "NZP")
    assert here.get("/areas/YD/serving").json["whole_street"] is True
    assert here.post("/areas/YD/serving", {"whole_street": False}).json["whole_street"] is False
    assert here.post("/areas/YD/agreements", {"other": "NZP"}).json["agreements"][0]["holds"] is False
    assert there.post("/areas/NZP/agreements", {"other": "YD"}).json["agreements"][0]["holds"] is True
    assert there.post("/areas/NZP/agreements/end", {"other": "YD"}).json["agreements"] == []
    problem(here.post("/areas/NZP/serving", {"whole_street": False}), 403, "not-permitted")
    problem(here.post("/areas/YD/agreements", {"other": "YD"}), 422, "same-street")
