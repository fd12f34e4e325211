"""What is being counted now of one SKU or in one bin: no place gets into two counts."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class PartlyCounted:
    """Of one SKU at one site: the counts that have places where it lies, and how many such places are in none."""

    numbers: tuple[str, ...]
    rest: int


def at_sites(session: Session, sku_id: int, site_ids: Collection[int]) -> dict[int, PartlyCounted]:
    """By site, where any place of the SKU is in a count."""
    rows = session.execute(text(AT_SITES), {"sku": sku_id, "sites": sorted(site_ids)})
    return {row.site_id: PartlyCounted(numbers=tuple(row.numbers), rest=row.rest) for row in rows if row.numbers}


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

# Where plan_counts looks for a SKU: nowhere in particular only while it lies in no bin.
AT_SITES = f"""
WITH busy AS (
  SELECT c.site_id, p.bin_id, p.sku_id, c.number FROM counts c JOIN count_places p ON p.count_id = c.id
   WHERE {UNDER_WAY} AND c.site_id = ANY(CAST(:sites AS bigint[]))
), spots AS (
  SELECT site_id, bin_id FROM bin_stock
   WHERE sku_id = :sku AND quantity > 0 AND site_id = ANY(CAST(:sites AS bigint[]))
   UNION SELECT site_id, bin_id FROM busy WHERE sku_id = :sku
)
SELECT s.site_id, coalesce(array_agg(DISTINCT b.number) FILTER (WHERE b.number IS NOT NULL), '{{}}') AS numbers,
       count(*) FILTER (WHERE b.number IS NULL) AS rest
  FROM spots s
  LEFT JOIN busy b ON b.site_id = s.site_id AND (b.bin_id = s.bin_id OR s.bin_id IS NULL AND b.sku_id = :sku)
 GROUP BY s.site_id
"""
