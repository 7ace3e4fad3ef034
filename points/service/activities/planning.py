"""Planning: kinds of service, themes, drafts and their changes, backfilled activities."""

from dataclasses import replace
from datetime import date, datetime
from typing import TypedDict, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock, codes, masking, workdays
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.journal import audit, counters
from points.people import persons, teams
from points.people.guardians import OF_AGE
from points.people.tables import Volunteer
from points.places import areas, calendar, stations
from points.service import waiting_list
from points.service.activities import guards, notices, queries, rescheduling, themes, timetable, trail
from points.service.activities.plan import AFTER_PUBLICATION, CHANGEABLE, WHEN, Columns, Kind, Plan
from points.service.activities.refusals import ActivityInvalid, ChangedMeanwhile, WrongState
from points.service.statuses import JOINABLE, ActivityOrigin, ActivityStatus, ChangeKind, CheckMode
from points.service.tables import Activity, ActivityCategory, MonthlyTheme

BACKFILL_WINDOW_WD = 10
EMERGENCY = "emergency"
"""The kind of service 应急: whatever was ticked, the street decides on it."""

# --- what there is


class Always(TypedDict):
    """What holds of a kind of service whatever was ticked."""

    hazard: bool
    emergency: bool


# --- what happens


def add_category(session: Session, kind: Kind, *, by: Actor, at: datetime) -> ActivityCategory:
    """Add a kind of service. Raises NotPermitted, ActivityInvalid, CodeTaken."""
    role = by.require_somewhere("ruleset.draft")
    if session.scalar(select(ActivityCategory.id).where(ActivityCategory.code == kind.code)) is not None:
        raise areas.CodeTaken(kind=N_("category"), key=kind.code)
    if not 50 <= kind.coef_pct <= 200:
        raise ActivityInvalid(field="coef_pct", why=N_("The coefficient lies between 50 and 200 percent."))
    category = ActivityCategory(**vars(kind), created_at=at, created_by=by.person)
    session.add(category)
    session.flush()
    audit.write(session, by=by, role=role, action="category.add", target=f"category:{kind.code}", at=at)
    return category


def add_theme(
    session: Session, *, area: str, year: int, month: int, title: str, by: Actor, at: datetime
) -> MonthlyTheme:
    """Set the theme of a month (一月一主题); one that ended begins again. Raises NotPermitted, NoSuch, CodeTaken."""
    node = areas.by_code(session, area)
    role = by.require("activity.approve", area_path=node.path)
    same_month = (MonthlyTheme.area_id == node.id, MonthlyTheme.year == year, MonthlyTheme.month == month)
    theme = session.scalars(select(MonthlyTheme).where(*same_month).with_for_update()).first()
    if theme is not None and theme.active:
        raise areas.CodeTaken(kind=N_("theme"), key=f"{area}/{year}-{month:02}")
    if theme is None:
        theme = MonthlyTheme(area_id=node.id, year=year, month=month, created_at=at, created_by=by.person)
    theme.title, theme.active = title, True
    session.add(theme)
    session.flush()
    audit.write(
        session,
        by=by,
        role=role,
        action="theme.add",
        target=f"theme:{area}/{year}-{month:02}",
        at=at,
        area_path=node.path,
    )
    return theme


def draft(session: Session, *, plan: Plan, by: Actor, at: datetime) -> Activity:
    """Write down an activity to be submitted later. Raises NotPermitted, NoSuch, ActivityInvalid."""
    role = may_plan(session, plan, by=by)
    activity = write(session, plan=plan, by=by, at=at)
    trail.note(session, activity, "activity.draft", by=by, role=role, at=at)
    return activity


