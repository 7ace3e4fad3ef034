"""The insertion of a record's next version. Only what settles writes them: see the contract in setup.cfg."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from points.foundation import codes
from points.foundation.errors import N_, NoSuch
from points.foundation.orm import table_of
from points.foundation.statements import run
from points.service.statuses import RecordStatus
from points.service.tables import ServiceRecord

Values = dict[str, object]
"""The columns of a record that is to be written, by name."""

# --- what happens


def write(session: Session, rows: Sequence[Values], *, at: datetime, by: str) -> list[ServiceRecord]:
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


def write_unread(session: Session, rows: Sequence[Values], *, at: datetime, by: str) -> Sequence[Values]:
    """As `write`, without reading back what was written, for very many; the rows with their codes."""
    if not rows:
        return rows
    superseded = [row["supersedes_id"] for row in rows if row.get("supersedes_id")]
    if superseded:
        session.execute(
            update(ServiceRecord)
            .where(ServiceRecord.id.in_(superseded))
            .values(latest=False, status=RecordStatus.AMENDED),
            execution_options={"synchronize_session": "fetch"},
        )
    written = [{**row, "code": codes.new(), "latest": True, "created_at": at, "created_by": by} for row in rows]
    run(session, _ADD, written)
    return written


def next_version(record: ServiceRecord, **changes: object) -> Values:
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
