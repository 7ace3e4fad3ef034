"""who leaves is forgotten: when somebody left, and until when they use up points

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("volunteer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("points_until", sa.Date(), nullable=True))
    # who left before this step is forgotten from when the log says that they did; numbers merged away did not leave
    op.execute(
        "UPDATE volunteer SET closed_at = COALESCE((SELECT MAX(audit_entry.created_at) FROM audit_entry"
        " WHERE audit_entry.target = 'volunteer:' || volunteer.code"
        " AND audit_entry.action IN ('volunteer.leave', 'volunteer.status')), created_at)"
        " WHERE status = 'closed' AND id NOT IN (SELECT gone_id FROM merged_number)"
    )