def change(
    session: Session, *, activity: str, by: Actor, at: datetime, version: int | None = None, **columns: object
) -> Activity:
    """Change a draft, or what may still change once it is published (time, place, capacity, contact, way of check-in).

    Another time or place is told to everybody signed up. `version`: the one that was read; another one now is refused.
    More places let the waiting list move up.
    Raises NotPermitted, NoSuch, WrongState, ChangedMeanwhile, ActivityInvalid, ActivityIncomplete.
    """
    found = queries.locked(session, activity)
    role = guards.require_runner(found, by, "activity.create")
    if version is not None and version != found.version:
        raise ChangedMeanwhile(activity=found.code)
    changed, was = sorted(columns), notices.When.of(found)
    for name in columns:
        if name not in CHANGEABLE | {"station"}:
            raise ActivityInvalid(field=name, why=N_("This cannot be changed."))
        if name not in _may_change(found):
            raise WrongState(activity=found.code, status=found.status)
    merged = cast(Columns, {name: getattr(found, name) for name in CHANGEABLE} | columns)
    if {"hazard", "emergency"} & columns.keys():
        columns |= _always(session.get_one(ActivityCategory, found.category_id), merged)
    guards.refuse_invalid(merged)
    other_time = rescheduling.is_another_time(found, merged)
    longer_by = rescheduling.longer_by(session, found, merged, at=at) if other_time and found.status in JOINABLE else 0
    if "station" in columns:
        street_path = areas.path_of(session, found.street_id)
        found.station_id = _station_id(session, cast(str | None, columns.pop("station")), street_path=street_path)
    if merged["capacity"] < found.places_taken:
        raise ActivityInvalid(field="capacity", why=N_("More people are already coming than that."))
    for name, value in columns.items():
        setattr(found, name, guards.storable(name, value))
    found.extended_minutes += longer_by
    if found.status in JOINABLE and (other_time or found.place != was.place):
        notices.note(session, found, ChangeKind.CHANGED, was=was, by=by, at=at)
    found.version += 1
    session.flush()
    if columns.get("capacity", 0):
        waiting_list.move_up(session, activity_id=found.id, at=at)
    trail.note(session, found, "activity.change", by=by, role=role, at=at, facts={"changed": changed})
    return found


def keep(session: Session, *, activity: str, as_template: bool, by: Actor, at: datetime) -> Activity:
    """Keep an activity as a template to plan others like it, or no longer. Raises NotPermitted, NoSuch."""
    found = queries.locked(session, activity)
    role = guards.require_runner(found, by, "activity.create")
    if found.is_template != as_template:
        found.is_template = as_template
        trail.saved(session, found, "activity.keep", by=by, role=role, at=at, facts={"as_template": as_template})
    return found


def backfill(session: Session, *, plan: Plan, by: Actor, at: datetime) -> Activity:
    """Propose an activity that took place without having been planned here, at most ten working days ago.

    Its people are listed with `attendance.list_backfilled`, then the street approves it; its records are grade C.
    Raises NotPermitted, NoSuch, ActivityInvalid.
    """
    role = by.require("activity.backfill", area_path=areas.by_code(session, plan.area).path)
    if plan.end_at > at:
        raise ActivityInvalid(field="end_at", why=N_("Only what has happened can be filled in afterwards."))
    last = workdays.add_workdays(clock.local_date(plan.end_at), BACKFILL_WINDOW_WD, calendar.overrides(session))
    if clock.local_date(at) > last:
        raise ActivityInvalid(field="end_at", why=N_("It is more than ten working days ago."))
    if not plan.risk_notice.strip():
        raise ActivityInvalid(field="risk_notice", why=N_("The risks are not told to the volunteers."))
    plan = by_its_kind(session, plan)
    held = timetable.stretches(plan.start_at, plan.end_at, plan.breaks)
    guards.refuse_too_long(plan.start_at, plan.end_at, held)
    guards.refuse_uninsured(plan)
    activity = write(
        session, plan=replace(plan, check_mode=CheckMode.ROSTER, origin=ActivityOrigin.BACKFILL), by=by, at=at
    )
    activity.status, activity.submitted_by = ActivityStatus.PENDING_REVIEW, by.person
    session.flush()
    trail.note(session, activity, "activity.backfill", by=by, role=role, at=at)
    return activity


