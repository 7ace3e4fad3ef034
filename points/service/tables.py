"""Service: every table of activities, sign-ups, stays, scans, make-ups and records."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, append_only, check, choice, table_of
from points.service.statuses import (
    NOTED,
    OF_A_CODE,
    ActivityOrigin,
    ActivityStatus,
    Assurance,
    ChangeKind,
    CheckMode,
    Direction,
    Grade,
    MakeupReason,
    MakeupStatus,
    Method,
    NationalSync,
    RecordSource,
    RecordStatus,
    SignupStatus,
    StayStatus,
)

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
    active: Mapped[bool] = mapped_column(default=True, server_default=true(), sort_order=100)


class ActivitySeries(Row, Base):
    """What comes back on the same weekdays (四点半课堂): each date is an activity of its own, decided together.

    `weekdays` is a sum of 1 for Monday to 64 for Sunday.
    """

    __tablename__ = "activity_series"
    __table_args__ = (
        check("weekdays", "weekdays BETWEEN 1 AND 127"),
        check("ends_after_it_begins", "until_day >= from_day"),
    )

    code: Mapped[str] = mapped_column(String(20), unique=True)
    weekdays: Mapped[int]
    from_day: Mapped[date]
    until_day: Mapped[date]


class Activity(Row, Base):
    """One service occasion.

    `code` is public; `screen_code` + `secret` make the rotating QR, `poster_code` the printed one. `breaks` is a
    list of `[from, to]` RFC 3339 times. `street_id` and `area_path` are copied from the tree. `places_taken` is kept:
    approved sign-ups plus walk-ins, so that the last place is one conditional update. `series_day` is the date for
    which a series made it; one marked `is_template` is offered to plan another one like it. `extended_minutes` is
    by how much it was made longer once published, in all; `moved_at` when its time or place was last changed.
    """

    __tablename__ = "activity"
    __table_args__ = (
        Index(None, "start_at"),
        Index(None, "status", "end_at"),
        Index(None, "area_path"),
        Index(None, "team_id"),
        UniqueConstraint("series_id", "series_day"),
        check("day_of_a_series", "(series_id IS NULL) = (series_day IS NULL)"),
        check("ends_after_start", "end_at > start_at"),
        check("capacity_in_range", "capacity BETWEEN 1 AND 2000"),
        check("places_within_capacity", "places_taken BETWEEN 0 AND capacity"),
        check("extra_pct", "extra_pct IN (100, 120, 150)"),
        check("min_age", "min_age >= 6"),
        check("beneficiaries", "beneficiaries >= 0"),
        check("extended_minutes", "extended_minutes BETWEEN 0 AND 120"),
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
    origin: Mapped[ActivityOrigin] = mapped_column(choice("origin", *ActivityOrigin), default=ActivityOrigin.PLANNED)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    street_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    area_path: Mapped[str] = mapped_column(String(200))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("monthly_theme.id"))
    place: Mapped[str] = mapped_column(String(80))
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    breaks: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
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
    check_mode: Mapped[CheckMode] = mapped_column(choice("check_mode", *CheckMode), default=CheckMode.DYNAMIC)
    walk_in_ok: Mapped[bool] = mapped_column(default=False)
    points_eligible: Mapped[bool] = mapped_column(default=True)
    extra_pct: Mapped[int] = mapped_column(default=100)
    max_minutes_pp_day: Mapped[int | None]
    emergency: Mapped[bool] = mapped_column(default=False)
    content: Mapped[str] = mapped_column(String(1000))
    status: Mapped[ActivityStatus] = mapped_column(choice("status", *ActivityStatus), default=ActivityStatus.DRAFT)
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
    bring: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"), sort_order=100)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("activity_series.id"), sort_order=101)
    series_day: Mapped[date | None] = mapped_column(sort_order=102)
    is_template: Mapped[bool] = mapped_column(default=False, server_default=false(), sort_order=103)
    extended_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"), sort_order=104)
    moved_at: Mapped[datetime | None] = mapped_column(sort_order=105)


class ActivityChange(Row, Base):
    """What everybody signed up is told of a published activity: another time or place than it `was`, or called off."""

    __tablename__ = "activity_change"
    __table_args__ = (Index(None, "activity_id"), check("ends_after_start", "end_at > start_at"))

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    what: Mapped[ChangeKind] = mapped_column(choice("what", *ChangeKind))
    was_start_at: Mapped[datetime]
    was_end_at: Mapped[datetime]
    was_place: Mapped[str] = mapped_column(String(80))
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(80))


append_only(table_of(ActivityChange))


def breaks_of(breaks: Sequence[Sequence[str]]) -> tuple[tuple[datetime, datetime], ...]:
    """The stored breaks as times."""
    return tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in breaks)


class Signup(Row, Base):
    """A volunteer's place at an activity; one row per person and activity, whatever becomes of it.

    `as_report_in_id` attributes the hours to a unit, `as_team_id` to another team than the organiser.
    `place_given_at`: when somebody who had waited got a place.
    """

    __tablename__ = "signup"
    __table_args__ = (UniqueConstraint("activity_id", "volunteer_id"), Index(None, "volunteer_id"))

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    status: Mapped[SignupStatus] = mapped_column(choice("status", *SignupStatus))
    queued_at: Mapped[datetime]
    walk_in: Mapped[bool] = mapped_column(default=False)
    as_report_in_id: Mapped[int | None] = mapped_column(ForeignKey("report_in.id"))
    as_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    guardian_present: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(100), default="")
    place_given_at: Mapped[datetime | None] = mapped_column(sort_order=100)


class Stay(Row, Base):
    """One stay. `local_date` is the business date of `in_at`; `code` is its public name.

    `flags` (StayFlag) never punish; a person decides them: `flags_decided_by` is set when they were looked at.
    """

    __tablename__ = "attendance_session"
    __table_args__ = (
        Index(
            "uq_attendance_session_open",
            "volunteer_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "activity_id", "status"),
        Index(None, "volunteer_id", "local_date"),
        Index(None, "volunteer_id", "activity_id"),
        Index(
            "ix_attendance_session_own_device",
            "device_hash",
            "in_at",
            sqlite_where=text("device_hash <> ''"),
            postgresql_where=text("device_hash <> ''"),
        ),
        check("out_after_in", "out_at IS NULL OR out_at >= in_at"),
        check("open_has_no_out", "(status = 'open') = (out_at IS NULL) OR status IN ('annulled', 'voided')"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    local_date: Mapped[date]
    in_at: Mapped[datetime]
    out_at: Mapped[datetime | None]
    in_method: Mapped[Method] = mapped_column(choice("in_method", *Method))
    out_method: Mapped[Method | None] = mapped_column(choice("out_method", *Method))
    in_by: Mapped[str]
    out_by: Mapped[str | None]
    status: Mapped[StayStatus] = mapped_column(choice("status", *StayStatus))
    device_hash: Mapped[str] = mapped_column(String(64), default="")
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    flags_decided_by: Mapped[str | None]
    reason: Mapped[str] = mapped_column(String(200), default="")


class ScanTicket(Row, Base):
    """A scanned activity code, exchanged before any sign-in: single use, five minutes, so a rotating code counts.

    `occurred_at` is when the code was scanned; `method` how. Used up by `used_at`.
    """

    __tablename__ = "scan_ticket"
    __table_args__ = (Index(None, "expires_at"),)

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    method: Mapped[Method] = mapped_column(choice("method", *OF_A_CODE))
    occurred_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Scan(Row, Base):
    """One accepted scan with both clocks: `occurred_at` (device) and `created_at` (received).

    `device` is an enrolled device's code or a browser's salted hash; (device, nonce) is unique, so a repeat finds
    the first, and is answered as the first was: `answered_in_at` and `answered_flags` are what the stay was like then.
    `undoes_id` marks an undo of an earlier scan. `forced` only where the rules would have refused.
    """

    __tablename__ = "scan"
    __table_args__ = (UniqueConstraint("device", "nonce"), Index(None, "session_id"))

    device: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    session_id: Mapped[int] = mapped_column(ForeignKey("attendance_session.id"))
    direction: Mapped[Direction] = mapped_column(choice("direction", *NOTED))
    method: Mapped[Method] = mapped_column(choice("method", *Method))
    occurred_at: Mapped[datetime]
    forced: Mapped[bool] = mapped_column(default=False)
    refusal_overridden: Mapped[str] = mapped_column(String(40), default="")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("scan.id"), unique=True)
    operator_account_id: Mapped[int | None]
    answered_in_at: Mapped[datetime | None] = mapped_column(sort_order=100)
    answered_flags: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), sort_order=101)


append_only(
    table_of(Scan),
    # all but `device`, which is forgotten after 180 days
    frozen=(
        "nonce",
        "session_id",
        "direction",
        "method",
        "occurred_at",
        "forced",
        "refusal_overridden",
        "undoes_id",
        "operator_account_id",
        "created_at",
        "created_by",
        "answered_in_at",
        "answered_flags",
    ),
)


class MakeupRequest(Row, Base):
    """A claim of attendance. The decider is neither the proposer nor the beneficiary (`beneficiary` is a person)."""

    __tablename__ = "makeup_request"
    __table_args__ = (
        Index(None, "activity_id", "status"),
        Index(
            "uq_makeup_request_open",
            "activity_id",
            "volunteer_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        check("two_people", "decided_by IS NULL OR (decided_by <> proposed_by AND decided_by <> beneficiary)"),
        check("ends_after_start", "claimed_out > claimed_in"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_session.id"))
    beneficiary: Mapped[str] = mapped_column(String(40))
    claimed_in: Mapped[datetime]
    claimed_out: Mapped[datetime]
    reason: Mapped[MakeupReason] = mapped_column(choice("reason", *MakeupReason))
    note: Mapped[str] = mapped_column(String(100), default="")
    proposed_by: Mapped[str] = mapped_column(String(40))
    status: Mapped[MakeupStatus] = mapped_column(choice("status", *MakeupStatus), default=MakeupStatus.OPEN)
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[datetime | None]
    decided_why: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"), sort_order=100)


class Trace(TypedDict, total=False):
    """How the minutes of a record came about: the `windows` that counted and what lay beyond a day's limit.

    `approved_pending` are minutes over eight hours that the street credited; `amended_to` those that a person set.
    """

    windows: list[list[str]]
    dropped: int
    approved_pending: int
    amended_to: int
    amended_why: str


class ServiceRecord(Row, Base):
    """One version of a record. Its amounts never change; a correction is the next version, which supersedes it.

    `latest` is true on the newest version only. Times are minutes. `assurance`: A both ends scanned from a rotating
    code or by staff, B a poster or six-digit end, C roster, make-up or backfill. The columns from `category_id` to
    `recording_org` are copied at the time and never recomputed. `first_in_at` orders a person's day (H4, P6).
    `trace` explains the minutes: windows, breaks, overlaps and caps as the rules applied them.
    `disputed_at` and `disputed_why` are the last objection, which the next version keeps.
    `source` transfer: hours verified from elsewhere; counted in stars, never in certificates or points.
    """

    __tablename__ = "service_record"
    __table_args__ = (
        UniqueConstraint("volunteer_id", "activity_id", "local_date", "version"),
        Index(None, "activity_id", "status"),
        Index(None, "volunteer_id", "local_date"),
        Index(None, "local_date"),
        Index(None, "area_path", "local_date"),
        Index(None, "team_id", "local_date"),
        Index(None, "status", "local_date"),
        Index(
            "ix_service_record_pending",
            "local_date",
            sqlite_where=text("minutes_pending > 0"),
            postgresql_where=text("minutes_pending > 0"),
        ),
        check("minutes", "minutes_raw >= 0 AND minutes_credited >= 0 AND minutes_pending >= 0"),
        check("credited_within_raw", "minutes_credited + minutes_pending <= minutes_raw"),
        check("confirmed_by_someone", "status <> 'confirmed' OR confirmed_by IS NOT NULL"),
    )

    code: Mapped[str] = mapped_column(String(16), unique=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    local_date: Mapped[date]
    version: Mapped[int]
    latest: Mapped[bool] = mapped_column(default=True)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("service_record.id"), unique=True)
    first_in_at: Mapped[datetime]
    minutes_raw: Mapped[int]
    minutes_credited: Mapped[int]
    minutes_pending: Mapped[int] = mapped_column(default=0)
    assurance: Mapped[Assurance] = mapped_column(choice("assurance", *Assurance))
    source: Mapped[RecordSource] = mapped_column(choice("source", *RecordSource))
    status: Mapped[RecordStatus] = mapped_column(choice("status", *RecordStatus))
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    trace: Mapped[Trace] = mapped_column(JSON, default=dict)
    category_id: Mapped[int] = mapped_column(ForeignKey("activity_category.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    area_path: Mapped[str] = mapped_column(String(200))
    home_community_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    neighbour_group_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    recording_org: Mapped[str] = mapped_column(String(80))
    activity_leader_name: Mapped[str] = mapped_column(String(40), default="")
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(String(200), default="")
    voided_by: Mapped[str | None]
    national_sync: Mapped[NationalSync] = mapped_column(
        choice("national_sync", *NationalSync), default=NationalSync.NONE
    )
    disputed_at: Mapped[datetime | None] = mapped_column(sort_order=100)
    disputed_why: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"), sort_order=101)


class Evaluation(Row, Base):
    """How the service was done; `poor` pays no points, and never touches hours."""

    __tablename__ = "evaluation"
    __table_args__ = (UniqueConstraint("volunteer_id", "activity_id", "local_date"),)

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    local_date: Mapped[date]
    grade: Mapped[Grade] = mapped_column(choice("grade", *Grade))
    note: Mapped[str] = mapped_column(String(100), default="")


append_only(
    table_of(ServiceRecord),
    frozen=(
        "volunteer_id",
        "activity_id",
        "local_date",
        "version",
        "supersedes_id",
        "minutes_raw",
        "minutes_credited",
        "minutes_pending",
        "assurance",
        "source",
    ),
)
