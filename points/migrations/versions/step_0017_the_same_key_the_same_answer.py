"""the same key, the same answer: a scan keeps what its stay was like when it was answered

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

FROZEN = (
    "nonce, session_id, direction, method, occurred_at, forced, refusal_overridden, undoes_id, operator_account_id, "
    "created_at, created_by, answered_in_at, answered_flags"
)


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("scan", sa.Column("answered_in_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("scan", sa.Column("answered_flags", sa.JSON(none_as_null=True), nullable=True))
    # the trigger names the columns that it holds
    if on_sqlite:
        op.execute("DROP TRIGGER scan_no_update")
        op.execute(
            f"CREATE TRIGGER scan_no_update BEFORE UPDATE OF {FROZEN} ON scan "
            "BEGIN SELECT RAISE(ABORT, 'append-only: scan'); END"
        )
    else:
        op.execute("DROP TRIGGER scan_no_update ON scan")
        op.execute(
            f"CREATE TRIGGER scan_no_update BEFORE UPDATE OF {FROZEN} ON scan "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
