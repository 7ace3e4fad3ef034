"""skills have a proof

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    proof = sa.Column("proof", sa.String(length=60), server_default=sa.text("''"), nullable=False)
    op.add_column("volunteer_skill", proof)
