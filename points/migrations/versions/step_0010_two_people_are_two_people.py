"""two people are two people: whose an account is, who had a hand in it, who signed for whom

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("made", "link", "grant", "person", "enabled")


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "staff_person",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_person")),
        sa.UniqueConstraint("key", name=op.f("uq_staff_person_key")),
        sa.UniqueConstraint("phone", name=op.f("uq_staff_person_phone")),
    )
    op.create_table(
        "account_hand",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_account_hand_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_hand_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_hand")),
    )
    op.create_index("ix_account_hand_account_id", "account_hand", ["account_id"])
    op.create_index("ix_account_hand_created_at", "account_hand", ["created_at"])
    op.create_table(
        "signature",
        sa.Column("id", BIG, nullable=False),
        sa.Column("first_by", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.Column("area_path", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    op.create_index("ix_signature_created_at", "signature", ["created_at"])
    op.create_table(
        "looked_through",
        sa.Column("id", BIG, nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looked_through")),
    )
    op.create_index(
        "ix_looked_through_created_by_what_created_at", "looked_through", ["created_by", "what", "created_at"]
    )
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("person_id", BIG, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_account_person_id"), "staff_person", ["person_id"], ["id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_account_of_one_person"), "person_id IS NULL OR volunteer_id IS NULL"
        )
        batch_op.create_index("ix_account_person_id", ["person_id"])
    with op.batch_alter_table("api_token") as batch_op:
        batch_op.add_column(sa.Column("owner_id", BIG, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_api_token_owner_id"), "account", ["owner_id"], ["id"])
    for column in ("pin", "phone"):
        op.add_column("volunteer", sa.Column(f"{column}_set_by", sa.String(length=40), nullable=True))
        op.add_column("volunteer", sa.Column(f"{column}_set_at", sa.DateTime(timezone=True), nullable=True))
    _carry_over()
    for table in ("account_hand", "signature"):
        if on_sqlite:
            refuse = f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
            op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
            op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        else:
            each = f"ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE {each}")
            op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE {each}")
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def _carry_over() -> None:
    """Everybody signs on under the name they had; what was done to accounts so far is told by rows and by the log."""
    op.execute(
        "INSERT INTO staff_person (key, name, phone, created_at, created_by) "
        "SELECT login, CASE WHEN name = '' THEN login ELSE name END, NULL, created_at, created_by FROM account "
        "WHERE volunteer_id IS NULL AND id NOT IN (SELECT account_id FROM api_token)"
    )
    op.execute(
        "UPDATE account SET person_id = (SELECT staff_person.id FROM staff_person WHERE staff_person.key = account.login) "
        "WHERE volunteer_id IS NULL AND id NOT IN (SELECT account_id FROM api_token)"
    )
    op.execute(
        "UPDATE api_token SET owner_id = (SELECT min(account.id) FROM account "
        "LEFT JOIN volunteer ON volunteer.id = account.volunteer_id "
        "WHERE account.login = api_token.created_by OR volunteer.code = api_token.created_by)"
    )
    op.execute(
        "INSERT INTO account_hand (account_id, kind, role, created_at, created_by) "
        "SELECT account_id, kind, role, created_at, created_by FROM ("
        "SELECT id AS account_id, 'made' AS kind, '' AS role, created_at, created_by FROM account "
        "WHERE id NOT IN (SELECT account_id FROM api_token) "
        "UNION ALL SELECT account_id, 'grant', role, created_at, created_by FROM role_grant "
        "WHERE account_id NOT IN (SELECT account_id FROM api_token) "
        "UNION ALL SELECT account.id, 'link', '', entry.created_at, entry.created_by FROM audit_entry AS entry "
        "JOIN account ON entry.target = 'account:' || account.login WHERE entry.action = 'account.setup_link'"
        ") AS hand ORDER BY created_at, account_id"
    )
    op.execute(
        "UPDATE volunteer SET (pin_set_by, pin_set_at) = (SELECT entry.created_by, entry.created_at "
        "FROM audit_entry AS entry WHERE entry.target = 'volunteer:' || volunteer.code "
        "AND entry.action = 'volunteer.set_pin' ORDER BY entry.id DESC LIMIT 1) WHERE pin_hash IS NOT NULL "
        "AND 'volunteer:' || code IN (SELECT target FROM audit_entry WHERE action = 'volunteer.set_pin' "
        "AND target <> 'volunteer:' || audit_entry.created_by)"
    )
