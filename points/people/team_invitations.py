"""A team asks somebody to join by card or number; the person says yes or no on their own page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor, NotPermitted
from points.foundation.errors import N_, Conflict, Refusal
from points.people import cards, guardians, persons, teams
from points.people.tables import Team, TeamInvitation, Volunteer
from points.places import areas

# --- what is refused


@dataclass(eq=False)
class NotInvited(Conflict):
    """There is no open invitation of this team to this person."""

    code = "not-invited"
    title = N_("There is no invitation")
    detail = N_("The invitation was answered or taken back before.")
    next_step = N_("Look at the teams once more.")


# --- what happens


def invite(session: Session, *, team: str, who: str, by: Actor, at: datetime) -> bool:
    """Ask whoever has this card or number to join; whether there is anybody is not said to a leader.

    `who` is what was scanned or typed. Nothing happens for a number of nobody, of another street, or already asked.
    Returns whether somebody is asked now, which is for the log alone. Raises NoSuch, NotPermitted, AlreadyMember or
    TeamDissolved.
    """
    found = teams.seen(session, team, by=by)
    role = teams.require(session, found, "team.members", by=by)
    if found.status != "active":
        raise teams.TeamDissolved(team=found.code)
    person = _whose(session, who, found)
    asked = person is not None and _open(session, found.id, person.id) is None
    if person is not None and teams.membership(session, found.id, person.id) is not None:
        raise teams.AlreadyMember(volunteer=person.code)
    if person is not None and asked:
        session.add(
            TeamInvitation(team_id=found.id, volunteer_id=person.id, status="open", created_at=at, created_by=by.person)
        )
        session.flush()
    teams.note(session, found, "team.invite", by=by, role=role, at=at)
    return asked


def answer(session: Session, *, team: str, volunteer: str, accept: bool, by: Actor, at: datetime) -> None:
    """Say yes or no, by the person or the guardian of a minor.

    Raises NoSuch, NotPermitted, NotInvited, AlreadyMember or TeamDissolved.
    """
    found, person = teams.by_code(session, team), persons.by_code(session, volunteer)
    if by.volunteer_id == person.id:
        role = "volunteer"
    elif guardians.stands_for(session, by.volunteer_id, person.id, day=clock.local_date(at)):
        role = "guardian"
    else:
        raise NotPermitted(action="team.answer")
    invitation = _open(session, found.id, person.id)
    if invitation is None:
        raise NotInvited()
    invitation.status, invitation.decided_at = ("accepted" if accept else "declined"), at
    session.flush()
    if accept:
        member = teams.membership(session, found.id, person.id)
        if member is None:
            teams.enter(session, found, person, role="member", status="active", by=by, at=at)
        else:
            member.status, member.changed_at = "active", at
    facts = {"volunteer": person.code}
    action = "team.join" if accept else "team.decline"
    teams.note(session, found, action, by=by, role=role, at=at, facts=facts)


# --- what can be asked


def mine(session: Session, *, volunteer_id: int) -> list[Team]:
    """The teams that ask this person to join, by code."""
    statement = (
        select(Team)
        .join(TeamInvitation, TeamInvitation.team_id == Team.id)
        .where(TeamInvitation.volunteer_id == volunteer_id, TeamInvitation.status == "open", Team.status == "active")
    )
    return list(session.scalars(statement.order_by(Team.code)))


def _open(session: Session, team_id: int, volunteer_id: int) -> TeamInvitation | None:
    statement = select(TeamInvitation).where(
        TeamInvitation.team_id == team_id,
        TeamInvitation.volunteer_id == volunteer_id,
        TeamInvitation.status == "open",
    )
    return session.scalars(statement).first()


def _whose(session: Session, who: str, team: Team) -> Volunteer | None:
    """Whose card or number it is, of the team's street and active; None for everybody else."""
    try:
        person = persons.by_code(session, who)
    except Refusal:
        try:
            person = cards.holder(session, who)
        except Refusal:
            return None
    street = areas.path_of(session, person.street_id)
    of_street = areas.path_of(session, team.area_id).startswith(street)
    return person if person.status == "active" and of_street else None
