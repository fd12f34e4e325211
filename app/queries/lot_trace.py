"""One lot, both ways: where it came from, where it lies, which orders hold it, to whom it went; and an order's lots."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound

MOST = 500


@dataclass(frozen=True, kw_only=True)
class Head:
    id: int
    code: str
    sku_id: int
    sku: str
    name: str
    expires_on: date | None
    remove_on: date | None
    received_on: date | None
    frozen_at: datetime | None
    frozen_reason: str
    frozen_by: str


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Each list has ``MOST`` rows at most; the sums are of all."""

    head: Head
    received: int
    shipped: int
    receipts: Sequence[Any]
    places: Sequence[Any]
    holding: Sequence[Any]
    waiting: Sequence[Any]
    sent: Sequence[Any]

    @property
    def good(self) -> int:
        return sum(place.quantity for place in self.places if place.condition == "good")

    @property
    def unsold(self) -> int:
        return sum(place.quantity for place in self.places if place.condition != "good")

    @property
    def held(self) -> int:
        return sum(row.picked for row in self.holding)

    @property
    def customers(self) -> int:
        """To whom it went, each once."""
        return len({row.email or row.name for row in self.sent})


@dataclass(frozen=True, kw_only=True)
class ShippedLot:
    """Units of a lot, or one numbered unit, that left for a line of an order."""

    order_line_id: int
    lot_id: int | None
    lot: str
    serial_id: int | None
    serial: str
    quantity: int


