"""merged numbers, known apart, feedback

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('feedback',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.String(length=18), nullable=False),
    sa.Column('area_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_path', sa.String(length=200), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('contact', sa.String(length=60), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('reply', sa.String(length=500), nullable=False),
    sa.Column('replied_by', sa.String(), nullable=True),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint("(replied_at IS NULL) = (replied_by IS NULL) AND (replied_at IS NULL) = (reply = '')", name=op.f('ck_feedback_answered')),
    sa.CheckConstraint("kind IN ('complaint', 'suggestion', 'praise')", name=op.f('ck_feedback_kind')),
    sa.CheckConstraint("replied_at IS NULL OR contact = ''", name=op.f('ck_feedback_contact_gone_when_done')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_feedback_area_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteer.id'], name=op.f('fk_feedback_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback')),
    sa.UniqueConstraint('code', name=op.f('uq_feedback_code'))
    )
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feedback_area_path'), ['area_path'], unique=False)
        batch_op.create_index(batch_op.f('ix_feedback_replied_at'), ['replied_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_feedback_volunteer_id'), ['volunteer_id'], unique=False)

    op.create_table('known_apart',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('low_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('high_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint('low_id < high_id', name=op.f('ck_known_apart_in_order')),
    sa.ForeignKeyConstraint(['high_id'], ['volunteer.id'], name=op.f('fk_known_apart_high_id')),
    sa.ForeignKeyConstraint(['low_id'], ['volunteer.id'], name=op.f('fk_known_apart_low_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_apart')),
    sa.UniqueConstraint('low_id', 'high_id', name=op.f('uq_known_apart_low_id_high_id'))
    )
    op.create_table('merged_number',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('gone_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kept_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('second_by', sa.String(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.CheckConstraint('gone_id <> kept_id', name=op.f('ck_merged_number_two_numbers')),
    sa.ForeignKeyConstraint(['gone_id'], ['volunteer.id'], name=op.f('fk_merged_number_gone_id')),
    sa.ForeignKeyConstraint(['kept_id'], ['volunteer.id'], name=op.f('fk_merged_number_kept_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merged_number')),
    sa.UniqueConstraint('gone_id', name=op.f('uq_merged_number_gone_id'))
    )
    with op.batch_alter_table('merged_number', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_merged_number_kept_id'), ['kept_id'], unique=False)
