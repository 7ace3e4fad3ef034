"""What a service record is, and the insertion of its next version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from points.foundation import codes
from points.foundation.errors import N_, Conflict, Invalid, NoSuch, NotAllowed
from points.foundation.orm import table_of
from points.foundation.statements import run
from points.service.tables import ServiceRecord

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
