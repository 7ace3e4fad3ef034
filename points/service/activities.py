"""Activities: dated service occasions, from draft to archive (domain §3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    false,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.foundation import clock, codes, workdays
from points.foundation.actors import Actor
from points.foundation.errors import N_, Conflict, Invalid, NoSuch, NotAllowed
from points.foundation.orm import Base, Row, check, choice
from points.journal import audit, counters
from points.people.teams import Team
from points.people.volunteers import Volunteer
from points.places import calendar
from points.places.areas import Area
from points.places.stations import Station

# --- what there is


class ActivityCategory(Row, Base):
    """A kind of service. The coefficient here is the default of a new rule set; points use the rule set's own."""

    __tablename__ = "activity_category"
    __table_args__ = (check("coef_in_range", "coef_pct BETWEEN 50 AND 200"),)

    code: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    coef_pct: Mapped[int]
    hours_eligible: Mapped[bool] = mapped_column(default=True)
    minors_ok: Mapped[bool] = mapped_column(default=True)
    hazard_default: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)


class MonthlyTheme(Row, Base):
    """一月一主题 of an area."""

    __tablename__ = "monthly_theme"
    __table_args__ = (UniqueConstraint("area_id", "year", "month"),)

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    year: Mapped[int]
    month: Mapped[int]
    title: Mapped[str] = mapped_column(String(60))


class Activity(Row, Base):
    """One service occasion.

    `code` is public; `screen_code` + `secret` make the rotating QR, `poster_code` the printed one. `breaks` is a
    list of `[from, to]` RFC 3339 times. `street_id` and `area_path` are copied from the tree. `places_taken` is kept:
    approved sign-ups plus walk-ins, so that the last place is one conditional update.
    """

    __tablename__ = "activity"
    __table_args__ = (
        Index(None, "start_at"),
        Index(None, "status", "end_at"),
        Index(None, "area_path"),
        Index(None, "team_id"),
        check("ends_after_start", "end_at > start_at"),
        check("capacity_in_range", "capacity BETWEEN 1 AND 2000"),
        check("places_within_capacity", "places_taken BETWEEN 0 AND capacity"),
        check("extra_pct", "extra_pct IN (100, 120, 150)"),
        check("min_age", "min_age >= 6"),
        check("beneficiaries", "beneficiaries >= 0"),
        check("not_self_approved", "approved_by <> submitted_by OR approved_as = 'street_admin'"),
        check(
            "hazard_is_insured",
            "NOT hazard OR status IN ('draft', 'pending_review', 'cancelled') "
            "OR (insurance_ref <> '' AND min_age >= 18)",
        ),
        check("risk_is_told", "status IN ('draft', 'pending_review', 'cancelled') OR risk_notice <> ''"),
    )

    code: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(60))
    category_id: Mapped[int] = mapped_column(ForeignKey("activity_category.id"))
    origin: Mapped[str] = mapped_column(
        choice("origin", "planned", "request", "wish", "pair_visit", "backfill"), default="planned"
    )
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    street_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    area_path: Mapped[str] = mapped_column(String(200))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("monthly_theme.id"))
    place: Mapped[str] = mapped_column(String(80))
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    breaks: Mapped[list[Any]] = mapped_column(JSON, default=list)
    capacity: Mapped[int]
    places_taken: Mapped[int] = mapped_column(default=0)
    min_age: Mapped[int] = mapped_column(default=6)
    max_age: Mapped[int | None]
    required_skill: Mapped[str] = mapped_column(String(40), default="")
    hazard: Mapped[bool] = mapped_column(default=False)
    insurance_ref: Mapped[str] = mapped_column(String(60), default="")
    risk_notice: Mapped[str] = mapped_column(String(500), default="")
    guarantee_note: Mapped[str] = mapped_column(String(200), default="")
    contact_name: Mapped[str] = mapped_column(String(40))
    contact_phone: Mapped[str] = mapped_column(String(20))
    leader_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    check_mode: Mapped[str] = mapped_column(
        choice("check_mode", "dynamic", "static", "staff", "roster"), default="dynamic"
    )
    walk_in_ok: Mapped[bool] = mapped_column(default=False)
    points_eligible: Mapped[bool] = mapped_column(default=True)
    extra_pct: Mapped[int] = mapped_column(default=100)
    max_minutes_pp_day: Mapped[int | None]
    emergency: Mapped[bool] = mapped_column(default=False)
    content: Mapped[str] = mapped_column(String(1000))
    status: Mapped[str] = mapped_column(
        choice(
            "status",
            "draft",
            "pending_review",
            "published",
            "in_progress",
            "ended",
            "settled",
            "archived",
            "cancelled",
        ),
        default="draft",
    )
    status_reason: Mapped[str] = mapped_column(String(200), default="")
    submitted_by: Mapped[str | None]
    approved_by: Mapped[str | None]
    approved_as: Mapped[str | None]
    screen_code: Mapped[str] = mapped_column(String(16), unique=True)
    secret: Mapped[str] = mapped_column(String(64))
    poster_code: Mapped[str] = mapped_column(String(16), unique=True)
    head_count: Mapped[int | None]
    beneficiaries: Mapped[int] = mapped_column(default=0)
    result_note: Mapped[str] = mapped_column(String(500), default="")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    settled_late: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


