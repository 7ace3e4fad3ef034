"""rule sets are withdrawn

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('rule_set_withdrawal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rule_set_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('proposed_by', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('decided_by', sa.String(length=40), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("status <> 'done' OR (decided_by IS NOT NULL AND decided_by <> proposed_by)", name=op.f('ck_rule_set_withdrawal_two_people')),
    sa.CheckConstraint("status IN ('open', 'done', 'declined')", name=op.f('ck_rule_set_withdrawal_status')),
    sa.CheckConstraint('length(reason) >= 10', name=op.f('ck_rule_set_withdrawal_reason')),
    sa.ForeignKeyConstraint(['rule_set_id'], ['rule_set.id'], name=op.f('fk_rule_set_withdrawal_rule_set_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_set_withdrawal'))
    )
    with op.batch_alter_table('rule_set_withdrawal', schema=None) as batch_op:
        batch_op.create_index('uq_rule_set_withdrawal_open', ['rule_set_id'], unique=True, sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))
    with op.batch_alter_table('rule_set', schema=None) as batch_op:
        batch_op.add_column(sa.Column('based_on', sa.String(length=20), nullable=True))
