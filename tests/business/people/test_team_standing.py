"""Deputies, a pause, the end of a team; who is asked to join answers for themselves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor, NotPermitted
from points.people import team_invitations, team_standing, teams
from points.people.tables import Team, TeamInvitation, Volunteer
from points.people.team_invitations import NotInvited
from points.people.team_standing import TeamNotInState
from points.registry import dissolving
from points.service import activities, signups
from tests import make


def what(session: Session, person: Volunteer) -> list[str]:
    return [one.what for one in teams.news(session, volunteer_id=person.id, at=make.NOW + timedelta(days=1))]


def moved(session: Session, verb: Callable[..., Any], team: Team, by: Actor, **facts: Any) -> Any:
    return verb(session, team=team.code, by=by, at=make.NOW, **facts)


def test_a_deputy_may_do_for_the_team_what_its_leader_may_but_names_no_other(session: Session) -> None:
    member, other = make.volunteer(session), make.volunteer(session)
    team = make.team(session, members=[member, other])
    leader, admin = make.leader_actor(session, team), make.community_admin(session)
    assert make.volunteer_actor(session, member).role_for("activity.run", team_id=team.id) is None
    moved(session, team_standing.name_deputy, team, leader, volunteer=member.code)
    deputy = make.volunteer_actor(session, member)
    assert deputy.role_for("activity.run", team_id=team.id) == "team_leader"
    assert what(session, member)[0] == "deputy"
    with pytest.raises(NotPermitted):
        moved(session, team_standing.name_deputy, team, deputy, volunteer=other.code)
    for by in (make.volunteer_actor(session, other), make.community_admin(session, "CS")):
        with pytest.raises(NotPermitted):
            moved(session, team_standing.name_deputy, team, by, volunteer=other.code)
    moved(session, team_standing.end_deputy, team, admin, volunteer=member.code)
    assert make.volunteer_actor(session, member).role_for("activity.run", team_id=team.id) is None


def test_deputies_are_adult_members(session: Session) -> None:
    child, stranger = make.minor(session), make.volunteer(session)
    team = make.team(session, members=[child])
    admin = make.community_admin(session)
    with pytest.raises(teams.LeaderNotOfAge):
        moved(session, team_standing.name_deputy, team, admin, volunteer=child.code)
    with pytest.raises(teams.NotAMember):
        moved(session, team_standing.name_deputy, team, admin, volunteer=stranger.code)


def test_a_team_that_pauses_takes_nobody_and_plans_nothing_new(session: Session) -> None:
    team, admin, newcomer = make.team(session), make.community_admin(session), make.volunteer(session)
    leader = make.leader_actor(session, team)
    with pytest.raises(NotPermitted):
        moved(session, team_standing.pause, team, leader, reason="放暑假")
    moved(session, team_standing.pause, team, admin, reason="放暑假")
    with pytest.raises(TeamNotInState):
        moved(session, team_standing.pause, team, admin, reason="放暑假")
    with pytest.raises(teams.TeamDissolved):
        moved(session, team_invitations.invite, team, leader, who=newcomer.code)
    with pytest.raises(teams.TeamPlansNothing):
        activities.draft(session, plan=make.plan(session, team=team), by=admin, at=make.NOW)
    moved(session, team_standing.resume, team, admin, reason="开学了")
    assert team.status == "active"


def test_a_team_with_open_activities_is_not_dissolved_and_its_members_are_told(session: Session) -> None:
    member, asked = make.volunteer(session), make.volunteer(session)
    team = make.team(session, members=[member])
    leader, admin = make.leader_actor(session, team), make.community_admin(session)
    planned = make.activity(session, team=team, start=make.NOW + timedelta(days=2))
    moved(session, team_invitations.invite, team, leader, who=asked.code)
    savepoint = session.begin_nested()
    with pytest.raises(dissolving.ActivitiesLeft) as refusal:
        moved(session, dissolving.dissolve, team, admin, reason="人都搬走了")
    savepoint.rollback()
    assert (refusal.value.count, refusal.value.first) == (1, planned.title)
    activities.cancel(session, activity=planned.code, reason="weather", by=admin, at=make.NOW)
    moved(session, dissolving.dissolve, team, admin, reason="人都搬走了")
    assert what(session, member) == ["dissolved"]
    assert teams.mine(session, volunteer_id=member.id) == []
    assert team_invitations.mine(session, volunteer_id=asked.id) == []


def test_who_is_asked_answers_for_themselves(session: Session) -> None:
    person, second = make.volunteer(session), make.volunteer(session)
    team = make.team(session)
    leader, me = make.leader_actor(session, team), make.volunteer_actor(session, person)
    card = make.card(session, second)
    for who in (person.code, card.code):
        moved(session, team_invitations.invite, team, leader, who=who)
    assert team_invitations.mine(session, volunteer_id=person.id) == [team]
    for by in (leader, make.community_admin(session)):
        with pytest.raises(NotPermitted):
            moved(session, team_invitations.answer, team, by, volunteer=person.code, accept=True)
    moved(session, team_invitations.answer, team, me, volunteer=person.code, accept=True)
    assert what(session, person) == ["joined"]
    with pytest.raises(NotInvited):
        moved(session, team_invitations.answer, team, me, volunteer=person.code, accept=True)
    me = make.volunteer_actor(session, second)
    moved(session, team_invitations.answer, team, me, volunteer=second.code, accept=False)
    assert teams.mine(session, volunteer_id=second.id) == []
    with pytest.raises(teams.AlreadyMember):
        moved(session, team_invitations.invite, team, leader, who=person.code)


def test_asking_tells_a_leader_nothing_of_strangers(session: Session) -> None:
    team = make.team(session)
    leader = make.leader_actor(session, team)
    for who in (make.volunteer(session, community="NZ").code, "YD999999", "没有这个人"):
        moved(session, team_invitations.invite, team, leader, who=who)
    assert session.scalars(select(TeamInvitation)).all() == []
    person = make.volunteer(session)
    for _ in range(2):
        moved(session, team_invitations.invite, team, leader, who=person.code)
    assert len(session.scalars(select(TeamInvitation)).all()) == 1


def test_who_waited_is_told_of_the_place(session: Session) -> None:
    first, second = make.volunteer(session), make.volunteer(session)
    activity = make.activity(session, capacity=1, start=make.NOW + timedelta(days=2))
    for one in (first, second):
        signups.sign_up(
            session, activity=activity.code, volunteer=one.code, by=make.volunteer_actor(session, one), at=make.NOW
        )
    assert signups.places_given(session, volunteer_id=second.id, at=make.NOW) == []
    signups.cancel(
        session, activity=activity.code, volunteer=first.code, by=make.volunteer_actor(session, first), at=make.NOW
    )
    assert signups.places_given(session, volunteer_id=second.id, at=make.NOW) == [(make.NOW, activity)]
    assert signups.places_given(session, volunteer_id=first.id, at=make.NOW) == []
