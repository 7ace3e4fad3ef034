"""goods come back line by line, renamed goods are confirmed again, counts are blind

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('goods_return',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('redemption_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('qty', sa.Integer(), nullable=False),
    sa.Column('to_stock', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('second_by', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_goods_return_explained')),
    sa.CheckConstraint('number > 0', name=op.f('ck_goods_return_number')),
    sa.CheckConstraint('qty > 0', name=op.f('ck_goods_return_qty')),
    sa.CheckConstraint('second_by <> created_by', name=op.f('ck_goods_return_two_signatures')),
    sa.ForeignKeyConstraint(['line_id'], ['redemption_line.id'], name=op.f('fk_goods_return_line_id')),
    sa.ForeignKeyConstraint(['redemption_id'], ['redemption.id'], name=op.f('fk_goods_return_redemption_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goods_return')),
    sa.UniqueConstraint('line_id', 'number', name=op.f('uq_goods_return_line_id_number')),
    )
    with op.batch_alter_table('goods_return', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_goods_return_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_goods_return_redemption_id'), ['redemption_id'], unique=False)
    # one ALTER for both databases: a batch would write the tables anew under those that point to them
    op.execute(
        "ALTER TABLE redemption ADD COLUMN points_returned INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_redemption_points_returned CHECK (points_returned BETWEEN 0 AND total_points)"
    )
    op.execute(
        "ALTER TABLE redemption_line ADD COLUMN qty_returned INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_redemption_line_qty_returned CHECK (qty_returned BETWEEN 0 AND qty)"
    )
    # what came back until now came back whole
    back = "redemption_id IN (SELECT id FROM redemption WHERE status = 'returned')"
    op.execute(
        "DROP TRIGGER redemption_line_no_update"
        + ("" if op.get_bind().dialect.name == "sqlite" else " ON redemption_line")
    )
    op.execute(f"UPDATE redemption_line SET qty_returned = qty WHERE {back}")
    op.execute("UPDATE redemption SET points_returned = total_points WHERE status = 'returned'")
    op.execute(
        "INSERT INTO goods_return "
        "(redemption_id, line_id, number, qty, to_stock, reason, second_by, created_at, created_by) "
        "SELECT r.id, l.id, 1, l.qty, NOT EXISTS (SELECT 1 FROM stock_move m WHERE m.batch_id = l.batch_id "
        "AND m.kind = 'loss' AND m.reference = 'redemption:' || r.code), COALESCE(NULLIF(r.ended_reason, ''), '-'), "
        "r.returned_second, r.ended_at, COALESCE(r.returned_by, 'system') "
        "FROM redemption r JOIN redemption_line l ON l.redemption_id = r.id WHERE r.status = 'returned' ORDER BY l.id"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TRIGGER goods_return_no_update BEFORE UPDATE ON goods_return BEGIN SELECT RAISE(ABORT, 'append-only: goods_return'); END")
        op.execute("CREATE TRIGGER goods_return_no_delete BEFORE DELETE ON goods_return BEGIN SELECT RAISE(ABORT, 'append-only: goods_return'); END")
        op.execute("CREATE TRIGGER redemption_line_no_update BEFORE UPDATE OF redemption_id, item_id, batch_id, qty, price ON redemption_line BEGIN SELECT RAISE(ABORT, 'append-only: redemption_line'); END")
    elif op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = '23001'; END $$")
        op.execute('CREATE TRIGGER goods_return_no_update BEFORE UPDATE ON goods_return FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER goods_return_no_delete BEFORE DELETE ON goods_return FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER goods_return_no_truncate BEFORE TRUNCATE ON goods_return FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER redemption_line_no_update BEFORE UPDATE OF redemption_id, item_id, batch_id, qty, price ON redemption_line FOR EACH ROW EXECUTE FUNCTION refuse_change()')
    op.add_column("goods_item", sa.Column("renamed_by", sa.String(length=40), nullable=True))
    op.create_table('count_sheet',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('station_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('second_by', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint('second_by <> created_by', name=op.f('ck_count_sheet_two_signatures')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_count_sheet_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_count_sheet')),
    )
    with op.batch_alter_table('count_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_count_sheet_station_id_month'), ['station_id', 'month'], unique=False)

    op.create_table('count_sheet_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sheet_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('booked', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint('counted >= 0 AND booked >= 0', name=op.f('ck_count_sheet_line_counted')),
    sa.ForeignKeyConstraint(['batch_id'], ['stock_batch.id'], name=op.f('fk_count_sheet_line_batch_id')),
    sa.ForeignKeyConstraint(['sheet_id'], ['count_sheet.id'], name=op.f('fk_count_sheet_line_sheet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_count_sheet_line')),
    sa.UniqueConstraint('sheet_id', 'batch_id', name=op.f('uq_count_sheet_line_sheet_id_batch_id')),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TRIGGER count_sheet_no_update BEFORE UPDATE ON count_sheet BEGIN SELECT RAISE(ABORT, 'append-only: count_sheet'); END")
        op.execute("CREATE TRIGGER count_sheet_no_delete BEFORE DELETE ON count_sheet BEGIN SELECT RAISE(ABORT, 'append-only: count_sheet'); END")
        op.execute("CREATE TRIGGER count_sheet_line_no_update BEFORE UPDATE ON count_sheet_line BEGIN SELECT RAISE(ABORT, 'append-only: count_sheet_line'); END")
        op.execute("CREATE TRIGGER count_sheet_line_no_delete BEFORE DELETE ON count_sheet_line BEGIN SELECT RAISE(ABORT, 'append-only: count_sheet_line'); END")
    elif op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = '23001'; END $$")
        op.execute('CREATE TRIGGER count_sheet_no_update BEFORE UPDATE ON count_sheet FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER count_sheet_no_delete BEFORE DELETE ON count_sheet FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER count_sheet_no_truncate BEFORE TRUNCATE ON count_sheet FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER count_sheet_line_no_update BEFORE UPDATE ON count_sheet_line FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER count_sheet_line_no_delete BEFORE DELETE ON count_sheet_line FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER count_sheet_line_no_truncate BEFORE TRUNCATE ON count_sheet_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
