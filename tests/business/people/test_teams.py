"""Teams, their leaders and members."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from points.access import accounts
from points.foundation.actors import SYSTEM, NotPermitted
from points.foundation.errors import NoSuch
from points.people import teams, volunteers
from points.people.tables import Team
from points.places.areas import CodeTaken
from tests import make

LATER = make.NOW + timedelta(days=1)


def active(session: Session, team: Team) -> set[int]:
    """The ids of the team's active members."""
    members = teams.members(session, team=team.code, by=SYSTEM)
    return {person.id for member, person in members if member.status == "active"}


def test_the_leader_is_the_first_member_and_leads(session: Session) -> None:
    leader = make.volunteer(session)
    team = make.team(session, leader=leader)
    [(member, person)] = teams.members(session, team=team.code, by=make.leader_actor(session, team))
    assert (person, member.role, member.status) == (leader, "leader", "active")


def test_the_leader_is_an_active_adult(session: Session) -> None:
    suspended = make.volunteer(session)
    volunteers.suspend(session, volunteer=suspended.code, reason="核查", by=SYSTEM, at=make.NOW)
    for person in (make.minor(session), suspended):
        with pytest.raises(teams.LeaderNotOfAge):
            make.team(session, leader=person)
    with pytest.raises(CodeTaken):
        make.team(session, code=make.team(session).code)


def test_a_person_applies_and_the_leader_admits(session: Session) -> None:
    team, person = make.team(session), make.volunteer(session)
    me = make.volunteer_actor(session, person)
    assert teams.apply(session, team=team.code, volunteer=person.code, by=me, at=make.NOW).status == "applied"
    assert person.id not in active(session, team)
    with pytest.raises(teams.AlreadyMember):
        teams.apply(session, team=team.code, volunteer=person.code, by=me, at=make.NOW)
    with pytest.raises(NotPermitted):
        teams.admit(session, team=team.code, volunteer=person.code, by=me, at=make.NOW)
    leader = make.leader_actor(session, team)
    teams.admit(session, team=team.code, volunteer=person.code, by=leader, at=make.NOW)
    assert person.id in active(session, team)
    with pytest.raises(teams.AlreadyMember):
        teams.admit(session, team=team.code, volunteer=person.code, by=leader, at=make.NOW)


def test_a_leader_takes_in_nobody_who_did_not_ask_and_learns_of_no_stranger(session: Session) -> None:
    team, person = make.team(session), make.volunteer(session)
    leader, refusals = make.leader_actor(session, team), []
    for number in (person.code, "YD999999"):
        with pytest.raises(teams.NotApplied) as refused:
            teams.admit(session, team=team.code, volunteer=number, by=leader, at=make.NOW)
        refusals.append({**refused.value.facts(), "volunteer": ""})
    assert refusals[0] == refusals[1]
    assert person.id not in active(session, team)


def test_the_community_enters_a_yes_on_paper(session: Session) -> None:
    team, person = make.team(session), make.volunteer(session)
    teams.admit(session, team=team.code, volunteer=person.code, by=make.community_admin(session), at=make.NOW)
    assert person.id in active(session, team)


def test_a_leader_manages_their_own_team_only(session: Session) -> None:
    team, other = make.team(session), make.team(session)
    person = make.volunteer(session)
    leader = make.leader_actor(session, other)
    with pytest.raises(NotPermitted):
        teams.admit(session, team=team.code, volunteer=person.code, by=leader, at=make.NOW)
    with pytest.raises(NotPermitted):
        teams.members(session, team=team.code, by=leader)
    with pytest.raises(NoSuch):
        teams.seen(session, team.code, by=leader)
    assert teams.visible(session, by=leader) == [other]


def test_members_leave_and_are_removed_but_the_leader_stays(session: Session) -> None:
    a, b = make.volunteer(session), make.volunteer(session)
    team = make.team(session, members=(a, b))
    leader = make.leader_actor(session, team)
    teams.leave(session, team=team.code, volunteer=a.code, by=make.volunteer_actor(session, a), at=LATER)
    teams.remove(session, team=team.code, volunteer=b.code, reason="长期未参加", by=leader, at=LATER)
    for person in (a, b):
        assert person.id not in active(session, team)
        with pytest.raises(teams.NotAMember):
            teams.leave(session, team=team.code, volunteer=person.code, by=SYSTEM, at=LATER)
    head = next(person for _, person in teams.members(session, team=team.code, by=leader))
    with pytest.raises(teams.LeaderStays):
        teams.leave(session, team=team.code, volunteer=head.code, by=leader, at=LATER)


def test_who_left_may_come_back(session: Session) -> None:
    person = make.volunteer(session)
    team = make.team(session, members=(person,))
    me = make.volunteer_actor(session, person)
    teams.leave(session, team=team.code, volunteer=person.code, by=me, at=LATER)
    assert teams.apply(session, team=team.code, volunteer=person.code, by=me, at=LATER).status == "applied"


def test_a_new_leader_takes_over_what_the_former_could(session: Session) -> None:
    team, person = make.team(session), make.volunteer(session)
    former = team.leader_id
    teams.change_leader(session, team=team.code, leader=person.code, by=make.community_admin(session), at=LATER)
    now, before = accounts.volunteer_actor(session, person.id), accounts.volunteer_actor(session, former)
    assert now.role_for("activity.run", team_id=team.id) == "team_leader"
    assert before.role_for("activity.run", team_id=team.id) is None
    assert former in active(session, team)
    with pytest.raises(NotPermitted):
        teams.change_leader(session, team=team.code, leader=person.code, by=now, at=LATER)


def test_teams_are_seen_in_ones_reach_and_by_members(session: Session) -> None:
    person = make.volunteer(session)
    ours, theirs = make.team(session, area="BZ"), make.team(session, area="CS", members=(person,))
    assert teams.visible(session, by=make.community_admin(session, "BZ")) == [ours]
    assert teams.visible(session, by=make.street_admin(session)) == [ours, theirs]
    assert teams.visible(session, by=make.volunteer_actor(session, person)) == [theirs]
    assert teams.visible(session, by=make.stranger(session)) == []
    with pytest.raises(NoSuch):
        teams.seen(session, theirs.code, by=make.community_admin(session, "BZ"))
    assert teams.seen(session, theirs.code, by=make.volunteer_actor(session, person)) is theirs
