"""Draw the tables of every room: `make tables` writes docs/tables/<room>.md and their list.

The room of a table is the package of its mapped class. Tables of other rooms that are referred to stand beside it as
empty boxes with their room's name, which is why this is no library's drawing.
"""

from pathlib import Path
from textwrap import wrap

from sqlalchemy import CheckConstraint, Column, Enum, ForeignKeyConstraint, Table, TextClause, UniqueConstraint
from sqlalchemy.dialects import postgresql

from points import schema  # noqa: F401 (every mapped class)
from points.foundation.orm import Base

FOLDER = Path(__file__).parents[2] / "docs" / "tables"
WRITTEN = "`make tables` writes this page from the mapped classes; a test says when it has to."
LINKS = {(False, False): "}o--||", (False, True): "}o--o|", (True, False): "|o--||", (True, True): "|o--o|"}
"""How a reference is drawn: by whether it is unique and whether it may be empty."""
EVERYWHERE = ("id", "created_at", "created_by")


def pages() -> dict[str, str]:
    """Every page of docs/tables by its file's name, as it has to be today."""
    classes = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda one: str(one.__tablename__))
    rooms = {one.__tablename__: one.__module__.split(".")[1] for one in classes}
    by_room: dict[str, list[type[Base]]] = {}
    for one in classes:
        by_room.setdefault(rooms[one.__tablename__], []).append(one)
    return {f"{room}.md": _page(room, by_room[room], rooms) for room in sorted(by_room)} | {"README.md": _index(rooms)}


def main() -> None:
    """Write the pages, and delete those of rooms that have no tables any more."""
    FOLDER.mkdir(exist_ok=True)
    wanted = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text)


def _index(rooms: dict[str, str]) -> str:
    lines = ["# Every table and its room", "", WRITTEN, "", "| Table | Room |", "|---|---|"]
    lines += [f"| `{table}` | [{room}]({room}.md) |" for table, room in rooms.items()]
    return "\n".join(lines) + "\n"


def _page(room: str, classes: list[type[Base]], rooms: dict[str, str]) -> str:
    lines = [f"# The tables of {room}", "", WRITTEN]
    lines += ["Every table also has `id`, `created_at` and `created_by`. [All tables](README.md)", "", "```mermaid"]
    tables = [one.__table__ for one in classes if isinstance(one.__table__, Table)]
    lines += ["erDiagram", *(line for table in tables for line in _box(table))]
    references = sorted(
        (table.name, key.column_keys[0], key.referred_table.name, _link(table, key))
        for table in tables
        for key in table.foreign_key_constraints
    )
    for other in sorted({to for _, _, to, _ in references if rooms[to] != room}):
        lines.append(f'    {other}["{rooms[other]}: {other}"] {{\n    }}')
    lines += [f"    {table} {link} {to} : {column}" for table, column, to, link in references]
    lines += ["```"]
    for mapped, table in zip(classes, tables, strict=True):
        what = wrap(" ".join((mapped.__doc__ or "").split()), 120, break_long_words=False, break_on_hyphens=False)
        lines += ["", f"## {table.name}", "", *what, *[f"- {rule}" for rule in _rules(table)]]
    return "\n".join(lines) + "\n"


def _box(table: Table) -> list[str]:
    columns = [_column(column) for column in table.columns if column.name not in EVERYWHERE]
    return [f"    {table.name} {{", *columns, "    }"]


def _column(column: Column[object]) -> str:
    kind = column.type.compile(dialect=postgresql.dialect()).split("(")[0].split(" ")[0].lower()
    keys = (column.primary_key and "PK", bool(column.foreign_keys) and "FK", column.unique and "UK")
    marks = ", ".join(key for key in keys if key)
    said = " · ".join(
        [*(column.type.enums if isinstance(column.type, Enum) else ()), *(["may be empty"] if column.nullable else [])]
    )
    return "        " + " ".join(filter(None, (kind, column.name, marks, said and f'"{said}"')))


def _link(table: Table, key: ForeignKeyConstraint) -> str:
    (column,) = key.columns
    return LINKS[bool(column.unique), bool(column.nullable)]


def _rules(table: Table) -> list[str]:
    """What the database itself holds the rows to."""
    once = [one for one in table.constraints if isinstance(one, UniqueConstraint) and len(one.columns) > 1]
    rules = sorted(f"once: `{', '.join(one.columns.keys())}`" for one in once)
    for index in sorted((one for one in table.indexes if one.unique), key=lambda one: str(one.name)):
        where = index.dialect_options["postgresql"]["where"]
        rules.append(f"once: `{', '.join(index.columns.keys())}`" + (f" where `{where}`" if where is not None else ""))
    checks = [one for one in table.constraints if isinstance(one, CheckConstraint)]
    rules += sorted(f"holds: `{one.sqltext}`" for one in checks if isinstance(one.sqltext, TextClause))  # no choices
    if "append_only" in table.info:
        frozen = table.info["append_only"]
        rules.append(f"append-only: {', '.join(f'`{name}`' for name in frozen) or 'the whole row'}")
    return rules


if __name__ == "__main__":
    main()
