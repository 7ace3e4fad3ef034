"""Activities, their kinds and the themes of the months."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, check, choice

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
    which a series made it; one marked `is_template` is offered to plan another one like it.
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
    bring: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"), sort_order=100)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("activity_series.id"), sort_order=101)
    series_day: Mapped[date | None] = mapped_column(sort_order=102)
    is_template: Mapped[bool] = mapped_column(default=False, server_default=false(), sort_order=103)


PUBLIC = ("published", "in_progress", "ended", "settled", "archived")
"""The states in which everybody may see an activity."""

# --- what can be asked


def breaks_of(breaks: Sequence[Sequence[str]]) -> tuple[tuple[datetime, datetime], ...]:
    """The stored breaks as times."""
    return tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in breaks)
