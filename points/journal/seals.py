"""The log is sealed: what was written an hour or a year ago cannot be taken out or written anew without being seen.

Triggers refuse changes as long as they stand; whoever may drop them may also change the log and make them again. So the
sweep hashes what came since into a chain, every hour, and `points check` hashes it all again.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.foundation.orm import table_of
from points.journal.tables import AuditEntry, AuditSeal

SETTLED_AFTER = timedelta(minutes=10)
"""By then every transaction that took a number for an entry has been committed or is gone."""
EVERY = timedelta(hours=1)
AT_ONCE = 2000
ENTRY = table_of(AuditEntry)

# --- what there is


@dataclass(frozen=True)
class Broken:
    """A sealed part of the log that is not what was sealed: from and up to which entry, how many were and are there."""

    after_id: int
    upto_id: int
    sealed: int
    there: int


# --- what happens


def seal(session: Session, *, at: datetime) -> int:
    """Seal what was written up to ten minutes ago and is not sealed yet; how many entries."""
    last = _last(session)
    if last is not None and at - EVERY < last.created_at <= at:
        return 0
    after, digest = (last.upto_id, last.digest) if last is not None else (0, "")
    young = select(func.min(ENTRY.c.id)).where(ENTRY.c.id > after, ENTRY.c.created_at > at - SETTLED_AFTER)
    newest = select(func.max(ENTRY.c.id)).where(ENTRY.c.id > after)
    first_young, upto = session.scalar(young), session.scalar(newest)
    if first_young is not None:
        upto = session.scalar(newest.where(ENTRY.c.id < first_young))
    if upto is None:
        return 0
    entries, digest = _hashed(session, after=after, upto=upto, digest=digest)
    session.add(AuditSeal(upto_id=upto, entries=entries, digest=digest, created_at=at, created_by="system"))
    session.flush()
    return entries


# --- what can be asked


def broken(session: Session) -> Iterator[Broken]:
    """Every sealed part that was changed since, the first one first."""
    after, digest = 0, ""
    for one in session.scalars(select(AuditSeal).order_by(AuditSeal.upto_id)).all():
        there, now = _hashed(session, after=after, upto=one.upto_id, digest=digest)
        if now != one.digest or there != one.entries:
            yield Broken(after, one.upto_id, one.entries, there)
        after, digest = one.upto_id, one.digest


def _last(session: Session) -> AuditSeal | None:
    return session.scalars(select(AuditSeal).order_by(AuditSeal.upto_id.desc()).limit(1)).first()


def _hashed(session: Session, *, after: int, upto: int, digest: str) -> tuple[int, str]:
    hashing = hashlib.sha256(digest.encode())
    count = 0
    found = session.execute(
        select(ENTRY).where(ENTRY.c.id > after, ENTRY.c.id <= upto).order_by(ENTRY.c.id),
        execution_options={"yield_per": AT_ONCE},
    )
    for row in found:
        said = [row.created_at.astimezone(UTC).isoformat(), row.created_by, row.role, row.account_id, row.action]
        said += [row.target, row.area_path, row.reason, row.facts, row.id]
        hashing.update(json.dumps(said, sort_keys=True, ensure_ascii=False, default=str).encode())
        count += 1
    return count, hashing.hexdigest()
