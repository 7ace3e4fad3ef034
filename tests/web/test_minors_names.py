"""No staff page names a child before somebody has said why they look; a leader says it once for a roster (A16)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.access.identity import Identity
from points.exchange import redemption
from points.exchange.redemption import Basket, Line, Proxy, Which
from points.foundation.actors import SYSTEM
from points.people import minors, teams
from points.people.tables import Volunteer
from points.rewards import settlement
from points.service import signups
from points.service.makeups import Claim
from tests import make
from tests.web import addresses
from tests.web.conftest import Browser, Street
from tests.web.paper import Printed

NAME = "冯小寒"


@pytest.fixture
def child(ground: Session, street: Street) -> Volunteer:
    """A young person of fifteen who takes part everywhere: team, activities, make-up, exchange, adjustment."""
    parent = ground.scalars(select(Volunteer).where(Volunteer.code == street.volunteer)).one()
    made = make.minor(ground, name=NAME, guardian=make.guardian_of(parent), pin="730514")
    make.minor(ground, name=NAME, guardian=make.guardian_of(parent))  # registered twice
    make.card(ground, made)
    self = make.volunteer_actor(ground, made)
    teams.apply(ground, team=street.team, volunteer=made.code, by=self, at=make.NOW)
    teams.admit(ground, team=street.team, volunteer=made.code, by=SYSTEM, at=make.NOW)
    signups.sign_up(ground, activity=street.running, volunteer=made.code, by=SYSTEM, at=make.NOW - timedelta(days=2))
    make.points(ground, made, 50)
    start = make.NOW - timedelta(days=1)
    claim = Claim(street.ended, made.code, start, start + timedelta(hours=1), "no_phone")
    settlement.propose_makeup(ground, claim=claim, by=self, at=make.NOW)
    redemption.redeem(
        ground,
        basket=Basket(volunteer=made.code, lines=[Line(item="G02", qty=1)], station="NLJ-1", key="goods-for-a-child"),
        identity=Identity(check="pin"),
        proxy=Proxy(name=parent.name, relation="母亲"),
        by=make.clerk(ground),
        at=make.NOW,
    )
    ground.commit()
    return made


def pages(street: Street, child: Volunteer, receipt: str) -> dict[str, str]:
    theirs = {
        "desk": f"/staff/desk?who={child.code}",
        "desk by name": f"/staff/desk?who={NAME[1:]}",
        "people": f"/staff/people?text={child.code}",
        "receipt": f"/staff/redemptions/{receipt}",
        "settle": f"/staff/activities/{street.ended}/settle",
        "team": f"/staff/teams/{street.team}",
        "cards": f"/staff/print/cards?codes={child.code}",
    }
    return addresses.staff(street) | addresses.counter(street) | theirs


def test_no_page_of_staff_names_a_child(
    ground: Session, street: Street, child: Volunteer, staff_pc: Callable[..., Browser]
):
    receipt = redemption.listing(ground, by=SYSTEM, which=Which(volunteer=child.code))[0].code
    for role, place in (
        ("street_admin", "YD"),
        ("community_admin", "BZ"),
        ("station_staff", "NLJ-1"),
        ("team_leader", street.team),
    ):
        pc = staff_pc(role, place)
        answers = {page: pc.get(address) for page, address in pages(street, child, receipt).items()}
        assert [page for page, answer in answers.items() if NAME in answer.text] == [], role
        assert sum(answer.status_code == 200 for answer in answers.values()) > 5, role


def test_a_leader_opens_the_names_of_a_roster_once_and_the_family_reads_it(
    ground: Session, street: Street, child: Volunteer, staff_pc: Callable[..., Browser]
):
    leader, place = staff_pc("team_leader", street.team), f"/staff/activities/{street.running}/roster"
    ticked = leader.post(f"{place}/tick", key="a-tick", tick=f"in:{child.code}")
    assert f"小志愿者{child.code[-3:]} is in." in leader.get(ticked.location).text
    assert "Minors stand here without their names." in leader.get(place).text
    assert leader.post(f"{place}/minors").location == place
    page = leader.get(place).text
    assert NAME in page
    assert "Minors stand here without their names." not in page
    assert NAME not in staff_pc("street_admin").get(place).text
    ground.rollback()
    assert [(role, reason) for _, role, reason in minors.looked_at(ground, child)] == [("team_leader", "activity")]


def test_whoever_says_why_goes_on_to_where_they_were_going(
    street: Street, child: Volunteer, staff_pc: Callable[..., Browser]
):
    admin = staff_pc("street_admin")
    place = f"/staff/people/{child.code}/card"
    why = admin.get(place)
    assert why.status_code == 403
    assert f'name="back" value="{place}"' in why.text
    answer = admin.post(f"/staff/people/{child.code}/look", reason="counter", back=place)
    assert answer.location == place
    assert NAME in admin.get(place).text


def test_paper_names_no_child_either(street: Street, child: Volunteer, staff_pc: Callable[..., Browser]):
    admin = staff_pc("street_admin")
    for address in (
        f"/staff/print/cards.pdf?codes={child.code}",
        f"/staff/activities/{street.running}/roster.pdf",
    ):
        answer = admin.get(address)
        assert answer.status_code == 200, address
        text = Printed(answer.data).text
        assert f"小志愿者{child.code[-3:]}" in text
        assert NAME not in text