def may_plan(session: Session, plan: Plan, *, by: Actor) -> str:
    """The role in which `by` may plan this. Raises NotPermitted, NoSuch, ActivityInvalid."""
    if plan.origin == ActivityOrigin.BACKFILL:
        raise ActivityInvalid(field="origin", why=N_("There is no such origin."))
    node, team = areas.by_code(session, plan.area), teams.by_code(session, plan.team)
    if team.status != "active":
        raise teams.TeamPlansNothing(team=team.code)
    return by.require("activity.propose", area_path=node.path, team_id=team.id)


def by_its_kind(session: Session, plan: Plan) -> Plan:
    """The plan with what its kind of service is whatever was ticked: dangerous, or an emergency. Raises NoSuch."""
    return replace(plan, **_always(_kind(session, plan.category), plan.columns()))


def write(
    session: Session,
    *,
    plan: Plan,
    by: Actor,
    at: datetime,
    series_id: int | None = None,
    series_day: date | None = None,
) -> Activity:
    """Part of planning: the activity of a plan, a draft. Raises NoSuch, ActivityInvalid."""
    node, team = areas.by_code(session, plan.area), teams.by_code(session, plan.team)
    if node.type not in ("street", "community"):
        raise ActivityInvalid(field="area", why=N_("An activity belongs to a community or a street."))
    areas.require_in_use(session, node)
    kind = _kind(session, plan.category)
    led_by = session.scalars(select(Volunteer).where(persons.called(plan.leader))).first()
    if led_by is None or led_by.status != "active":
        raise NoSuch(kind=N_("volunteer"), key=plan.leader)
    columns: Columns = {**plan.columns(), "title": plan.title.strip(), **_always(kind, plan.columns())}
    guards.refuse_invalid(columns)
    day, street = clock.local_date(plan.start_at), areas.street_of(session, node)
    if plan.theme_id is not None:  # of a series each date has the theme of its own month
        theme = themes.of_month(session, area_path=node.path, day=day)
        columns["theme_id"] = theme.id if theme else None
    if masking.age_on(led_by.birth_date, day) < OF_AGE:
        raise ActivityInvalid(field="leader", why=N_("An adult leads an activity."))
    number = counters.next_number(session, f"activity:{day:%Y%m%d}")
    activity = Activity(
        code=f"HD{day:%Y%m%d}-{number:04d}",
        category_id=kind.id,
        area_id=node.id,
        street_id=street.id,
        area_path=node.path,
        team_id=team.id,
        station_id=_station_id(session, plan.station, street_path=street.path),
        leader_id=led_by.id,
        screen_code=codes.new(),
        secret=codes.new_secret(),
        poster_code=codes.new(),
        status=ActivityStatus.DRAFT,
        created_at=at,
        created_by=by.person,
        series_id=series_id,
        series_day=series_day,
        **{name: guards.storable(name, value) for name, value in columns.items()},
    )
    session.add(activity)
    session.flush()
    return activity


def _may_change(activity: Activity) -> frozenset[str]:
    """What of an activity may change in its state."""
    match activity.status:
        case ActivityStatus.DRAFT:
            return CHANGEABLE | {"station"}
        case ActivityStatus.PUBLISHED:
            return AFTER_PUBLICATION | WHEN
        case ActivityStatus.IN_PROGRESS:
            return AFTER_PUBLICATION
        case _:
            return frozenset()


def _kind(session: Session, code: str) -> ActivityCategory:
    of_code = select(ActivityCategory).where(ActivityCategory.code == code, ActivityCategory.active)
    kind = session.scalars(of_code).first()
    if kind is None:
        raise NoSuch(kind=N_("activity category"), key=code)
    return kind


def _station_id(session: Session, code: str | None, *, street_path: str) -> int | None:
    """The station of an activity, by its key: one of its street. Raises NoSuch, ActivityInvalid."""
    if not code:
        return None
    found = stations.by_code(session, code)
    if not stations.area_path(session, found).startswith(street_path):
        raise ActivityInvalid(field="station", why=N_("The station belongs to another street."))
    return found.id


def _always(kind: ActivityCategory, columns: Columns) -> Always:
    return Always(
        hazard=kind.hazard_default or columns["hazard"], emergency=kind.code == EMERGENCY or columns["emergency"]
    )
