"""What happened besides the business itself: every table of the journal."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from points.foundation.orm import Base, Row, append_only, table_of

# --- what there is

RARE = "action NOT IN ('attendance.in', 'attendance.out')"
"""What is not a scan: of a million acts nearly all are scans, and what is looked for is among the others."""


class AuditEntry(Row, Base):
    """One act. `target` is `kind:public code`; `facts` holds what changed, never a name, phone or PIN."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "target", "created_at"),
        Index(None, "created_at"),
        Index("ix_audit_entry_rare", "action", "id", sqlite_where=text(RARE), postgresql_where=text(RARE)),
    )

    role: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(String(120))
    area_path: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500), default="")
    facts: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)


append_only(table_of(AuditEntry))


class AuditSeal(Row, Base):
    """The log up to the entry `upto_id`, counted and hashed together with the seal before it.

    `digest` is the SHA-256 of the digest before and of every entry since; `points.journal.seals` makes and reads it.
    """

    __tablename__ = "audit_seal"

    upto_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    entries: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


append_only(table_of(AuditSeal))


class RefusedScan(Row, Base):
    """One refused scan; `raw` is cut at 200 characters. Codes of activity and volunteer where they were recognised."""

    __tablename__ = "refused_scan"
    __table_args__ = (Index(None, "created_at"),)

    raw: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(40))
    direction: Mapped[str] = mapped_column(String(8))
    occurred_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(64), default="")
    activity: Mapped[str] = mapped_column(String(40), default="")
    volunteer: Mapped[str] = mapped_column(String(20), default="")


# all but `device`, which is forgotten after 180 days
append_only(
    table_of(RefusedScan),
    frozen=("raw", "reason", "direction", "occurred_at", "activity", "volunteer", "created_at", "created_by"),
)


class IdempotencyKey(Row, Base):
    """One key of one caller on one route, with the fingerprint of the request and the answer it got."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("caller", "route", "key"),)

    caller: Mapped[str] = mapped_column(String(80))
    route: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(255))
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)


class Counter(Base):
    """The last number given out under `name`."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class JobRun(Row, Base):
    """One run of one job; `created_at` is when it began, `figures` how many of what it did."""

    __tablename__ = "job_run"
    __table_args__ = (Index(None, "job", "created_at"),)

    job: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime]
    figures: Mapped[dict[str, object]] = mapped_column(JSON)
