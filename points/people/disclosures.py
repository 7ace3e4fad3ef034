"""Which lists a person's data left the house with: who took one out, when and what for (个人信息保护法 art. 44)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, or_, select
from sqlalchemy.orm import Session

from points.journal.tables import AuditEntry
from points.people.tables import Volunteer

# --- what there is

TAKEN = "list.export"
LISTS_OF_RESIDENTS = (
    "volunteers",
    "households",
    "members",
    "report-ins",
    "signups",
    "attendance",
    "records",
    "redemptions",
    "balances",
    "transfers",
)
"""The lists in which residents stand one by one."""


@dataclass(frozen=True)
class Taken:
    """A list that somebody took out: when, in which role, which table, and what for."""

    at: datetime
    role: str
    table: str
    reason: str


# --- what can be asked


def taken_with(session: Session, person: Volunteer) -> list[Taken]:
    """The lists of residents taken out of where this person lives since they are registered; the latest first."""
    rows = session.execute(
        select(AuditEntry.created_at, AuditEntry.role, AuditEntry.target, AuditEntry.reason)
        .where(
            AuditEntry.action == TAKEN,
            AuditEntry.target.in_([f"list:{name}" for name in LISTS_OF_RESIDENTS]),
            AuditEntry.created_at >= person.created_at,
            or_(literal(person.area_path).startswith(AuditEntry.area_path), AuditEntry.area_path.is_(None)),
        )
        .order_by(AuditEntry.id.desc())
    )
    return [Taken(at, role, target.removeprefix("list:"), reason) for at, role, target, reason in rows]
