"""what decides stands in tables, not in the log

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "minor_look",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=18), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('counter', 'guardian', 'activity', 'correction', 'safety')", name=op.f("ck_minor_look_reason")
        ),
        sa.ForeignKeyConstraint(["minor_id"], ["volunteer.id"], name=op.f("fk_minor_look_minor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minor_look")),
    )
    op.create_index("ix_minor_look_minor_id_created_at", "minor_look", ["minor_id", "created_at"])
    # one ALTER for both databases: a batch would write the table anew under those that point to it
    op.execute(
        "ALTER TABLE activity ADD COLUMN extended_minutes INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_activity_extended_minutes CHECK (extended_minutes BETWEEN 0 AND 120)"
    )
    op.add_column("activity", sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("service_record", sa.Column("disputed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "service_record", sa.Column("disputed_why", sa.String(length=200), server_default=sa.text("''"), nullable=False)
    )
    _carry_over(on_sqlite=op.get_bind().dialect.name == "sqlite")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER minor_look_no_update BEFORE UPDATE ON minor_look BEGIN SELECT RAISE(ABORT, 'append-only: minor_look'); END"
        )
        op.execute(
            "CREATE TRIGGER minor_look_no_delete BEFORE DELETE ON minor_look BEGIN SELECT RAISE(ABORT, 'append-only: minor_look'); END"
        )
    elif op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = '23001'; END $$"
        )
        op.execute(
            "CREATE TRIGGER minor_look_no_update BEFORE UPDATE ON minor_look FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER minor_look_no_delete BEFORE DELETE ON minor_look FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER minor_look_no_truncate BEFORE TRUNCATE ON minor_look FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _carry_over(*, on_sqlite: bool) -> None:
    """What the log alone knew until now: looks at minors, extensions, other places, open objections."""
    op.execute(
        "INSERT INTO minor_look (minor_id, role, reason, created_at, created_by) "
        "SELECT volunteer.id, entry.role, entry.reason, entry.created_at, entry.created_by "
        "FROM audit_entry AS entry JOIN volunteer ON entry.target = 'volunteer:' || volunteer.code "
        "WHERE entry.action = 'minor.look' ORDER BY entry.id"
    )
    minutes = "json_extract(entry.facts, '$.minutes')" if on_sqlite else "(entry.facts ->> 'minutes')::integer"
    op.execute(
        f"UPDATE activity SET extended_minutes = (SELECT sum({minutes}) FROM audit_entry AS entry "
        "WHERE entry.target = 'activity:' || activity.code AND entry.action = 'activity.extend') "
        "WHERE 'activity:' || code IN (SELECT target FROM audit_entry WHERE action = 'activity.extend')"
    )
    elsewhere = (
        "EXISTS (SELECT 1 FROM json_each(entry.facts, '$.changed') AS one WHERE one.value = 'place')"
        if on_sqlite
        else "(entry.facts -> 'changed')::jsonb @> '[\"place\"]'"
    )
    op.execute(
        "UPDATE activity SET moved_at = (SELECT max(entry.created_at) FROM audit_entry AS entry "
        f"WHERE entry.target = 'activity:' || activity.code AND entry.action = 'activity.change' AND {elsewhere}) "
        "WHERE 'activity:' || code IN (SELECT target FROM audit_entry WHERE action = 'activity.change')"
    )
    op.execute(
        "UPDATE service_record SET (disputed_at, disputed_why) = (SELECT entry.created_at, substr(entry.reason, 1, 200) "
        "FROM audit_entry AS entry WHERE entry.target = 'record:' || service_record.code "
        "AND entry.action = 'record.dispute' ORDER BY entry.id DESC LIMIT 1) WHERE status = 'disputed' "
        "AND 'record:' || code IN (SELECT target FROM audit_entry WHERE action = 'record.dispute')"
    )
