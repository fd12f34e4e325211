"""Which sums answer a question, and the statement that reads them.

Sums are kept by day, channel, region and currency; by SKU; by customer. So these are read from the orders themselves:
whatever names a customer, a SKU's regions, channels and customers (both bounded by an index: that customer's orders,
that SKU's lines), and a ranking of SKUs or customers within one channel or region (bounded by the days asked for).
"""

from collections.abc import Sequence

from app.analytics.asked import IN_TIME, MOST_COUNTED, Filters
from app.analytics.buckets import buckets, days, span
from app.analytics.periods import Period

IN_DAYS = {
    "day": ("to_char(d.day, 'YYYY-MM-DD')", "''"),
    "month": ("to_char(d.day, 'YYYY-MM')", "''"),
    "region": ("d.sales_region", "''"),
    "channel": ("ch.code", "ch.name"),
}
# Table, its id, key and name, and where the names stand.
RANKED = {
    "sku": ("sales_skus", "sku_id", "sk.code", "sk.name", "JOIN skus sk ON sk.id = t.id"),
    "customer": (
        "sales_customers",
        "customer_id",
        "coalesce(cu.code, cu.id::text, '')",
        "coalesce(cu.name, 'Without an account')",
        "LEFT JOIN customers cu ON cu.id = t.id",
    ),
}
CONDITIONS = {
    "first": "d.day >= :first",
    "last": "d.day <= :last",
    "channel": "d.channel_id = (SELECT id FROM channels WHERE code = :channel)",
    "region": "d.sales_region = :region",
    "currency": "d.currency = :currency",
}
FIGURES = "sum(net_minor)::bigint AS net_minor, sum(orders)::bigint AS orders, sum(units)::bigint AS units"


def statement(by: str, filters: Filters, known: Period) -> tuple[str, dict[str, object]] | None:
    """The statement and its own values; None where no sums were kept for this question. Rows are those of ``scan``."""
    is_narrowed = bool(filters.channel or filters.region)
    there = span(filters.first, filters.last, known)
    if filters.customer:
        return None
    if by in IN_DAYS and not filters.sku:
        return _in_days(by, filters), {}
    if by in IN_TIME and not is_narrowed:
        return _of_one_sku(by), {"buckets": days(there) if there else []}
    if by in RANKED and not is_narrowed and (by == "sku" or not filters.sku):
        chosen = buckets(there, known) if there else []
        return _ranking(by, filters, chosen), {"buckets": chosen}
    return None


def _in_days(by: str, filters: Filters) -> str:
    key, name = IN_DAYS[by]
    order = "key" if by in IN_TIME else "net_minor DESC, key"
    return f"""
        SELECT d.currency, {key} AS key, coalesce(max({name}), '') AS name, {FIGURES}, NULL AS of
          FROM sales_days d JOIN channels ch ON ch.id = d.channel_id WHERE {_where(filters)}
         GROUP BY GROUPING SETS ((d.currency, {key}), (d.currency)) ORDER BY d.currency, ({key} IS NULL), {order}
    """


def _of_one_sku(by: str) -> str:
    key = "bucket" if by == "day" else "left(bucket, 7)"
    return f"""
        SELECT currency, {key} AS key, '' AS name, {FIGURES}, NULL AS of FROM sales_skus
         WHERE bucket = ANY(CAST(:buckets AS text[])) AND sku_id = (SELECT id FROM skus WHERE code = :sku)
           AND (CAST(:currency AS text) IS NULL OR currency = :currency)
         GROUP BY GROUPING SETS ((currency, {key}), (currency)) ORDER BY currency, ({key} IS NULL), key
    """


def _ranking(by: str, filters: Filters, chosen: Sequence[str]) -> str:
    """Names are looked up for the best alone: there may be as many customers as orders. One bucket is read as it is."""
    table, id, key, name, names = RANKED[by]
    is_one = len(chosen) == 1
    is_long = is_one and len(chosen[0]) <= len("2026")
    return f"""
        WITH s AS {"NOT" if is_one else ""} MATERIALIZED (
            SELECT currency, {id} AS id, {"net_minor, orders, units" if is_one else FIGURES} FROM {table}
             WHERE {"bucket = (CAST(:buckets AS text[]))[1]" if is_one else "bucket = ANY(CAST(:buckets AS text[]))"}
               {"AND currency = :currency" if filters.currency else ""}
               {"AND sku_id = (SELECT id FROM skus WHERE code = :sku)" if filters.sku else ""}
               {"AND length(bucket) <= 4" if is_long else ""}
             {"" if is_one else "GROUP BY 1, 2"}),
        best AS (SELECT * FROM s ORDER BY net_minor DESC FETCH FIRST (coalesce(:most, 1000000000)) ROWS WITH TIES)
        SELECT * FROM (
            (SELECT currency, {key} AS key, coalesce(max({name}), '') AS name, {FIGURES}, NULL::bigint AS of
               FROM best t {names} GROUP BY 1, 2 ORDER BY 1, 4 DESC, 2 LIMIT :most)
            UNION ALL
            SELECT currency, NULL, '', {FIGURES}, CASE WHEN CAST(:most AS bigint) > 0
                       THEN (SELECT count(*) FROM (SELECT FROM s LIMIT :most + {MOST_COUNTED} + 1) counted) END
              FROM {"s" if filters.sku else f"sales_days d WHERE {_where(filters)}"} GROUP BY 1) found
         ORDER BY currency, (key IS NULL), net_minor DESC, key
    """


def _where(filters: Filters) -> str:
    asked = [condition for field, condition in CONDITIONS.items() if getattr(filters, field)]
    return " AND ".join(asked or ["true"])
