"""goods have a class that a second person confirms

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
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
