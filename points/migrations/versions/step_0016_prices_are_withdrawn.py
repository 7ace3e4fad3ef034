"""prices are withdrawn

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('goods_price_withdrawal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('price_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint('length(reason) >= 5', name=op.f('ck_goods_price_withdrawal_reason')),
    sa.ForeignKeyConstraint(['price_id'], ['goods_price.id'], name=op.f('fk_goods_price_withdrawal_price_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goods_price_withdrawal')),
    sa.UniqueConstraint('price_id', name=op.f('uq_goods_price_withdrawal_price_id')),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TRIGGER goods_price_withdrawal_no_update BEFORE UPDATE ON goods_price_withdrawal BEGIN SELECT RAISE(ABORT, 'append-only: goods_price_withdrawal'); END")
        op.execute("CREATE TRIGGER goods_price_withdrawal_no_delete BEFORE DELETE ON goods_price_withdrawal BEGIN SELECT RAISE(ABORT, 'append-only: goods_price_withdrawal'); END")
    elif op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = '23001'; END $$")
        op.execute('CREATE TRIGGER goods_price_withdrawal_no_update BEFORE UPDATE ON goods_price_withdrawal FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER goods_price_withdrawal_no_delete BEFORE DELETE ON goods_price_withdrawal FOR EACH ROW EXECUTE FUNCTION refuse_change()')
        op.execute('CREATE TRIGGER goods_price_withdrawal_no_truncate BEFORE TRUNCATE ON goods_price_withdrawal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
