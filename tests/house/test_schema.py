"""A room that nobody imports has no tables; so the schema is looked at from a fresh interpreter."""

import ast
import json
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "points"
CREATE = """
import json
from sqlalchemy import create_engine, inspect
from points import database
engine = create_engine("sqlite://")
database.create_all(engine)
print(json.dumps(inspect(engine).get_table_names()))
"""


def tables_in_the_source() -> set[str]:
    return {
        statement.value.value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and statement.targets[0].id == "__tablename__"
        and isinstance(statement.value, ast.Constant)
    }


def test_a_fresh_interpreter_creates_every_table():
    run = subprocess.run([sys.executable, "-c", CREATE], capture_output=True, text=True, check=True)
    created = json.loads(run.stdout)
    assert set(created) == tables_in_the_source()
    assert len(created) >= 50


def test_what_was_confirmed_survives_a_power_cut(tmp_path: Path):
    asks = (
        "from sqlalchemy import create_engine\nfrom points import database\n"
        f"engine = create_engine('sqlite:///{tmp_path / 'points.sqlite3'}')\ndatabase.prepare(engine)\n"
        "print(engine.connect().exec_driver_sql('PRAGMA synchronous').scalar())\n"
    )
    run = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "2", "FULL"
