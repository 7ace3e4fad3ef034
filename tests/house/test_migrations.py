"""The migrations and the mapped classes give the same database, of both kinds."""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Engine, MetaData, create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from points import database, migrations, schema

APPEND_ONLY = {table.name for table in schema.metadata.sorted_tables if "append_only" in table.info}


@pytest.fixture(params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[tuple[Engine, Engine]]:
    """An empty database to migrate and one made by `create_all`."""
    if request.param == "sqlite":
        made = create_engine(f"sqlite:///{tmp_path}/made.sqlite3")
        database.prepare(made)
        database.create_all(made)
        migrated = create_engine(f"sqlite:///{tmp_path}/migrated.sqlite3")
        database.prepare(migrated)
        yield migrated, made
        made.dispose()
    else:
        made = request.getfixturevalue("postgresql_engine")
        name = f"points_migrated_{uuid.uuid4().hex[:12]}"
        with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        migrated = create_engine(made.url.set(database=name))
        yield migrated, made
        migrated.dispose()
        with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    migrated.dispose()


def upgrade(engine: Engine) -> None:
    with database.rebuilding(engine) as connection:
        migrations.upgrade(connection)


def columns(engine: Engine) -> dict[str, list[tuple[str, str, bool, str | None]]]:
    look = inspect(engine)
    return {
        table: [
            (column["name"], str(column["type"]), column["nullable"], column["default"])
            for column in look.get_columns(table)
        ]
        for table in look.get_table_names()
        if table != "alembic_version"
    }


def constraints(engine: Engine) -> set[str]:
    """Every CHECK, UNIQUE, key and index with its whole condition, as the database itself tells it."""
    if engine.dialect.name == "postgresql":
        query = """
            SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        """
        with engine.connect() as connection:
            found = set(connection.execute(text(query)).scalars())
        return {one for one in found if "alembic_version" not in one}
    look = inspect(engine)
    with engine.connect() as connection:
        found = {
            f"{name} {sql}"
            for name, sql in connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index'"))
        }
    for table in look.get_table_names():
        if table == "alembic_version":
            continue
        pieces: list[Any] = [*look.get_check_constraints(table), *look.get_unique_constraints(table)]
        pieces += [*look.get_foreign_keys(table), look.get_pk_constraint(table)]
        found |= {f"{table} {sorted(piece.items(), key=str)}" for piece in pieces}
    return {re.sub(r"\s+", " ", one) for one in found if "alembic_version" not in one}


def triggers(engine: Engine) -> set[str]:
    query = (
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal UNION ALL "
        "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        if engine.dialect.name == "postgresql"
        else "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
    )
    with engine.connect() as connection:
        return set(connection.execute(text(query)).scalars())


def test_the_migrations_give_what_the_mapped_classes_give(two: tuple[Engine, Engine]):
    migrated, made = two
    upgrade(migrated)
    assert columns(migrated) == columns(made)
    assert constraints(migrated) == constraints(made)
    assert triggers(migrated) == triggers(made)
    with migrated.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, schema.metadata) == []


def test_an_upgraded_database_refuses_to_change_the_past(two: tuple[Engine, Engine]):
    migrated, _ = two
    upgrade(migrated)
    guarded = {
        one for table in APPEND_ONLY for one in triggers(migrated) if f" ON {table} " in one or f".{table} " in one
    }
    assert len(guarded) == len(APPEND_ONLY) * (3 if migrated.dialect.name == "postgresql" else 2)
    with migrated.connect() as connection, connection.begin() as outer:
        connection.execute(  # with it the driver begins, before any savepoint
            text(
                "INSERT INTO audit_entry (created_at, created_by, role, action, target, reason, facts)"
                " VALUES ('2026-05-09', 'test', 'system', 'test', 'test:1', '', '{}')"
            )
        )
        with pytest.raises((IntegrityError, DBAPIError), match="append-only: audit_entry"), connection.begin_nested():
            connection.execute(text("UPDATE audit_entry SET reason = 'another'"))
        with pytest.raises((IntegrityError, DBAPIError), match="append-only: audit_entry"), connection.begin_nested():
            connection.execute(text("DELETE FROM audit_entry"))
        outer.rollback()


def test_upgrading_again_changes_nothing(two: tuple[Engine, Engine]):
    migrated, _ = two
    upgrade(migrated)
    before = columns(migrated), constraints(migrated), triggers(migrated)
    upgrade(migrated)
    assert (columns(migrated), constraints(migrated), triggers(migrated)) == before
    with migrated.connect() as connection:
        assert migrations.is_current(connection)


