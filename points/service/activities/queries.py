"""What can be asked of activities, by whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, tuple_
from sqlalchemy.orm import Session

from points.access import two_people
from points.foundation import clock
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.people import persons, teams
from points.people.tables import Team
from points.places import areas
from points.places.tables import Area, Station
from points.service.activities.plan import CHANGEABLE, Plan
from points.service.statuses import JOINABLE, PUBLIC, ActivityOrigin, ActivityStatus
from points.service.tables import Activity, ActivityCategory, Signup, breaks_of

# --- what there is


@dataclass(frozen=True)
class Which:
    """Which activities: in one of these states, of a team or category, in an area, within these days, by a text."""

    status: Sequence[ActivityStatus] = ()
    team: str | None = None
    area: str | None = None
    category: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    text: str = ""


ANY = Which()
Row = TypeVarTuple("Row")

# --- what can be asked


def by_code(session: Session, code: str) -> Activity:
    """The activity with this code. Raises NoSuch."""
    found = session.scalars(select(Activity).where(Activity.code == code)).first()
    if found is None:
        raise NoSuch(kind=N_("activity"), key=code)
    return found


def locked(session: Session, code: str) -> Activity:
    """The activity with this code, locked to the end of the transaction and freshly read. Raises NoSuch."""
    found = session.scalars(_LOCKED, {"code": code}).first()
    if found is None:
        raise NoSuch(kind=N_("activity"), key=code)
    return found


def seen(session: Session, code: str, *, by: Actor) -> Activity:
    """The activity as staff and its leader may see it, or a public one for a volunteer. Raises NoSuch otherwise.

    One that was called off stays in sight of those who had signed up, so that they read why.
    """
    found = session.scalars(select(Activity).where(Activity.code == code, in_reach(by))).first()
    if found is None and by.volunteer_id is not None:
        signup = Signup
        mine = select(signup.activity_id).where(signup.volunteer_id == by.volunteer_id)
        called_off = and_(Activity.status == ActivityStatus.CANCELLED, Activity.id.in_(mine))
        found = session.scalars(
            select(Activity).where(Activity.code == code, or_(Activity.status.in_(PUBLIC), called_off))
        ).first()
    if found is None:
        raise NoSuch(kind=N_("activity"), key=code)
    return found


def in_reach(by: Actor, action: str = "activity.see") -> ColumnElement[bool]:
    """The condition on Activity that `by` may do `action` there, or leads it."""
    reach = areas.within(
        by.reaches(action), area_path=Activity.area_path, team_id=Activity.team_id, station_id=Activity.station_id
    )
    return reach if by.volunteer_id is None else or_(reach, Activity.leader_id == by.volunteer_id)


def listing(
    session: Session,
    *,
    by: Actor,
    which: Which = ANY,
    cursor: str | None = None,
    limit: int = 50,
    soonest: bool = False,
) -> list[Activity]:
    """Activities within the reach of `by`, latest start first, or `soonest` first.

    `cursor` is the code of the last one already seen, latest first.
    """
    return _page(session, in_reach(by), which=which, cursor=cursor, limit=limit, soonest=soonest)


def public_listing(
    session: Session, *, at: datetime, street_id: int | None = None, which: Which = ANY, limit: int = 50
) -> list[Activity]:
    """What a volunteer may join now or is going on: published or in progress and not over, soonest first."""
    condition = and_(Activity.status.in_(JOINABLE), Activity.end_at > at)
    if street_id is not None:
        condition = and_(condition, Activity.street_id == street_id)
    return _page(session, condition, which=which, limit=limit, soonest=True)


def waiting_for_approval(session: Session, *, by: Actor, at: datetime) -> list[Activity]:
    """The submitted activities that `by` may approve, soonest first; of a series only its first date that waits.

    What is special is approved only at the street, and at a community only what others submitted.
    """
    tied = two_people.tied(session, by=by, at=at)
    ordinary = and_(
        ~Activity.emergency,
        Activity.extra_pct == 100,
        Activity.origin != ActivityOrigin.BACKFILL,
        Activity.submitted_by.not_in(tied),
        areas.within(by.reaches("activity.approve"), area_path=Activity.area_path),
    )
    at_the_street = and_(
        areas.within(by.reaches("activity.approve_special"), area_path=Activity.area_path),
        or_(Activity.origin != ActivityOrigin.BACKFILL, Activity.submitted_by.not_in(tied)),
    )
    found = session.scalars(
        select(Activity)
        .where(Activity.status == ActivityStatus.PENDING_REVIEW, or_(ordinary, at_the_street))
        .order_by(Activity.start_at, Activity.id)
    )
    decisions: dict[int | str, Activity] = {}
    for one in found:
        decisions.setdefault(one.series_id or one.code, one)
    return list(decisions.values())


def templates(session: Session, *, by: Actor) -> list[Activity]:
    """The activities kept as templates that `by` may plan others like, by team, latest first."""
    return list(
        session.scalars(
            select(Activity)
            .where(Activity.is_template, in_reach(by, "activity.create"))
            .order_by(Activity.team_id, Activity.start_at.desc(), Activity.id)
        )
    )


def plan_of(session: Session, activity: Activity) -> Plan:
    """The plan from which this activity would be made again, at the same time."""
    kept = {name: getattr(activity, name) for name in CHANGEABLE if name != "breaks"}
    return Plan(
        **kept,
        breaks=breaks_of(activity.breaks),
        team=session.get_one(Team, activity.team_id).code,
        category=session.get_one(ActivityCategory, activity.category_id).code,
        area=session.get_one(Area, activity.area_id).code,
        leader=persons.code_of(session, activity.leader_id),
        station=session.get_one(Station, activity.station_id).code if activity.station_id else None,
        origin=activity.origin,
    )


def like(session: Session, code: str, *, by: Actor) -> Plan:
    """A plan like an activity that `by` sees: without what the street allowed that one only. Raises NoSuch."""
    plan = plan_of(session, seen(session, code, by=by))
    return replace(plan, extra_pct=100, emergency=False, theme_id=None, origin=ActivityOrigin.PLANNED)


def categories(session: Session) -> list[ActivityCategory]:
    """The active kinds of service, in the order they were added."""
    return list(session.scalars(select(ActivityCategory).where(ActivityCategory.active).order_by(ActivityCategory.id)))


def asked(session: Session, query: Select[*Row], which: Which) -> Select[*Row]:
    """The query, of the activities that are asked for. Raises NoSuch."""
    if which.status:
        query = query.where(Activity.status.in_(which.status))
    if which.team is not None:
        query = query.where(Activity.team_id == teams.by_code(session, which.team).id)
    if which.area is not None:
        query = query.where(Activity.area_path.startswith(areas.by_code(session, which.area).path, autoescape=True))
    if which.category is not None:
        query = query.where(
            Activity.category_id
            == select(ActivityCategory.id).where(ActivityCategory.code == which.category).scalar_subquery()
        )
    if which.date_from is not None:
        query = query.where(Activity.end_at > clock.at_local(which.date_from))
    if which.date_to is not None:
        query = query.where(Activity.start_at < clock.day_bounds(which.date_to)[1])
    if which.text:
        query = query.where(or_(Activity.title.contains(which.text, autoescape=True), Activity.code == which.text))
    return query


def titles(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The titles of these activities, for a list of what belongs to them."""
    return dict(session.execute(select(Activity.id, Activity.title).where(Activity.id.in_(ids))).all())


_LOCKED = (
    select(Activity)
    .where(Activity.code == bindparam("code"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


def _page(
    session: Session,
    condition: ColumnElement[bool],
    *,
    which: Which,
    cursor: str | None = None,
    limit: int,
    soonest: bool,
) -> list[Activity]:
    query = asked(session, select(Activity).where(condition), which)
    if cursor is not None:
        last = by_code(session, cursor)
        place = tuple_(Activity.start_at, Activity.id)
        query = query.where(place < tuple_(last.start_at, last.id))
    order = (Activity.start_at, Activity.id) if soonest else (Activity.start_at.desc(), Activity.id.desc())
    return list(session.scalars(query.order_by(*order).limit(limit)))
