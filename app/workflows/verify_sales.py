"""The sums of sales against the orders, as far as the reader of the feed has read."""

from app.workflows.comparison import Comparison
from app.workflows.count_sales import ALL, KEYS, KINDS, READER, counted, sums

TYPES = ", ".join(f"'{kind.__name__}'" for kind in sorted(KINDS, key=lambda kind: kind.__name__))

# Orders with news that the reader has not come to yet, or that have no place in the feed yet.
LATE = f"""
    SELECT e.subject_id FROM event_positions p JOIN events e ON e.id = p.event_id
     WHERE p.position > (SELECT coalesce(max(position), 0) FROM feed_cursors WHERE consumer = '{READER}')
       AND e.type IN ({TYPES})
    UNION ALL
    SELECT e.subject_id FROM events e
     WHERE e.txid >= (SELECT coalesce(max(horizon::text), '0')::xid8 FROM feed_state) AND e.type IN ({TYPES})
"""

COUNTED = Comparison(
    "orders in the sums of sales",
    f"""
    SELECT o.number, now::text AS now, was::text AS was
      FROM ({counted("true")}) now FULL JOIN sales_counted was USING (order_id)
      LEFT JOIN orders o ON o.id = order_id
     WHERE now::text IS DISTINCT FROM was::text AND EXISTS (SELECT FROM sales_calendar)
       AND order_id NOT IN ({LATE}) ORDER BY order_id
    """,
    "order {number} stands in the sums of sales as {was}; it comes to {now}: run `flask report rebuild`",
)


def _sums(table: str, select: str) -> Comparison:
    """Each row against what the counted orders add up to."""
    return Comparison(
        table.replace("_", " "),
        f"""
        SELECT found.*, kept.net_minor AS kept_net, kept.orders AS kept_orders, kept.units AS kept_units,
               concat_ws(' ', {KEYS[table]}) AS key
          FROM ({select}) found FULL JOIN {table} kept USING ({KEYS[table]})
         WHERE (found.net_minor, found.orders, found.units)
               IS DISTINCT FROM (kept.net_minor, kept.orders, kept.units) ORDER BY {KEYS[table]}
        """,
        f"{table} has {{kept_net}} in {{kept_orders}} orders, {{kept_units}} units for {{key}}; the orders add up to"
        " {net_minor} in {orders} orders, {units} units: run `flask report rebuild`",
    )


CHECKS = (COUNTED, *(_sums(table, select) for table, select in sums(ALL).items()))
