"""All SKUs with their stock, added up over the sites."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import availability
from app.kernel import paging
from app.kernel.paging import Page
from app.queries import patterns

PAGE = 50
STATES: Mapping[str, str] = {
    "all": "All",
    "out": "Nothing available",
    "backordered": "Customers wait",
}


@dataclass(frozen=True, kw_only=True)
class SkuStock:
    """``available`` may be promised to new orders; ``backordered`` units wait for stock."""

    code: str
    name: str
    is_active: bool
    is_kit: bool
    on_hand: int
    allocated: int
    available: int
    backordered: int

    @property
    def state(self) -> str:
        if self.backordered:
            return "backordered"
        return "ok" if self.available else "low"


def sku_board(session: Session, *, q: str = "", state: str = "all", cursor: str | None = None) -> Page[SkuStock]:
    """By code; ``q`` finds parts of code and name."""
    at = paging.decode(cursor, [str])
    backwards = at is not None and at.backwards
    values: dict[str, Any] = {
        "words": [patterns.anywhere(word) for word in q.split()],
        "state": state,
        "place": at.values[0] if at else None,
        "limit": PAGE + 1,
    }
    statement = BOARD.format(
        available=availability.of_sku("s.id"), compare="<" if backwards else ">", order="DESC" if backwards else "ASC"
    )
    rows = [SkuStock(**row) for row in session.execute(text(statement), values).mappings()]
    return paging.page(rows, PAGE, key=lambda row: (row.code,), cursor=at)


BOARD = """
WITH stock AS (
    SELECT s.id, s.code, s.name, s.is_active, coalesce(l.on_hand, 0) AS on_hand, coalesce(l.allocated, 0) AS allocated,
           a.available, s.is_kit, coalesce(b.backordered, 0) AS backordered
    FROM skus s
    LEFT JOIN LATERAL (
        SELECT sum(on_hand)::bigint AS on_hand, sum(allocated)::bigint AS allocated
        FROM stock_levels sl WHERE sl.sku_id = s.id) l ON true
    CROSS JOIN LATERAL ({available}) a
    LEFT JOIN LATERAL (
        SELECT sum(backordered)::bigint AS backordered FROM order_lines ol
        WHERE ol.sku_id = s.id AND ol.backordered > 0) b ON true
    WHERE (s.code ILIKE ALL (CAST(:words AS text[])) OR s.name ILIKE ALL (CAST(:words AS text[])))
      AND (CAST(:place AS text) IS NULL OR s.code {compare} :place))
SELECT code, name, is_active, is_kit, on_hand, allocated, available, backordered FROM stock
WHERE :state = 'all' OR (:state = 'out' AND available = 0) OR (:state = 'backordered' AND backordered > 0)
ORDER BY code {order} LIMIT :limit
"""
