"""Leaving: every room gives back what was a person's to come, and keeps what they did."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points import proof
from points.exchange import redemption
from points.exchange.redemption import Basket, Line
from points.exchange.tables import Redemption, StockBatch
from points.foundation.actors import SYSTEM, Actor, NotPermitted
from points.foundation.errors import NoSuch
from points.journal.tables import AuditEntry
from points.people import cards, guardians, households, teams, units, volunteers
from points.people.tables import TeamMember, Volunteer
from points.registry import leaving
from points.service import signups
from points.service.tables import Signup
from tests import make

LATER = make.NOW + timedelta(minutes=5)
PHONE = "13800001111"


def gone(session: Session, person: Volunteer, *, by: Actor | None = None, **facts: bool) -> Volunteer:
    actor = by or make.community_admin(session)
    return leaving.leave(session, volunteer=person.code, reason="搬走了", by=actor, at=LATER, **facts)


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
    gone(session, person, waive_points=True)
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
    assert gone(session, person, waive_points=True).status == "closed"


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
