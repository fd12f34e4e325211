"""The bins of a site as a tree of zones, how full they are, and what lies in none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.inventory.models import Bin
from app.kernel import paging
from app.kernel.errors import NotFound
from app.kernel.paging import Page

PAGE = 100


@dataclass(frozen=True, kw_only=True)
class BinRow:
    """``units`` of ``skus`` SKUs lie there."""

    id: int
    code: str
    zone: str
    kind: str
    pick_sequence: int
    capacity: int | None
    one_sku: bool
    one_lot: bool
    is_active: bool
    units: int = 0
    skus: int = 0

    @property
    def fill(self) -> int | None:
        """Percent of the capacity, over 100 where more lies there."""
        return None if self.capacity is None else round(100 * self.units / self.capacity)


@dataclass(frozen=True, kw_only=True)
class Zone:
    name: str
    bins: int
    units: int
    capacity: int | None


@dataclass(frozen=True, kw_only=True)
class Loose:
    """Units without a bin that are in nobody's tote, of so many SKUs."""

    units: int
    skus: int


def bin_list(session: Session, site_id: int, *, zone: str | None = None, after: str | None = None) -> Page[BinRow]:
    """One page by zone and walk. Raises BadCursor."""
    cursor = paging.decode(after, [str, int, str])
    columns = [getattr(Bin, name) for name in BinRow.__dataclass_fields__ if name not in ("units", "skus")]
    statement = select(*columns).where(Bin.site_id == site_id)
    if zone is not None:
        statement = statement.where(Bin.zone == zone)
    order = [Bin.zone, Bin.pick_sequence, Bin.code]
    rows = session.execute(paging.seek(statement, order, cursor=cursor, limit=PAGE, descending=False)).all()
    lying = _lying(session, [row.id for row in rows])
    bins = [BinRow(**{**row._mapping, **lying.get(row.id, {})}) for row in rows]
    return paging.page(bins, PAGE, key=lambda row: (row.zone, row.pick_sequence, row.code), cursor=cursor)


def get(session: Session, site_id: int, code: str) -> BinRow:
    """Raises NotFound."""
    columns = [getattr(Bin, name) for name in BinRow.__dataclass_fields__ if name not in ("units", "skus")]
    row = session.execute(select(*columns).where(Bin.site_id == site_id, Bin.code == code)).one_or_none()
    if row is None:
        raise NotFound(f"there is no bin “{code[:24]}” at this site")
    return BinRow(**{**row._mapping, **_lying(session, [row.id]).get(row.id, {})})


def zones(session: Session, site_id: int) -> list[Zone]:
    rows = session.execute(text(ZONES), {"site": site_id})
    return [Zone(**row._mapping) for row in rows]


def loose(session: Session, site_id: int) -> Loose:
    row = session.execute(text(LOOSE), {"site": site_id}).one()
    return Loose(**row._mapping)


def _lying(session: Session, bin_ids: Sequence[int]) -> dict[int, Any]:
    rows = session.execute(text(LYING), {"ids": list(bin_ids)})
    return {row.bin_id: {"units": row.units, "skus": row.skus} for row in rows}


LYING = """
SELECT bin_id, sum(quantity)::bigint AS units, count(DISTINCT sku_id) AS skus FROM bin_stock
 WHERE bin_id = ANY(CAST(:ids AS bigint[])) AND quantity > 0 GROUP BY 1
"""
ZONES = """
SELECT b.zone AS name, count(*) AS bins, coalesce(sum(p.units), 0)::bigint AS units,
       CASE WHEN bool_and(b.capacity IS NOT NULL) THEN sum(b.capacity)::bigint END AS capacity
  FROM bins b LEFT JOIN (SELECT bin_id, sum(quantity) AS units FROM bin_stock
                          WHERE bin_id IS NOT NULL AND site_id = :site GROUP BY 1) p ON p.bin_id = b.id
 WHERE b.site_id = :site AND b.is_active GROUP BY 1 ORDER BY 1
"""
LOOSE = """
SELECT coalesce(sum(units), 0)::bigint AS units, count(*) FILTER (WHERE units > 0) AS skus FROM (
    SELECT p.sku_id, sum(p.quantity) - coalesce(max(h.units), 0) AS units FROM bin_stock p
      LEFT JOIN (SELECT l.sku_id, sum(h.quantity) AS units FROM fulfilment_orders f
                   JOIN fulfilment_lines l ON l.fulfilment_order_id = f.id
                   JOIN held_picks h ON h.fulfilment_line_id = l.id
                  WHERE f.site_id = :site AND f.state IN ('picking', 'picked', 'packed') GROUP BY 1) h
             ON h.sku_id = p.sku_id
     WHERE p.site_id = :site AND p.bin_id IS NULL AND p.quantity > 0 GROUP BY 1) loose
"""
