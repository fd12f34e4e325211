"""One SKU: its stock at each site, what rests on it, and why so many can be sold."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.queries.kit_stock import KitStock, kit_stock, kits_with

MOVEMENTS = 50


@dataclass(frozen=True, kw_only=True)
class SiteStock:
    """A closed site sells nothing."""

    site_id: int
    code: str
    name: str
    is_active: bool
    on_hand: int
    allocated: int
    reserved: int
    unavailable: int
    safety_stock: int
    counted_at: datetime | None

    @property
    def rest(self) -> int:
        """What is left of the goods after every promise; below zero where promises reach into the safety stock."""
        return self.on_hand - self.allocated - self.reserved - self.unavailable - self.safety_stock

    @property
    def available(self) -> int:
        return max(self.rest, 0) if self.is_active else 0


@dataclass(frozen=True, kw_only=True)
class MovementRow:
    """``order_number`` is set where an order caused it."""

    id: int
    site: str
    on_hand: int
    allocated: int
    reserved: int
    unavailable: int
    reason: str
    reference_type: str
    reference_id: int
    order_number: str | None
    actor: str
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class SkuPage:
    """``sold`` are the units of the last 30 days; ``waiting`` units of ``waiting_orders`` orders lack stock.

    ``kit`` is set where it is one; ``kits_with`` are (code, name, units in one) of those that it goes into.
    """

    id: int
    code: str
    name: str
    category: str
    gtin: str | None
    weight_g: int
    tracking: str
    is_active: bool
    sold: int
    waiting: int
    waiting_orders: int
    promised_orders: int
    prices: tuple[tuple[str, int], ...]
    sites: tuple[SiteStock, ...]
    movements: tuple[MovementRow, ...]
    kit: KitStock | None = None
    kits_with: tuple[tuple[str, str, int], ...] = ()

    def total(self, name: str) -> int:
        return sum(getattr(site, name) for site in self.sites)

    @property
    def available(self) -> int:
        return self.kit.available if self.kit else self.total("available")

    @property
    def kept_back(self) -> dict[str, int]:
        """Safety stock by site, where there is any."""
        return {site.code: site.safety_stock for site in self.sites if site.safety_stock}

    @property
    def overdrawn(self) -> int:
        """What promises at one site took of its safety stock: other sites' goods are not less for it."""
        return sum(-site.rest for site in self.sites if site.is_active and site.rest < 0)

    @property
    def closed(self) -> int:
        """What would be available at sites that are closed."""
        return sum(site.rest for site in self.sites if not site.is_active)


def sku_page(session: Session, code: str, *, before: int | None = None) -> SkuPage:
    """Raises NotFound. Movements are the newest, from behind the id ``before``."""
    head = session.execute(text(HEAD), {"code": code}).one_or_none()
    if head is None:
        raise NotFound(f"there is no SKU {code!r}")
    values = {"id": head.id, "before": before, "limit": MOVEMENTS}
    facts = {name: value for name, value in head._mapping.items() if name != "is_kit"}
    return SkuPage(
        **{
            **facts,
            "prices": tuple((row.currency, row.minor) for row in session.execute(text(PRICES), values)),
        },
        sites=tuple(SiteStock(**row) for row in session.execute(text(SITES), values).mappings()),
        movements=tuple(MovementRow(**row) for row in session.execute(text(LEDGER), values).mappings()),
        kit=kit_stock(session, head.id) if head.is_kit else None,
        kits_with=tuple(kits_with(session, head.id)),
    )


HEAD = """
SELECT s.id, s.code, s.name, s.category, s.gtin, s.weight_g, s.tracking, s.is_active, s.is_kit,
       (SELECT coalesce(sum(units), 0)::bigint FROM sales_skus WHERE sku_id = s.id AND bucket IN (
            SELECT to_char(current_date - n, 'YYYY-MM-DD') FROM generate_series(0, 30) n)) AS sold,
       (SELECT coalesce(sum(backordered), 0)::bigint FROM order_lines
        WHERE sku_id = s.id AND backordered > 0) AS waiting,
       (SELECT count(DISTINCT order_id) FROM order_lines WHERE sku_id = s.id AND backordered > 0) AS waiting_orders,
       (SELECT count(DISTINCT a.order_id) FROM allocations a JOIN stock_levels l ON l.id = a.stock_level_id
        WHERE l.sku_id = s.id) AS promised_orders
FROM skus s WHERE s.code = :code
"""

PRICES = """
SELECT pl.currency, p.minor FROM prices p JOIN price_lists pl ON pl.id = p.price_list_id
WHERE p.sku_id = :id ORDER BY pl.id
"""

SITES = """
SELECT t.id AS site_id, t.code, t.name, t.is_active, l.on_hand, l.allocated, l.reserved, l.unavailable, l.safety_stock,
       (SELECT m.occurred_at FROM stock_movements m WHERE m.stock_level_id = l.id AND m.reason = 'count'
         ORDER BY m.id DESC LIMIT 1) AS counted_at
FROM stock_levels l JOIN sites t ON t.id = l.site_id WHERE l.sku_id = :id
ORDER BY t.is_active DESC, t.priority, t.code
"""

LEDGER = """
SELECT m.id, t.code AS site, m.on_hand, m.allocated, m.reserved, m.unavailable, m.reason, m.reference_type,
       m.reference_id, o.number AS order_number, m.actor, m.occurred_at
FROM (SELECT n.*, l.site_id FROM stock_levels l, LATERAL (
          SELECT * FROM stock_movements
           WHERE stock_level_id = l.id AND (CAST(:before AS bigint) IS NULL OR id < :before)
           ORDER BY sequence DESC LIMIT :limit) n
       WHERE l.sku_id = :id ORDER BY n.id DESC LIMIT :limit) m
JOIN sites t ON t.id = m.site_id
LEFT JOIN order_lines ol ON m.reference_type = 'order_line' AND ol.id = m.reference_id
LEFT JOIN orders o ON o.id = ol.order_id
ORDER BY m.id DESC
"""
