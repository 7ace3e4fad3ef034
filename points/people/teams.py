"""Volunteer teams, their leaders and members."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Unpack

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch
from points.journal import audit
from points.people import persons, volunteers
from points.people.tables import Team, TeamMember, Volunteer
from points.places import areas
from points.places.tables import Area

# --- what there is


@dataclass(frozen=True, kw_only=True)
class NewTeam:
    """A team to be founded at `area`, a community or street; `leader` is a volunteer code."""

    code: str
    name: str
    kind: str
    area: str
    leader: str
    founded_on: date


@dataclass(frozen=True)
class TeamNews:
    """What became of somebody in a team lately: `joined`, `deputy`, `leader`, `not_in` it, or it is `dissolved`."""

    name: str
    what: str
    at: datetime


NEWS_FOR = timedelta(days=14)

# --- what is refused


@dataclass(eq=False)
class LeaderNotOfAge(Invalid):
    """A team is led by an adult with an account in use."""

    code = "leader-not-of-age"
    title = N_("The leader must be an adult")
    detail = N_("%(volunteer)s cannot lead a team: under 18 or not active.")
    next_step = N_("Choose another leader.")
    volunteer: str


@dataclass(eq=False)
class AlreadyMember(Conflict):
    """The person has applied to the team or belongs to it."""

    code = "already-member"
    title = N_("Already in this team")
    detail = N_("%(volunteer)s has applied to this team or belongs to it.")
    next_step = N_("Nothing needs to be done.")
    volunteer: str


@dataclass(eq=False)
class NotAMember(Conflict):
    """The person does not belong to the team, or has not applied to it."""

    code = "not-a-member"
    title = N_("Not in this team")
    detail = N_("%(volunteer)s is not in this team.")
    next_step = N_("Check the team and the volunteer code.")
    volunteer: str


@dataclass(eq=False)
class LeaderStays(Conflict):
    """The leader goes only when another leader is there."""

    code = "leader-stays"
    title = N_("The leader cannot leave")
    detail = N_("%(volunteer)s leads this team.")
    next_step = N_("Name another leader first.")
    volunteer: str


@dataclass(eq=False)
class TeamDissolved(Conflict):
    """The team is paused or dissolved."""

    code = "team-not-active"
    title = N_("This team is not active")
    detail = N_("The team %(team)s takes nobody now.")
    next_step = N_("Choose another team.")
    team: str


@dataclass(eq=False)
class TeamPlansNothing(Conflict):
    """A team that is paused or dissolved plans nothing new."""

    code = "team-plans-nothing"
    title = N_("This team is not active")
    detail = N_("The team %(team)s is paused or dissolved and plans nothing new.")
    next_step = N_("Choose another team, or let the community end its pause.")
    team: str


@dataclass(eq=False)
class NotApplied(Conflict):
    """A leader takes in only who asked to join; whether there is anybody of this number is not said."""

    code = "not-applied"
    title = N_("They have not applied")
    detail = N_("Nobody of the number %(volunteer)s has asked to join.")
    next_step = N_("Whoever wants to join applies on their own page. Without a phone, the community enters their yes.")
    volunteer: str


# --- what happens


def found(session: Session, new: NewTeam, *, by: Actor, at: datetime) -> Team:
    """Found a team at a community or street; its leader, an adult, becomes its first member.

    Raises NotPermitted, NoSuch, PlaceClosed, CodeTaken or LeaderNotOfAge.
    """
    home = areas.by_code(session, new.area)
    role = by.require("team.change", area_path=home.path)
    areas.require_in_use(session, home)
    code = areas.free_code(session, Team.code, new.code, kind=N_("team"))
    person = _leader(session, new.leader, at=at)
    team = Team(
        code=code,
        name=new.name,
        kind=new.kind,
        area_id=home.id,
        leader_id=person.id,
        founded_on=new.founded_on,
        status="active",
        created_at=at,
        created_by=by.person,
    )
    session.add(team)
    session.flush()
    enter(session, team, person, role="leader", status="active", by=by, at=at)
    note(session, team, "team.found", by=by, role=role, at=at, area_path=home.path, facts={"leader": person.code})
    return team


def apply(session: Session, *, team: str, volunteer: str, by: Actor, at: datetime) -> TeamMember:
    """Ask to join a team, for oneself. Raises NoSuch, NotPermitted, AlreadyMember or TeamDissolved."""
    found_, person = by_code(session, team), persons.by_code(session, volunteer)
    role = persons.own_or(by, person, "volunteer.change")
    member = enter(session, found_, person, role="member", status="applied", by=by, at=at)
    note(session, found_, "team.apply", by=by, role=role, at=at, facts={"volunteer": person.code})
    return member


def admit(session: Session, *, team: str, volunteer: str, by: Actor, at: datetime) -> TeamMember:
    """Take a person into the team: who applied, or whose yes an administrator of the place has on paper.

    Raises NotPermitted, NoSuch, AlreadyMember, TeamDissolved, or NotApplied for a leader.
    """
    found_ = by_code(session, team)
    role = require(session, found_, "team.members", by=by)
    person = _wanted(session, found_, volunteer) if role == "team_leader" else persons.by_code(session, volunteer)
    member = membership(session, found_.id, person.id)
    if member is None:
        member = enter(session, found_, person, role="member", status="active", by=by, at=at)
    elif member.status == "active":
        raise AlreadyMember(volunteer=person.code)
    else:
        if found_.status != "active":
            raise TeamDissolved(team=found_.code)
        member.status, member.changed_at = "active", at
        session.flush()
    note(session, found_, "team.admit", by=by, role=role, at=at, facts={"volunteer": person.code})
    return member


def leave(session: Session, *, team: str, volunteer: str, by: Actor, at: datetime) -> None:
    """Leave a team, or take back the application. Raises NoSuch, NotPermitted, NotAMember or LeaderStays."""
    found_, person = by_code(session, team), persons.by_code(session, volunteer)
    role = persons.own_or(by, person, "volunteer.change")
    _end(session, found_, person, status="left", at=at)
    note(session, found_, "team.leave", by=by, role=role, at=at, facts={"volunteer": person.code})


def remove(session: Session, *, team: str, volunteer: str, reason: str, by: Actor, at: datetime) -> None:
    """Remove a member, or decline an application. Raises NoSuch, NotPermitted, NotAMember or LeaderStays."""
    found_, person = by_code(session, team), persons.by_code(session, volunteer)
    role = require(session, found_, "team.members", by=by)
    _end(session, found_, person, status="removed", at=at)
    note(session, found_, "team.remove", by=by, role=role, at=at, facts={"volunteer": person.code}, reason=reason)


def change_leader(session: Session, *, team: str, leader: str, by: Actor, at: datetime, reason: str = "") -> Team:
    """Name another leader, who becomes a member if not yet one; the former leader stays a member.

    Raises NotPermitted, NoSuch or LeaderNotOfAge.
    """
    found_ = by_code(session, team)
    path = areas.path_of(session, found_.area_id)
    role = by.require("team.change", area_path=path)
    person = _leader(session, leader, at=at)
    former = membership(session, found_.id, found_.leader_id)
    if former is not None:
        former.role, former.changed_at = "member", at
    member = membership(session, found_.id, person.id)
    if member is None:
        enter(session, found_, person, role="leader", status="active", by=by, at=at)
    else:
        member.role, member.status, member.changed_at = "leader", "active", at
    found_.leader_id = person.id
    session.flush()
    facts = {"leader": person.code}
    note(session, found_, "team.change_leader", by=by, role=role, at=at, area_path=path, facts=facts, reason=reason)
    return found_


# --- what can be asked


def by_code(session: Session, code: str) -> Team:
    """The team with this code. Raises NoSuch."""
    team = session.scalars(select(Team).where(Team.code == code)).first()
    if team is None:
        raise NoSuch(kind=N_("team"), key=code)
    return team


def seen(session: Session, code: str, *, by: Actor) -> Team:
    """The team with this code, if it lies in the actor's reach. Raises NoSuch."""
    team = by_code(session, code)
    path = areas.path_of(session, team.area_id)
    if by.role_for("team.see", area_path=path, team_id=team.id) is None and not _belongs(session, team, by):
        raise NoSuch(kind=N_("team"), key=code)
    return team


