"""Which sums answer a question, and the statement that reads them.

Sums are kept by channel, region and currency; by SKU; by customer. So these are read from the orders themselves:
whatever names a customer, a SKU's regions, channels and customers (both bounded by an index: that customer's orders,
that SKU's lines), and a ranking of SKUs or customers within one channel or region (bounded by the days asked for).
"""

from app.analytics.asked import IN_TIME, MOST_COUNTED, Filters
from app.analytics.buckets import ALL_TIME, DAY, MONTH, buckets, span
from app.analytics.periods import Period

KEYS_IN_TIME = {"day": "bucket", "month": "left(bucket, 7)"}
TOTALS = {
    **{by: (key, "''") for by, key in KEYS_IN_TIME.items()},
    "region": ("sales_region", "''"),
    "channel": ("ch.code", "ch.name"),
}
LONGEST = {"day": DAY, "month": MONTH}
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
BUCKETS = "CAST(:buckets AS text[])"
ASKED = f"bucket = ANY({BUCKETS})"
IN_CURRENCY = "currency = :currency"
CONDITIONS = {
    "channel": "channel_id = (SELECT id FROM channels WHERE code = :channel)",
    "region": "sales_region = :region",
    "currency": IN_CURRENCY,
}
FIGURES = "sum(net_minor)::bigint AS net_minor, sum(orders)::bigint AS orders, sum(units)::bigint AS units"
COUNTED = f"(:most + {MOST_COUNTED} + 1)"

# Whole numbers below 2^53 add up exactly as floats, in two thirds of the time that bigints take.
ALL = f"""
        s AS MATERIALIZED (
            SELECT {{id}} AS id, sum(net_minor::float8) AS net_minor FROM {{table}} WHERE {ASKED} AND {IN_CURRENCY}
             GROUP BY 1)"""
# Where the last of the best of one bucket bought for so much, all of the best of all buckets did or for more, and thus
# for its share of that in one of them: nothing is sold for less than nothing.
NEAR = f"""
        pieces AS (SELECT unnest({BUCKETS}) AS bucket),
        least AS (
            SELECT coalesce(max(net_minor), 0) / greatest(cardinality({BUCKETS}), 1) AS share FROM pieces p, LATERAL (
                SELECT net_minor FROM {{table}} WHERE bucket = p.bucket AND {IN_CURRENCY}
                 ORDER BY net_minor DESC OFFSET :most - 1 LIMIT 1) last),
        near AS MATERIALIZED (
            SELECT DISTINCT n.id FROM pieces p, LATERAL (
                SELECT {{id}} AS id FROM {{table}} WHERE bucket = p.bucket AND {IN_CURRENCY}
                   AND net_minor >= (SELECT share FROM least)) n),
        s AS MATERIALIZED (
            SELECT n.id, t.net_minor FROM near n, LATERAL (
                SELECT sum(net_minor)::bigint AS net_minor FROM {{table}}
                 WHERE {ASKED} AND {IN_CURRENCY} AND {{id}} = n.id) t)"""


def statement(
    by: str, filters: Filters, known: Period, *, is_cut: bool = False
) -> tuple[str, dict[str, object]] | None:
    """The statement and its own values; None where no sums were kept for this question. Rows are those of ``scan``.
    ``is_cut``: only the first rows of a ranking are wanted."""
    is_narrowed = bool(filters.channel or filters.region)
    there = span(filters.first, filters.last, known)
    chosen = buckets(there, known, longest=LONGEST.get(by, ALL_TIME)) if there else []
    values: dict[str, object] = {"buckets": chosen}
    if filters.customer:
        return None
    if by in TOTALS and not filters.sku:
        return _totals(by, filters), values
    if by in IN_TIME and not is_narrowed:
        return _of_one_sku(by), values
    if by in RANKED and not is_narrowed and (by == "sku" or not filters.sku):
        return (_ranking if is_cut and not filters.sku else _whole_ranking)(by, filters), values
    return None


def _totals(by: str, filters: Filters) -> str:
    key, name = TOTALS[by]
    order = "key" if by in IN_TIME else "net_minor DESC, key"
    return f"""
        SELECT currency, {key} AS key, coalesce(max({name}), '') AS name, {FIGURES}, NULL AS of
          FROM sales_totals JOIN channels ch ON ch.id = channel_id WHERE {_where(filters)}
         GROUP BY GROUPING SETS ((currency, {key}), (currency)) ORDER BY currency, ({key} IS NULL), {order}
    """


def _of_one_sku(by: str) -> str:
    key = KEYS_IN_TIME[by]
    return f"""
        SELECT currency, {key} AS key, '' AS name, {FIGURES}, NULL AS of FROM sales_skus
         WHERE {ASKED} AND sku_id = (SELECT id FROM skus WHERE code = :sku)
           AND (CAST(:currency AS text) IS NULL OR currency = :currency)
         GROUP BY GROUPING SETS ((currency, {key}), (currency)) ORDER BY currency, ({key} IS NULL), key
    """


def _ranking(by: str, filters: Filters) -> str:
    """The first rows of one currency: who may come first is found by net sales alone, figures and names are read for
    the best. Each counts once per bucket, so that ``most`` of them are among so many rows for each bucket."""
    table, id, key, name, names = RANKED[by]
    counted = f"SELECT {id} AS id FROM {table} WHERE {ASKED} AND {IN_CURRENCY} LIMIT {COUNTED} * cardinality({BUCKETS})"
    return f"""
        WITH {(NEAR if by == "customer" else ALL).format(table=table, id=id)},
        best AS (SELECT * FROM s ORDER BY net_minor DESC FETCH FIRST (:most) ROWS WITH TIES)
        SELECT * FROM (
            (SELECT :currency AS currency, {key} AS key, coalesce({name}, '') AS name, f.*, NULL::bigint AS of
               FROM best t {names}, LATERAL (
                    SELECT {FIGURES} FROM {table} WHERE {ASKED} AND {IN_CURRENCY} AND {id} = t.id) f
              ORDER BY 4 DESC, 2 LIMIT :most)
            UNION ALL
            SELECT currency, NULL, '', {FIGURES},
                   (SELECT least(count(DISTINCT id), {COUNTED}) FROM ({counted}) counted)
              FROM sales_totals WHERE {_where(filters)} GROUP BY 1) found
         ORDER BY (key IS NULL), net_minor DESC, key
    """


def _whole_ranking(by: str, filters: Filters) -> str:
    table, id, key, name, names = RANKED[by]
    one_sku = "AND sku_id = (SELECT id FROM skus WHERE code = :sku)" if filters.sku else ""
    one_currency = f"AND {IN_CURRENCY}" if filters.currency else ""
    return f"""
        WITH s AS MATERIALIZED (
            SELECT currency, {id} AS id, {FIGURES} FROM {table} WHERE {ASKED} {one_currency} {one_sku} GROUP BY 1, 2)
        SELECT * FROM (
            SELECT currency, {key} AS key, coalesce({name}, '') AS name, net_minor, orders, units, NULL::bigint AS of
              FROM s t {names}
            UNION ALL
            SELECT currency, NULL, '', {FIGURES}, NULL
              FROM {"s" if filters.sku else f"sales_totals WHERE {_where(filters)}"} GROUP BY 1) found
         ORDER BY currency, (key IS NULL), net_minor DESC, key
    """


def _where(filters: Filters) -> str:
    return " AND ".join([ASKED, *(condition for field, condition in CONDITIONS.items() if getattr(filters, field))])
