"""The audit log: who, as what role, did what to what, when and why. Append-only, kept ten years."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from points.foundation.actors import Actor
from points.foundation.orm import Base, Row, adding, append_only, table_of
from points.foundation.statements import run

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
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


append_only(table_of(AuditEntry))

_ADD = adding(AuditEntry)


class Act(TypedDict):
    """What every room says alike of an act: who, in which role, when, and why and with which facts where there are any.

    A room's own note adds the target and the place: `**act: Unpack[audit.Act]`.
    """

    by: Actor
    role: str
    at: datetime
    reason: NotRequired[str]
    facts: NotRequired[Mapping[str, Any] | None]


# --- what happens


def write(
    session: Session,
    *,
    by: Actor,
    role: str,
    action: str,
    target: str,
    at: datetime,
    area_path: str | None = None,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Note one act in the transaction that does it; one statement."""
    run(
        session,
        _ADD,
        [
            {
                "created_at": at,
                "created_by": by.person,
                "role": role,
                "account_id": by.account_id,
                "action": action,
                "target": target,
                "area_path": area_path,
                "reason": reason,
                "facts": dict(facts or {}),
            }
        ],
    )