def test_an_upgrade_of_sqlite_keeps_the_rows_that_others_refer_to(tmp_path: Any):
    migrated = create_engine(f"sqlite:///{tmp_path}/migrated.sqlite3")
    database.prepare(migrated)
    with database.rebuilding(migrated) as connection:
        migrations.upgrade(connection, to="0001")
    before = MetaData()
    before.reflect(migrated)
    with migrated.connect() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        for table in before.sorted_tables:
            if table.name != "alembic_version":
                needed = [one for one in table.columns if not one.nullable and one.name != "id"]
                connection.execute(table.insert().values({one.name: anything(one) for one in needed}))
        connection.commit()
    with database.rebuilding(migrated) as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        migrations.upgrade(connection)
    with migrated.connect() as connection:
        assert connection.execute(
            text("SELECT count(*) FROM signup JOIN activity ON activity.id = activity_id")
        ).one() == (1,)
    migrated.dispose()


def test_what_only_the_log_knew_is_carried_over(two: tuple[Engine, Engine]):
    migrated, _ = two
    on_sqlite = migrated.dialect.name == "sqlite"
    with database.rebuilding(migrated) as connection:
        migrations.upgrade(connection, to="0007")
    before = MetaData()
    before.reflect(migrated)
    at = [datetime(2026, 5, 9, hour, tzinfo=UTC) for hour in range(5)]
    acts: list[tuple[datetime, str, str, str, dict[str, Any]]] = [
        (at[0], "minor.look", "volunteer:1", "counter", {}),
        (at[1], "activity.extend", "activity:1", "", {"minutes": 30}),
        (at[2], "activity.extend", "activity:1", "", {"minutes": 45}),
        (at[2], "activity.change", "activity:1", "", {"changed": ["capacity", "place"]}),
        (at[3], "activity.change", "activity:1", "", {"changed": ["capacity"]}),
        (at[3], "record.dispute", "record:1", "an earlier objection", {}),
        (at[4], "record.dispute", "record:1", "I stayed longer", {}),
    ]
    with migrated.connect() as connection:
        if on_sqlite:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        for table in before.sorted_tables:
            if table.name in ("alembic_version", "audit_entry"):
                continue
            if not on_sqlite:
                for rule in inspect(connection).get_check_constraints(table.name):
                    connection.execute(text(f'ALTER TABLE {table.name} DROP CONSTRAINT "{rule["name"]}"'))
            needed = [one for one in table.columns if not one.nullable and one.name != "id"]
            row = {one.name: anything(one) for one in needed}
            connection.execute(table.insert().values(row | ({"status": "disputed"} if "status" in row else {})))
        for when, action, target, reason, facts in acts:
            entry = {"created_at": when, "created_by": "staff", "role": "station_staff", "action": action}
            log = before.tables["audit_entry"]
            connection.execute(log.insert().values(**entry, target=target, reason=reason, facts=facts))
        connection.commit()
    with database.rebuilding(migrated) as connection:
        if on_sqlite:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        migrations.upgrade(connection)
    after = MetaData()
    after.reflect(migrated)
    look, activity, record = (after.tables[name].c for name in ("minor_look", "activity", "service_record"))
    with migrated.connect() as connection:
        looks = connection.execute(select(look.minor_id, look.role, look.reason, look.created_by)).all()
        extended, moved_at = connection.execute(select(activity.extended_minutes, activity.moved_at)).one()
        disputed_at, why = connection.execute(select(record.disputed_at, record.disputed_why)).one()
    assert looks == [(1, "station_staff", "counter", "staff")]
    times = [one.astimezone(UTC) if one.tzinfo else one.replace(tzinfo=UTC) for one in (moved_at, disputed_at)]
    assert (extended, times, why) == (75, [at[2], at[4]], "I stayed longer")


def anything(column: Column[Any]) -> Any:
    """A value of the column's type; 1 where it refers to another table's only row."""
    example: dict[type, Any] = {
        str: "1",
        datetime: datetime.fromisoformat("2026-05-09T00:00:00"),
        date: date(2026, 5, 9),
        dict: {},
        bytes: b"1",
    }
    return example.get(column.type.python_type, 1)


def test_a_step_imports_nothing_of_ours():
    for step in (migrations.Path(migrations.__file__).parent / "versions").glob("step_*.py"):
        assert "points" not in re.findall(r"^(?:from|import) (\w+)", step.read_text(), re.MULTILINE), step.name
