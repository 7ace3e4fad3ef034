"""sign-in by number, households, positions, what to bring

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("station_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=4), nullable=False),
        sa.Column("agent", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=17), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("identity_check", sa.String(length=20), nullable=True),
        sa.Column("identity_second", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "identity_check IN ('pin', 'phone4', 'card_pin', 'known_by_two')",
            name=op.f("ck_sign_in_request_identity_check"),
        ),
        sa.CheckConstraint(
            "identity_check IS NULL OR identity_check <> 'known_by_two' OR (identity_second IS NOT NULL AND identity_second <> approved_by)",
            name=op.f("ck_sign_in_request_two_know"),
        ),
        sa.CheckConstraint(
            "status <> 'open' OR (volunteer_id IS NULL AND approved_by IS NULL)",
            name=op.f("ck_sign_in_request_approved_once"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'approved', 'collected', 'ended')", name=op.f("ck_sign_in_request_status")
        ),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'collected') OR (volunteer_id IS NOT NULL AND approved_by IS NOT NULL AND identity_check IS NOT NULL)",
            name=op.f("ck_sign_in_request_approved_for_someone"),
        ),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_sign_in_request_station_id")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_sign_in_request_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_request")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_request_token_hash")),
    )
    with op.batch_alter_table("sign_in_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_request_created_at"), ["created_at"], unique=False)
        batch_op.create_index(
            "uq_sign_in_request_open",
            ["station_id", "number"],
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )

    op.create_table(
        "station_position",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("station_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_station_position_latitude")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_station_position_longitude")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_station_position_station_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_position")),
        sa.UniqueConstraint("station_id", name=op.f("uq_station_position_station_id")),
    )
    op.create_table(
        "household_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=17), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status = 'open' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)",
            name=op.f("ck_household_request_decided_by_someone"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_household_request_status")
        ),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_household_request_household_id")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_household_request_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_request")),
    )
    with op.batch_alter_table("household_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_request_household_id"), ["household_id"], unique=False)
        batch_op.create_index(
            "uq_household_request_open",
            ["volunteer_id"],
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bring", sa.String(length=100), server_default=sa.text("''"), nullable=False))
    with op.batch_alter_table("makeup_request", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("decided_why", sa.String(length=200), server_default=sa.text("''"), nullable=False)
        )
