"""What the hours of some people's dates are reckoned from, read in a few statements however many people they are."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from points.foundation.orm import table_of
from points.people.tables import ReportIn, Volunteer
from points.places.tables import Area
from points.service import hours
from points.service.hours import Occasion, Presence
from points.service.statuses import COUNTED, OVER, ActivityOrigin, ActivityStatus, Method, StayStatus
from points.service.tables import Activity, ActivityCategory, ServiceRecord, Signup, Stay

Pair = tuple[int, date]
"""A volunteer's id and a local date."""

# --- what there is


class Person(NamedTuple):
    """Where a person lives, as their records copy it."""

    id: int
    community_id: int
    neighbour_group_id: int | None


class Place(NamedTuple):
    """What the rules and the records need of an activity."""

    id: int
    status: ActivityStatus
    origin: ActivityOrigin
    start_at: datetime
    end_at: datetime
    breaks: Sequence[Sequence[str]]
    max_minutes_pp_day: int | None
    category_id: int
    hours_eligible: bool
    team_id: int
    area_id: int
    area_path: str
    station_id: int | None
    area_name: str
    area_type: str
    leader_name: str


class CountedStay(NamedTuple):
    """A stay that is over and stands, with how its two ends were noted."""

    activity_id: int
    volunteer_id: int
    in_at: datetime
    out_at: datetime
    in_method: Method
    out_method: Method | None
    status: StayStatus


class Attribution(NamedTuple):
    """To which other team, or to which unit, the hours of a sign-up go."""

    activity_id: int
    volunteer_id: int
    as_team_id: int | None
    unit_id: int | None


@dataclass(frozen=True)
class Facts:
    """Everything that the computation of some people's dates needs."""

    people: dict[int, Person]
    activities: dict[int, Place]
    stays: dict[int, list[CountedStay]]
    records: dict[Pair, dict[int, ServiceRecord]]
    signups: dict[tuple[int, int], Attribution]


# --- what can be asked


def pairs_of(session: Session, activity_ids: Collection[int]) -> set[Pair]:
    """Everybody who was at these activities, with each date on which it may count, and the dates that have records."""
    pairs: set[Pair] = set()
    stays = session.execute(
        select(
            Stay.activity_id,
            Stay.volunteer_id,
            Stay.in_at,
            Stay.out_at,
            Stay.status,
            Activity.start_at,
            Activity.end_at,
        )
        .join(Activity, Activity.id == Stay.activity_id)
        .where(Stay.activity_id.in_(list(activity_ids)), Stay.status.in_(COUNTED))
    )
    for stay in stays:
        occasion = Occasion(stay.activity_id, stay.start_at, stay.end_at)
        for day in hours.dates(Presence(occasion, stay.in_at, stay.out_at, stay.status == StayStatus.AUTO_CLOSED)):
            pairs.add((stay.volunteer_id, day))
    existing = session.execute(
        select(ServiceRecord.volunteer_id, ServiceRecord.local_date).where(
            ServiceRecord.activity_id.in_(list(activity_ids)), ServiceRecord.latest
        )
    )
    return pairs | {(volunteer_id, day) for volunteer_id, day in existing}


def read(
    session: Session, volunteer_ids: set[int], days: set[date], *, including: int | None, lock: bool = True
) -> Facts:
    """The people (locked unless `lock` is false), their stays and records on those dates, and what the records copy."""
    asked = (
        select(Volunteer.id, Volunteer.community_id, Volunteer.neighbour_group_id)
        .where(Volunteer.id.in_(volunteer_ids))
        .order_by(Volunteer.id)
    )
    people = session.execute(asked.with_for_update(key_share=True) if lock else asked)
    may_reach_in = days | {day - timedelta(days=1) for day in days}
    found = session.execute(
        select(
            Stay.activity_id,
            Stay.volunteer_id,
            Stay.in_at,
            Stay.out_at,
            Stay.in_method,
            Stay.out_method,
            Stay.status,
        )
        .join(Activity, Activity.id == Stay.activity_id)
        .where(
            Stay.volunteer_id.in_(volunteer_ids),
            Stay.local_date.in_(may_reach_in),
            Stay.status.in_(COUNTED),
            Activity.status.in_(OVER) | (Activity.id == including),
        )
        .order_by(Stay.in_at, Stay.id)
    )
    stays = [CountedStay._make(stay) for stay in found]
    of_these = (
        ServiceRecord.volunteer_id.in_(volunteer_ids),
        ServiceRecord.local_date.in_(days),
        ServiceRecord.latest,
        ServiceRecord.activity_id.is_not(None),
    )
    # what is only looked at needs no objects, which take three times as long to load; a row has the same attributes
    records = (
        session.scalars(select(ServiceRecord).where(*of_these).execution_options(populate_existing=True)).all()
        if lock
        else cast("Sequence[ServiceRecord]", session.execute(select(table_of(ServiceRecord)).where(*of_these)).all())
    )
    activity_ids = {stay.activity_id for stay in stays} | {record.activity_id for record in records}
    activities = session.execute(_PLACES, {"activities": list(activity_ids)})
    signups = session.execute(
        select(Signup.activity_id, Signup.volunteer_id, Signup.as_team_id, ReportIn.unit_id)
        .outerjoin(ReportIn, ReportIn.id == Signup.as_report_in_id)
        .where(
            and_(Signup.activity_id.in_(activity_ids), Signup.volunteer_id.in_(volunteer_ids)),
            Signup.as_team_id.is_not(None) | Signup.as_report_in_id.is_not(None),
        )
    )
    by_person: dict[int, list[CountedStay]] = defaultdict(list)
    for stay in stays:
        by_person[stay.volunteer_id].append(stay)
    by_pair: dict[Pair, dict[int, ServiceRecord]] = defaultdict(dict)
    for record in records:
        assert record.activity_id is not None
        by_pair[record.volunteer_id, record.local_date][record.activity_id] = record
    return Facts(
        people={person.id: Person._make(person) for person in people},
        activities={activity.id: Place._make(activity) for activity in activities},
        stays=by_person,
        records=by_pair,
        signups={(signup.activity_id, signup.volunteer_id): Attribution._make(signup) for signup in signups},
    )


_LEADER = aliased(Volunteer)
_PLACES = (
    select(
        Activity.id,
        Activity.status,
        Activity.origin,
        Activity.start_at,
        Activity.end_at,
        Activity.breaks,
        Activity.max_minutes_pp_day,
        Activity.category_id,
        ActivityCategory.hours_eligible,
        Activity.team_id,
        Activity.area_id,
        Activity.area_path,
        Activity.station_id,
        Area.name.label("area_name"),
        Area.type.label("area_type"),
        _LEADER.name.label("leader_name"),
    )
    .join(ActivityCategory, ActivityCategory.id == Activity.category_id)
    .join(Area, Area.id == Activity.area_id)
    .join(_LEADER, _LEADER.id == Activity.leader_id)
    .where(Activity.id.in_(bindparam("activities", expanding=True)))
)
