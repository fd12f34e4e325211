"""What is being counted now of one SKU or in one bin: no place gets into two counts."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.orm import Session


def of_sku(session: Session, sku_id: int) -> dict[str, str]:
    """The number of the count by the code of the site, wherever a place of the SKU is in one."""
    return {row.site: row.number for row in session.execute(text(OF_SKU), {"sku": sku_id})}


def of_bin(session: Session, bin_id: int) -> str:
    """Its number, or empty."""
    return of_bins(session, [bin_id]).get(bin_id, "")


def of_bins(session: Session, bin_ids: Collection[int]) -> dict[int, str]:
    """The number of the count by bin, of those that are in one."""
    return {row.bin_id: row.number for row in session.execute(text(OF_BINS), {"bins": sorted(bin_ids)})}


UNDER_WAY = "c.state NOT IN ('posted', 'cancelled')"
OF_SKU = f"""
SELECT w.code AS site, min(c.number) AS number
  FROM counts c JOIN count_places p ON p.count_id = c.id JOIN sites w ON w.id = c.site_id
 WHERE {UNDER_WAY}
   AND (p.sku_id = :sku OR p.bin_id IN (SELECT bin_id FROM bin_stock
                                         WHERE sku_id = :sku AND quantity > 0 AND bin_id IS NOT NULL))
 GROUP BY w.code
"""
OF_BINS = f"""
SELECT p.bin_id, min(c.number) AS number FROM counts c JOIN count_places p ON p.count_id = c.id
 WHERE {UNDER_WAY} AND p.bin_id = ANY(CAST(:bins AS bigint[])) GROUP BY p.bin_id
"""
