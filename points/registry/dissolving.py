"""A team ends: asked of its activities first, then of its members."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict
from points.people import team_standing, teams
from points.people.tables import Team
from points.places import areas
from points.registry.still_there import OPEN
from points.service.tables import Activity

# --- what is refused


@dataclass(eq=False)
class ActivitiesLeft(Conflict):
    """The team has activities that are planned, running or not settled."""

    code = "activities-left"
    title = N_("The team has open activities")
    detail = N_("%(count)d activities are planned, running or not settled. The first: %(first)s")
    next_step = N_("Cancel what is planned and settle what is over; then dissolve the team.")
    count: int
    first: str


# --- what happens


def dissolve(session: Session, *, team: str, reason: str, by: Actor, at: datetime) -> Team:
    """End a team that has nothing open any more; its members read it on their own pages.

    Raises NoSuch, NotPermitted, TeamNotInState or ActivitiesLeft.
    """
    found = teams.seen(session, team, by=by)
    by.require("team.change", area_path=areas.path_of(session, found.area_id))
    left = open_activities(session, found)
    if left:
        raise ActivitiesLeft(count=len(left), first=left[0].title)
    return team_standing.dissolve(session, team=team, reason=reason, by=by, at=at)


# --- what can be asked


def open_activities(session: Session, team: Team) -> list[Activity]:
    """What a team has planned, running or not settled, soonest first."""
    statement = select(Activity).where(Activity.team_id == team.id, Activity.status.in_(OPEN))
    return list(session.scalars(statement.order_by(Activity.start_at, Activity.id)))