def visible(session: Session, *, by: Actor) -> list[Team]:
    """The teams in the actor's reach, and those the actor belongs to, by code."""
    reach = areas.within(by.reaches("team.see"), area_path=Area.path, team_id=Team.id)
    mine = select(TeamMember.team_id).where(
        TeamMember.volunteer_id == by.volunteer_id, TeamMember.status.in_(("applied", "active"))
    )
    statement = select(Team).join(Area, Area.id == Team.area_id)
    seen_here = reach if by.volunteer_id is None else or_(reach, Team.id.in_(mine))
    return list(session.scalars(statement.where(seen_here).order_by(Team.code)))


def active(session: Session, *, action: str, by: Actor) -> list[Team]:
    """The active teams for which the actor may do `action`, by code."""
    reach = areas.within(by.reaches(action), area_path=Area.path, team_id=Team.id)
    statement = select(Team).join(Area, Area.id == Team.area_id).where(Team.status == "active", reach)
    return list(session.scalars(statement.order_by(Team.code)))


def members(session: Session, *, team: str, by: Actor) -> list[tuple[TeamMember, Volunteer]]:
    """The open memberships of a team with the people, applications last; for those who manage them.

    Raises NoSuch or NotPermitted.
    """
    found_ = by_code(session, team)
    require(session, found_, "team.members", by=by)
    statement = (
        select(TeamMember, Volunteer)
        .join(Volunteer, Volunteer.id == TeamMember.volunteer_id)
        .where(TeamMember.team_id == found_.id, TeamMember.status.in_(("applied", "active")))
        .order_by(TeamMember.status, Volunteer.code)
    )
    return [(member, person) for member, person in session.execute(statement)]


