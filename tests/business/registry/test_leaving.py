"""Leaving: every room gives back what was a person's to come, and keeps what they did."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points import proof
from points.access import accounts, identity, pins
from points.access.identity import Identity, IdentityCheck
from points.exchange import redemption
from points.exchange.redemption import Basket, Line
from points.exchange.tables import Redemption, StockBatch
from points.foundation import clock
from points.foundation.actors import SYSTEM, Actor, NotPermitted
from points.foundation.errors import NoSuch, Refusal
from points.journal.tables import AuditEntry
from points.people import cards, guardians, households, persons, teams, units, volunteers
from points.people.tables import TeamMember, Volunteer
from points.registry import forgetting, leaving
from points.service import activities, signups
from points.service.tables import Signup
from tests import make

LATER = make.NOW + timedelta(minutes=5)
PHONE = "13800001111"


def gone(session: Session, person: Volunteer, *, by: Actor | None = None, points: str = "", **wishes: Any) -> Volunteer:
    actor, chosen = by or make.community_admin(session), leaving.wishes(points=points, **wishes)
    return leaving.leave(session, volunteer=person.code, reason="搬走了", by=actor, at=LATER, chosen=chosen)


def take(session: Session, person: Volunteer, *, by: Actor, at: datetime, key: str) -> Redemption:
    basket = Basket(volunteer=person.code, station="NLJ-1", lines=(Line("G02", 1),), key=key)
    return redemption.redeem(session, basket=basket, identity=Identity(IdentityCheck.PIN), by=by, at=at)


def test_who_has_one_of_everything_leaves_nothing_behind(session: Session) -> None:
    make.street(session)
    person = make.volunteer(session, phone=PHONE, pin="246810")
    waiting, head = make.volunteer(session), make.volunteer(session)
    activity = make.activity(session, capacity=1)
    for one in (person, waiting):
        signups.sign_up(session, activity=activity.code, volunteer=one.code, by=SYSTEM, at=make.NOW)
    batch = make.stocked(session, make.item(session))
    make.points(session, person, 50)
    set_aside = redemption.reserve(
        session,
        basket=Basket(volunteer=person.code, station="NLJ-1", lines=(Line("G02", 1),), key="k-1"),
        by=make.volunteer_actor(session, person),
        at=make.NOW,
    )
    team = make.team(session)
    teams.admit(session, team=team.code, volunteer=person.code, by=SYSTEM, at=make.NOW)
    unit = make.unit(session)
    units.report_in(
        session,
        volunteer=person.code,
        unit=unit.code,
        community="BZ",
        kind="linked",
        reported_on=make.TODAY,
        by=SYSTEM,
        at=make.NOW,
    )
    make.household(session, head, person, pool=False)
    child = make.minor(session, guardian=make.guardian_of(person))
    make.card(session, person)
    gone(session, person, points="waive")
    session.expire_all()
    places = {one.volunteer_id: one.status for one in session.scalars(select(Signup))}
    assert places == {person.id: "cancelled", waiting.id: "approved"}
    assert session.get_one(Redemption, set_aside.id).status == "cancelled"
    assert session.get_one(StockBatch, batch.id).qty_reserved == 0
    members = select(TeamMember.status).where(TeamMember.volunteer_id == person.id)
    assert session.scalars(members).all() == ["left"]
    assert units.active_for(session, person.id) == []
    assert households.of(session, person.id) is None
    link = guardians.of(session, child.id)
    assert link is not None
    assert (link.guardian_volunteer_id, link.verified_by) == (None, "")
    assert cards.live(session, person.id) is None
    assert (person.status, person.phone, person.pin_hash) == ("closed", None, None)
    assert not list(proof.check(session, at=LATER))


def test_the_phone_registers_anew(session: Session) -> None:
    person = make.volunteer(session, phone=PHONE)
    gone(session, person)
    again = make.volunteer(session, name=person.name, phone=PHONE)
    assert again.code != person.code


def test_one_leaves_by_oneself_and_nobody_else_does_it(session: Session) -> None:
    person, other = make.volunteer(session), make.volunteer(session)
    with pytest.raises((NoSuch, NotPermitted)):
        gone(session, person, by=make.volunteer_actor(session, other))
    with pytest.raises((NoSuch, NotPermitted)):
        gone(session, person, by=make.stranger(session))
    with pytest.raises(NotPermitted):
        gone(session, person, by=make.clerk(session))
    gone(session, person, by=make.volunteer_actor(session, person))
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "volunteer.leave")).one()
    assert (entry.role, entry.reason, entry.target) == ("volunteer", "搬走了", f"volunteer:{person.code}")


def test_points_are_given_up_only_by_saying_so(session: Session) -> None:
    person = make.volunteer(session)
    make.points(session, person, 30)
    with pytest.raises(leaving.PointsLeft) as refusal:
        gone(session, person)
    assert refusal.value.points == 30
    assert gone(session, person, points="waive").status == "closed"


def test_points_are_used_up_at_the_counter_for_thirty_days(session: Session) -> None:
    person = make.volunteer(session, pin=True)
    make.points(session, person, 60)
    make.stocked(session, make.item(session))
    gone(session, person, points="use")
    clerk, last = make.clerk(session), LATER + leaving.POINTS_KEPT
    assert (person.points_until, person.phone) == (clock.local_date(last), None)
    assert identity.verify_pin(session, volunteer=person.code, pin="730514", at=LATER, clerk=clerk)
    for key, at in (("on-the-way", LATER + timedelta(days=1)), ("on-the-last-day", last)):
        assert take(session, person, by=clerk, at=at, key=key).status == "fulfilled"
    with pytest.raises(Refusal) as refusal:
        take(session, person, by=clerk, at=last + timedelta(days=1), key="too-late")
    assert refusal.value.code == "person-suspended"


def test_the_household_uses_the_points_up_and_only_where_it_shares(session: Session) -> None:
    person, head = make.volunteer(session), make.volunteer(session)
    make.points(session, person, 60)
    with pytest.raises(leaving.NoPool):
        gone(session, person, points="pool")
    make.household(session, head, person)
    make.stocked(session, make.item(session))
    gone(session, person, points="pool")
    clerk, last = make.clerk(session), LATER + leaving.POINTS_KEPT
    assert take(session, head, by=clerk, at=last, key="of-the-pool").total_points == 20
    forgetting.forget_left(session, at=last + timedelta(days=1))
    with pytest.raises(Refusal):
        take(session, head, by=clerk, at=last + timedelta(days=1), key="too-late")
    session.expire_all()
    assert households.of(session, person.id) is None
    assert not list(proof.check(session, at=last + timedelta(days=1)))


def test_activities_that_one_leads_get_another_leader_or_are_called_off(session: Session) -> None:
    first, person, other, stranger = (make.volunteer(session) for _ in range(4))
    team = make.team(session, leader=first, members=[person, other])
    led = {"leader": person.code, "contact_name": person.name, "contact_phone": person.phone}
    coming, draft = make.activity(session, team=team, **led), make.activity(session, team=team, published=False, **led)
    over = make.activity(session, team=team, start=make.NOW - timedelta(days=3), **led)
    activities.advance(session, at=make.NOW)
    session.expire_all()
    with pytest.raises(leaving.LeadsActivities) as refusal:
        gone(session, person)
    assert refusal.value.count == 2
    with pytest.raises(activities.ActivityInvalid):
        gone(session, person, successor=stranger.code)
    gone(session, person, successor=other.code)
    session.expire_all()
    for one in (coming, draft):
        assert (one.leader_id, one.contact_name, one.contact_phone) == (other.id, other.name, other.phone)
    assert (over.leader_id, over.contact_name, over.contact_phone) == (person.id, "", "")
    gone(session, other, call_off=True)
    session.expire_all()
    assert {coming.status, draft.status} == {"cancelled"}


def test_who_works_here_closes_that_sign_in_first(session: Session) -> None:
    person = make.volunteer(session)
    make.staff(session, role="community_admin", volunteer=person, login="clerk-who-leaves")
    with pytest.raises(leaving.HasAccount):
        gone(session, person)
    accounts.disable(session, login="clerk-who-leaves", reason="离职", by=SYSTEM, at=make.NOW)
    assert gone(session, person).status == "closed"


def test_nothing_is_issued_to_who_has_left(session: Session) -> None:
    person, admin = make.volunteer(session), make.community_admin(session)
    gone(session, person)
    with pytest.raises(persons.HasLeft):
        cards.issue(session, volunteer=person.code, by=admin, at=LATER)
    with pytest.raises(persons.HasLeft):
        pins.set_pin(session, volunteer=person.code, pin="730514", by=admin, at=LATER)
    with pytest.raises(persons.HasLeft):
        changes = volunteers.Changes(residence_text="三栋")
        volunteers.change(session, volunteer=person.code, changes=changes, by=admin, at=LATER)


def test_a_room_lets_the_office_do_what_the_person_might_and_no_more(session: Session) -> None:
    """A community ends a part at an activity and a counter that are not its own, under its own name."""
    person, admin = make.volunteer(session), make.community_admin(session)
    elsewhere = make.activity(session, team=make.team(session, area="CS"), area="CS")
    signups.sign_up(session, activity=elsewhere.code, volunteer=person.code, by=SYSTEM, at=make.NOW)
    with pytest.raises((NoSuch, NotPermitted)):
        signups.cancel(session, activity=elsewhere.code, volunteer=person.code, by=admin, at=LATER)
    gone(session, person, by=admin)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "signup.cancel")).one()
    assert (entry.created_by, entry.role) == (admin.person, "volunteer")


def test_who_leads_a_team_names_another_leader_first(session: Session) -> None:
    person, next_one = make.volunteer(session), make.volunteer(session)
    team = make.team(session, leader=person)
    with pytest.raises(teams.LeaderStays):
        gone(session, person)
    teams.change_leader(session, team=team.code, leader=next_one.code, by=SYSTEM, at=make.NOW)
    assert gone(session, person).status == "closed"


def test_who_is_checked_in_checks_out_first(session: Session) -> None:
    person, activity = make.volunteer(session), make.activity(session)
    signups.sign_up(session, activity=activity.code, volunteer=person.code, by=SYSTEM, at=make.NOW)
    make.scanned(session, activity, person, "in", at=make.NOW + timedelta(minutes=50))
    with pytest.raises(leaving.StillInside):
        gone(session, person)


def test_who_has_left_cannot_leave_again(session: Session) -> None:
    person = make.volunteer(session)
    gone(session, person)
    with pytest.raises(volunteers.NotInState):
        gone(session, person)
