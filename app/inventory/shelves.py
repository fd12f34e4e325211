"""Bins with their rules and what lies in them, as ``put_away`` looks at them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.put_away import Goods, Lying, Shelf
from app.inventory.values import GOOD

MOST = 60  # bins of each sort that are looked at for one decision


def near(session: Session, site_id: int, goods: Goods) -> list[Shelf]:
    """Bins worth a look for these goods: where the SKU lies, and of the right kinds the first on the walk.

    Two statements, however many bins the site has.
    """
    values = {"site": site_id, "sku": goods.sku_id, "good": goods.condition == GOOD, "most": MOST}
    return _read(session, session.execute(text(NEAR), values).scalars().all())


def lock(session: Session, bin_ids: Collection[int]) -> dict[int, Shelf]:
    """Lock these bins by id, after the stock levels; what lies in them is read then."""
    wanted = sorted(set(bin_ids))
    session.execute(
        text("SELECT 1 FROM bins WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR UPDATE"), {"ids": wanted}
    )
    return {shelf.bin_id: shelf for shelf in _read(session, wanted)}


def _read(session: Session, bin_ids: Collection[int]) -> list[Shelf]:
    rows = session.execute(text(SHELVES), {"ids": list(bin_ids)}).all()
    lying: dict[int, list[Lying]] = {}
    for row in session.execute(text(LYING), {"ids": list(bin_ids)}):
        lying.setdefault(row.bin_id, []).append(Lying(sku_id=row.sku_id, lot_id=row.lot_id, units=row.units))
    return [_shelf(row, lying.get(row.bin_id, [])) for row in rows]


def _shelf(row: Any, lying: list[Lying]) -> Shelf:
    return Shelf(**row._mapping, lying=tuple(lying))


# Of bins that hold others' goods only those with room left are worth a look.
NEAR = """
(SELECT DISTINCT b.bin_id FROM bin_stock b
  WHERE b.sku_id = :sku AND b.site_id = :site AND b.bin_id IS NOT NULL AND b.quantity > 0 LIMIT :most)
UNION
(SELECT b.id FROM bins b WHERE b.site_id = :site AND b.is_active
    AND CASE WHEN :good THEN b.kind IN ('pick', 'bulk') ELSE b.kind = 'quarantine' END
    AND NOT EXISTS (SELECT 1 FROM bin_stock s WHERE s.bin_id = b.id AND s.quantity > 0)
  ORDER BY b.kind DESC, b.pick_sequence, b.code LIMIT :most)
UNION
(SELECT b.id FROM bins b WHERE b.site_id = :site AND b.is_active
    AND CASE WHEN :good THEN b.kind IN ('pick', 'bulk') ELSE b.kind = 'quarantine' END
    AND EXISTS (SELECT 1 FROM bin_stock s WHERE s.bin_id = b.id AND s.quantity > 0)
    AND (b.capacity IS NULL OR b.capacity > (SELECT sum(s.quantity) FROM bin_stock s WHERE s.bin_id = b.id))
  ORDER BY b.kind DESC, b.pick_sequence, b.code LIMIT :most)
"""
SHELVES = """
SELECT id AS bin_id, code, zone, kind, pick_sequence, capacity, one_sku, one_lot, is_active
  FROM bins WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id
"""
LYING = """
SELECT bin_id, sku_id, lot_id, sum(quantity)::bigint AS units FROM bin_stock
 WHERE bin_id = ANY(CAST(:ids AS bigint[])) AND quantity > 0 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
