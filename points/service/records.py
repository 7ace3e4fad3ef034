"""Service records: the legal record of time given, one per person, activity and date, in versions (67号令 art. 7)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, append_only, check, choice

# --- what there is


class ServiceRecord(Row, Base):
    """One version of a record. Its amounts never change; a correction is the next version, which supersedes it.

    `latest` is true on the newest version only. Times are minutes. `assurance`: A both ends scanned from a rotating
    code or by staff, B a poster or six-digit end, C roster, make-up or backfill. The columns from `category_id` to
    `recording_org` are copied at the time and never recomputed. `first_in_at` orders a person's day (H4, P6).
    `trace` explains the minutes: windows, breaks, overlaps and caps as the rules applied them.
    `source` transfer: hours verified from elsewhere; counted in stars, never in certificates or points.
    """

    __tablename__ = "service_record"
    __table_args__ = (
        UniqueConstraint("volunteer_id", "activity_id", "local_date", "version"),
        Index(None, "activity_id", "status"),
        Index(None, "volunteer_id", "local_date"),
        Index(None, "local_date"),
        Index(None, "area_path", "local_date"),
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
    assurance: Mapped[str] = mapped_column(choice("assurance", "A", "B", "C"))
    source: Mapped[str] = mapped_column(choice("source", "attendance", "makeup", "backfill", "transfer"))
    status: Mapped[str] = mapped_column(
        choice("status", "computed", "confirmed", "disputed", "amended", "rejected", "voided")
    )
    flags: Mapped[list[Any]] = mapped_column(JSON, default=list)
    trace: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
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
    national_sync: Mapped[str] = mapped_column(
        choice("national_sync", "none", "exported", "done", "na"), default="none"
    )


class Evaluation(Row, Base):
    """How the service was done; `poor` pays no points, and never touches hours."""

    __tablename__ = "evaluation"
    __table_args__ = (UniqueConstraint("volunteer_id", "activity_id", "local_date"),)

    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteer.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    local_date: Mapped[date]
    grade: Mapped[str] = mapped_column(choice("grade", "excellent", "good", "ok", "poor"))
    note: Mapped[str] = mapped_column(String(100), default="")


append_only(
    ServiceRecord.__table__,  # type: ignore[arg-type]
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
