"""A household without a phone: at the counter its head answers, whom staff check, and points are shared on paper."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.journal.tables import AuditEntry
from points.people import households
from points.people.tables import Volunteer
from tests import make
from tests.web.conftest import Browser, Street


def asks(ground: Session, street: Street) -> tuple[Volunteer, Volunteer]:
    """The street's volunteer heads a household that somebody asks to join."""
    head = ground.scalars(select(Volunteer).where(Volunteer.code == street.volunteer)).one()
    home = make.household(ground, head, pool=False)
    newcomer = make.volunteer(ground, name="孙小满")
    by = make.volunteer_actor(ground, newcomer)
    households.ask(ground, household=home.code, volunteer=newcomer.code, by=by, at=make.NOW)
    ground.commit()
    return head, newcomer


def test_the_head_answers_at_the_counter_once_staff_know_it_is_the_head(
    ground: Session, street: Street, staff_pc: Callable[..., Browser]
):
    head, newcomer = asks(ground, street)
    clerk, place = staff_pc("station_staff", "NLJ-1"), f"/staff/people/{head.code}/household"
    assert f'href="{place}"' in clerk.get(f"/staff/people/{head.code}").text
    assert "孙小满 asks to join" in clerk.get(place).text
    nobody = clerk.post(f"{place}/answer", who=newcomer.code, accept="1", check="pin", pin="000000")
    assert nobody.status_code == 403
    ground.rollback()
    ground.expire_all()
    assert households.of(ground, newcomer.id) is None
    assert clerk.post(f"{place}/answer", who=newcomer.code, accept="1", check="pin", pin="730514").location == place
    ground.rollback()
    ground.expire_all()
    home = households.of(ground, newcomer.id)
    assert home is not None
    assert home.head_id == head.id
    entry = ground.scalars(select(AuditEntry).where(AuditEntry.action == "household.answer")).one()
    assert (entry.facts["identity"], entry.role) == ("pin", "station_staff")


def test_points_are_shared_on_a_signed_paper_and_kept_again(
    ground: Session, street: Street, staff_pc: Callable[..., Browser]
):
    head, newcomer = asks(ground, street)
    clerk, place = staff_pc("station_staff", "NLJ-1"), f"/staff/people/{head.code}/household"
    assert clerk.post(f"{place}/take-in", who=newcomer.code, check="pin", pin="730514").location == place
    theirs = f"/staff/people/{newcomer.code}/household"
    assert clerk.post(f"{theirs}/share", paper_ref="").status_code == 422
    assert clerk.post(f"{theirs}/share", paper_ref="2026-17").location == theirs
    ground.rollback()
    ground.expire_all()
    home = households.of(ground, newcomer.id)
    assert home is not None
    assert households.pooling(ground, home.id) == {newcomer.id}
    assert clerk.post(f"{theirs}/keep").location == theirs
    ground.rollback()
    ground.expire_all()
    assert households.pooling(ground, home.id) == set()
    assert clerk.post(f"{theirs}/leave").location == theirs
    assert "In no household." in clerk.get(theirs).text
    assert clerk.post(f"{theirs}/found").location == theirs


def test_who_may_not_change_households_does_not_see_this_page(
    ground: Session, street: Street, staff_pc: Callable[..., Browser]
):
    for role, place in (("auditor", "YD"), ("team_leader", street.team), ("community_admin", "CS")):
        assert staff_pc(role, place).get(f"/staff/people/{street.volunteer}/household").status_code == 404, role
