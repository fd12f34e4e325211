"""All that could be counted at a site, with what a plan goes by."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.counting.classes import C
from app.counting.plan import Spot

SpotKey = tuple[int | None, int | None]


def spots(session: Session, site_id: int, classes: Mapping[int, str]) -> list[Spot]:
    """Bins that goods are kept in, empty ones too, and SKUs that lie in none; without what is being counted now."""
    site = {"site": site_id}
    skus_in: dict[SpotKey, list[int]] = {}
    rows: dict[SpotKey, Any] = {}
    for row in session.execute(text(BINS), site):
        rows[row.bin_id, None], skus_in[row.bin_id, None] = row, row.skus
    for row in session.execute(text(LOOSE), site):
        rows[None, row.sku_id], skus_in[None, row.sku_id] = row, [row.sku_id]
    counted = {(row.bin_id, row.sku_id): row.counted_at for row in session.execute(text(COUNTED), site)}
    missed = {(row.bin_id, row.sku_id): row.noted_at for row in session.execute(text(MISSED), site)}
    busy = open_spots(session, site_id)
    return [
        Spot(
            bin_id=key[0],
            sku_id=key[1],
            zone=row.zone,
            classes=frozenset(classes.get(sku, C) for sku in skus_in[key]),
            counted_at=counted.get(key),
            was_short=key in missed and (key not in counted or counted[key] < missed[key]),
            order=(row.pick_sequence, row.code),
        )
        for key, row in rows.items()
        if key not in busy
    ]


def open_spots(session: Session, site_id: int) -> dict[SpotKey, str]:
    """What is being counted at this site, by the number of the count."""
    rows = session.execute(text(OPEN), {"site": site_id})
    return {(row.bin_id, row.sku_id): row.number for row in rows}


BINS = """
SELECT b.id AS bin_id, b.zone, b.pick_sequence, b.code,
       coalesce(array_agg(DISTINCT s.sku_id) FILTER (WHERE s.quantity > 0), '{}') AS skus
  FROM bins b LEFT JOIN bin_stock s ON s.bin_id = b.id
 WHERE b.site_id = :site AND b.is_active AND b.kind IN ('pick', 'bulk', 'quarantine') GROUP BY b.id
"""

# What is in totes and boxes has no bin either, and nobody goes to a shelf for it.
LOOSE = """
SELECT s.sku_id, '' AS zone, 0 AS pick_sequence, k.code
  FROM (SELECT sku_id, sum(quantity) AS units FROM bin_stock
         WHERE site_id = :site AND bin_id IS NULL AND quantity > 0 GROUP BY 1) s
  JOIN skus k ON k.id = s.sku_id
  LEFT JOIN (SELECT l.sku_id, sum(h.quantity) AS units
               FROM fulfilment_orders f JOIN fulfilment_lines l ON l.fulfilment_order_id = f.id
               JOIN held_picks h ON h.fulfilment_line_id = l.id
              WHERE f.site_id = :site AND f.state IN ('picking', 'picked', 'packed') GROUP BY 1) t USING (sku_id)
 WHERE s.units > coalesce(t.units, 0)
"""

COUNTED = """
SELECT p.bin_id, p.sku_id, max(p.counted_at) AS counted_at
  FROM counts c JOIN count_places p ON p.count_id = c.id
 WHERE c.site_id = :site AND c.state = 'posted' GROUP BY 1, 2
"""

OPEN = """
SELECT p.bin_id, p.sku_id, c.number FROM counts c JOIN count_places p ON p.count_id = c.id
 WHERE c.site_id = :site AND c.state NOT IN ('posted', 'cancelled')
"""

# Where the missing SKU lies by the book, where units of it were written off lately, and nowhere in particular.
MISSED = """
SELECT w.bin_id, CASE WHEN w.bin_id IS NULL THEN r.sku_id END AS sku_id, max(r.noted_at) AS noted_at
  FROM count_requests r
  JOIN LATERAL (
       SELECT s.bin_id FROM bin_stock s WHERE s.sku_id = r.sku_id AND s.site_id = r.site_id AND s.quantity > 0
       UNION
       SELECT m.bin_id FROM stock_levels l JOIN stock_movements m ON m.stock_level_id = l.id
        WHERE l.sku_id = r.sku_id AND l.site_id = r.site_id AND m.sequence > l.sequence - 500
          AND m.reason = 'short_pick' AND m.on_hand < 0) w ON true
 WHERE r.site_id = :site AND r.answered_at IS NULL GROUP BY 1, 2
"""
