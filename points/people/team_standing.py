"""What becomes of a team: deputies beside its leader, a pause, its end."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Conflict
from points.people import persons, teams, volunteers
from points.people.tables import Team, TeamInvitation, TeamMember
from points.people.teams import LeaderNotOfAge, LeaderStays, NotAMember
from points.places import areas

# --- what is refused


@dataclass(eq=False)
class TeamNotInState(Conflict):
    """A team that is not paused cannot go on, and one that is dissolved is over."""

    code = "team-not-in-state"
    title = N_("That is not possible now")
    detail = N_("The team %(team)s is %(status)s.")
    next_step = N_("Look at the team again.")
    team: str
    status: str


# --- what happens


def name_deputy(session: Session, *, team: str, volunteer: str, by: Actor, at: datetime) -> TeamMember:
    """Name an adult member a deputy, who may do for the team what its leader may; by the leader or the office.

    Raises NoSuch, NotPermitted, NotAMember, LeaderStays or LeaderNotOfAge.
    """
    found, member, role = _member(session, team, volunteer, by=by)
    person = persons.by_code(session, volunteer)
    if person.status != "active" or volunteers.is_minor(person, clock.local_date(at)):
        raise LeaderNotOfAge(volunteer=person.code)
    member.role, member.changed_at = "deputy", at
    session.flush()
    teams.note(session, found, "team.name_deputy", by=by, role=role, at=at, facts={"volunteer": person.code})
    return member


def end_deputy(session: Session, *, team: str, volunteer: str, by: Actor, at: datetime) -> TeamMember:
    """A deputy is an ordinary member again. Raises NoSuch, NotPermitted, NotAMember or LeaderStays."""
    found, member, role = _member(session, team, volunteer, by=by)
    member.role = "member"
    session.flush()
    code = persons.code_of(session, member.volunteer_id)
    teams.note(session, found, "team.end_deputy", by=by, role=role, at=at, facts={"volunteer": code})
    return member


def pause(session: Session, *, team: str, reason: str, by: Actor, at: datetime) -> Team:
    """Pause: nobody joins and nothing new is planned; what is planned goes on. Raises NoSuch, NotPermitted or
    TeamNotInState.
    """
    return _move(session, team, "paused", "team.pause", ("active",), reason=reason, by=by, at=at)


def resume(session: Session, *, team: str, reason: str, by: Actor, at: datetime) -> Team:
    """End a pause. Raises NoSuch, NotPermitted or TeamNotInState."""
    return _move(session, team, "active", "team.resume", ("paused",), reason=reason, by=by, at=at)


def dissolve(session: Session, *, team: str, reason: str, by: Actor, at: datetime) -> Team:
    """End a team and every membership; the members read it. Part of `registry.dissolving.dissolve`.

    Raises NoSuch, NotPermitted or TeamNotInState.
    """
    found = _move(session, team, "dissolved", "team.dissolve", ("active", "paused"), reason=reason, by=by, at=at)
    open_ = update(TeamMember).where(TeamMember.team_id == found.id, TeamMember.status.in_(("applied", "active")))
    session.execute(open_.values(status="left", changed_at=at))
    asked = update(TeamInvitation).where(TeamInvitation.team_id == found.id, TeamInvitation.status == "open")
    session.execute(asked.values(status="withdrawn", decided_at=at))
    return found


# --- what can be asked


def _member(session: Session, team: str, volunteer: str, *, by: Actor) -> tuple[Team, TeamMember, str]:
    """An active member who does not lead, for the leader or the office: a deputy names no deputies."""
    found = teams.by_code(session, team)
    role = teams.require(session, found, "team.members", by=by)
    if role == "team_leader" and by.oneself != found.leader_id:
        raise NotPermitted(action="team.members")
    person = persons.by_code(session, volunteer)
    member = teams.membership(session, found.id, person.id)
    if member is None or member.status != "active":
        raise NotAMember(volunteer=volunteer)
    if person.id == found.leader_id:
        raise LeaderStays(volunteer=person.code)
    return found, member, role


def _move(
    session: Session,
    code: str,
    status: str,
    action: str,
    allowed: tuple[str, ...],
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> Team:
    seen = teams.seen(session, code, by=by)
    path = areas.path_of(session, seen.area_id)
    role = by.require("team.change", area_path=path)
    team = session.scalars(
        select(Team).where(Team.id == seen.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if team.status not in allowed:
        raise TeamNotInState(team=team.code, status=team.status)
    before, team.status = team.status, status
    session.flush()
    facts = {"from": before, "to": status}
    teams.note(session, team, action, by=by, role=role, at=at, area_path=path, facts=facts, reason=reason)
    return team
