"""A database of the first version, with a row in every table, is brought up to today: nothing is lost or refused."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, func, inspect, select

from points import database, migrations
from tests.house.test_migrations import anything, two, upgrade  # noqa: F401

OLD = "0009"
LEFT = datetime.fromisoformat("2026-04-01T08:00:00")  # naive, as what is read of a table that was looked at
LATER = datetime.fromisoformat("2026-05-09T03:00:00")
SECOND = {
    "volunteer": {"code": "YD000002", "status": "closed", "phone_none": True},
    "point_account": {"kind": "issued", "volunteer_id": None, "balance": 0, "held": 0},
}
"""Where a rule asks for two of something."""
ONE_OF = re.compile(r"\(?\(?(\w+)\)?(?:::text)? (?:IN \(|= ANY \(\(?ARRAY\[)'(\w+)'")
ROWS: dict[str, dict[str, Any]] = {
    "activity_category": {"coef_pct": 100},
    "adjustment": {"reason": "一次性的补偿说明文字"},
    "exchange_session": {"end_at": LATER},
    "feedback": {"reply": ""},
    "known_apart": {"low_id": 1, "high_id": 2},
    "merged_number": {"gone_id": 2, "kept_id": 1},
    "point_account": {"kind": "volunteer", "volunteer_id": 1},
    "stock_batch": {"checked_by": "2"},
    "stocktake": {"second_by": "2"},
    "activity": {"extra_pct": 100, "end_at": LATER, "hazard": False, "min_age": 6},
    "role_grant": {"area_id": 1},
    "sign_in": {"volunteer_id": 1},
    "stock_move": {"second_by": "2"},
    "transfer": {"source_id": 1, "target_id": 2},
    "service_record": {"minutes_pending": 0},
    "session_variance": {"second_by": "2"},
    "makeup_request": {"claimed_out": LATER},
    "area": {"type": "street", "path": "/1/"},
    "volunteer": {"status": "closed", "phone_none": True, "code": "YD000001"},
    "audit_entry": {"action": "volunteer.leave", "target": "volunteer:YD000001", "created_at": LEFT},
    "account": {"login": "old-hand", "name": "老同事"},
}
"""What the rules of a table ask for beyond a first choice, at the step OLD."""


def filled(connection: Connection, tables: MetaData) -> dict[str, int]:
    """Put a row into every table, by the rules that it has; how many rows each has then."""
    look = inspect(connection)
    for table in tables.sorted_tables:
        if table.name == "alembic_version":
            continue
        connection.execute(table.insert().values(**row(look, table)))
        if table.name in SECOND:
            connection.execute(table.insert().values(**row(look, table) | SECOND[table.name]))
    return {name: rows(connection, table) for name, table in tables.tables.items() if name != "alembic_version"}


def row(look: Any, table: Table) -> dict[str, Any]:
    chosen = {}
    for rule in look.get_check_constraints(table.name):
        if found := ONE_OF.match(rule["sqltext"]):
            chosen[found[1]] = found[2]
    needed = {one.name: anything(one) for one in table.columns if not one.nullable and one.name != "id"}
    return needed | {name: value for name, value in chosen.items() if name in needed} | ROWS.get(table.name, {})


def rows(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_filled_database_of_the_first_version_is_brought_up_to_today(two: tuple[Engine, Engine]) -> None:  # noqa: F811
    migrated, _ = two
    with database.rebuilding(migrated) as connection:
        migrations.upgrade(connection, to=OLD)
    before = MetaData()
    before.reflect(migrated)
    with migrated.begin() as connection:
        counted = filled(connection, before)
    assert min(counted.values()) >= 1
    upgrade(migrated)
    after = MetaData()
    after.reflect(migrated)
    volunteer, account = after.tables["volunteer"].c, after.tables["account"].c
    with migrated.connect() as connection:
        assert migrations.is_current(connection)
        kept = {name: rows(connection, after.tables[name]) for name in counted}
        left = dict(connection.execute(select(volunteer.code, volunteer.closed_at)).all())
        named = connection.execute(select(account.login, account.name, account.status)).all()
        if migrated.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert kept == counted
    assert (left["YD000001"].date(), left["YD000002"]) == (LEFT.date(), None)
    assert named == [("old-hand", "老同事", "active")]
