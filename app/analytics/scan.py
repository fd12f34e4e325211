"""Sales straight from the orders: what the sums must equal, and the way for questions that no sum was kept for."""

from collections.abc import Sequence

from app.analytics.asked import IN_TIME, Filters
from app.orders.owed import kept

KEYS = {
    "day": ("to_char(o.placed_at AT TIME ZONE co.time_zone, 'YYYY-MM-DD')", "''", ""),
    "month": ("to_char(o.placed_at AT TIME ZONE co.time_zone, 'YYYY-MM')", "''", ""),
    "region": ("o.sales_region", "''", ""),
    "channel": ("ch.code", "ch.name", ""),
    "sku": ("sk.code", "sk.name", "JOIN skus sk ON sk.id = l.sku_id"),
    "customer": (
        "coalesce(cu.code, cu.id::text, '')",
        "coalesce(cu.name, 'Without an account')",
        "LEFT JOIN customers cu ON cu.id = o.customer_id",
    ),
}


def statement(by: str, filters: Filters) -> str:
    """Rows of currency, key, name and figures; those whose key is null are the totals."""
    key, name, join = KEYS[by]
    order = "key" if by in IN_TIME else "net_minor DESC, key"
    return f"""
        WITH lines AS (
            SELECT o.id AS order_id, o.currency, {key} AS key, {name} AS name, {UNITS} AS units, {NET} AS net_minor
            FROM orders o
            JOIN order_lines l ON l.order_id = o.id
            JOIN channels ch ON ch.id = o.channel_id
            CROSS JOIN (SELECT coalesce((SELECT time_zone FROM company), 'UTC') AS time_zone) co
            {join}
            WHERE {" AND ".join(_conditions(filters))}),
        grouped AS (
            SELECT currency, key, coalesce(max(name), '') AS name, sum(net_minor)::bigint AS net_minor,
                   count(DISTINCT order_id) FILTER (WHERE units > 0) AS orders, sum(units)::bigint AS units
            FROM lines GROUP BY GROUPING SETS ((currency, key), (currency)))
        SELECT * FROM (
            SELECT grouped.*, row_number() OVER (PARTITION BY currency, key IS NULL ORDER BY {order}) AS place,
                   count(key) OVER (PARTITION BY currency) AS of
              FROM grouped) placed
         WHERE CAST(:most AS bigint) IS NULL OR place <= :most ORDER BY currency, (key IS NULL), place
    """


def _conditions(filters: Filters) -> Sequence[str]:
    asked = [CONDITIONS[field] for field in CONDITIONS if getattr(filters, field)]
    return asked or ["true"]


UNITS = "(l.ordered - l.cancelled)"
NET = kept("total_minor")

CONDITIONS = {
    "first": "o.placed_at >= CAST(:first AS date)::timestamp AT TIME ZONE co.time_zone",
    "last": "o.placed_at < (CAST(:last AS date) + 1)::timestamp AT TIME ZONE co.time_zone",
    "channel": "ch.code = :channel",
    "region": "o.sales_region = :region",
    "sku": "l.sku_id = (SELECT id FROM skus WHERE code = :sku)",
    "customer": (
        "o.customer_id IN (SELECT id FROM customers WHERE code = :customer"
        " UNION ALL SELECT id FROM customers WHERE code IS NULL AND id = CAST(:customer_id AS bigint))"
    ),
    "currency": "o.currency = :currency",
}