def mine(session: Session, *, volunteer_id: int) -> list[tuple[TeamMember, Team]]:
    """The teams this person belongs to or has applied to, with the membership, by code."""
    statement = (
        select(TeamMember, Team)
        .join(Team, Team.id == TeamMember.team_id)
        .where(TeamMember.volunteer_id == volunteer_id, TeamMember.status.in_(("applied", "active")))
        .order_by(Team.code)
    )
    return [(member, team) for member, team in session.execute(statement)]


def news(session: Session, *, volunteer_id: int, at: datetime) -> list[TeamNews]:
    """What others decided about this person's teams in the last two weeks, latest first."""
    statement = (
        select(TeamMember, Team)
        .join(Team, Team.id == TeamMember.team_id)
        .where(
            TeamMember.volunteer_id == volunteer_id,
            TeamMember.changed_at > at - NEWS_FOR,
            TeamMember.status.in_(("active", "removed")) | (Team.status == "dissolved"),
        )
        .order_by(TeamMember.changed_at.desc(), TeamMember.id)
    )
    return [
        TeamNews(team.name, what, member.changed_at)
        for member, team in session.execute(statement)
        if member.changed_at is not None and (what := _told(member, team))
    ]


def _told(member: TeamMember, team: Team) -> str:
    if team.status == "dissolved":
        return "dissolved"
    if member.status == "removed":
        return "not_in"
    return {"member": "joined"}.get(member.role, member.role)


def open_to(session: Session, *, volunteer_id: int) -> list[tuple[Team, str]]:
    """The active teams of this person's street that they are not in, with the name of their place, by code."""
    person = session.get_one(Volunteer, volunteer_id)
    joined = select(TeamMember.team_id).where(
        TeamMember.volunteer_id == volunteer_id, TeamMember.status.in_(("applied", "active"))
    )
    statement = (
        select(Team, Area.name)
        .join(Area, Area.id == Team.area_id)
        .where(
            Team.status == "active",
            Team.id.not_in(joined),
            Area.path.startswith(areas.path_of(session, person.street_id), autoescape=True),
        )
        .order_by(Team.code)
    )
    return [(team, place) for team, place in session.execute(statement)]


def require(session: Session, team: Team, action: str, *, by: Actor) -> str:
    """The role that allows `action` for this team or at its place. Raises NotPermitted."""
    path = areas.path_of(session, team.area_id)
    return by.role_for(action, area_path=path) or by.require(action, team_id=team.id)


def _leader(session: Session, code: str, *, at: datetime) -> Volunteer:
    person = persons.by_code(session, code)
    if person.status != "active" or volunteers.is_minor(person, clock.local_date(at)):
        raise LeaderNotOfAge(volunteer=person.code)
    return person


def _wanted(session: Session, team: Team, code: str) -> Volunteer:
    """Who applied or is a member, by their code. Raises NotApplied."""
    try:
        person = persons.by_code(session, code)
    except NoSuch:
        raise NotApplied(volunteer=code) from None
    if membership(session, team.id, person.id) is None:
        raise NotApplied(volunteer=code)
    return person


def _belongs(session: Session, team: Team, by: Actor) -> bool:
    return by.volunteer_id is not None and membership(session, team.id, by.volunteer_id) is not None


def membership(session: Session, team_id: int, volunteer_id: int) -> TeamMember | None:
    """The open membership, or application, of a person in a team."""
    statement = select(TeamMember).where(
        TeamMember.team_id == team_id,
        TeamMember.volunteer_id == volunteer_id,
        TeamMember.status.in_(("applied", "active")),
    )
    return session.scalars(statement).first()


def enter(
    session: Session, team: Team, person: Volunteer, *, role: str, status: str, by: Actor, at: datetime
) -> TeamMember:
    """Write the membership of a person; part of the verbs. Raises TeamDissolved or AlreadyMember."""
    if team.status != "active":
        raise TeamDissolved(team=team.code)
    if membership(session, team.id, person.id) is not None:
        raise AlreadyMember(volunteer=person.code)
    member = TeamMember(
        team_id=team.id,
        volunteer_id=person.id,
        role=role,
        status=status,
        changed_at=at,
        created_at=at,
        created_by=by.person,
    )
    session.add(member)
    session.flush()
    return member


def _end(session: Session, team: Team, person: Volunteer, *, status: str, at: datetime) -> None:
    if team.leader_id == person.id:
        raise LeaderStays(volunteer=person.code)
    member = membership(session, team.id, person.id)
    if member is None:
        raise NotAMember(volunteer=person.code)
    member.status, member.changed_at = status, at
    session.flush()


def note(session: Session, team: Team, action: str, *, area_path: str | None = None, **act: Unpack[audit.Act]) -> None:
    """The entry of a team in the log; part of the verbs."""
    path = area_path or areas.path_of(session, team.area_id)
    audit.write(session, action=action, target=f"team:{team.code}", area_path=path, **act)
