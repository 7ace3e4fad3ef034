"""What a team has done: its own figures by the definitions of the street's, for its leader and the community."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.people import teams
from points.service.statuses import OVER, RecordStatus
from points.service.tables import Activity, ServiceRecord

# --- what there is


@dataclass(frozen=True)
class TeamFigures:
    """A team's figures of a range: occasions, person-times, persons and minutes as domain §3.12 defines them."""

    occasions: int
    person_times: int
    persons: int
    minutes: int


# --- what can be asked


def of(session: Session, *, team: str, by: Actor, date_from: date, date_to: date) -> TeamFigures:
    """The figures of the service that was given with this team, both dates included; nobody is named or ranked.

    Raises NoSuch or NotPermitted.
    """
    found = teams.by_code(session, team)
    teams.require(session, found, "team.see", by=by)
    counted = (
        ServiceRecord.latest,
        ServiceRecord.status == RecordStatus.CONFIRMED,
        ServiceRecord.activity_id.is_not(None),
        ServiceRecord.team_id == found.id,
        ServiceRecord.local_date.between(date_from, date_to),
    )
    row = session.execute(
        select(
            func.count(),
            func.count(ServiceRecord.volunteer_id.distinct()),
            func.coalesce(func.sum(ServiceRecord.minutes_credited), 0),
        ).where(*counted, ServiceRecord.minutes_credited > 0)
    ).one()
    dates_of_activities = (
        select(ServiceRecord.activity_id, ServiceRecord.local_date)
        .join(Activity, Activity.id == ServiceRecord.activity_id)
        .where(*counted, Activity.status.in_(OVER))
        .distinct()
        .subquery()
    )
    occasions = session.scalar(select(func.count()).select_from(dates_of_activities))
    return TeamFigures(int(occasions or 0), *(int(one) for one in row))