OPENS_BEFORE = timedelta(minutes=30)
LONGEST_EXTENSION = timedelta(minutes=120)
ARCHIVED_AFTER = timedelta(days=60)
BACKFILL_WINDOW_WD = 10
SHORTEST = timedelta(minutes=30)
LONGEST_A_DAY = timedelta(hours=12)
LONGEST_SPAN = timedelta(days=365)
PUBLIC = ("published", "in_progress", "ended", "settled", "archived")
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

# --- what is refused


@dataclass(eq=False)
class ActivityInvalid(Invalid):
    """A field of the activity cannot be so."""

    code = "activity-invalid"
    title = N_("The activity cannot be so")
    detail = N_("%(why)s")
    next_step = N_("Correct it and send it again.")
    field: str
    why: str


@dataclass(eq=False)
class ActivityIncomplete(Conflict):
    """A guard of submission or approval is not met."""

    code = "activity-incomplete"
    title = N_("The activity is not ready")
    detail = N_("%(why)s")
    next_step = N_("Complete the activity, then try again.")
    field: str
    why: str


@dataclass(eq=False)
class WrongState(Conflict):
    """The activity is not in a state in which this can be done."""

    code = "activity-state"
    title = N_("Not possible in this state")
    detail = N_("The activity %(activity)s is “%(status)s”.")
    next_step = N_("Reload the page to see where the activity stands.")
    activity: str
    status: str


@dataclass(eq=False)
class SelfApproval(NotAllowed):
    """Whoever submits an activity does not approve it, unless at the street."""

    code = "self-approval"
    title = N_("Someone else must approve")
    detail = N_("You submitted %(activity)s yourself.")
    next_step = N_("Ask another administrator to approve it.")
    activity: str


@dataclass(eq=False)
class ChangedMeanwhile(Conflict):
    """Someone changed the activity after it was read."""

    code = "changed-meanwhile"
    title = N_("Changed by someone else")
    detail = N_("%(activity)s was changed after you opened it.")
    next_step = N_("Reload it and change it again.")
    activity: str


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
    """Add a kind of service. Raises NotPermitted, ActivityInvalid."""
    role = by.require("ruleset.draft")
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
    """Set the theme of a month (一月一主题). Raises NotPermitted, NoSuch."""
    node = _area(session, area)
    role = by.require("activity.approve", area_path=node.path)
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
    node, by_team = _area(session, area), _team(session, team)
    role = by.require("activity.create", area_path=node.path, team_id=by_team.id)
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
    _note(session, activity, "activity.draft", by=by, role=role, at=at)
    return activity


