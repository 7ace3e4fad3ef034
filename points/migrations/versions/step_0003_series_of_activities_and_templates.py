"""series of activities and templates

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity_series",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint("until_day >= from_day", name=op.f("ck_activity_series_ends_after_it_begins")),
        sa.CheckConstraint("weekdays BETWEEN 1 AND 127", name=op.f("ck_activity_series_weekdays")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_series")),
        sa.UniqueConstraint("code", name=op.f("uq_activity_series_code")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("series_day", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("is_template", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_unique_constraint(batch_op.f("uq_activity_series_id_series_day"), ["series_id", "series_day"])
        batch_op.create_foreign_key(batch_op.f("fk_activity_series_id"), "activity_series", ["series_id"], ["id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_activity_day_of_a_series"), "(series_id IS NULL) = (series_day IS NULL)"
        )
