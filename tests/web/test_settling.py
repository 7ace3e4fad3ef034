"""After the settlement: what the community still confirms, and a head-count that does not fit."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.people import persons
from points.rewards import settlement
from points.service import activities, checkin, stays
from points.service.checkin import ScanRequest
from tests import make
from tests.web.conftest import Browser, Street

CONFIRM = "/confirm-c"
DIFFERS = "differs from who checked in"


def settled_by_the_leader(ground: Session, street: Street, *, head_count: int) -> None:
    """The running activity is over: one person ticked on the roster, settled by the leader."""
    for direction, hours in (("in", 0), ("out", 1)):
        checkin.roster_tick(
            ground,
            ScanRequest(
                activity=street.running, volunteer=street.volunteer, direction=direction, nonce=f"tick-{direction}"
            ),
            by=SYSTEM,
            at=make.NOW + timedelta(hours=hours),
        )
    after = make.NOW + timedelta(hours=5)
    activities.advance(ground, at=after)
    stays.decide_flags(ground, activity=street.running, by=SYSTEM, at=after)
    leader = make.volunteer_actor(ground, persons.by_code(ground, street.leader))
    done = settlement.settle(ground, activity=street.running, head_count=head_count, by=leader, at=after)
    assert done.left == 1
    ground.commit()


def test_the_button_to_confirm_is_there_only_while_records_wait(
    ground: Session, street: Street, staff_pc: Callable[..., Browser]
):
    settled_by_the_leader(ground, street, head_count=1)
    admin = staff_pc("community_admin", "BZ")
    with clock.frozen(make.NOW + timedelta(hours=6)):
        page = admin.get(f"/staff/activities/{street.running}").text
        assert CONFIRM in page
        assert DIFFERS not in page
        assert admin.post(f"/staff/activities/{street.running}/confirm-c").status_code == 303
        assert CONFIRM not in admin.get(f"/staff/activities/{street.running}").text


def test_a_head_count_that_does_not_fit_is_marked(ground: Session, street: Street, staff_pc: Callable[..., Browser]):
    settled_by_the_leader(ground, street, head_count=3)
    with clock.frozen(make.NOW + timedelta(hours=6)):
        assert DIFFERS in staff_pc("community_admin", "BZ").get(f"/staff/activities/{street.running}").text


@pytest.mark.parametrize(("counted", "said"), [("9", False), ("10", False), ("11", False), ("8", True), ("12", True)])
def test_the_leader_is_told_when_the_head_count_differs_by_more_than_a_tenth(
    ground: Session, phone_of: Callable[[str], Browser], counted: str, said: bool
):
    leader = make.volunteer(ground, pin=True)
    activity = make.activity(
        ground,
        team=make.team(ground, leader=leader),
        start=make.NOW - timedelta(days=1),
        walk_in_ok=True,
    )
    activities.advance(ground, at=activity.start_at)
    ground.refresh(activity)
    for _ in range(10):
        person = make.volunteer(ground)
        make.scanned(ground, activity, person, "in", at=activity.start_at)
        make.scanned(ground, activity, person, "out", at=activity.end_at)
    activities.advance(ground, at=make.NOW)
    ground.commit()
    page = phone_of(leader.code).post(
        f"/staff/activities/{activity.code}/settle", beneficiaries="0", head_count=counted
    )
    assert page.status_code == 200
    assert ("differ by more than a tenth" in page.text) is said
