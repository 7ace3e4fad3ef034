"""stations serve their street

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "street_serving",
        sa.Column("id", number, nullable=False),
        sa.Column("street_id", number, nullable=False),
        sa.Column("whole_street", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["street_id"], ["area.id"], name=op.f("fk_street_serving_street_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_serving")),
        sa.UniqueConstraint("street_id", name=op.f("uq_street_serving_street_id")),
    )
    op.create_table(
        "street_agreement",
        sa.Column("id", number, nullable=False),
        sa.Column("street_id", number, nullable=False),
        sa.Column("other_id", number, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint("street_id <> other_id", name=op.f("ck_street_agreement_two_streets")),
        sa.ForeignKeyConstraint(["street_id"], ["area.id"], name=op.f("fk_street_agreement_street_id")),
        sa.ForeignKeyConstraint(["other_id"], ["area.id"], name=op.f("fk_street_agreement_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_agreement")),
        sa.UniqueConstraint("street_id", "other_id", name=op.f("uq_street_agreement_street_id_other_id")),
    )
