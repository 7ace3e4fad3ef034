"""goods have a class that a second person confirms

Revision ID: 0017a
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0017a"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # one ALTER for both databases: a batch would write the table anew under those that point to it
    op.execute(
        "ALTER TABLE goods_item ADD COLUMN goods_class VARCHAR(18) DEFAULT 'other' NOT NULL "
        "CONSTRAINT ck_goods_item_goods_class CHECK (goods_class IN ('food', 'household', 'hygiene', 'stationery', "
        "'book', 'service', 'other', 'cash_like', 'tobacco', 'alcohol', 'medicine', 'securities', 'lottery', 'fee'))"
    )
    op.add_column("goods_item", sa.Column("confirmed_by", sa.String(length=40), nullable=True))
    op.execute("UPDATE goods_item SET confirmed_by = 'system' WHERE status <> 'draft'")
