"""Hours wherever they are shown: the total floored once to a tenth (H10), never rounded up, never summed from parts."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from points.people.tables import Volunteer
from points.rewards import settlement
from points.service import activities
from points.service.tables import Activity
from tests import make
from tests.web.conftest import Browser, on_one_line

TWICE = "1.9"
"""Twice 59 minutes, 118 in all: rounded up it would be 2.0, the sum of two floored parts 1.8."""


class Served:
    """赵立春 came for 59 minutes on two days, 钱春分 on the second day only; the leader settled the first."""

    def __init__(self, ground: Session) -> None:
        self.leader = make.volunteer(ground, pin=True)
        self.person = make.volunteer(ground, name="赵立春", pin=True)
        self.other = make.volunteer(ground, name="钱春分")
        team = make.team(ground, leader=self.leader, members=[self.person, self.other])
        self.team = team.code
        first = self.came(ground, make.activity(ground, team=team, start=start(2), walk_in_ok=True), self.person)
        second = make.activity(ground, team=team, start=start(1), walk_in_ok=True)
        self.second = self.came(ground, second, self.person, self.other)
        activities.advance(ground, at=make.NOW)
        settlement.settle(ground, activity=first, by=make.volunteer_actor(ground, self.leader), at=make.NOW)
        ground.commit()

    def came(self, ground: Session, activity: Activity, *people: Volunteer) -> str:
        activities.advance(ground, at=activity.start_at)
        ground.flush()
        ground.expire_all()
        for person in people:
            make.scanned(ground, activity, person, "in", at=activity.start_at)
            make.scanned(ground, activity, person, "out", at=activity.start_at + timedelta(minutes=59))
        return activity.code


def start(days_ago: int):
    return make.NOW - timedelta(days=days_ago)


@pytest.fixture
def served(ground: Session) -> Served:
    return Served(ground)


def shown(page: str, pattern: str) -> list[str]:
    return re.findall(pattern, page)


def test_a_total_is_floored_once_on_every_page_and_in_the_api(
    ground: Session, served: Served, phone_of: Callable[[str], Browser], staff_pc: Callable[..., Browser]
):
    leader = phone_of(served.leader.code)
    settled = leader.post(f"/staff/activities/{served.second}/settle", beneficiaries="0").text
    assert f"2 people, {TWICE} hours" in settled

    phone = phone_of(served.person.code)
    mine = phone.get("/my/records").text
    assert shown(mine, r"<b>([\d.]+)</b> hours of confirmed") == [TWICE]
    assert shown(mine, r"([\d.]+) hours \((\d+) minutes\)") == [("0.9", "59")] * 2
    said = phone.client.get(f"/api/v1/volunteers/{served.person.code}/hours").json
    assert (said["minutes"], said["hours"]) == (118, TWICE)

    admin = staff_pc("community_admin", "BZ")
    person = on_one_line(admin.get(f"/staff/people/{served.person.code}").text)
    assert f"<dd> {TWICE} hours </dd>" in person
    pair = admin.get(f"/staff/people/duplicates/{served.person.code}/{served.other.code}").text
    assert sorted(shown(pair, r"([\d.]+) hours ·")) == ["0.9", TWICE]

    figures = admin.get("/staff/figures?area=BZ&year=2026").text
    assert shown(figures, r">([\d.]+) h<") == ["2.9"]  # 177 minutes: 3.0 rounded, 2.7 as a sum of parts
    team = leader.get(f"/staff/teams/{served.team}").text
    assert ">2.9</td>" in team


def test_what_waits_to_be_settled_is_floored_too(ground: Session, served: Served, staff_pc: Callable[..., Browser]):
    settlement.compute_ended(ground, at=make.NOW)
    ground.commit()
    waiting = staff_pc("street_admin").get("/staff/waiting").text
    assert f"· {TWICE} h </span>" in on_one_line(waiting)
