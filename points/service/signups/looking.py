"""The roster of an activity, and a volunteer's own sign-ups."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.people.persons import Volunteer
from points.service import activities
from points.service.activities import Activity
from points.service.attendance import AttendanceSession
from points.service.waiting_list import Signup

# --- what there is


@dataclass(frozen=True)
class RosterLine:
    """One person of an activity as its leader sees them: the sign-up and, if there is one, the latest stay."""

    volunteer: str
    name: str
    phone_tail: str
    status: str
    walk_in: bool
    guardian_present: bool
    session: str | None
    session_status: str | None
    in_at: datetime | None
    out_at: datetime | None
    flags: tuple[str, ...]


# --- what can be asked


def roster(session: Session, *, activity: str, by: Actor) -> list[RosterLine]:
    """The people of an activity in order of sign-up, with name, code and phone tail only (§3.10).

    Raises NoSuch when `by` may not run the activity.
    """
    found = activities.by_code(session, activity)
    if by.volunteer_id != found.leader_id or by.volunteer_id is None:
        allowed = by.role_for(
            "activity.run", area_path=found.area_path, team_id=found.team_id, station_id=found.station_id
        )
        if allowed is None:
            raise NoSuch(kind=N_("activity"), key=activity)
    stays: dict[int, AttendanceSession] = {
        stay.volunteer_id: stay
        for stay in session.scalars(
            select(AttendanceSession)
            .where(AttendanceSession.activity_id == found.id, AttendanceSession.status.not_in(("annulled", "voided")))
            .order_by(AttendanceSession.in_at, AttendanceSession.id)
        )
    }
    people = session.execute(
        select(Signup, Volunteer.code, Volunteer.name, Volunteer.phone)
        .join(Volunteer, Volunteer.id == Signup.volunteer_id)
        .where(Signup.activity_id == found.id)
        .order_by(Signup.queued_at, Signup.id)
    )
    return [_line(signup, code, name, phone, stays.get(signup.volunteer_id)) for signup, code, name, phone in people]


def mine(session: Session, *, volunteer_id: int, limit: int = 50) -> list[tuple[Signup, Activity]]:
    """A volunteer's own sign-ups with their activities, latest first."""
    return [
        (signup, activity)
        for signup, activity in session.execute(
            select(Signup, Activity)
            .join(Activity, Activity.id == Signup.activity_id)
            .where(Signup.volunteer_id == volunteer_id)
            .order_by(Activity.start_at.desc(), Signup.id.desc())
            .limit(limit)
        )
    ]


def _line(signup: Signup, code: str, name: str, phone: str | None, stay: AttendanceSession | None) -> RosterLine:
    return RosterLine(
        volunteer=code,
        name=name,
        phone_tail=(phone or "")[-4:],
        status=signup.status,
        walk_in=signup.walk_in,
        guardian_present=signup.guardian_present,
        session=stay.code if stay else None,
        session_status=stay.status if stay else None,
        in_at=stay.in_at if stay else None,
        out_at=stay.out_at if stay else None,
        flags=tuple(stay.flags) if stay else (),
    )
