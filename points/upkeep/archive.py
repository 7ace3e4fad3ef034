"""The whole service as one open file: every table as lines of JSON in a ZIP, described in docs/data.md.

The file knows nothing of the database that wrote it, so it moves a counter PC's SQLite to a city's PostgreSQL and back.
"""

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO

from sqlalchemy import JSON, Connection, Date, DateTime, LargeBinary, MetaData, Table, func, select, text

from points.foundation.errors import N_, Conflict, Invalid
from points.foundation.orm import Base
from points.foundation.progress import Progress

FORMAT = "xiangmeizi-points"
VERSION = 1
MANIFEST = "manifest.json"
CHUNK = 1_000

# --- what there is


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself: the migration step of its tables, when it was made, and each table's content.

    `tables` stand in an order in which no row refers to a table further down.
    """

    step: str
    made_at: datetime
    tables: dict[str, "Content"]

    @property
    def rows(self) -> int:
        """The number of rows of all tables."""
        return sum(content.rows for content in self.tables.values())


@dataclass(frozen=True)
class Content:
    """How many rows a table has in the archive, and the SHA-256 of its lines."""

    rows: int
    sha256: str


# --- what is refused


@dataclass(eq=False)
class NotAnArchive(Invalid):
    """The file is no ZIP with a manifest of ours, or of a format that this version does not know."""

    code = "not-an-archive"
    title = N_("This file is not a backup of this service")
    detail = N_("It has no description that this version understands.")
    next_step = N_("Choose a file that points backup wrote.")


@dataclass(eq=False)
class ArchiveDamaged(Invalid):
    """What the file holds is not what was written."""

    code = "archive-damaged"
    title = N_("The backup is damaged")
    detail = N_("The part “%(table)s” is not as it was written.")
    next_step = N_("Take another copy of the file, or an older backup.")
    table: str


@dataclass(eq=False)
class ArchiveNewer(Conflict):
    """A later version of the service wrote the file."""

    code = "archive-newer"
    title = N_("The backup is of a newer version")
    detail = N_("Its tables are at step “%(step)s”, which this version does not know.")
    next_step = N_("Install the version that wrote it, or a newer one.")
    step: str


# --- what happens


def write(connection: Connection, file: IO[bytes], *, step: str, at: datetime, progress: Progress) -> Manifest:
    """Write every row to `file`, as one moment of `connection`'s transaction sees them; `progress` hears of each chunk.

    The transaction must see one moment throughout (SQLite: any; PostgreSQL: REPEATABLE READ). Writes nothing else.
    """
    tables: dict[str, Content] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for table in Base.metadata.sorted_tables:
            with archive.open(_member(table.name), "w", force_zip64=True) as member:
                tables[table.name] = _write_table(connection, table, member, progress)
        manifest = Manifest(step, at, tables)
        archive.writestr(MANIFEST, json.dumps(_described(manifest), indent=2))
    return manifest


def load(connection: Connection, file: IO[bytes], *, progress: Progress) -> Manifest:
    """Put every row of the archive into the empty tables of `connection`, which stand at the archive's step.

    Nothing is committed here. Raises NotAnArchive or ArchiveDamaged.
    """
    manifest = described(file)
    there = MetaData()
    there.reflect(connection, only=lambda name, _: name in manifest.tables)
    with zipfile.ZipFile(file) as archive:
        for name, content in manifest.tables.items():
            try:
                table = there.tables[name]
                with archive.open(_member(name)) as member:
                    found = _load_table(connection, table, member, progress)
            except (KeyError, ValueError, zipfile.BadZipFile):
                raise ArchiveDamaged(table=name) from None
            if found != content:
                raise ArchiveDamaged(table=name)
            _count_on(connection, table)
    return manifest


# --- what can be asked


def described(file: IO[bytes]) -> Manifest:
    """What the archive says of itself. Raises NotAnArchive."""
    try:
        with zipfile.ZipFile(file) as archive:
            said = json.loads(archive.read(MANIFEST))
        if (said["format"], said["version"]) != (FORMAT, VERSION):
            raise NotAnArchive
        return Manifest(
            step=str(said["step"]),
            made_at=datetime.fromisoformat(said["made_at"]),
            tables={one["name"]: Content(int(one["rows"]), str(one["sha256"])) for one in said["tables"]},
        )
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError):
        raise NotAnArchive from None


def rows(connection: Connection) -> int:
    """How many rows there are in all tables."""
    return sum(
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in Base.metadata.sorted_tables
    )


def _member(table: str) -> str:
    return f"{table}.jsonl"


def _described(manifest: Manifest) -> dict[str, object]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "step": manifest.step,
        "made_at": manifest.made_at.isoformat(),
        "tables": [{"name": name, "rows": of.rows, "sha256": of.sha256} for name, of in manifest.tables.items()],
    }


def _write_table(connection: Connection, table: Table, member: IO[bytes], progress: Progress) -> Content:
    digest, count = hashlib.sha256(), 0
    names = [column.name for column in table.c]
    answer = connection.execution_options(yield_per=CHUNK).execute(select(table).order_by(*table.primary_key))
    for rows in answer.partitions():
        lines = "".join(
            json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, separators=(",", ":"), default=_plain)
            + "\n"
            for row in rows
        ).encode()
        digest.update(lines)
        member.write(lines)
        count += len(rows)
        progress(len(rows))
    return Content(count, digest.hexdigest())


def _plain(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is not JSON")


def _load_table(connection: Connection, table: Table, member: Iterable[bytes], progress: Progress) -> Content:
    digest, count = hashlib.sha256(), 0
    readers = {column.name: read for column in table.c if (read := _reader(column.type, connection.dialect.name))}
    for column in table.c:
        if isinstance(column.type, JSON):
            column.type.none_as_null = bool(column.nullable)

    def rows() -> Iterator[dict[str, object]]:
        nonlocal count
        for line in member:
            digest.update(line)
            count += 1
            row: dict[str, object] = json.loads(line)
            for name, read in readers.items():
                if row[name] is not None:
                    row[name] = read(str(row[name]))
            yield row

    chunk: list[dict[str, object]] = []
    for row in _parents_first(rows(), table):
        chunk.append(row)
        if len(chunk) == CHUNK:
            _insert(connection, table, chunk, progress)
            chunk = []
    _insert(connection, table, chunk, progress)
    return Content(count, digest.hexdigest())


def _insert(connection: Connection, table: Table, chunk: list[dict[str, object]], progress: Progress) -> None:
    if chunk:
        connection.execute(table.insert(), chunk)
        progress(len(chunk))


def _reader(kind: object, dialect: str) -> Callable[[str], object] | None:
    """How a value of a column of this type is read; None for those that JSON knows itself."""
    match kind:
        case DateTime():
            # SQLite's own type keeps UTC without saying so, as UTCDateTime does
            return _naive if dialect == "sqlite" else datetime.fromisoformat
        case Date():
            return date.fromisoformat
        case LargeBinary():
            return base64.b64decode
    return None


def _naive(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC).replace(tzinfo=None)


def _parents_first(rows: Iterator[dict[str, object]], table: Table) -> Iterator[dict[str, object]]:
    """The rows, each after those of the same table that it refers to. Raises ValueError where one never comes."""
    parents = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    if not parents:
        yield from rows
        return
    seen: set[object] = set()

    def ready(row: dict[str, object]) -> bool:
        return all(row[name] is None or row[name] in seen or row[name] == row["id"] for name in parents)

    held: list[dict[str, object]] = []
    for row in rows:
        if ready(row):
            seen.add(row["id"])
            yield row
        else:
            held.append(row)
    while held:
        released = [row for row in held if ready(row)]
        if not released:
            raise ValueError("rows that refer to none of the archive")
        seen.update(row["id"] for row in released)
        held = [row for row in held if row["id"] not in seen]
        yield from released


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL's own numbering go on after the highest id; SQLite's does by itself."""
    if connection.dialect.name == "postgresql" and "id" in table.c:
        highest = connection.execute(select(func.max(table.c.id))).scalar_one()
        if highest is not None:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :highest)"),
                {"table": table.name, "highest": highest},
            )
