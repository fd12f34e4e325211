"""The work at sites: fulfilment lines and parcels against the counters of order lines and the promises."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment.states import Stage, stage_of
from app.workflows.comparison import AT_ONCE, Comparison

STAGES = "stages of work"

LINE_COUNTERS = Comparison(
    "work against order lines",
    """
    SELECT o.number, l.position, l.sku_code AS sku, l.allocated, l.released, l.picked, l.packed, l.shipped,
           coalesce(f.open, 0) AS open, coalesce(f.released, 0) AS work_released, coalesce(f.picked, 0) AS work_picked,
           coalesce(f.packed, 0) AS work_packed, coalesce(f.shipped, 0) AS work_shipped
      FROM order_lines l JOIN orders o ON o.id = l.order_id
      LEFT JOIN (SELECT w.order_line_id, sum(w.quantity - w.shipped) AS open,
                        sum(w.quantity - w.shipped) FILTER (WHERE f.state <> 'open') AS released,
                        sum(w.picked - w.shipped) AS picked, sum(w.packed - w.shipped) AS packed,
                        sum(w.shipped) AS shipped
                   FROM fulfilment_lines w JOIN fulfilment_orders f ON f.id = w.fulfilment_order_id
                  GROUP BY 1) f ON f.order_line_id = l.id
     WHERE NOT o.is_history
       AND (l.allocated, l.released, l.picked, l.packed, l.shipped) <>
           (coalesce(f.open, 0), coalesce(f.released, 0), coalesce(f.picked, 0), coalesce(f.packed, 0),
            coalesce(f.shipped, 0))
     ORDER BY l.id
    """,
    "order {number}, line {position} ({sku}) says allocated {allocated}, released {released}, picked {picked}, packed"
    " {packed}, shipped {shipped}; the sites' work says {open}, {work_released}, {work_picked}, {work_packed},"
    " {work_shipped}",
)

SITE_PROMISES = Comparison(
    "work against promises",
    """
    SELECT o.number, l.position, l.sku_code AS sku, sites.code AS site, b.work, b.promised
      FROM (SELECT order_line_id, site_id, sum(work) AS work, sum(promised) AS promised
              FROM (SELECT w.order_line_id, f.site_id, w.quantity - w.shipped AS work, 0 AS promised
                      FROM fulfilment_lines w JOIN fulfilment_orders f ON f.id = w.fulfilment_order_id
                     WHERE w.quantity > w.shipped
                    UNION ALL
                    SELECT a.order_line_id, v.site_id, 0, a.quantity
                      FROM allocations a JOIN stock_levels v ON v.id = a.stock_level_id) both_ways
             GROUP BY 1, 2 HAVING sum(work) <> sum(promised)) b
      JOIN order_lines l ON l.id = b.order_line_id JOIN orders o ON o.id = l.order_id
      JOIN sites ON sites.id = b.site_id
     ORDER BY l.id, b.site_id
    """,
    "order {number}, line {position} ({sku}) at {site}: {work} units to send, but {promised} promised",
)

PARCELS = Comparison(
    "parcels",
    """
    SELECT o.number, f.part, w.sku_code AS sku, w.packed, w.shipped, coalesce(p.packed, 0) AS parcels_packed,
           coalesce(p.shipped, 0) AS parcels_shipped
      FROM fulfilment_lines w JOIN fulfilment_orders f ON f.id = w.fulfilment_order_id
      JOIN orders o ON o.id = f.order_id
      LEFT JOIN (SELECT i.fulfilment_line_id, sum(i.quantity) AS packed,
                        sum(i.quantity) FILTER (WHERE p.state IN ('shipped', 'delivered')) AS shipped
                   FROM parcel_lines i JOIN parcels p ON p.id = i.parcel_id WHERE p.state <> 'unpacked'
                  GROUP BY 1) p ON p.fulfilment_line_id = w.id
     WHERE w.packed <> coalesce(p.packed, 0) OR w.shipped <> coalesce(p.shipped, 0) ORDER BY w.id
    """,
    "order {number}, part {part} ({sku}): {packed} packed and {shipped} shipped; its parcels hold {parcels_packed}"
    " and {parcels_shipped}",
)

DELIVERED = Comparison(
    "delivered units",
    """
    SELECT o.number, l.position, l.sku_code AS sku, l.delivered, coalesce(p.delivered, 0) AS parcels_delivered
      FROM order_lines l JOIN orders o ON o.id = l.order_id
      LEFT JOIN (SELECT w.order_line_id, sum(i.quantity) AS delivered
                   FROM parcel_lines i JOIN parcels p ON p.id = i.parcel_id
                   JOIN fulfilment_lines w ON w.id = i.fulfilment_line_id
                  WHERE p.state = 'delivered' GROUP BY 1) p ON p.order_line_id = l.id
     WHERE NOT o.is_history AND l.delivered <> coalesce(p.delivered, 0) ORDER BY l.id
    """,
    "order {number}, line {position} ({sku}) says {delivered} delivered; the delivered parcels hold"
    " {parcels_delivered}",
)

UNITS = """
    SELECT o.number, f.part, f.state, coalesce(sum(w.quantity), 0)::int AS quantity,
           coalesce(sum(w.picked), 0)::int AS picked, coalesce(sum(w.packed), 0)::int AS packed,
           coalesce(sum(w.shipped), 0)::int AS shipped
      FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id
      LEFT JOIN fulfilment_lines w ON w.fulfilment_order_id = f.id
     GROUP BY f.id, o.number ORDER BY f.id
"""

CHECKS = (LINE_COUNTERS, SITE_PROMISES, PARCELS, DELIVERED)


def wrong_stages(session: Session) -> Iterator[str]:
    """Each fulfilment order stands where its units are; open ones are those that no floor knows of yet."""
    for row in session.execute(text(UNITS).execution_options(yield_per=AT_ONCE)):
        derived = stage_of(quantity=row.quantity, picked=row.picked, packed=row.packed, shipped=row.shipped)
        if row.state != derived and (row.state, derived) != (Stage.OPEN, Stage.RELEASED):
            yield f"order {row.number}, part {row.part} says {row.state}; its units make it {derived}"
