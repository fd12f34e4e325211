"""What waits for its first shelf, oldest first; and which picking bins want refilling."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

MOST = 100


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Units of one SKU, lot and condition on the dock or in a bin for receiving (``bin``), there since ``since``."""

    site_id: int
    site: str
    sku: str
    name: str
    gtin: str | None
    lot: str
    condition: str
    bin: str
    units: int
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class Refill:
    """``wanted`` more units are promised than lie where they are picked; ``bulk`` lie in reserve, first in ``bin``."""

    site: str
    sku: str
    name: str
    wanted: int
    picking: int
    bulk: int
    bin: str


def waiting(session: Session, site_ids: Collection[int], *, sku: str = "", lot: str = "") -> list[Waiting]:
    """At sites that have shelves; at most ``MOST``. What is in totes and boxes is on its way already."""
    rows = session.execute(text(WAITING), {"sites": sorted(site_ids), "sku": sku, "lot": lot, "most": MOST})
    return [Waiting(**row._mapping) for row in rows]


def refills(session: Session, site_ids: Collection[int]) -> list[Refill]:
    """Where orders wait for goods that lie in bulk only; the most wanted first, at most ``MOST``."""
    rows = session.execute(text(REFILLS), {"sites": sorted(site_ids), "most": MOST})
    return [Refill(**row._mapping) for row in rows]


TOTES = """
SELECT f.site_id, l.sku_id, h.lot_id, sum(h.quantity)::bigint AS units FROM fulfilment_orders f
  JOIN fulfilment_lines l ON l.fulfilment_order_id = f.id JOIN held_picks h ON h.fulfilment_line_id = l.id
 WHERE f.site_id = ANY(CAST(:sites AS bigint[])) AND f.state IN ('picking', 'picked', 'packed') GROUP BY 1, 2, 3
"""

CAME = """
SELECT m.occurred_at FROM stock_movements m WHERE m.stock_level_id = l.id AND m.on_hand > 0
   AND m.lot_id IS NOT DISTINCT FROM p.lot_id AND m.condition = p.condition
"""
LAST = "ORDER BY m.id DESC LIMIT 1"

# Of very many only the rows that stand there longest are looked at: when they came is read from the ledger, one by one.
WAITING = f"""
WITH totes AS ({TOTES}), loose AS (
    SELECT p.*, '' AS bin, p.quantity - CASE WHEN p.condition = 'good' THEN coalesce((
             SELECT t.units FROM totes t WHERE t.site_id = p.site_id AND t.sku_id = p.sku_id
                AND t.lot_id IS NOT DISTINCT FROM p.lot_id), 0) ELSE 0 END AS units
      FROM (SELECT * FROM bin_stock WHERE site_id = ANY(CAST(:sites AS bigint[])) AND bin_id IS NULL AND quantity > 0
             ORDER BY id LIMIT 2000) p
    UNION ALL
    SELECT p.*, b.code, p.quantity FROM bins b JOIN bin_stock p ON p.bin_id = b.id
     WHERE b.site_id = ANY(CAST(:sites AS bigint[])) AND b.kind = 'receiving' AND p.quantity > 0)
SELECT w.id AS site_id, w.code AS site, s.code AS sku, s.name, s.gtin, coalesce(o.code, '') AS lot, p.condition, p.bin,
       p.units, CASE WHEN p.bin_id IS NULL THEN ({CAME} AND m.bin_id IS NULL AND m.reason <> 'pick' {LAST})
                     ELSE ({CAME} AND m.bin_id = p.bin_id {LAST}) END AS since
  FROM loose p JOIN sites w ON w.id = p.site_id JOIN skus s ON s.id = p.sku_id LEFT JOIN lots o ON o.id = p.lot_id
  JOIN stock_levels l ON l.sku_id = p.sku_id AND l.site_id = p.site_id
 WHERE p.units > 0 AND (:sku = '' OR s.code = :sku) AND (:lot = '' OR o.code = :lot)
   AND EXISTS (SELECT 1 FROM bins b WHERE b.site_id = p.site_id AND b.is_active
                  AND b.kind IN ('pick', 'bulk', 'quarantine'))
 ORDER BY since NULLS FIRST, s.code, lot, p.condition LIMIT :most
"""

REFILLS = f"""
WITH totes AS ({TOTES})
SELECT w.code AS site, s.code AS sku, s.name, l.allocated - t.units - x.picking AS wanted, x.picking, x.bulk, x.bin
  FROM stock_levels l JOIN sites w ON w.id = l.site_id JOIN skus s ON s.id = l.sku_id
  CROSS JOIN LATERAL (SELECT coalesce(sum(units), 0)::bigint AS units FROM totes
                       WHERE site_id = l.site_id AND sku_id = l.sku_id) t
  CROSS JOIN LATERAL (
       SELECT coalesce(sum(p.quantity) FILTER (WHERE b.kind = 'pick'), 0)::bigint AS picking,
              coalesce(sum(p.quantity) FILTER (WHERE b.kind = 'bulk'), 0)::bigint AS bulk,
              (array_agg(b.code ORDER BY b.pick_sequence, b.code) FILTER (WHERE b.kind = 'bulk'))[1] AS bin
         FROM bin_stock p JOIN bins b ON b.id = p.bin_id
        WHERE p.sku_id = l.sku_id AND p.site_id = l.site_id AND p.condition = 'good' AND p.quantity > 0) x
 WHERE l.site_id = ANY(CAST(:sites AS bigint[])) AND l.allocated > 0 AND x.bulk > 0
   AND l.allocated - t.units > x.picking
 ORDER BY wanted DESC, s.code LIMIT :most
"""
