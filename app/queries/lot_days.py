"""What is known of the day on which an arriving lot expires: by our books, or by the supplier's announcement."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class LotDays:
    """``shipment`` is the latest that announced a day for this lot; days are None where nobody said one."""

    sku: str = ""
    ours: date | None = None
    announced: date | None = None
    shipment: str = ""

    @property
    def known(self) -> date | None:
        return self.ours or self.announced


def lot_days(session: Session, purchase_line_id: int | None, lot: str) -> LotDays:
    """Of the SKU of a purchase order's line; nothing for goods that are not followed by lot."""
    row = session.execute(text(DAYS), {"line": purchase_line_id, "lot": lot}).one_or_none() if lot else None
    return LotDays(**row._mapping) if row else LotDays()


DAYS = """
SELECT l.sku_code AS sku, t.expires_on AS ours, d.expires_on AS announced, coalesce(d.number, '') AS shipment
  FROM purchase_order_lines l JOIN skus k ON k.id = l.sku_id AND k.tracking = 'lot'
  LEFT JOIN lots t ON t.sku_id = l.sku_id AND t.code = :lot
  LEFT JOIN LATERAL (
       SELECT x.expires_on, a.number FROM purchase_order_lines o
         JOIN advice_lines x ON x.purchase_order_line_id = o.id JOIN advices a ON a.id = x.advice_id
        WHERE o.purchase_order_id = l.purchase_order_id AND o.sku_id = l.sku_id AND x.lot_code = :lot
          AND x.expires_on IS NOT NULL ORDER BY x.id DESC LIMIT 1) d ON true
 WHERE l.id = :line
"""
