"""Stock levels, SKU by site, with everything that stands between on hand and available."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import paging
from app.kernel.paging import Page
from app.queries import patterns

PAGE = 50
STATES: Mapping[str, str] = {
    "all": "All",
    "low": "Below reorder point",
    "out": "Nothing available",
    "safety": "Into safety stock",
    "unavailable": "Unavailable units",
    "incoming": "On the way",
}
CONDITIONS: Mapping[str, str] = {
    "good": "Good",
    "damaged": "Damaged",
    "quarantine": "In quarantine",
    "quality_hold": "On quality hold",
    "expired": "Expired",
}
FILTERS = ("q", "site", "category", "condition", "state")


@dataclass(frozen=True, kw_only=True)
class LevelRow:
    """``reorder_point`` where an alert stands. A closed site has nothing available."""

    sku: str
    name: str
    site: str
    is_active: bool
    on_hand: int
    allocated: int
    reserved: int
    unavailable: int
    safety_stock: int
    incoming: int
    alert_id: int | None
    reorder_point: int | None
    sequence: int

    @property
    def rest(self) -> int:
        return self.on_hand - self.allocated - self.reserved - self.unavailable - self.safety_stock

    @property
    def available(self) -> int:
        return max(0, self.rest) if self.is_active else 0


def levels_list(session: Session, asked: Mapping[str, str], *, cursor: str | None = None) -> Page[LevelRow]:
    """By SKU, then site. ``asked`` has all of FILTERS; empty means any."""
    at = paging.decode(cursor, [str, str])
    backwards = at is not None and at.backwards
    statement = LEVELS.format(
        compare="<" if backwards else ">",
        order="DESC" if backwards else "ASC",
        state=IN_STATE[asked["state"]],
    )
    values: dict[str, Any] = {
        **asked,
        "words": [patterns.anywhere(word) for word in asked["q"].split()],
        "place": at.values[0] if at else None,
        "place_site": at.values[1] if at else None,
        "limit": PAGE + 1,
    }
    rows = [LevelRow(**row) for row in session.execute(text(statement), values).mappings()]
    return paging.page(rows, PAGE, key=lambda row: (row.sku, row.site), cursor=at)


ALERT = "SELECT FROM stock_alerts a WHERE a.sku_id = l.sku_id AND a.site_id = l.site_id AND a.closed_at IS NULL"
REST = "l.on_hand - l.allocated - l.reserved - l.unavailable - l.safety_stock"
IN_STATE = {
    "all": "true",
    "low": f"EXISTS ({ALERT})",
    "out": f"({REST} <= 0 OR NOT t.is_active)",
    "safety": f"{REST} < 0",
    "unavailable": "l.unavailable > 0",
    "incoming": "EXISTS (SELECT FROM incoming i WHERE i.sku_id = l.sku_id AND i.site_id = l.site_id)",
}
LEVELS = """
SELECT p.sku, p.name, p.site, p.is_active, p.on_hand, p.allocated, p.reserved, p.unavailable, p.safety_stock,
       p.sequence, a.id AS alert_id, a.reorder_point, coalesce(i.units, 0) AS incoming FROM (
    SELECT s.code AS sku, s.name, t.code AS site, t.is_active, l.sku_id, l.site_id, l.on_hand, l.allocated, l.reserved,
           l.unavailable, l.safety_stock, l.sequence
      FROM skus s JOIN stock_levels l ON l.sku_id = s.id JOIN sites t ON t.id = l.site_id
     WHERE (s.code ILIKE ALL (CAST(:words AS text[])) OR s.name ILIKE ALL (CAST(:words AS text[])))
       AND (:site = '' OR t.code = :site) AND (:category = '' OR s.category = :category) AND {state}
       AND (:condition = '' OR EXISTS (SELECT FROM bin_stock b WHERE b.sku_id = l.sku_id AND b.site_id = l.site_id
                                          AND b.condition = :condition AND b.quantity > 0))
       AND (CAST(:place AS text) IS NULL OR (s.code, t.code) {compare} (:place, :place_site))
     ORDER BY s.code {order}, t.code {order} LIMIT :limit) p
  LEFT JOIN stock_alerts a ON a.sku_id = p.sku_id AND a.site_id = p.site_id AND a.closed_at IS NULL
  LEFT JOIN LATERAL (SELECT sum(quantity)::bigint AS units FROM incoming
                      WHERE sku_id = p.sku_id AND site_id = p.site_id) i ON true
 ORDER BY p.sku {order}, p.site {order}
"""
