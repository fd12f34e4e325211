"""One purchase order: its head, its lines, what was announced and what came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound

MOST_RECEIPTS = 200


@dataclass(frozen=True, kw_only=True)
class Head:
    id: int
    number: str
    state: str
    currency: str
    note: str
    version: int
    created_by: str
    created_at: datetime
    sent_at: datetime | None
    supplier: str
    supplier_name: str
    supplier_id: int
    email: str
    phone: str
    over_percent: int
    under_percent: int
    site_id: int
    site: str
    site_name: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    time_zone: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """``advised`` units were announced; ``pack_size`` is the supplier's, ``supplier_code`` what they call it.

    ``has_numbers``: units of it came in by number, and were not taken back.
    """

    id: int
    position: int
    sku: str
    name: str
    gtin: str | None
    tracking: str
    ordered: int
    received: int
    rejected: int
    cancelled: int
    short: int
    unit_cost_minor: int
    expected_on: date
    promised_on: date | None
    supplier_code: str
    pack_size: int
    advised: int
    has_numbers: bool

    @property
    def wanted(self) -> int:
        return self.ordered - self.cancelled - self.short

    @property
    def open(self) -> int:
        return max(0, self.wanted - self.received)

    @property
    def total_minor(self) -> int:
        return self.wanted * self.unit_cost_minor


@dataclass(frozen=True, kw_only=True)
class AdviceLine:
    """``difference`` says in words where it does not fit the order, else it is empty."""

    advice_id: int
    shipment: str
    expected_on: date
    created_at: datetime
    code: str
    sku: str
    name: str
    quantity: int
    lot: str
    expires_on: date | None
    difference: str


@dataclass(frozen=True, kw_only=True)
class ReceiptRow:
    """One line of a receipt with the numbers that it named; ``can_undo`` where one may try to take it back."""

    receipt_id: int
    received_at: datetime
    actor: str
    over_reason: str
    is_undone: bool
    undoes_id: int | None
    sku: str
    name: str
    quantity: int
    condition: str
    bin: str
    lot: str
    unit_cost_minor: int
    numbers: list[str]

    @property
    def can_undo(self) -> bool:
        return not self.is_undone and self.undoes_id is None


def head(session: Session, number: str) -> Head:
    """Raises NotFound."""
    row = session.execute(text(HEAD), {"number": number}).one_or_none()
    if row is None:
        raise NotFound(f"there is no purchase order {number[:40]!r}")
    return Head(**row._mapping)


def lines(session: Session, purchase_order_id: int) -> list[Line]:
    return [Line(**row._mapping) for row in session.execute(text(LINES), {"id": purchase_order_id})]


def receipts(session: Session, purchase_order_id: int, *, most: int = MOST_RECEIPTS) -> list[ReceiptRow]:
    """The latest first."""
    rows = session.execute(text(RECEIPTS), {"id": purchase_order_id, "most": most})
    return [ReceiptRow(**row._mapping) for row in rows]


def advice_lines(session: Session, purchase_order_id: int) -> list[AdviceLine]:
    """The latest shipment first, each line with what does not fit."""
    rows = session.execute(text(ADVICES), {"id": purchase_order_id}).all()
    return [_advice_line(row, rows) for row in rows]


def _advice_line(row: Any, rows: Sequence[Any]) -> AdviceLine:
    named = {name: getattr(row, name) for name in AdviceLine.__dataclass_fields__ if name != "difference"}
    return AdviceLine(**named, difference=_difference(row, rows))


def _difference(row: Any, rows: Sequence[Any]) -> str:
    if row.line_id is None:
        return "is not on this order"
    advised = sum(one.quantity for one in rows if one.line_id == row.line_id)
    if advised > row.wanted:
        return f"{advised - row.wanted:,} more announced than ordered"
    if row.expected_on > (row.promised_on or row.expected_on):
        days = (row.expected_on - row.promised_on).days
        return f"{days} {'day' if days == 1 else 'days'} later than promised"
    if row.received < advised and row.state not in ("sent", "partly_received"):
        return f"{advised - row.received:,} announced, but never came"
    return ""


HEAD = """
SELECT o.id, o.number, o.state, o.currency, o.note, o.version, o.created_by, o.created_at, o.sent_at,
       s.code AS supplier, s.name AS supplier_name, s.id AS supplier_id, s.email, s.phone, s.over_percent,
       s.under_percent, t.id AS site_id, t.code AS site, t.name AS site_name, t.street, t.city, t.region, t.postal_code,
       t.country, t.time_zone
  FROM purchase_orders o JOIN suppliers s ON s.id = o.supplier_id JOIN sites t ON t.id = o.site_id
 WHERE o.number = :number
"""

LINES = """
SELECT l.id, l.position, l.sku_code AS sku, l.name, k.gtin, k.tracking, l.ordered, l.received, l.rejected, l.cancelled,
       l.short, l.unit_cost_minor, l.expected_on, l.promised_on, coalesce(c.code, '') AS supplier_code,
       coalesce(c.pack_size, 1) AS pack_size,
       (SELECT coalesce(sum(a.quantity), 0)::bigint FROM advice_lines a
         WHERE a.purchase_order_line_id = l.id) AS advised,
       k.tracking = 'serial' AND EXISTS (
         SELECT FROM receipt_lines x
           JOIN serial_moves m ON m.reference_type = 'receipt_line' AND m.reference_id = x.id
          WHERE x.purchase_order_line_id = l.id AND x.quantity > 0
            AND NOT EXISTS (SELECT FROM receipts u WHERE u.undoes_id = x.receipt_id)) AS has_numbers
  FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.purchase_order_id JOIN skus k ON k.id = l.sku_id
  LEFT JOIN supplier_skus c ON c.supplier_id = o.supplier_id AND c.sku_id = l.sku_id
 WHERE l.purchase_order_id = :id ORDER BY l.position
"""

RECEIPTS = """
SELECT r.id AS receipt_id, r.received_at, r.actor, r.over_reason, r.undoes_id,
       EXISTS (SELECT 1 FROM receipts u WHERE u.undoes_id = r.id) AS is_undone, l.sku_code AS sku, l.name, x.quantity,
       x.condition, coalesce(b.code, '') AS bin, coalesce(t.code, '') AS lot, x.unit_cost_minor,
       ARRAY(SELECT n.code FROM serial_moves m JOIN serials n ON n.id = m.serial_id
              WHERE m.reference_type = 'receipt_line' AND m.reference_id = x.id ORDER BY m.id) AS numbers
  FROM receipts r JOIN receipt_lines x ON x.receipt_id = r.id
  JOIN purchase_order_lines l ON l.id = x.purchase_order_line_id
  LEFT JOIN bins b ON b.id = x.bin_id LEFT JOIN lots t ON t.id = x.lot_id
 WHERE r.purchase_order_id = :id ORDER BY x.id DESC LIMIT :most
"""

ADVICES = """
SELECT a.id AS advice_id, a.number AS shipment, a.expected_on, a.created_at, x.code, coalesce(l.sku_code, '') AS sku,
       coalesce(l.name, '') AS name, x.quantity, x.lot_code AS lot, x.expires_on, l.id AS line_id, l.received,
       l.ordered - l.cancelled - l.short AS wanted, l.promised_on, o.state
  FROM advices a JOIN advice_lines x ON x.advice_id = a.id JOIN purchase_orders o ON o.id = a.purchase_order_id
  LEFT JOIN purchase_order_lines l ON l.id = x.purchase_order_line_id
 WHERE a.purchase_order_id = :id ORDER BY a.id DESC, x.id
"""
