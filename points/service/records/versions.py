"""What a service record is, and the insertion of its next version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, insert, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.foundation import codes
from points.foundation.errors import N_, Conflict, Invalid, NoSuch, NotAllowed
from points.foundation.orm import Base, Row, append_only, check, choice, table_of
from points.foundation.statements import run

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

STANDING = ("computed", "confirmed", "disputed")
"""The states of a latest version that the rules may still compute anew."""

# --- what is refused


@dataclass(eq=False)
class RecordState(Conflict):
    """The record is not in a state in which this can be done, or a newer version has replaced it."""

    code = "record-state"
    title = N_("Not possible in this state")
    detail = N_("The record %(record)s is “%(status)s”.")
    next_step = N_("Reload the record to see its latest version.")
    record: str
    status: str


@dataclass(eq=False)
class OwnRecord(NotAllowed):
    """Nobody decides about their own record."""

    code = "own-record"
    title = N_("This is your own record")
    detail = N_("Someone else must decide about %(record)s.")
    next_step = N_("Ask a colleague.")
    record: str


@dataclass(eq=False)
class RecordInvalid(Invalid):
    """A field of the request cannot be so."""

    code = "record-invalid"
    title = N_("The record cannot be so")
    detail = N_("%(why)s")
    next_step = N_("Correct it and send it again.")
    field: str
    why: str


# --- what happens


def write(session: Session, rows: Sequence[dict[str, Any]], *, at: datetime, by: str) -> list[ServiceRecord]:
    """Insert records, each a whole row without code; a row with `supersedes_id` replaces that version. In bulk."""
    written = write_unread(session, rows, at=at, by=by)
    if not written:
        return []
    return list(
        session.scalars(
            select(ServiceRecord)
            .where(ServiceRecord.code.in_([row["code"] for row in written]))
            .order_by(ServiceRecord.local_date, ServiceRecord.first_in_at, ServiceRecord.id)
        )
    )


def write_unread(
    session: Session, rows: Sequence[dict[str, Any]], *, at: datetime, by: str
) -> Sequence[dict[str, Any]]:
    """As `write`, without reading back what was written, for very many; the rows with their codes."""
    if not rows:
        return rows
    superseded = [row["supersedes_id"] for row in rows if row.get("supersedes_id")]
    if superseded:
        session.execute(
            update(ServiceRecord).where(ServiceRecord.id.in_(superseded)).values(latest=False, status="amended"),
            execution_options={"synchronize_session": "fetch"},
        )
    written = [{**row, "code": codes.new(), "latest": True, "created_at": at, "created_by": by} for row in rows]
    run(session, _ADD, written)
    return written


def next_version(record: ServiceRecord, **changes: Any) -> dict[str, Any]:
    """The row of the version after `record`, with `changes`."""
    kept = {name: getattr(record, name) for name in _COPIED}
    return {**kept, "version": record.version + 1, "supersedes_id": record.id, **changes}


# --- what can be asked


def by_code(session: Session, code: str) -> ServiceRecord:
    """The record version with this code, freshly read and locked where it will be changed. Raises NoSuch."""
    found = session.scalars(
        select(ServiceRecord)
        .where(ServiceRecord.code == code)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NoSuch(kind=N_("record"), key=code)
    return found


_ADD = insert(table_of(ServiceRecord))
_COPIED = [
    column.key
    for column in ServiceRecord.__mapper__.column_attrs
    if column.key not in ("id", "code", "version", "supersedes_id", "latest", "created_at", "created_by")
]
