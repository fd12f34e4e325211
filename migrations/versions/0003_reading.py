"""Sums of sales, and the indexes that pages need at a million orders.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

SUMS = ("sales_counted", "sales_days", "sales_skus", "sales_customers", "sales_calendar")


def upgrade() -> None:
    op.create_table(
        "sales_counted",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("sales_region", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("skus", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("nets", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("units", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_sales_counted")),
    )
    op.create_table(
        "sales_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sales_region", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        *_figures(),
        sa.PrimaryKeyConstraint("day", "channel_id", "sales_region", "currency", name=op.f("pk_sales_days")),
    )
    for table, key in (("sales_skus", "sku_id"), ("sales_customers", "customer_id")):
        op.create_table(
            table,
            sa.Column("bucket", sa.String(), nullable=False),
            sa.Column(key, sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("currency", sa.String(), nullable=False),
            *_figures(),
            sa.PrimaryKeyConstraint("bucket", key, "currency", name=op.f(f"pk_{table}")),
        )
    op.create_table(
        "sales_calendar",
        sa.Column("id", sa.BigInteger(), server_default="1", autoincrement=False, nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("rebuilt_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_sales_calendar_only_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_calendar")),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(SUMS)} TO app")


def _figures() -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in ("net_minor", "orders", "units")]


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