def change(
    session: Session, *, activity: str, by: Actor, at: datetime, version: int | None = None, **columns: Any
) -> Activity:
    """Change a draft, or what may still change once it is published (place, capacity, contact, way of check-in).

    `version`: the one that was read; another one now is refused. More places let the waiting list move up.
    Raises NotPermitted, NoSuch, WrongState, ChangedMeanwhile, ActivityInvalid.
    """
    found = locked(session, activity)
    role = require_runner(found, by, "activity.create")
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
    _refuse_invalid(merged)
    if merged["capacity"] < found.places_taken:
        raise ActivityInvalid(field="capacity", why=N_("More people are already coming than that."))
    for name, value in columns.items():
        setattr(found, name, _storable(name, value))
    found.version += 1
    session.flush()
    if columns.get("capacity", 0):
        from points.service import signups  # signups stands on activities; only this one call looks up

        signups.move_up(session, activity_id=found.id, at=at)
    _note(session, found, "activity.change", by=by, role=role, at=at, facts={"changed": sorted(columns)})
    return found


def submit(session: Session, *, activity: str, by: Actor, at: datetime) -> Activity:
    """Hand a draft in for review (§3.3).

    Raises NotPermitted, NoSuch, WrongState, ActivityIncomplete.
    """
    found = locked(session, activity)
    role = require_runner(found, by, "activity.create")
    _expect(found, "draft")
    if found.origin != "backfill":
        _refuse_unready(found, at)
    found.status, found.status_reason, found.submitted_by = "pending_review", "", by.person
    _saved(session, found, "activity.submit", by=by, role=role, at=at)
    return found


def approve(session: Session, *, activity: str, by: Actor, at: datetime) -> Activity:
    """Publish a submitted activity; an approved backfill is over at once.

    By a community administrator who did not submit it, or at the street; an emergency, extra points and a backfill
    only at the street. Raises NotPermitted, NoSuch, WrongState, SelfApproval, ActivityIncomplete.
    """
    found = locked(session, activity)
    _expect(found, "pending_review")
    role = by.role_for("activity.approve_special", area_path=found.area_path)
    if role is None:
        special = found.emergency or found.extra_pct != 100 or found.origin == "backfill"
        role = by.require("activity.approve_special" if special else "activity.approve", area_path=found.area_path)
    if found.submitted_by == by.person and role != "street_admin":
        raise SelfApproval(activity=found.code)
    if not found.risk_notice.strip():
        raise ActivityIncomplete(field="risk_notice", why=N_("The risks are not told to the volunteers."))
    if found.hazard and not (found.insurance_ref.strip() and found.min_age >= 18):
        raise ActivityIncomplete(
            field="insurance_ref", why=N_("A dangerous activity needs insurance and a minimum age of 18.")
        )
    backfilled = found.origin == "backfill"
    if not backfilled and found.start_at <= at:
        raise ActivityIncomplete(field="start_at", why=N_("The activity would already have begun."))
    found.status = "ended" if backfilled else "published"
    found.approved_by, found.approved_as = by.person, role
    _saved(session, found, "activity.approve", by=by, role=role, at=at)
    return found


def send_back(session: Session, *, activity: str, reason: str, by: Actor, at: datetime) -> Activity:
    """Return a submitted activity to its author with a reason.

    Raises NotPermitted, NoSuch, WrongState, ActivityInvalid.
    """
    found = locked(session, activity)
    role = by.require("activity.approve", area_path=found.area_path)
    _expect(found, "pending_review")
    found.status, found.status_reason = "draft", _reason(reason)
    found.submitted_by = None
    _saved(session, found, "activity.send_back", by=by, role=role, at=at, reason=reason)
    return found


def cancel(session: Session, *, activity: str, reason: str, by: Actor, at: datetime) -> Activity:
    """Call an activity off with a reason; its hours do not count, and who is inside may still check out.

    Raises NotPermitted, NoSuch, WrongState, ActivityInvalid.
    """
    found = locked(session, activity)
    role = require_runner(found, by, "activity.run")
    _expect(found, "draft", "published", "in_progress")
    found.status, found.status_reason = "cancelled", _reason(reason)
    _saved(session, found, "activity.cancel", by=by, role=role, at=at, reason=reason)
    return found


