"""Sums of sales of whole companies by month and year too, and of ten days; SKUs and phones by their beginning and end.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# The reader of the feed waits here, else it would add to the days while the tens are made of them.
READER_WAITS = "SELECT 1 FROM feed_cursors WHERE consumer = 'analytics.sales' FOR UPDATE"

FIGURES = "sum(net_minor), sum(orders), sum(units)"
FROM_DAYS = f"""
INSERT INTO sales_totals (bucket, channel_id, sales_region, currency, net_minor, orders, units)
SELECT left(to_char(day, 'YYYY-MM-DD'), n), channel_id, sales_region, currency, {FIGURES}
  FROM sales_days, unnest(ARRAY[10, 9, 7, 4, 0]) AS lengths (n) GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
TENS = """
INSERT INTO {table} (bucket, {key}, currency, net_minor, orders, units)
SELECT left(bucket, 9), {key}, currency, {figures} FROM {table} WHERE length(bucket) = 10 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
# What is dialled, from its end: area codes and zeros at its beginning are written or not.
INDEXES = (
    "DROP INDEX ix_sales_customers_best",
    "CREATE INDEX ix_sales_customers_best ON sales_customers (bucket, currency, net_minor DESC)",
    "CREATE INDEX ix_skus_code_trgm ON skus USING gin (code gin_trgm_ops)",
    r"""
    CREATE INDEX ix_order_contacts_phone ON order_contacts (reverse(regexp_replace(phone, '[^0-9]', '', 'g')) text_pattern_ops)
     WHERE phone IS NOT NULL
    """,
    r"""
    CREATE INDEX ix_customers_phone ON customers (reverse(regexp_replace(phone, '[^0-9]', '', 'g')) text_pattern_ops)
     WHERE phone IS NOT NULL
    """,
)


def upgrade() -> None:
    op.execute(READER_WAITS)
    op.create_table(
        "sales_totals",
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sales_region", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("net_minor", "orders", "units")),
        sa.PrimaryKeyConstraint("bucket", "channel_id", "sales_region", "currency", name=op.f("pk_sales_totals")),
        postgresql_with={"fillfactor": 80},
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON sales_totals TO app")
    op.execute(FROM_DAYS)
    for table, key in (("sales_skus", "sku_id"), ("sales_customers", "customer_id")):
        op.execute(TENS.format(table=table, key=key, figures=FIGURES))
    op.drop_table("sales_days")
    for statement in INDEXES:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