def head(session: Session, lot_id: int) -> Head:
    """Raises NotFound."""
    row = session.execute(text(HEAD), {"id": lot_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no lot {lot_id}")
    return Head(**row._mapping)


def trace(session: Session, lot_id: int) -> Trace:
    """Raises NotFound."""
    found = head(session, lot_id)
    values = {"id": lot_id, "sku": found.sku_id, "most": MOST}
    sums = session.execute(text(SUMS), values).one()
    return Trace(
        head=found,
        received=sums.received,
        shipped=sums.shipped,
        receipts=session.execute(text(RECEIPTS), values).all(),
        places=session.execute(text(PLACES), values).all(),
        holding=session.execute(text(HOLDING), values).all(),
        waiting=session.execute(text(WAITING), values).all(),
        sent=session.execute(text(SENT), values).all(),
    )


def affected(session: Session, lot_id: int) -> Sequence[Any]:
    """Every order that got units of the lot, or holds some, for a file."""
    return session.execute(text(AFFECTED), {"id": lot_id}).all()


def of_order(session: Session, order_line_ids: Collection[int]) -> dict[int, list[ShippedLot]]:
    """Lots and numbers that left, by order line."""
    found: dict[int, list[ShippedLot]] = {}
    for row in session.execute(text(OF_ORDER), {"lines": sorted(order_line_ids)}):
        found.setdefault(row.order_line_id, []).append(ShippedLot(**row._mapping))
    return found


INSIDE = "('move', 'pick', 'put_back', 'put_away', 'condition', 'damage', 'repair', 'expiry', 'short_pick', 'ship')"

HEAD = """
SELECT t.id, t.code, t.sku_id, s.code AS sku, s.name, t.expires_on, t.remove_on, t.received_on, t.frozen_at,
       t.frozen_reason, t.frozen_by FROM lots t JOIN skus s ON s.id = t.sku_id WHERE t.id = :id
"""

SUMS = f"""
SELECT coalesce(sum(on_hand) FILTER (WHERE on_hand > 0 AND reason NOT IN {INSIDE}), 0)::bigint AS received,
       coalesce(-sum(on_hand) FILTER (WHERE reason = 'ship'), 0)::bigint AS shipped
  FROM stock_movements WHERE lot_id = :id
"""

RECEIPTS = f"""
SELECT m.id, m.occurred_at, w.code AS site, m.reason, m.on_hand AS quantity, m.reference_type, m.reference_id, m.actor
  FROM stock_movements m JOIN stock_levels l ON l.id = m.stock_level_id JOIN sites w ON w.id = l.site_id
 WHERE m.lot_id = :id AND m.on_hand > 0 AND m.reason NOT IN {INSIDE} ORDER BY m.id DESC LIMIT :most
"""

PLACES = """
SELECT w.code AS site, w.name AS site_name, coalesce(b.code, '') AS bin, coalesce(b.kind, '') AS kind, p.condition,
       p.quantity
  FROM bin_stock p JOIN sites w ON w.id = p.site_id LEFT JOIN bins b ON b.id = p.bin_id
 WHERE p.lot_id = :id AND p.quantity > 0 ORDER BY w.code, b.pick_sequence NULLS LAST, b.code, p.condition LIMIT :most
"""

HOLDING = """
SELECT o.number, o.placed_at, f.part, w.code AS site, f.state, coalesce(c.name, '') AS name, h.picked
  FROM (SELECT l.fulfilment_order_id, sum(h.quantity)::bigint AS picked FROM held_picks h
          JOIN fulfilment_lines l ON l.id = h.fulfilment_line_id WHERE h.lot_id = :id GROUP BY 1) h
  JOIN fulfilment_orders f ON f.id = h.fulfilment_order_id JOIN orders o ON o.id = f.order_id
  JOIN sites w ON w.id = f.site_id LEFT JOIN order_contacts c ON c.order_id = o.id ORDER BY o.id LIMIT :most
"""

# A promise is of a SKU at a site, not of a lot: these may be served from it while good units lie there.
WAITING = """
SELECT o.number, o.placed_at, w.code AS site, coalesce(c.name, '') AS name,
       sum(a.quantity - coalesce(p.picked, 0))::bigint AS promised
  FROM (SELECT DISTINCT site_id FROM bin_stock
         WHERE lot_id = :id AND condition = 'good' AND quantity > 0) g
  JOIN stock_levels l ON l.sku_id = :sku AND l.site_id = g.site_id JOIN allocations a ON a.stock_level_id = l.id
  LEFT JOIN LATERAL (SELECT sum(fl.picked - fl.shipped) AS picked FROM fulfilment_lines fl
                       JOIN fulfilment_orders f ON f.id = fl.fulfilment_order_id
                      WHERE fl.order_line_id = a.order_line_id AND f.site_id = l.site_id) p ON true
  JOIN orders o ON o.id = a.order_id JOIN sites w ON w.id = l.site_id LEFT JOIN order_contacts c ON c.order_id = o.id
 GROUP BY o.id, w.code, c.name HAVING sum(a.quantity - coalesce(p.picked, 0)) > 0 ORDER BY o.id LIMIT :most
"""

SENT = """
SELECT o.id, o.number, m.shipped_at, w.code AS site, coalesce(c.name, '') AS name, coalesce(c.email, '') AS email,
       m.quantity
  FROM (SELECT m.reference_id, m.stock_level_id, max(m.occurred_at) AS shipped_at, -sum(m.on_hand)::bigint AS quantity
          FROM stock_movements m WHERE m.lot_id = :id AND m.reason = 'ship' AND m.reference_type = 'order_line'
         GROUP BY 1, 2) m
  JOIN order_lines l ON l.id = m.reference_id JOIN orders o ON o.id = l.order_id
  JOIN stock_levels v ON v.id = m.stock_level_id JOIN sites w ON w.id = v.site_id
  LEFT JOIN order_contacts c ON c.order_id = o.id ORDER BY m.shipped_at DESC, o.id LIMIT :most
"""

AFFECTED = """
SELECT o.number, c.name, c.email, c.phone, c.city, c.country, f.shipped, f.picked, f.shipped_at
  FROM (SELECT order_id, sum(shipped)::bigint AS shipped, sum(picked)::bigint AS picked, max(shipped_at) AS shipped_at
          FROM (SELECT l.order_id, -m.on_hand AS shipped, 0 AS picked, m.occurred_at AS shipped_at
                  FROM stock_movements m JOIN order_lines l ON l.id = m.reference_id
                 WHERE m.lot_id = :id AND m.reason = 'ship' AND m.reference_type = 'order_line'
                UNION ALL
                SELECT l.order_id, 0, h.quantity, NULL FROM held_picks h
                  JOIN fulfilment_lines fl ON fl.id = h.fulfilment_line_id JOIN order_lines l ON l.id = fl.order_line_id
                 WHERE h.lot_id = :id) AS each GROUP BY 1) f
  JOIN orders o ON o.id = f.order_id LEFT JOIN order_contacts c ON c.order_id = o.id ORDER BY o.id
"""

OF_ORDER = """
SELECT m.reference_id AS order_line_id, t.id AS lot_id, t.code AS lot, NULL::bigint AS serial_id, '' AS serial,
       -sum(m.on_hand)::bigint AS quantity
  FROM stock_movements m JOIN lots t ON t.id = m.lot_id
 WHERE m.reason = 'ship' AND m.lot_id IS NOT NULL AND m.reference_id = ANY(CAST(:lines AS bigint[]))
   AND m.reference_type = 'order_line' GROUP BY 1, 2, 3
UNION ALL
SELECT n.order_line_id, NULL, '', n.id, n.code, 1 FROM serials n WHERE n.order_line_id = ANY(CAST(:lines AS bigint[]))
ORDER BY 1, 3, 5
"""