def extend(session: Session, *, activity: str, end_at: datetime, by: Actor, at: datetime) -> Activity:
    """Let a running activity end later, by at most 120 minutes in all and before it has ended.

    Raises NotPermitted, NoSuch, WrongState, ActivityInvalid.
    """
    found = locked(session, activity)
    role = require_runner(found, by, "activity.run")
    _expect(found, "published", "in_progress")
    if at >= found.end_at:
        raise WrongState(activity=found.code, status="ended")
    earlier = session.scalars(
        select(audit.AuditEntry.facts).where(
            audit.AuditEntry.target == f"activity:{found.code}", audit.AuditEntry.action == "activity.extend"
        )
    )
    already = timedelta(minutes=sum(facts["minutes"] for facts in earlier))
    by_more = end_at - found.end_at
    if by_more <= timedelta(0) or by_more + already > LONGEST_EXTENSION:
        raise ActivityInvalid(field="end_at", why=N_("An activity is extended by at most 120 minutes."))
    found.end_at = end_at
    _saved(
        session,
        found,
        "activity.extend",
        by=by,
        role=role,
        at=at,
        facts={"minutes": int(by_more.total_seconds()) // 60},
    )
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
    node, by_team = _area(session, area), _team(session, team)
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
    _note(session, activity, "activity.backfill", by=by, role=role, at=at)
    return activity


def advance(session: Session, *, at: datetime) -> dict[str, int]:
    """Move activities on by the clock; how many began, ended and were archived."""
    moves = {
        "in_progress": and_(Activity.status == "published", Activity.start_at <= at + OPENS_BEFORE),
        "ended": and_(Activity.status.in_(("published", "in_progress")), Activity.end_at <= at),
        "archived": and_(Activity.status == "settled", Activity.settled_at <= at - ARCHIVED_AFTER),
    }
    return {
        status: session.execute(  # type: ignore[attr-defined]
            update(Activity).where(condition).values(status=status).execution_options(synchronize_session="fetch")
        ).rowcount
        for status, condition in moves.items()
    }


def mark_settled(
    session: Session,
    activity: Activity,
    *,
    by: Actor,
    role: str,
    at: datetime,
    beneficiaries: int = 0,
    head_count: int | None = None,
    result_note: str = "",
) -> bool:
    """Note that a locked, ended activity is settled; whether that was later than ten working days after its end.

    The conditions of settlement are the caller's. Raises WrongState, ActivityInvalid.
    """
    _expect(activity, "ended")
    if beneficiaries < 0 or (head_count is not None and not 0 <= head_count <= 100_000):
        raise ActivityInvalid(field="beneficiaries", why=N_("A number of people is not negative."))
    if len(result_note) > 500:
        raise ActivityInvalid(field="result_note", why=N_("The note has at most 500 characters."))
    due = workdays.add_workdays(clock.local_date(activity.end_at), BACKFILL_WINDOW_WD, calendar.overrides(session))
    late = clock.local_date(at) > due
    activity.status, activity.settled_at, activity.settled_by = "settled", at, by.person
    activity.settled_late = late
    activity.beneficiaries, activity.head_count, activity.result_note = beneficiaries, head_count, result_note
    _saved(session, activity, "activity.settle", by=by, role=role, at=at, facts={"late": late})
    return late


# --- what can be asked


def by_code(session: Session, code: str) -> Activity:
    """The activity with this code. Raises NoSuch."""
    found = session.scalars(select(Activity).where(Activity.code == code)).first()
    if found is None:
        raise NoSuch(kind=N_("activity"), key=code)
    return found


def locked(session: Session, code: str) -> Activity:
    """The activity with this code, locked to the end of the transaction and freshly read. Raises NoSuch."""
    found = session.scalars(
        select(Activity)
        .where(Activity.code == code)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NoSuch(kind=N_("activity"), key=code)
    return found


def seen(session: Session, code: str, *, by: Actor) -> Activity:
    """The activity as staff and its leader may see it, or a public one for a volunteer. Raises NoSuch otherwise."""
    found = session.scalars(select(Activity).where(Activity.code == code, in_reach(by))).first()
    if found is None and by.volunteer_id is not None:
        found = session.scalars(select(Activity).where(Activity.code == code, Activity.status.in_(PUBLIC))).first()
    if found is None:
        raise NoSuch(kind=N_("activity"), key=code)
    return found


def in_reach(by: Actor, action: str = "activity.see") -> ColumnElement[bool]:
    """The condition on Activity that `by` may do `action` there, or leads it."""
    conditions: list[ColumnElement[bool]] = []
    for reach in by.reaches(action):
        if reach.everywhere:
            return true()
        if reach.area_path is not None:
            conditions.append(Activity.area_path.startswith(reach.area_path, autoescape=True))
        elif reach.team_id is not None:
            conditions.append(Activity.team_id == reach.team_id)
        elif reach.station_id is not None:
            conditions.append(Activity.station_id == reach.station_id)
    if by.volunteer_id is not None:
        conditions.append(Activity.leader_id == by.volunteer_id)
    return or_(*conditions) if conditions else false()


def listing(
    session: Session,
    *,
    by: Actor,
    at: datetime,
    status: Sequence[str] = (),
    team: str | None = None,
    area: str | None = None,
    category: str | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
    text: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> list[Activity]:
    """Activities within the reach of `by`, latest start first; `cursor` is the code of the last one already seen."""
    return _page(
        session,
        in_reach(by),
        status=status,
        team=team,
        area=area,
        category=category,
        date_from=date_from,
        date_to=date_to,
        text=text,
        cursor=cursor,
        limit=limit,
    )


def public_listing(
    session: Session,
    *,
    at: datetime,
    street_id: int | None = None,
    area: str | None = None,
    category: str | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
    text: str = "",
    limit: int = 50,
) -> list[Activity]:
    """What a volunteer may join now or is going on: published or in progress and not over, soonest first."""
    condition = and_(Activity.status.in_(("published", "in_progress")), Activity.end_at > at)
    if street_id is not None:
        condition = and_(condition, Activity.street_id == street_id)
    return _page(
        session,
        condition,
        area=area,
        category=category,
        date_from=date_from,
        date_to=date_to,
        text=text,
        limit=limit,
        soonest=True,
    )


def waiting_for_approval(session: Session, *, by: Actor) -> list[Activity]:
    """The submitted activities that `by` may approve, oldest first."""
    return list(
        session.scalars(
            select(Activity)
            .where(Activity.status == "pending_review", in_reach(by, "activity.approve"))
            .order_by(Activity.start_at, Activity.id)
        )
    )


def categories(session: Session) -> list[ActivityCategory]:
    """The active kinds of service, in the order they were added."""
    return list(session.scalars(select(ActivityCategory).where(ActivityCategory.active).order_by(ActivityCategory.id)))


def titles(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The titles of these activities, for a list of what belongs to them."""
    return dict(session.execute(select(Activity.id, Activity.title).where(Activity.id.in_(ids))).all())


def require_runner(activity: Activity, by: Actor, action: str) -> str:
    """The role in which `by` may do `action` at this activity; its own leader may run and propose.

    Raises NotPermitted.
    """
    if by.volunteer_id is not None and by.volunteer_id == activity.leader_id and action in _LEADERS:
        return "team_leader"
    return by.require(action, area_path=activity.area_path, team_id=activity.team_id, station_id=activity.station_id)


def breaks_of(breaks: Sequence[Sequence[str]]) -> tuple[tuple[datetime, datetime], ...]:
    """The stored breaks as times."""
    return tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in breaks)


_LEADERS = frozenset({"activity.create", "activity.run", "activity.settle", "makeup.propose"})


def _page(
    session: Session,
    condition: ColumnElement[bool],
    *,
    status: Sequence[str] = (),
    team: str | None = None,
    area: str | None = None,
    category: str | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
    text: str = "",
    cursor: str | None = None,
    limit: int = 50,
    soonest: bool = False,
) -> list[Activity]:
    query = select(Activity).where(condition)
    if status:
        query = query.where(Activity.status.in_(status))
    if team is not None:
        query = query.where(Activity.team_id == _team(session, team).id)
    if area is not None:
        query = query.where(Activity.area_path.startswith(_area(session, area).path, autoescape=True))
    if category is not None:
        query = query.where(
            Activity.category_id
            == select(ActivityCategory.id).where(ActivityCategory.code == category).scalar_subquery()
        )
    if date_from is not None:
        query = query.where(Activity.end_at > clock.at_local(date_from))
    if date_to is not None:
        query = query.where(Activity.start_at < clock.day_bounds(date_to)[1])
    if text:
        query = query.where(or_(Activity.title.contains(text, autoescape=True), Activity.code == text))
    if cursor is not None:
        last = by_code(session, cursor)
        place = tuple_(Activity.start_at, Activity.id)
        query = query.where(place < tuple_(last.start_at, last.id))
    order = (Activity.start_at, Activity.id) if soonest else (Activity.start_at.desc(), Activity.id.desc())
    return list(session.scalars(query.order_by(*order).limit(limit)))


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
    _refuse_invalid({"breaks": [], "min_age": 6, "extra_pct": 100, "risk_notice": "", **columns})
    if led_by.birth_date > _years_before(clock.local_date(columns["start_at"]), 18):
        raise ActivityInvalid(field="leader", why=N_("An adult leads an activity."))
    day = clock.local_date(columns["start_at"])
    number = counters.next_number(session, f"activity:{day:%Y%m%d}")
    activity = Activity(
        code=f"HD{day:%Y%m%d}-{number:04d}",
        category_id=kind.id,
        area_id=node.id,
        street_id=_street_id(session, node),
        area_path=node.path,
        team_id=team.id,
        station_id=_station_id(session, station),
        leader_id=led_by.id,
        screen_code=codes.new(),
        secret=codes.new_secret(),
        poster_code=codes.new(),
        status="draft",
        created_at=at,
        created_by=by.person,
        **{name: _storable(name, value) for name, value in columns.items()},
    )
    session.add(activity)
    session.flush()
    return activity


def _refuse_invalid(columns: dict[str, Any]) -> None:
    """What the form of an activity can never be; the database would refuse it too."""
    lengths = {"title": (4, 60), "content": (10, 1000), "place": (1, 80), "contact_name": (1, 40)}
    lengths |= {"contact_phone": (1, 20), "risk_notice": (0, 500), "insurance_ref": (0, 60)}
    lengths |= {"guarantee_note": (0, 200), "required_skill": (0, 40)}
    for name, (least, most) in lengths.items():
        if not least <= len(str(columns.get(name, "x" * least)).strip()) <= most:
            raise ActivityInvalid(field=name, why=N_("The text is too short or too long."))
    if not columns["start_at"] < columns["end_at"]:
        raise ActivityInvalid(field="end_at", why=N_("It ends before it starts."))
    if not 2000 <= columns["start_at"].year <= columns["end_at"].year <= 2200:
        raise ActivityInvalid(field="start_at", why=N_("The date is out of the question."))
    if not 1 <= columns["capacity"] <= 2000:
        raise ActivityInvalid(field="capacity", why=N_("There are between 1 and 2000 places."))
    if not 6 <= columns["min_age"] <= 120 or not columns["min_age"] <= (columns.get("max_age") or 200) <= 200:
        raise ActivityInvalid(field="min_age", why=N_("The youngest volunteers are six years old."))
    if columns["extra_pct"] not in (100, 120, 150):
        raise ActivityInvalid(field="extra_pct", why=N_("Extra points are 100, 120 or 150 percent."))
    if columns.get("check_mode", "dynamic") not in ("dynamic", "static", "staff", "roster"):
        raise ActivityInvalid(field="check_mode", why=N_("There is no such way to check in."))
    if columns.get("origin", "planned") not in ("planned", "request", "wish", "pair_visit", "backfill"):
        raise ActivityInvalid(field="origin", why=N_("There is no such origin."))
    most_minutes = columns.get("max_minutes_pp_day")
    if most_minutes is not None and not 1 <= most_minutes <= 1440:
        raise ActivityInvalid(field="max_minutes_pp_day", why=N_("A day has 1440 minutes."))
    for start, end in _times(columns["breaks"]):
        if not columns["start_at"] <= start < end <= columns["end_at"]:
            raise ActivityInvalid(field="breaks", why=N_("A break lies within the activity."))


def _refuse_unready(activity: Activity, at: datetime) -> None:
    """The guards of `submit`, §3.3."""
    duration = activity.end_at - activity.start_at
    days = (clock.local_date(activity.end_at) - clock.local_date(activity.start_at)).days + 1
    if activity.start_at <= at:
        raise ActivityIncomplete(field="start_at", why=N_("It starts in the past."))
    if duration < SHORTEST:
        raise ActivityIncomplete(field="end_at", why=N_("It lasts less than 30 minutes."))
    if days == 1 and duration > LONGEST_A_DAY:
        raise ActivityIncomplete(field="end_at", why=N_("It lasts more than 12 hours on one day."))
    if duration > LONGEST_SPAN:
        raise ActivityIncomplete(field="end_at", why=N_("It spans more than a year."))
    if not activity.risk_notice.strip():
        raise ActivityIncomplete(field="risk_notice", why=N_("The risks are not told to the volunteers."))
    if "补录" in activity.title:
        raise ActivityIncomplete(
            field="title", why=N_("What was forgotten is made up at its activity, not in a new one.")
        )


def _times(breaks: Sequence[Sequence[Any]]) -> list[tuple[datetime, datetime]]:
    try:
        return [
            (
                start if isinstance(start, datetime) else datetime.fromisoformat(start),
                end if isinstance(end, datetime) else datetime.fromisoformat(end),
            )
            for start, end in breaks
        ]
    except (TypeError, ValueError) as error:
        raise ActivityInvalid(field="breaks", why=N_("A break is a pair of times.")) from error


def _storable(name: str, value: Any) -> Any:
    return [[start.isoformat(), end.isoformat()] for start, end in _times(value)] if name == "breaks" else value


def _expect(activity: Activity, *statuses: str) -> None:
    if activity.status not in statuses:
        raise WrongState(activity=activity.code, status=activity.status)


def _reason(reason: str) -> str:
    if not 1 <= len(reason.strip()) <= 200:
        raise ActivityInvalid(field="reason", why=N_("A reason of at most 200 characters is needed."))
    return reason.strip()


def _saved(
    session: Session,
    activity: Activity,
    action: str,
    *,
    by: Actor,
    role: str,
    at: datetime,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    activity.version += 1
    session.flush()
    _note(session, activity, action, by=by, role=role, at=at, reason=reason, facts=facts)


def _note(
    session: Session,
    activity: Activity,
    action: str,
    *,
    by: Actor,
    role: str,
    at: datetime,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    audit.write(
        session,
        by=by,
        role=role,
        action=action,
        target=f"activity:{activity.code}",
        at=at,
        area_path=activity.area_path,
        reason=reason,
        facts=facts,
    )


def _area(session: Session, code: str) -> Area:
    found = session.scalars(select(Area).where(Area.code == code)).first()
    if found is None:
        raise NoSuch(kind=N_("area"), key=code)
    return found


def _team(session: Session, code: str) -> Team:
    found = session.scalars(select(Team).where(Team.code == code)).first()
    if found is None:
        raise NoSuch(kind=N_("team"), key=code)
    return found


def _station_id(session: Session, code: str | None) -> int | None:
    if code is None:
        return None
    found = session.scalars(select(Station.id).where(Station.code == code)).first()
    if found is None:
        raise NoSuch(kind=N_("station"), key=code)
    return found


def _street_id(session: Session, node: Area) -> int:
    """The nearest street at or above `node`."""
    if node.type == "street":
        return node.id
    ids = [int(part) for part in node.path.strip("/").split("/")]
    found = session.scalars(select(Area.id).where(Area.id.in_(ids), Area.type == "street")).first()
    if found is None:
        raise ActivityInvalid(field="area", why=N_("The area belongs to no street."))
    return found


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
