"""goods have a drawing, sessions are closed with a count

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "session_count",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint("counted >= 0 AND booked >= 0", name=op.f("ck_session_count_counted")),
        sa.ForeignKeyConstraint(["item_id"], ["goods_item.id"], name=op.f("fk_session_count_item_id")),
        sa.ForeignKeyConstraint(["session_id"], ["exchange_session.id"], name=op.f("fk_session_count_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_count")),
        sa.UniqueConstraint("session_id", "item_id", name=op.f("uq_session_count_session_id_item_id")),
    )
    op.create_table(
        "session_variance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("count_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("second_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_session_variance_explained")),
        sa.CheckConstraint("second_by <> created_by", name=op.f("ck_session_variance_two_signatures")),
        sa.ForeignKeyConstraint(["count_id"], ["session_count.id"], name=op.f("fk_session_variance_count_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_variance")),
        sa.UniqueConstraint("count_id", name=op.f("uq_session_variance_count_id")),
    )
    # one ALTER for both databases: a batch would write the table anew under those that point to it
    op.execute(
        "ALTER TABLE goods_item ADD COLUMN icon VARCHAR(30) DEFAULT 'package' NOT NULL "
        "CONSTRAINT ck_goods_item_icon CHECK (icon IN ("
        "'package', 'gift', 'shopping-basket', 'ticket', 'trash-2', 'bath', 'soap-dispenser-droplet', "
        "'scroll', 'toothbrush', 'spray-can', 'washing-machine', 'shirt', 'brush', 'droplets', 'wheat', "
        "'cooking-pot', 'egg', 'milk', 'amphora', 'bean', 'carrot', 'apple', 'fish', 'candy', 'cake-slice', "
        "'soup', 'utensils', 'cup-soda', 'coffee', 'umbrella', 'lamp', 'lightbulb', 'battery-charging', "
        "'bed', 'book-open', 'notebook-pen', 'backpack', 'toy-brick', 'baby', 'flower-2', 'footprints', "
        "'scissors', 'wrench', 'key-round', 'air-vent'"
        "))"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER session_count_no_update BEFORE UPDATE ON session_count BEGIN SELECT RAISE(ABORT, 'append-only: session_count'); END"
        )
        op.execute(
            "CREATE TRIGGER session_count_no_delete BEFORE DELETE ON session_count BEGIN SELECT RAISE(ABORT, 'append-only: session_count'); END"
        )
        op.execute(
            "CREATE TRIGGER session_variance_no_update BEFORE UPDATE ON session_variance BEGIN SELECT RAISE(ABORT, 'append-only: session_variance'); END"
        )
        op.execute(
            "CREATE TRIGGER session_variance_no_delete BEFORE DELETE ON session_variance BEGIN SELECT RAISE(ABORT, 'append-only: session_variance'); END"
        )
    elif op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = '23001'; END $$"
        )
        op.execute(
            "CREATE TRIGGER session_count_no_update BEFORE UPDATE ON session_count FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER session_count_no_delete BEFORE DELETE ON session_count FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER session_count_no_truncate BEFORE TRUNCATE ON session_count FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER session_variance_no_update BEFORE UPDATE ON session_variance FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER session_variance_no_delete BEFORE DELETE ON session_variance FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER session_variance_no_truncate BEFORE TRUNCATE ON session_variance FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
