"""the same key, the same answer: a scan keeps what its stay was like when it was answered; the log is sealed

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FROZEN = (
    "nonce, session_id, direction, method, occurred_at, forced, refusal_overridden, undoes_id, operator_account_id, "
    "created_at, created_by, answered_in_at, answered_flags"
)


CONSENT = "subject_id, purpose, text_version, granted_at, channel, paper_ref, recorded_by, created_at, created_by"


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "audit_seal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("upto_id", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("upto_id", name=op.f("uq_audit_seal_upto_id")),
    )
    for table, of in (("audit_seal", ""), ("consent", f" OF {CONSENT}")):
        if on_sqlite:
            refuse = f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
            op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE{of} ON {table} {refuse}")
            op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        else:
            each = f"ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE{of} {each}")
            op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE {each}")
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
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
