"""goods are on the way between stations

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('stock_transfer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('from_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('to_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.String(length=18), nullable=False),
    sa.Column('second_by', sa.String(length=40), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=40), nullable=True),
    sa.Column('ended_second', sa.String(length=40), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("status = 'sent' OR (ended_at IS NOT NULL AND ended_by IS NOT NULL AND ended_second IS NOT NULL AND ended_by <> ended_second)", name=op.f('ck_stock_transfer_ended_by_two')),
    sa.CheckConstraint("status IN ('sent', 'received', 'taken_back')", name=op.f('ck_stock_transfer_status')),
    sa.CheckConstraint('from_id <> to_id', name=op.f('ck_stock_transfer_two_stations')),
    sa.CheckConstraint('second_by <> created_by', name=op.f('ck_stock_transfer_two_signatures')),
    sa.ForeignKeyConstraint(['from_id'], ['station.id'], name=op.f('fk_stock_transfer_from_id')),
    sa.ForeignKeyConstraint(['to_id'], ['station.id'], name=op.f('fk_stock_transfer_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_transfer')),
    sa.UniqueConstraint('code', name=op.f('uq_stock_transfer_code')),
    )
    with op.batch_alter_table('stock_transfer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stock_transfer_from_id'), ['from_id'], unique=False)
        batch_op.create_index('ix_stock_transfer_on_the_way', ['to_id', 'from_id'], unique=False, sqlite_where=sa.text("status = 'sent'"), postgresql_where=sa.text("status = 'sent'"))
        batch_op.create_index(batch_op.f('ix_stock_transfer_to_id'), ['to_id'], unique=False)

    op.create_table('stock_transfer_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('transfer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('qty', sa.Integer(), nullable=False),
    sa.Column('received', sa.Integer(), nullable=True),
    sa.Column('arrived_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("received IS NULL OR received = qty OR reason <> ''", name=op.f('ck_stock_transfer_line_difference_explained')),
    sa.CheckConstraint('(received IS NULL) = (arrived_id IS NULL)', name=op.f('ck_stock_transfer_line_arrived')),
    sa.CheckConstraint('qty > 0', name=op.f('ck_stock_transfer_line_qty')),
    sa.CheckConstraint('received IS NULL OR received BETWEEN 0 AND qty', name=op.f('ck_stock_transfer_line_received')),
    sa.ForeignKeyConstraint(['arrived_id'], ['stock_batch.id'], name=op.f('fk_stock_transfer_line_arrived_id')),
    sa.ForeignKeyConstraint(['batch_id'], ['stock_batch.id'], name=op.f('fk_stock_transfer_line_batch_id')),
    sa.ForeignKeyConstraint(['transfer_id'], ['stock_transfer.id'], name=op.f('fk_stock_transfer_line_transfer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_transfer_line')),
    sa.UniqueConstraint('transfer_id', 'batch_id', name=op.f('uq_stock_transfer_line_transfer_id_batch_id')),
    )
    with op.batch_alter_table('stock_transfer_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stock_transfer_line_batch_id'), ['batch_id'], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TRIGGER stock_transfer_no_update BEFORE UPDATE OF code, from_id, to_id, second_by ON stock_transfer BEGIN SELECT RAISE(ABORT, 'append-only: stock_transfer'); END")
        op.execute("CREATE TRIGGER stock_transfer_no_delete BEFORE DELETE ON stock_transfer BEGIN SELECT RAISE(ABORT, 'append-only: stock_transfer'); END")
        op.execute("CREATE TRIGGER stock_transfer_line_no_update BEFORE UPDATE OF transfer_id, batch_id, qty ON stock_transfer_line BEGIN SELECT RAISE(ABORT, 'append-only: stock_transfer_line'); END")
        op.execute("CREATE TRIGGER stock_transfer_line_no_delete BEFORE DELETE ON stock_transfer_line BEGIN SELECT RAISE(ABORT, 'append-only: stock_transfer_line'); END")
    elif op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = '23001'; END $$")
        op.execute('CREATE TRIGGER stock_transfer_no_update BEFORE UPDATE OF code, from_id, to_id, second_by ON stock_transfer FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER stock_transfer_no_delete BEFORE DELETE ON stock_transfer FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER stock_transfer_no_truncate BEFORE TRUNCATE ON stock_transfer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER stock_transfer_line_no_update BEFORE UPDATE OF transfer_id, batch_id, qty ON stock_transfer_line FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER stock_transfer_line_no_delete BEFORE DELETE ON stock_transfer_line FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER stock_transfer_line_no_truncate BEFORE TRUNCATE ON stock_transfer_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
