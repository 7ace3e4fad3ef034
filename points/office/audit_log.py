"""The audit log as it may be read: by the street of its own area, by the auditor with volunteer codes masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, literal_column, or_, select
from sqlalchemy.orm import Session

from points.foundation import clock, masking
from points.foundation.actors import Actor
from points.journal.tables import RARE, AuditEntry
from points.places import areas

SCANS = "attendance"
"""The kind that is always there: every scan is an act on a stay."""
MOST = 1_000
"""So many acts can be paged through; whoever looks further back names a day."""

# --- what there is


@dataclass(frozen=True)
class Act:
    """One act: `kind` and `deed` are its two words, `on` the public code of what it was done to.

    `facts` are what was written beside it and is not empty: texts, numbers, yes or no, or lists of texts.
    """

    at: datetime
    person: str
    role: str
    kind: str
    deed: str
    on: str
    reason: str
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Acts:
    """Some acts, and how many there are in all; at most `MOST` are counted."""

    acts: tuple[Act, ...]
    count: int


@dataclass(frozen=True)
class Which:
    """Which acts: of one kind, by a person, on a thing, within these days. A person or thing is a code or login."""

    kind: str = ""
    person: str = ""
    target: str = ""
    date_from: date | None = None
    date_to: date | None = None


ANY = Which()

# --- what can be asked


def kinds(session: Session, *, by: Actor) -> list[str]:
    """The kinds of things that were acted upon anywhere, for choosing one. Raises NotPermitted."""
    by.require_somewhere("audit.see")
    rare = session.scalars(select(AuditEntry.action).where(literal_column(RARE)).distinct())
    return sorted({SCANS, *(action.partition(".")[0] for action in rare)})


def listing(session: Session, *, by: Actor, which: Which = ANY, offset: int = 0, limit: int = 50) -> Acts:
    """The acts within reach, and one's own, the latest first.

    Who may not see volunteers reads their codes masked. Raises NotPermitted.
    """
    by.require_somewhere("audit.see")
    conditions = [_in_reach(by)]
    if which.kind:
        conditions.append(AuditEntry.action.startswith(f"{which.kind}.", autoescape=True))
        if which.kind != SCANS:
            conditions.append(literal_column(RARE))
    if which.person:
        conditions.append(AuditEntry.created_by == which.person)
    if which.target:
        conditions.append(AuditEntry.target.endswith(f":{which.target}", autoescape=True))
    if which.date_from is not None:
        conditions.append(AuditEntry.created_at >= clock.at_local(which.date_from))
    if which.date_to is not None:
        conditions.append(AuditEntry.created_at < clock.at_local(which.date_to + timedelta(days=1)))
    counted = select(AuditEntry.id).where(*conditions).order_by(AuditEntry.id.desc()).limit(MOST).subquery()
    count = session.scalar(select(func.count()).select_from(counted)) or 0
    found = session.scalars(
        select(AuditEntry).where(*conditions).order_by(AuditEntry.id.desc()).offset(offset).limit(limit)
    )
    masked = not by.reaches("volunteer.see")
    return Acts(tuple(_act(entry, masked=masked) for entry in found), count)


def _in_reach(by: Actor) -> ColumnElement[bool]:
    reach = areas.within(by.reaches("audit.see"), area_path=AuditEntry.area_path)
    return or_(reach, AuditEntry.created_by == by.person)


def _act(entry: AuditEntry, *, masked: bool) -> Act:
    def shown(text: str) -> str:
        return masking.mask_codes(text) if masked else text

    def fact(value: object) -> object:
        if isinstance(value, list):
            return [fact(one) for one in value]
        return shown(value) if isinstance(value, str) else value

    kind, _, deed = entry.action.partition(".")
    return Act(
        at=entry.created_at,
        person=shown(entry.created_by),
        role=entry.role,
        kind=kind,
        deed=deed,
        on=shown(entry.target.partition(":")[2]),
        reason=shown(entry.reason),
        facts={name: fact(value) for name, value in entry.facts.items() if value not in (None, "", [])},
    )
