"""a scan reads one person's stays

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_account_volunteer_id", "account", ["volunteer_id"])
    op.create_index("ix_attendance_session_volunteer_id_activity_id", "attendance_session", ["volunteer_id", "activity_id"])
    own = sa.text("device_hash <> ''")
    op.create_index(
        "ix_attendance_session_own_device",
        "attendance_session",
        ["device_hash", "in_at"],
        sqlite_where=own,
        postgresql_where=own,
    )
