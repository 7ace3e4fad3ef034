"""housing estates have codes, buildings and an end, people and households live in them, themes of a month end

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "building",
        sa.Column("id", BIG, nullable=False),
        sa.Column("compound_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_building_compound_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_building")),
        sa.UniqueConstraint("code", name=op.f("uq_building_code")),
        sa.UniqueConstraint("compound_id", "name", name=op.f("uq_building_compound_id_name")),
    )
    op.add_column("compound", sa.Column("code", sa.String(length=60), nullable=True))
    op.add_column("compound", sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute("UPDATE compound SET code = (SELECT code FROM area WHERE area.id = compound.community_id) || '-X' || id")
    op.execute(
        "UPDATE compound SET name = name || ' ' || id WHERE EXISTS (SELECT 1 FROM compound AS other"
        " WHERE other.community_id = compound.community_id AND other.name = compound.name AND other.id < compound.id)"
    )
    with op.batch_alter_table("compound") as batch_op:
        batch_op.alter_column("code", existing_type=sa.String(length=60), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_compound_code"), ["code"])
        batch_op.create_unique_constraint(batch_op.f("uq_compound_community_id_name"), ["community_id", "name"])
    with op.batch_alter_table("household") as batch_op:
        batch_op.add_column(sa.Column("compound_id", BIG, nullable=True))
        batch_op.add_column(sa.Column("building_id", BIG, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_household_compound_id"), "compound", ["compound_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_household_building_id"), "building", ["building_id"], ["id"])
    with op.batch_alter_table("volunteer") as batch_op:
        batch_op.add_column(sa.Column("building_id", BIG, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_volunteer_building_id"), "building", ["building_id"], ["id"])
    op.add_column("monthly_theme", sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False))
