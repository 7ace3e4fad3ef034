"""The roster of an activity, and a volunteer's own sign-ups."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.people import aliases, minors
from points.people.tables import Volunteer
from points.service import activities
from points.service.statuses import HOLDING, STRUCK_OUT, ActivityStatus
from points.service.tables import Activity, Signup, Stay

# --- what there is


@dataclass(frozen=True)
class RosterLine:
    """One person of an activity as its leader sees them: the sign-up and, if there is one, the latest stay.

    `name_hidden`: it is a minor, of whom no name is shown.
    """

    volunteer: str
    name: str
    name_hidden: bool
    phone_tail: str
    status: str
    walk_in: bool
    guardian_present: bool
    stay: str | None
    stay_status: str | None
    in_at: datetime | None
    out_at: datetime | None
    flags: tuple[str, ...]


@dataclass(frozen=True)
class News:
    """What changed about an activity after somebody signed up: it is `cancelled`, or `moved` to another place."""

    activity: Activity
    what: str


# --- what can be asked


def roster(session: Session, *, activity: str, by: Actor, at: datetime) -> list[RosterLine]:
    """The people of an activity in order of sign-up, with name, code and phone tail only (§3.10).

    Minors have no name before `show_minors`. Raises NoSuch when `by` may not run the activity.
    """
    found, _ = run_by(session, activity, by=by)
    stays = {
        stay.volunteer_id: stay
        for stay in session.execute(
            select(*_OF_A_STAY)
            .where(Stay.activity_id == found.id, Stay.status.not_in(STRUCK_OUT))
            .order_by(Stay.in_at, Stay.id)
        )
    }
    people = session.execute(
        select(*_OF_A_PERSON)
        .select_from(Signup)
        .join(Volunteer, Volunteer.id == Signup.volunteer_id)
        .where(Signup.activity_id == found.id)
        .order_by(Signup.queued_at, Signup.id)
    ).all()
    names = minors.names(session, people, by=by, at=at)
    return [
        RosterLine(
            volunteer=person.code,
            name=names[person.code],
            name_hidden=names[person.code] != person.name,
            phone_tail=(person.phone or "")[-4:],
            status=person.status,
            walk_in=person.walk_in,
            guardian_present=person.guardian_present,
            stay=stay.code if stay else None,
            stay_status=stay.status if stay else None,
            in_at=stay.in_at if stay else None,
            out_at=stay.out_at if stay else None,
            flags=tuple(stay.flags) if stay else (),
        )
        for person in people
        for stay in (stays.get(person.id),)
    ]


def run_by(session: Session, activity: str, *, by: Actor) -> tuple[Activity, str]:
    """The activity, and the role in which `by` runs it. Raises NoSuch for who does not."""
    found = activities.by_code(session, activity)
    if by.volunteer_id is not None and by.volunteer_id == found.leader_id:
        return found, "team_leader"
    role = by.role_for("activity.run", area_path=found.area_path, team_id=found.team_id, station_id=found.station_id)
    if role is None:
        raise NoSuch(kind=N_("activity"), key=activity)
    return found, role


def mine(session: Session, *, volunteer_id: int, limit: int = 50) -> list[tuple[Signup, Activity]]:
    """A volunteer's own sign-ups with their activities, latest first."""
    return [
        (signup, activity)
        for signup, activity in session.execute(
            select(Signup, Activity)
            .join(Activity, Activity.id == Signup.activity_id)
            .where(aliases.of_person(Signup.volunteer_id, volunteer_id))
            .order_by(Activity.start_at.desc(), Signup.id.desc())
            .limit(limit)
        )
    ]


def coming(session: Session, *, volunteer_id: int, at: datetime) -> list[str]:
    """The activities to come for which somebody is signed up or asks to be, by code, in their order."""
    return list(
        session.scalars(
            select(Activity.code)
            .join(Signup, Signup.activity_id == Activity.id)
            .where(Signup.volunteer_id == volunteer_id, Activity.start_at > at, Signup.status.in_(HOLDING))
            .order_by(Activity.id)
        )
    )


def held(session: Session, *, series_id: int | None, volunteer: str, at: datetime) -> list[str]:
    """The coming dates of a series for which somebody is signed up, by code, in the order in which they are locked."""
    return list(
        session.scalars(
            select(Activity.code)
            .join(Signup, Signup.activity_id == Activity.id)
            .join(Volunteer, Volunteer.id == Signup.volunteer_id)
            .where(
                Activity.series_id == series_id,
                Activity.start_at > at,
                Volunteer.code == volunteer,
                Signup.status.in_(HOLDING),
            )
            .order_by(Activity.series_day, Activity.id)
        )
    )


def news(session: Session, *, volunteer_id: int, at: datetime) -> list[News]:
    """What the people signed up must hear of: a coming activity called off, or held at another place, soonest first."""
    coming = session.execute(
        select(Signup, Activity)
        .join(Activity, Activity.id == Signup.activity_id)
        .where(
            Signup.volunteer_id == volunteer_id,
            Signup.status.in_(HOLDING),
            Activity.end_at > at,
            Activity.status.in_((ActivityStatus.PUBLISHED, ActivityStatus.IN_PROGRESS, ActivityStatus.CANCELLED)),
        )
        .order_by(Activity.start_at, Activity.id)
    ).all()
    return [
        News(activity, "cancelled" if activity.status == ActivityStatus.CANCELLED else "moved")
        for signup, activity in coming
        if activity.status == ActivityStatus.CANCELLED
        or (activity.moved_at is not None and activity.moved_at >= signup.queued_at)
    ]


_OF_A_STAY = [getattr(Stay, name) for name in ("volunteer_id", "code", "status", "in_at", "out_at", "flags")]
_OF_A_PERSON = (
    *(getattr(Volunteer, name) for name in ("id", "code", "name", "birth_date", "phone")),
    *(getattr(Signup, name) for name in ("status", "walk_in", "guardian_present")),
)
"""Columns, not objects: a roster of five hundred is built in half the time."""
