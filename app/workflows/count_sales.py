"""The sums of sales, kept by a reader of the feed: never on the way of an order that comes in.

An event only says *which* orders to look at. What they come to now is compared with what of them stands in the sums,
and the difference is added: so events may come twice, late or in any order, and a cancellation or an import that is
undone needs no case of its own.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import feed
from app.kernel.event_types import Recorded
from app.orders.events import OrderPlaced, OrderRecorded, UnitsCancelled
from app.orders.owed import kept
from app.workflows.company_day import TIME_ZONE

READER = "analytics.sales"
KINDS = frozenset({OrderPlaced, OrderRecorded, UnitsCancelled})


def on_sales_events(session: Session, events: Sequence[Recorded]) -> None:
    """For the feed, which lets one transaction read at a time and moves the reader's place with the result."""
    if _calendar_moved(session):
        rebuild(session)
    else:
        count(session, {recorded.event.subject_id for recorded in events})


def count(session: Session, order_ids: Collection[int]) -> None:
    """Bring the sums up to what these orders come to now."""
    session.execute(text(COUNT), {"ids": sorted(order_ids)})


def rebuild(session: Session) -> None:
    """From nothing, in the company's time zone as it is now; readers see the old sums until it commits."""
    feed.move_to_end(session, READER)
    for table in ("sales_counted", "sales_totals", "sales_skus", "sales_customers", "sales_calendar"):
        session.execute(text(f"DELETE FROM {table}"))
    for statement in (COUNT_ALL, *_added(ALL), CALENDAR):
        session.execute(text(statement))


def counted(orders: str) -> str:
    """SQL: what each of these orders comes to now, as a row of ``sales_counted``."""
    return f"""
    SELECT o.id AS order_id, (o.placed_at AT TIME ZONE {TIME_ZONE})::date AS day, o.channel_id, o.sales_region,
           o.currency, coalesce(o.customer_id, 0) AS customer_id, l.skus, l.nets, l.units
      FROM orders o, LATERAL (
           SELECT array_agg(sku_id ORDER BY sku_id) AS skus, array_agg(net ORDER BY sku_id) AS nets,
                  array_agg(units ORDER BY sku_id) AS units
             FROM (SELECT l.sku_id, sum({kept("total_minor")})::bigint AS net,
                          sum(l.ordered - l.cancelled)::bigint AS units
                     FROM order_lines l WHERE l.order_id = o.id GROUP BY 1) by_sku) l
     WHERE {orders} AND l.skus IS NOT NULL
    """


def sums(parts: str) -> dict[str, str]:
    """SQL by table: what rows of ``sales_counted`` add up to; each carries a ``sign``, minus takes it out again."""
    of_orders = f"""
        SELECT p.*, (SELECT sum(n) FROM unnest(p.nets) n) AS net, (SELECT sum(u) FROM unnest(p.units) u) AS pieces
          FROM {parts} p
    """
    figures = (
        "sum(sign * {net})::bigint AS net_minor, sum(sign * ({units} > 0)::int)::bigint AS orders,"
        " sum(sign * {units})::bigint AS units"
    )
    whole = figures.format(net="net", units="pieces")
    return {
        "sales_totals": f"""
            SELECT {BUCKET}, channel_id, sales_region, currency, {whole} FROM ({of_orders}) p, {LENGTHS}
             GROUP BY 1, 2, 3, 4
        """,
        "sales_skus": f"""
            SELECT {BUCKET}, e.sku_id, currency, {figures.format(net="e.net", units="e.units")}
              FROM {parts} p, unnest(p.skus, p.nets, p.units) AS e (sku_id, net, units), {LENGTHS} GROUP BY 1, 2, 3
        """,
        "sales_customers": f"""
            SELECT {BUCKET}, customer_id, currency, {whole} FROM ({of_orders}) p, {LENGTHS} GROUP BY 1, 2, 3
        """,
    }


def _added(parts: str) -> list[str]:
    """SQL, a statement for each table."""
    return [
        f"INSERT INTO {table} AS t {select} ORDER BY {KEYS[table]}"
        f" ON CONFLICT ({KEYS[table]}) DO UPDATE SET net_minor = t.net_minor + excluded.net_minor,"
        " orders = t.orders + excluded.orders, units = t.units + excluded.units"
        for table, select in sums(parts).items()
    ]


def _calendar_moved(session: Session) -> bool:
    statement = f"SELECT EXISTS (SELECT FROM sales_calendar WHERE time_zone = {TIME_ZONE})"
    return not session.execute(text(statement)).scalar_one()


BUCKET = "left(to_char(day, 'YYYY-MM-DD'), n) AS bucket"
LENGTHS = "unnest(ARRAY[10, 9, 7, 4, 0]) AS lengths (n)"
KEYS = {
    "sales_totals": "bucket, channel_id, sales_region, currency",
    "sales_skus": "bucket, sku_id, currency",
    "sales_customers": "bucket, customer_id, currency",
}

# Only orders that differ are written; of these, what they were is taken out and what they are is put in.
COUNT = f"""
WITH now AS MATERIALIZED ({counted("o.id = ANY(CAST(:ids AS bigint[]))")}),
before AS MATERIALIZED (SELECT * FROM sales_counted WHERE order_id = ANY(CAST(:ids AS bigint[]))),
changed AS MATERIALIZED (SELECT * FROM now EXCEPT SELECT * FROM before),
parts AS MATERIALIZED (
    SELECT 1 AS sign, changed.* FROM changed UNION ALL SELECT -1, before.* FROM before JOIN changed USING (order_id)),
{", ".join(f"add_{place} AS ({statement})" for place, statement in enumerate(_added("parts")))}
INSERT INTO sales_counted SELECT * FROM changed ORDER BY order_id
ON CONFLICT (order_id) DO UPDATE SET day = excluded.day, channel_id = excluded.channel_id,
    sales_region = excluded.sales_region, currency = excluded.currency, customer_id = excluded.customer_id,
    skus = excluded.skus, nets = excluded.nets, units = excluded.units
"""

COUNT_ALL = f"INSERT INTO sales_counted {counted('true')}"
ALL = "(SELECT 1 AS sign, * FROM sales_counted)"
CALENDAR = f"INSERT INTO sales_calendar (id, time_zone) VALUES (1, {TIME_ZONE})"
