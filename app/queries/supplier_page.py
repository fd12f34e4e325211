"""Suppliers with what is open at each, and one supplier's goods."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import Invalid
from app.purchasing import performance
from app.purchasing.performance import NOTHING, Performance


@dataclass(frozen=True, kw_only=True)
class SupplierLine:
    """``open_orders`` are sent and not all in; ``late_orders`` of them are overdue."""

    id: int
    code: str
    name: str
    currency: str
    lead_days: int
    is_active: bool
    skus: int
    open_orders: int
    late_orders: int
    measured: Performance


@dataclass(frozen=True, kw_only=True)
class TermsLine:
    """A SKU as the supplier sells it, and how much of it is on its way from them."""

    sku: str
    name: str
    code: str
    cost_minor: int | None
    pack_size: int
    least_units: int
    lead_days: int | None
    open: int


def suppliers(session: Session, *, today: date) -> list[SupplierLine]:
    """The active first, by name."""
    rows = session.execute(text(SUPPLIERS), {"today": today}).all()
    measured = performance.measure(session, [row.id for row in rows], today=today)
    return [SupplierLine(**row._mapping, measured=measured.get(row.id, NOTHING)) for row in rows]


def terms(session: Session, supplier_id: int) -> list[TermsLine]:
    return [TermsLine(**row._mapping) for row in session.execute(text(TERMS), {"id": supplier_id})]


def sku_id(session: Session, code: str) -> int:
    """Raises Invalid, at ``sku``."""
    found = session.execute(text("SELECT id FROM skus WHERE code = :code"), {"code": code}).scalar_one_or_none()
    if found is None:
        raise Invalid([("sku", f"there is no SKU “{code[:80]}”: choose one of ours")])
    return int(found)


def best_supplier(session: Session, sku_code: str) -> str:
    """Who sells this SKU cheapest among the active, by code; empty where nobody is known to."""
    found = session.execute(text(BEST), {"sku": sku_code}).scalar_one_or_none()
    return str(found or "")


SUPPLIERS = """
SELECT s.id, s.code, s.name, s.currency, s.lead_days, s.is_active,
       (SELECT count(*) FROM supplier_skus c WHERE c.supplier_id = s.id) AS skus,
       count(o.id) AS open_orders, count(o.id) FILTER (WHERE o.is_late) AS late_orders
  FROM suppliers s
  LEFT JOIN (SELECT o.id, o.supplier_id, EXISTS (SELECT 1 FROM purchase_order_lines l
                     WHERE l.purchase_order_id = o.id AND l.expected_on < CAST(:today AS date)
                       AND l.ordered - l.cancelled - l.short > l.received) AS is_late
               FROM purchase_orders o WHERE o.state IN ('sent', 'partly_received')) o ON o.supplier_id = s.id
 GROUP BY s.id ORDER BY s.is_active DESC, lower(s.name), s.code
"""

TERMS = """
SELECT k.code AS sku, k.name, c.code, c.cost_minor, c.pack_size, c.least_units, c.lead_days,
       (SELECT coalesce(sum(greatest(0, l.ordered - l.cancelled - l.short - l.received)), 0)::bigint
          FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.purchase_order_id
         WHERE l.sku_id = c.sku_id AND o.supplier_id = c.supplier_id AND o.state IN ('sent', 'partly_received')) AS open
  FROM supplier_skus c JOIN skus k ON k.id = c.sku_id WHERE c.supplier_id = :id ORDER BY k.code
"""

BEST = """
SELECT s.code FROM supplier_skus c JOIN suppliers s ON s.id = c.supplier_id JOIN skus k ON k.id = c.sku_id
 WHERE k.code = :sku AND s.is_active ORDER BY c.cost_minor NULLS LAST, s.code LIMIT 1
"""
