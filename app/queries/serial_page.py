"""Units known by number: finding one, and its way from the receipt to the customer and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.queries import patterns

MOST = 100
COLUMNS = """
SELECT n.id, n.code, k.code AS sku, k.name, n.state, n.condition, coalesce(w.code, '') AS site,
       coalesce(b.code, '') AS bin, n.lot_id, coalesce(t.code, '') AS lot, o.number AS order_number
  FROM serials n JOIN skus k ON k.id = n.sku_id LEFT JOIN sites w ON w.id = n.site_id
  LEFT JOIN bins b ON b.id = n.bin_id LEFT JOIN lots t ON t.id = n.lot_id
  LEFT JOIN order_lines l ON l.id = n.order_line_id LEFT JOIN orders o ON o.id = l.order_id
"""


@dataclass(frozen=True, kw_only=True)
class SerialRow:
    """``order_number`` is the order that it went to, while it is there."""

    id: int
    code: str
    sku: str
    name: str
    state: str
    condition: str
    site: str
    bin: str
    lot_id: int | None
    lot: str
    order_number: str | None


def search(session: Session, q: str) -> list[SerialRow]:
    """Numbers that begin with the words, or are of a SKU of that code; the newest where nothing is asked."""
    word = q.strip()
    where = "WHERE n.code ILIKE :start OR upper(k.code) = upper(:exact)" if word else ""
    statement = f"{COLUMNS} {where} ORDER BY n.id DESC LIMIT {MOST}"
    rows = session.execute(text(statement), {"start": patterns.beginning(word), "exact": word} if word else {})
    return [SerialRow(**row) for row in rows.mappings()]


def get(session: Session, serial_id: int) -> SerialRow:
    """Raises NotFound."""
    row = session.execute(text(f"{COLUMNS} WHERE n.id = :id"), {"id": serial_id}).mappings().one_or_none()
    if row is None:
        raise NotFound(f"there is no numbered unit {serial_id}")
    return SerialRow(**row)


def history(session: Session, serial_id: int) -> Sequence[Any]:
    """Newest first; the order, transfer, count or purchase order that a step was for is named."""
    return session.execute(text(HISTORY), {"id": serial_id}).all()


HISTORY = """
SELECT m.id, m.what, m.state, coalesce(w.code, '') AS site, coalesce(b.code, '') AS bin, m.condition, m.actor,
       m.occurred_at, coalesce(o.number, p.number) AS order_number, t.number AS transfer_number,
       coalesce(ends.code, '') AS to_site, coalesce(starts.code, '') AS from_site,
       coalesce(c.number, po.number, '') AS document
  FROM serial_moves m LEFT JOIN sites w ON w.id = m.site_id LEFT JOIN bins b ON b.id = m.bin_id
  LEFT JOIN order_lines l ON m.reference_type = 'order_line' AND l.id = m.reference_id
  LEFT JOIN orders o ON o.id = l.order_id
  LEFT JOIN fulfilment_lines fl ON m.reference_type = 'fulfilment_line' AND fl.id = m.reference_id
  LEFT JOIN fulfilment_orders f ON f.id = fl.fulfilment_order_id LEFT JOIN orders p ON p.id = f.order_id
  LEFT JOIN transfer_lines tl ON m.reference_type = 'transfer_line' AND tl.id = m.reference_id
  LEFT JOIN transfers t ON t.id = tl.transfer_id LEFT JOIN sites ends ON ends.id = t.to_site_id
  LEFT JOIN sites starts ON starts.id = t.from_site_id
  LEFT JOIN count_lines cl ON m.reference_type IN ('count_line', 'count_number') AND cl.id = m.reference_id
  LEFT JOIN counts c ON c.id = cl.count_id
  LEFT JOIN receipt_lines rl ON m.reference_type = 'receipt_line' AND rl.id = m.reference_id
  LEFT JOIN receipts r ON r.id = rl.receipt_id LEFT JOIN purchase_orders po ON po.id = r.purchase_order_id
 WHERE m.serial_id = :id ORDER BY m.id DESC
"""
