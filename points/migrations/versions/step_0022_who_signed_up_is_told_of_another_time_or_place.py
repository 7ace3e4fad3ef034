"""who signed up is told of another time or place

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('activity_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('activity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('what', sa.String(length=17), nullable=False),
    sa.Column('was_start_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('was_end_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('was_place', sa.String(length=80), nullable=False),
    sa.Column('start_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('end_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("what IN ('changed', 'cancelled')", name=op.f('ck_activity_change_what')),
    sa.CheckConstraint('end_at > start_at', name=op.f('ck_activity_change_ends_after_start')),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_activity_change_activity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_change')),
    )
    with op.batch_alter_table('activity_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activity_change_activity_id'), ['activity_id'], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TRIGGER activity_change_no_update BEFORE UPDATE ON activity_change BEGIN SELECT RAISE(ABORT, 'append-only: activity_change'); END")
        op.execute("CREATE TRIGGER activity_change_no_delete BEFORE DELETE ON activity_change BEGIN SELECT RAISE(ABORT, 'append-only: activity_change'); END")
    elif op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = '23001'; END $$")
        op.execute('CREATE TRIGGER activity_change_no_update BEFORE UPDATE ON activity_change FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER activity_change_no_delete BEFORE DELETE ON activity_change FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER activity_change_no_truncate BEFORE TRUNCATE ON activity_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
