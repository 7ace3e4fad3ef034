"""Who runs an activity sees why people could not get in, and makes up the time of who was there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.people import persons
from points.service import checkin, makeups
from points.service.checkin import ScanRequest
from points.service.tables import Activity
from tests import make
from tests.web.conftest import Browser, Street


def scan(ground: Session, street: Street, code: str, *, who: str, nonce: str) -> None:
    person = persons.by_code(ground, who)
    with pytest.raises(checkin.ScanRefusal):
        checkin.scan(
            ground,
            ScanRequest(code=code, direction="auto", nonce=nonce),
            by=make.volunteer_actor(ground, person),
            at=clock.now(),
        )


def test_the_leader_reads_why_a_scan_was_refused_and_what_to_do(
    ground: Session, street: Street, staff_pc: Callable[..., Browser]
):
    stranger = make.volunteer(ground, name="孙小满")
    for nonce, code in (("n1", street.poster), ("n2", street.poster)):
        scan(ground, street, code, who=stranger.code, nonce=nonce)
    running = ground.scalars(select(Activity).where(Activity.code == street.running)).one()
    old = checkin.screen_token(running, make.NOW - timedelta(minutes=5))
    scan(ground, street, f"https://points.example/s/{old}", who=street.volunteer, nonce="n3")
    ground.commit()
    leader = staff_pc("team_leader", street.team)
    page = leader.get("/staff/refused").text
    assert "周末清洁行动" in page
    assert page.count("孙小满") == 1, "the same person twice for the same reason is one line"
    assert "Had no place" in page
    assert "The code was too old" in page
    assert "赵立春" in page
    assert f'href="/staff/activities/{street.running}/roster"' in page
    assert "Nobody was refused that day." in leader.get("/staff/refused?day=2026-05-08").text
    assert "Nobody was refused that day." in staff_pc("community_admin", "CS").get("/staff/refused").text
    assert staff_pc("station_staff", "NLJ-1").get("/staff/refused").status_code == 403


def test_a_leader_proposes_the_time_of_somebody_and_does_not_decide_it(
    ground: Session, street: Street, staff_pc: Callable[..., Browser], phone_of: Callable[[str], Browser]
):
    member = make.volunteer(ground, name="孙小满")
    ground.commit()
    leader, place = phone_of(street.leader), f"/staff/activities/{street.ended}/makeups"
    assert f'href="{place}"' in leader.get(f"/staff/activities/{street.ended}").text
    form = {"typed": member.code, "came": "09:00", "went": "10:00", "reason": "no_phone", "note": "队长"}
    ended = ground.scalars(select(Activity).where(Activity.code == street.ended)).one()
    form |= {"came": clock.local(ended.start_at).strftime("%H:%M"), "went": clock.local(ended.end_at).strftime("%H:%M")}
    unreadable = leader.post(place, **{**form, "came": "nine"})
    assert unreadable.status_code == 422
    assert member.code in unreadable.text, "what was typed is kept"
    assert leader.post(place, **form).location == place
    page = leader.get(place).text
    assert member.code in page
    assert "The community decides" in page
    ground.rollback()
    (claim,) = makeups.mine(ground, volunteer_id=member.id)
    assert (claim.status, claim.proposed_by) == ("open", street.leader)
    assert leader.post(f"/staff/waiting/makeups/{claim.code}", approve="1").status_code == 403
    assert staff_pc("station_staff", "NLJ-1").get(place).status_code == 404
    assert staff_pc("team_leader", make.team(ground).code).get(place).status_code == 404
    decided = staff_pc("community_admin", "BZ").post(f"/staff/waiting/makeups/{claim.code}", approve="1")
    assert decided.location == "/staff/waiting", decided.text
    ground.expire_all()
    assert makeups.mine(ground, volunteer_id=member.id)[0].status == "approved"
