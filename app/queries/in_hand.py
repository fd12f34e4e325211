"""Goods that somebody is about to carry: where they lie, how many, and where they should go."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import shelves
from app.inventory.put_away import Advice, Goods, Suggestion, advise
from app.inventory.values import GOOD


@dataclass(frozen=True, kw_only=True)
class InHand:
    """``there`` units of one lot and condition lie in ``bin`` (empty: on the dock), less what is in totes.

    ``quantity`` is how many of them go now: what was asked for, as far as the best bin has room.
    """

    site_id: int
    sku: str
    name: str
    gtin: str | None
    lot: str
    condition: str
    bin: str
    there: int
    asked: int
    advice: Advice

    @property
    def best(self) -> Suggestion | None:
        return self.advice.best

    @property
    def quantity(self) -> int:
        return min(self.asked, self.best.fits) if self.best else self.asked


@dataclass(frozen=True, kw_only=True)
class Content:
    """What lies in one bin of one SKU, lot and condition."""

    sku: str
    name: str
    lot: str
    condition: str
    units: int


def in_hand(session: Session, site_id: int, *, place: dict[str, str], asked: int | None = None) -> InHand | None:
    """``place`` has sku, lot, condition and bin by their codes. None where nothing of it lies there any more."""
    values = {"site": site_id, **place, "good": GOOD}
    row = session.execute(text(LYING), values).one_or_none()
    if row is None or row.there <= 0:
        return None
    quantity = max(1, min(asked or row.there, row.there))
    goods = Goods(sku_id=row.sku_id, lot_id=row.lot_id, quantity=quantity, condition=place["condition"])
    near = [each for each in shelves.near(session, site_id, goods) if each.code != place["bin"]]
    return InHand(
        site_id=site_id,
        sku=row.sku,
        name=row.name,
        gtin=row.gtin,
        lot=place["lot"],
        condition=place["condition"],
        bin=place["bin"],
        there=row.there,
        asked=quantity,
        advice=advise(goods, near),
    )


def contents(session: Session, site_id: int, bin_code: str) -> list[Content]:
    rows = session.execute(text(CONTENTS), {"site": site_id, "bin": bin_code})
    return [Content(**row._mapping) for row in rows]


def bin_exists(session: Session, site_id: int, code: str) -> bool:
    found: Any = session.execute(
        text("SELECT 1 FROM bins WHERE site_id = :site AND code = :code"), {"site": site_id, "code": code}
    ).first()
    return found is not None


LYING = """
SELECT p.sku_id, p.lot_id, s.code AS sku, s.name, s.gtin,
       p.quantity - CASE WHEN :bin = '' AND p.condition = :good THEN (
           SELECT coalesce(sum(h.quantity), 0) FROM fulfilment_orders f
             JOIN fulfilment_lines l ON l.fulfilment_order_id = f.id JOIN held_picks h ON h.fulfilment_line_id = l.id
            WHERE f.site_id = p.site_id AND f.state IN ('picking', 'picked', 'packed') AND l.sku_id = p.sku_id
              AND h.lot_id IS NOT DISTINCT FROM p.lot_id) ELSE 0 END::bigint AS there
  FROM bin_stock p JOIN skus s ON s.id = p.sku_id
  LEFT JOIN lots o ON o.id = p.lot_id LEFT JOIN bins b ON b.id = p.bin_id
 WHERE p.site_id = :site AND s.code = :sku AND coalesce(o.code, '') = :lot AND p.condition = :condition
   AND coalesce(b.code, '') = :bin AND p.quantity > 0
"""
CONTENTS = """
SELECT s.code AS sku, s.name, coalesce(o.code, '') AS lot, p.condition, p.quantity AS units
  FROM bin_stock p JOIN bins b ON b.id = p.bin_id JOIN skus s ON s.id = p.sku_id LEFT JOIN lots o ON o.id = p.lot_id
 WHERE b.site_id = :site AND b.code = :bin AND p.quantity > 0 ORDER BY s.code, o.code, p.condition
"""
