"""The roster of an activity, and a volunteer's own sign-ups."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.people import aliases, minors
from points.people.tables import Volunteer
from points.service import activities
from points.service.activities import notices
from points.service.statuses import (
    COMING,
    HOLDING,
    JOINABLE,
    RUNNING,
    STRUCK_OUT,
    ActivityStatus,
    ChangeKind,
    SignupStatus,
)
from points.service.tables import Activity, ActivityChange, Signup, Stay

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
    """What changed about an activity after somebody signed up: it is `cancelled`, or held at another time or place.

    `changes` are what was told since, the latest first; an activity moved long ago has none.
    """

    activity: Activity
    what: ChangeKind
    changes: Sequence[ActivityChange]


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


def mine(
    session: Session, *, volunteer_id: int, after: str | None = None, limit: int = 50
) -> list[tuple[Signup, Activity]]:
    """A volunteer's own sign-ups with their activities, latest first; `after` the activity with this code."""
    query = _own(volunteer_id).order_by(Activity.start_at.desc(), Activity.id.desc()).limit(limit)
    if after is not None:
        last = activities.by_code(session, after)
        query = query.where(tuple_(Activity.start_at, Activity.id) < tuple_(last.start_at, last.id))
    return _pairs(session, query)


def of(session: Session, *, volunteer_id: int, activity_id: int) -> Signup | None:
    """A volunteer's sign-up for one activity."""
    found = _pairs(session, _own(volunteer_id).where(Activity.id == activity_id))
    return found[0][0] if found else None


def expected(session: Session, *, volunteer_id: int, at: datetime) -> list[tuple[Signup, Activity]]:
    """Where a volunteer means to come and that is not over, soonest first."""
    query = _own(volunteer_id).where(Activity.end_at > at, Activity.status.in_(JOINABLE), Signup.status.in_(HOLDING))
    return _pairs(session, query.order_by(Activity.start_at, Activity.id))


def of_today(session: Session, *, volunteer_id: int, at: datetime) -> list[Activity]:
    """The activities of today, and those that go on now, at which a volunteer has a place; what goes on first."""
    since, until = clock.day_bounds(clock.local_date(at))
    query = _own(volunteer_id).where(
        Activity.status.in_(RUNNING),
        Signup.status.in_(COMING),
        or_(
            and_(Activity.start_at >= since, Activity.start_at < until),
            and_(Activity.start_at <= at, Activity.end_at >= at),
        ),
    )
    found = [activity for _, activity in _pairs(session, query)]
    return sorted(found, key=lambda one: (not one.start_at <= at <= one.end_at, abs(one.start_at - at)))


def statuses(session: Session, *, volunteer_id: int, activity_ids: Collection[int]) -> dict[str, SignupStatus]:
    """What a volunteer's sign-ups for these activities came to, by the activity's code."""
    found = _pairs(session, _own(volunteer_id).where(Activity.id.in_(activity_ids)))
    return {activity.code: standing(signup, activity) for signup, activity in found}


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
                Activity.status.in_(JOINABLE),
                Activity.start_at > at,
                Volunteer.code == volunteer,
                Signup.status.in_(HOLDING),
            )
            .order_by(Activity.series_day, Activity.id)
        )
    )


def news(session: Session, *, volunteer_id: int, at: datetime) -> list[News]:
    """What the people signed up must hear of: a coming activity called off or changed, soonest first."""
    coming = session.execute(
        select(Signup, Activity)
        .join(Activity, Activity.id == Signup.activity_id)
        .where(
            aliases.of_person(Signup.volunteer_id, volunteer_id),
            Signup.status.in_(HOLDING),
            Activity.end_at > at,
            or_(
                Activity.status == ActivityStatus.CANCELLED,
                and_(Activity.status.in_(JOINABLE), Activity.moved_at >= Signup.queued_at),
            ),
        )
        .order_by(Activity.start_at, Activity.id)
    ).all()
    return [
        News(
            activity,
            ChangeKind.CANCELLED if activity.status == ActivityStatus.CANCELLED else ChangeKind.CHANGED,
            notices.of(session, activity.id, since=signup.queued_at),
        )
        for signup, activity in coming
    ]


def standing(signup: Signup, activity: Activity) -> SignupStatus:
    """What a sign-up comes to: a place at an activity that was called off is none."""
    called_off = activity.status == ActivityStatus.CANCELLED and signup.status in HOLDING
    return SignupStatus.CANCELLED if called_off else signup.status


_OF_A_STAY = [getattr(Stay, name) for name in ("volunteer_id", "code", "status", "in_at", "out_at", "flags")]
_OF_A_PERSON = (
    *(getattr(Volunteer, name) for name in ("id", "code", "name", "birth_date", "phone")),
    *(getattr(Signup, name) for name in ("status", "walk_in", "guardian_present")),
)
"""Columns, not objects: a roster of five hundred is built in half the time."""


def _own(volunteer_id: int) -> Select[Signup, Activity]:
    return (
        select(Signup, Activity)
        .join(Activity, Activity.id == Signup.activity_id)
        .where(aliases.of_person(Signup.volunteer_id, volunteer_id))
    )


def _pairs(session: Session, query: Select[Signup, Activity]) -> list[tuple[Signup, Activity]]:
    return [(signup, activity) for signup, activity in session.execute(query)]
