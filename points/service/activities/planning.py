"""Planning: kinds of service, themes, drafts and their changes, backfilled activities."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.foundation import clock, codes, masking, workdays
from points.foundation.actors import Actor
from points.foundation.errors import N_, NoSuch
from points.journal import audit, counters
from points.people import teams
from points.people.guardians import OF_AGE
from points.people.teams import Team
from points.people.volunteers import Volunteer
from points.places import areas, calendar, stations
from points.places.areas import Area
from points.service import waiting_list
from points.service.activities import guards, looking, trail
from points.service.activities.refusals import ActivityInvalid, ChangedMeanwhile, WrongState
from points.service.activities.tables import Activity, ActivityCategory, MonthlyTheme

BACKFILL_WINDOW_WD = 10
CHANGEABLE = frozenset(
    [
        "title",
        "place",
        "start_at",
        "end_at",
        "breaks",
        "capacity",
        "min_age",
        "max_age",
        "required_skill",
        "hazard",
        "insurance_ref",
        "risk_notice",
        "guarantee_note",
        "contact_name",
        "contact_phone",
        "check_mode",
        "walk_in_ok",
        "points_eligible",
        "extra_pct",
        "max_minutes_pp_day",
        "emergency",
        "content",
    ]
)
AFTER_PUBLICATION = frozenset(
    ["place", "capacity", "guarantee_note", "contact_name", "contact_phone", "check_mode", "walk_in_ok"]
)

# --- what happens


def add_category(
    session: Session,
    *,
    code: str,
    name: str,
    coef_pct: int,
    by: Actor,
    at: datetime,
    hours_eligible: bool = True,
    minors_ok: bool = True,
    hazard_default: bool = False,
) -> ActivityCategory:
    """Add a kind of service. Raises NotPermitted, ActivityInvalid, CodeTaken."""
    role = by.require("ruleset.draft")
    if session.scalar(select(ActivityCategory.id).where(ActivityCategory.code == code)) is not None:
        raise areas.CodeTaken(kind=N_("category"), key=code)
    if not 50 <= coef_pct <= 200:
        raise ActivityInvalid(field="coef_pct", why=N_("The coefficient lies between 50 and 200 percent."))
    category = ActivityCategory(
        code=code,
        name=name,
        coef_pct=coef_pct,
        hours_eligible=hours_eligible,
        minors_ok=minors_ok,
        hazard_default=hazard_default,
        created_at=at,
        created_by=by.person,
    )
    session.add(category)
    session.flush()
    audit.write(session, by=by, role=role, action="category.add", target=f"category:{code}", at=at)
    return category


def add_theme(
    session: Session, *, area: str, year: int, month: int, title: str, by: Actor, at: datetime
) -> MonthlyTheme:
    """Set the theme of a month (一月一主题). Raises NotPermitted, NoSuch, CodeTaken."""
    node = areas.by_code(session, area)
    role = by.require("activity.approve", area_path=node.path)
    same_month = (MonthlyTheme.area_id == node.id, MonthlyTheme.year == year, MonthlyTheme.month == month)
    if session.scalar(select(MonthlyTheme.id).where(*same_month)) is not None:
        raise areas.CodeTaken(kind=N_("theme"), key=f"{area}/{year}-{month:02}")
    theme = MonthlyTheme(area_id=node.id, year=year, month=month, title=title, created_at=at, created_by=by.person)
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


def draft(
    session: Session,
    *,
    team: str,
    category: str,
    title: str,
    area: str,
    place: str,
    start_at: datetime,
    end_at: datetime,
    capacity: int,
    leader: str,
    contact_name: str,
    contact_phone: str,
    content: str,
    by: Actor,
    at: datetime,
    risk_notice: str = "",
    station: str | None = None,
    theme_id: int | None = None,
    origin: str = "planned",
    **optional: Any,
) -> Activity:
    """Write down an activity to be submitted later.

    `optional`: any of the changeable columns, e.g. `breaks`, `min_age`, `hazard`, `check_mode`, `walk_in_ok`.
    Raises NotPermitted, NoSuch, ActivityInvalid.
    """
    node, by_team = areas.by_code(session, area), teams.by_code(session, team)
    role = by.require("activity.create", area_path=node.path, team_id=by_team.id)
    if origin == "backfill":
        raise ActivityInvalid(field="origin", why=N_("There is no such origin."))
    activity = _new(
        session,
        node=node,
        team=by_team,
        category=category,
        leader=leader,
        station=station,
        by=by,
        at=at,
        columns={
            "title": title.strip(),
            "place": place,
            "start_at": start_at,
            "end_at": end_at,
            "capacity": capacity,
            "contact_name": contact_name,
            "contact_phone": contact_phone,
            "content": content,
            "risk_notice": risk_notice,
            "theme_id": theme_id,
            "origin": origin,
            **optional,
        },
    )
    trail.note(session, activity, "activity.draft", by=by, role=role, at=at)
    return activity


def change(
    session: Session, *, activity: str, by: Actor, at: datetime, version: int | None = None, **columns: Any
) -> Activity:
    """Change a draft, or what may still change once it is published (place, capacity, contact, way of check-in).

    `version`: the one that was read; another one now is refused. More places let the waiting list move up.
    Raises NotPermitted, NoSuch, WrongState, ChangedMeanwhile, ActivityInvalid.
    """
    found = looking.locked(session, activity)
    role = guards.require_runner(found, by, "activity.create")
    if version is not None and version != found.version:
        raise ChangedMeanwhile(activity=found.code)
    allowed = (
        CHANGEABLE
        if found.status == "draft"
        else AFTER_PUBLICATION
        if found.status in ("published", "in_progress")
        else frozenset[str]()
    )
    for name in columns:
        if name not in CHANGEABLE:
            raise ActivityInvalid(field=name, why=N_("This cannot be changed."))
        if name not in allowed:
            raise WrongState(activity=found.code, status=found.status)
    merged = {name: getattr(found, name) for name in CHANGEABLE} | columns
    guards.refuse_invalid(merged)
    if merged["capacity"] < found.places_taken:
        raise ActivityInvalid(field="capacity", why=N_("More people are already coming than that."))
    for name, value in columns.items():
        setattr(found, name, guards.storable(name, value))
    found.version += 1
    session.flush()
    if columns.get("capacity", 0):
        waiting_list.move_up(session, activity_id=found.id, at=at)
    trail.note(session, found, "activity.change", by=by, role=role, at=at, facts={"changed": sorted(columns)})
    return found


def backfill(
    session: Session,
    *,
    team: str,
    category: str,
    title: str,
    area: str,
    place: str,
    start_at: datetime,
    end_at: datetime,
    capacity: int,
    leader: str,
    contact_name: str,
    contact_phone: str,
    content: str,
    risk_notice: str,
    by: Actor,
    at: datetime,
    station: str | None = None,
    **optional: Any,
) -> Activity:
    """Propose an activity that took place without having been planned here, at most ten working days ago.

    Its people are listed with `attendance.list_backfilled`, then the street approves it; its records are grade C.
    Raises NotPermitted, NoSuch, ActivityInvalid.
    """
    node, by_team = areas.by_code(session, area), teams.by_code(session, team)
    role = by.require("activity.backfill", area_path=node.path)
    if end_at > at:
        raise ActivityInvalid(field="end_at", why=N_("Only what has happened can be filled in afterwards."))
    last = workdays.add_workdays(clock.local_date(end_at), BACKFILL_WINDOW_WD, calendar.overrides(session))
    if clock.local_date(at) > last:
        raise ActivityInvalid(field="end_at", why=N_("It is more than ten working days ago."))
    if not risk_notice.strip():
        raise ActivityInvalid(field="risk_notice", why=N_("The risks are not told to the volunteers."))
    activity = _new(
        session,
        node=node,
        team=by_team,
        category=category,
        leader=leader,
        station=station,
        by=by,
        at=at,
        columns={
            "title": title.strip(),
            "place": place,
            "start_at": start_at,
            "end_at": end_at,
            "capacity": capacity,
            "contact_name": contact_name,
            "contact_phone": contact_phone,
            "content": content,
            "risk_notice": risk_notice,
            "check_mode": "roster",
            "origin": "backfill",
            **optional,
        },
    )
    activity.status, activity.submitted_by = "pending_review", by.person
    session.flush()
    trail.note(session, activity, "activity.backfill", by=by, role=role, at=at)
    return activity


def _new(
    session: Session,
    *,
    node: Area,
    team: Team,
    category: str,
    leader: str,
    station: str | None,
    by: Actor,
    at: datetime,
    columns: dict[str, Any],
) -> Activity:
    for name in columns:
        if name not in CHANGEABLE and name not in ("origin", "theme_id"):
            raise ActivityInvalid(field=name, why=N_("An activity has no such field."))
    if node.type not in ("street", "community"):
        raise ActivityInvalid(field="area", why=N_("An activity belongs to a community or a street."))
    kind = session.scalars(
        select(ActivityCategory).where(ActivityCategory.code == category, ActivityCategory.active)
    ).first()
    if kind is None:
        raise NoSuch(kind=N_("activity category"), key=category)
    led_by = session.scalars(select(Volunteer).where(Volunteer.code == leader)).first()
    if led_by is None or led_by.status != "active":
        raise NoSuch(kind=N_("volunteer"), key=leader)
    columns.setdefault("hazard", kind.hazard_default)
    guards.refuse_invalid({"breaks": [], "min_age": 6, "extra_pct": 100, "risk_notice": "", **columns})
    day = clock.local_date(columns["start_at"])
    if masking.age_on(led_by.birth_date, day) < OF_AGE:
        raise ActivityInvalid(field="leader", why=N_("An adult leads an activity."))
    number = counters.next_number(session, f"activity:{day:%Y%m%d}")
    activity = Activity(
        code=f"HD{day:%Y%m%d}-{number:04d}",
        category_id=kind.id,
        area_id=node.id,
        street_id=areas.street_of(session, node).id,
        area_path=node.path,
        team_id=team.id,
        station_id=stations.by_code(session, station).id if station else None,
        leader_id=led_by.id,
        screen_code=codes.new(),
        secret=codes.new_secret(),
        poster_code=codes.new(),
        status="draft",
        created_at=at,
        created_by=by.person,
        **{name: guards.storable(name, value) for name, value in columns.items()},
    )
    session.add(activity)
    session.flush()
    return activity
