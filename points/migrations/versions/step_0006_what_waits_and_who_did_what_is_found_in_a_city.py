"""what waits and who did what is found in a city

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_volunteer_birth_date", "volunteer", ["birth_date"])
    op.create_index("ix_service_record_team_id_local_date", "service_record", ["team_id", "local_date"])
    op.create_index("ix_service_record_status_local_date", "service_record", ["status", "local_date"])
    pending = sa.text("minutes_pending > 0")
    op.create_index(
        "ix_service_record_pending", "service_record", ["local_date"], sqlite_where=pending, postgresql_where=pending
    )
    rare = sa.text("action NOT IN ('attendance.in', 'attendance.out')")
    op.create_index("ix_audit_entry_rare", "audit_entry", ["action", "id"], sqlite_where=rare, postgresql_where=rare)
