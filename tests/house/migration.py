"""Write the next migration: `make migration MESSAGE="what changes"`.

The steps so far are run on an empty SQLite database and compared with the mapped classes of today; the difference is
written out literally, with plain column types, spelled-out CHECKs, and the append-only triggers of both databases.
"""

import re
import sys
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Enum, create_engine, text
from sqlalchemy.dialects import sqlite

from points import database, migrations, schema
from points.foundation.orm import UTCDateTime, append_only_ddl

VERSIONS = Path(migrations.__file__).parent / "versions"
TEMPLATE = '''"""{message}

Revision ID: {revision}
Revises: {before}
"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {before!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    {body}
'''


def main(message: str) -> None:
    """Write the step and say where."""
    steps = sorted(VERSIONS.glob("step_*.py"))
    before = steps[-1].name.split("_")[1] if steps else None
    revision = f"{int(before or 0) + 1:04d}"
    engine = create_engine("sqlite://")
    database.prepare(engine)
    with engine.connect() as connection:
        if before:
            migrations.upgrade(connection)
        body = _tables(connection) + _triggers(connection)
    if not body:
        sys.exit("The tables of today are those of the newest migration.")
    slug = re.sub(r"\W+", "_", message.lower()).strip("_") or "change"
    path = VERSIONS / f"step_{revision}_{slug}.py"
    code = TEMPLATE.format(message=message, revision=revision, before=before, body="\n    ".join(body))
    path.write_text(re.sub(r" +\n", "\n", code))
    print(path)  # noqa: T201


def triggers(connection: Connection) -> dict[str, tuple[str, str]]:
    """Each trigger's name, its table and its text, on SQLite."""
    found = connection.execute(text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {name: (table, sql) for name, table, sql in found}


def _tables(connection: Connection) -> list[str]:
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "target_metadata": schema.metadata,
            "render_item": _literally,
            "render_as_batch": True,
        },
    )
    script = produce_migrations(context, schema.metadata)
    assert script.upgrade_ops is not None
    if script.upgrade_ops.is_empty():
        return []
    code = render_python_code(
        script.upgrade_ops, render_as_batch=True, render_item=_literally, migration_context=context
    )
    lines = [line.removeprefix("    ") for line in code.splitlines()]
    dropped = ("# ###", "info=")  # `info` is read by the books' proof, from the tables of today
    kept = [line.rstrip() for line in lines if not line.startswith(dropped)]
    return [line for line, after in zip(kept, [*kept[1:], ""], strict=True) if line or after.startswith("op.")]


def _triggers(connection: Connection) -> list[str]:
    """The statements for tables that became append-only; what an append-only table freezes never changes."""
    there = triggers(connection)
    frozen = {
        table.name: table.info["append_only"]
        for table in schema.metadata.sorted_tables
        if "append_only" in table.info and f"{table.name}_no_update" not in there
    }
    if not frozen:
        return []
    written: dict[str, list[str]] = {"sqlite": [], "postgresql": []}
    for dialect, statements in written.items():
        for table, columns in sorted(frozen.items()):
            statements += [each for each in append_only_ddl(table, dialect, frozen=columns) if each not in statements]
    lines = []
    for keyword, dialect in (("if", "sqlite"), ("elif", "postgresql")):
        lines += [f'{keyword} op.get_bind().dialect.name == "{dialect}":']
        lines += [f"    op.execute({statement!r})" for statement in written[dialect]]
    return lines


def _literally(kind: str, item: Any, _context: Any) -> str | bool:
    """The column types and CHECKs that come from our own classes, spelled out."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    if kind == "check" and isinstance(item, CheckConstraint):
        name = str(item.name)
        if not name.startswith("ck_"):  # an Enum's own, copied without the naming convention
            name = f"ck_{item.table.name}_{name}"
        spelled_out = {"literal_binds": True, "include_table": False}
        condition = str(item.sqltext.compile(dialect=sqlite.dialect(), compile_kwargs=spelled_out))
        return f"sa.CheckConstraint({condition!r}, name=op.f({name!r}))"
    return False


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]) or "change")
