"""After the settlement: what the community still confirms, and a head-count that does not fit."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import SYSTEM
from points.people import persons
from points.rewards import settlement
from points.service import activities, attendance, checkin
from tests import make
from tests.web.conftest import Browser, Street

CONFIRM = "/confirm-c"
DIFFERS = "differs from who checked in"


def settled_by_the_leader(ground: Session, street: Street, *, head_count: int) -> None:
    """The running activity is over: one person ticked on the roster, settled by the leader."""
    for direction, hours in (("in", 0), ("out", 1)):
        checkin.roster_tick(
            ground,
            activity=street.running,
            volunteer=street.volunteer,
            direction=direction,
            nonce=f"tick-{direction}",
            by=SYSTEM,
            at=make.NOW + timedelta(hours=hours),
        )
    after = make.NOW + timedelta(hours=5)
    activities.advance(ground, at=after)
    attendance.decide_flags(ground, activity=street.running, by=SYSTEM, at=after)
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
