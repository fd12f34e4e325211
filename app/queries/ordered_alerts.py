"""What was made of alerts: the drafts, and which goods stand in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class OrderedRow:
    """``minimum_minor`` is what the supplier takes at least; ``goods`` are the SKU codes of its lines.

    ``too_few`` are (SKU code, units on all its lines, the fewest that the supplier takes) where they are fewer.
    """

    number: str
    state: str
    supplier: str
    supplier_name: str
    site: str
    site_name: str
    currency: str
    units: int
    total_minor: int
    minimum_minor: int
    goods: tuple[str, ...]
    too_few: tuple[tuple[str, int, int], ...]


def ordered(session: Session, numbers: Sequence[str]) -> list[OrderedRow]:
    rows = session.execute(text(ORDERED), {"numbers": list(numbers)})
    return [
        OrderedRow(**{**row._mapping, "goods": tuple(row.goods), "too_few": tuple(map(tuple, row.too_few))})
        for row in rows
    ]


ORDERED = """
SELECT o.number, o.state, s.code AS supplier, s.name AS supplier_name, t.code AS site, t.name AS site_name, o.currency,
       sum(l.ordered)::bigint AS units, sum(l.ordered * l.unit_cost_minor)::bigint AS total_minor,
       CASE WHEN s.currency = o.currency THEN s.minimum_minor ELSE 0 END AS minimum_minor,
       array_agg(l.sku_code ORDER BY l.position) AS goods,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(x.sku, x.units, c.least_units) ORDER BY x.position), '[]')
          FROM (SELECT sku_id, min(sku_code) AS sku, sum(ordered)::bigint AS units, min(position) AS position
                  FROM purchase_order_lines WHERE purchase_order_id = o.id GROUP BY sku_id) x
          JOIN supplier_skus c ON c.supplier_id = o.supplier_id AND c.sku_id = x.sku_id
         WHERE x.units < c.least_units) AS too_few
  FROM purchase_orders o JOIN suppliers s ON s.id = o.supplier_id JOIN sites t ON t.id = o.site_id
  JOIN purchase_order_lines l ON l.purchase_order_id = o.id
 WHERE o.number = ANY(CAST(:numbers AS text[])) GROUP BY o.id, s.id, t.id ORDER BY o.id
"""
