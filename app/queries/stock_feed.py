"""Stock, SKUs and sites for programs, in an order in which nothing can be missed between two pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.inventory.heads import SETTLED
from app.kernel import paging
from app.kernel.errors import NotFound
from app.kernel.paging import Page
from app.queries.ledger import id_at


@dataclass(frozen=True, kw_only=True)
class StockQuery:
    """Codes; empty means any. Only levels that moved since ``changed_since``."""

    sku: str = ""
    site: str = ""
    changed_since: datetime | None = None


def stock(session: Session, asked: StockQuery, *, after: str | None, limit: int) -> Page[Row[Any]]:
    """Levels by the order in which they came to be. Raises BadCursor."""
    since = asked.changed_since
    first_id = id_at(session, since - SETTLED) if since else 0
    return _page(session, STOCK, {**vars(asked), "first_id": first_id}, after=after, limit=limit)


def skus(session: Session, *, category: str, after: str | None, limit: int) -> Page[Row[Any]]:
    statement = f"{SKUS} WHERE (:category = '' OR s.category = :category)"
    return _page(session, statement, {"category": category}, after=after, limit=limit)


def sku(session: Session, code: str) -> Row[Any]:
    """Raises NotFound."""
    return _one(session, f"{SKUS} WHERE s.code = :code", code, "SKU")


def sites(session: Session, *, after: str | None, limit: int) -> Page[Row[Any]]:
    return _page(session, SITES, {}, after=after, limit=limit)


def site(session: Session, code: str) -> Row[Any]:
    """Raises NotFound."""
    return _one(session, f"{SITES} WHERE t.code = :code", code, "site")


def _page(session: Session, statement: str, values: dict[str, Any], *, after: str | None, limit: int) -> Page[Row[Any]]:
    at = paging.decode(after, [int])
    place = at.values[0] if at else 0
    wanted = f"SELECT * FROM ({statement}) found WHERE id > :place ORDER BY id LIMIT :limit"
    rows = session.execute(text(wanted), {**values, "place": place, "limit": limit + 1}).all()
    return paging.page(rows, limit, key=lambda row: (row.id,), cursor=at)


def _one(session: Session, statement: str, code: str, what: str) -> Row[Any]:
    row = session.execute(text(statement), {"code": code}).one_or_none()
    if row is None:
        raise NotFound(f"there is no {what} {code!r}")
    return row


STOCK = """
SELECT l.id, s.code AS sku, t.code AS site, l.on_hand, l.allocated, l.reserved, l.unavailable, l.safety_stock,
       CASE WHEN t.is_active
            THEN greatest(0, l.on_hand - l.allocated - l.reserved - l.unavailable - l.safety_stock) ELSE 0
       END AS available, coalesce(i.units, 0) AS incoming, l.sequence AS movements, m.occurred_at AS changed_at
  FROM stock_levels l JOIN skus s ON s.id = l.sku_id JOIN sites t ON t.id = l.site_id
  LEFT JOIN LATERAL (SELECT sum(quantity)::bigint AS units FROM incoming
                      WHERE sku_id = l.sku_id AND site_id = l.site_id) i ON true
  LEFT JOIN LATERAL (SELECT occurred_at FROM stock_movements
                      WHERE stock_level_id = l.id AND sequence = l.sequence AND id >= :first_id) m ON true
 WHERE (:sku = '' OR s.code = :sku) AND (:site = '' OR t.code = :site)
   AND (CAST(:changed_since AS timestamptz) IS NULL OR m.occurred_at >= :changed_since)
"""
SKUS = """
SELECT s.id, s.code, s.name, s.category, s.gtin, s.weight_g, s.tax_class, s.is_active, s.tracking, a.on_hand,
       a.available
  FROM skus s CROSS JOIN LATERAL (
       SELECT coalesce(sum(l.on_hand), 0)::bigint AS on_hand,
              coalesce(sum(greatest(0, l.on_hand - l.allocated - l.reserved - l.unavailable - l.safety_stock))
                       FILTER (WHERE t.is_active), 0)::bigint AS available
         FROM stock_levels l JOIN sites t ON t.id = l.site_id WHERE l.sku_id = s.id) a
"""
SITES = """
SELECT t.id, t.code, t.name, t.kind, t.street, t.city, t.region, t.postal_code, t.country, t.time_zone,
       to_char(t.cut_off, 'HH24:MI') AS cut_off, t.priority, t.is_active FROM sites t
"""
