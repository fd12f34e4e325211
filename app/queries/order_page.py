"""Everything that one order shows: head, address, lines, parcels, money."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.orders.owed import OWED

NUMBER = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Kit:
    """What a line is a part of: ``per_kit`` units of the line go into each of ``quantity`` kits."""

    code: str
    name: str
    position: int
    quantity: int
    per_kit: int


@dataclass(frozen=True, kw_only=True)
class Line:
    id: int
    position: int
    sku: str
    name: str
    total_minor: int
    tax_minor: int
    tax_bp: int
    ordered: int
    allocated: int
    backordered: int
    released: int
    picked: int
    packed: int
    shipped: int
    delivered: int
    cancelled: int
    returned: int
    kit: Kit | None = None

    @property
    def cancellable(self) -> int:
        """Units that nobody has picked yet."""
        return self.backordered + self.allocated - self.picked

    @property
    def standing(self) -> dict[str, int]:
        """Where each unit stands now, each counted once."""
        return {
            "delivered": self.delivered,
            "shipped": self.shipped - self.delivered,
            "packed": self.packed,
            "picked": self.picked - self.packed,
            "allocated": self.allocated - self.picked,
            "backordered": self.backordered,
            "cancelled": self.cancelled,
        }


class Packed(NamedTuple):
    """Units of one line in a parcel; ``kit`` is the name of what it is a part of, or empty."""

    sku: str
    name: str
    quantity: int
    kit: str = ""


@dataclass(frozen=True, kw_only=True)
class Parcel:
    id: int
    part: int
    site: str
    site_name: str
    state: str
    carrier: str
    tracking_number: str
    packed_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    items: tuple[Packed, ...]

    @property
    def units(self) -> int:
        return sum(item.quantity for item in self.items)


@dataclass(frozen=True, kw_only=True)
class Hold:
    id: int
    reason: str
    placed_by: str
    placed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Entry:
    id: int
    kind: str
    amount_minor: int
    currency: str
    method: str
    reference: str
    actor: str
    occurred_at: datetime


def id_of(session: Session, number: str) -> int:
    """The id of the order with this number. Raises NotFound, also for what could not be a number of ours."""
    statement = text("SELECT id FROM orders WHERE number = :number")
    found = session.execute(statement, {"number": _readable(number)}).scalar_one_or_none()
    if found is None:
        raise NotFound(f"there is no order {number}")
    return int(found)


def head(session: Session, number: str) -> Row[tuple[object, ...]]:
    """The order's own row with its channel, zone and contact. Raises NotFound."""
    row = session.execute(text(HEAD), {"number": _readable(number)}).one_or_none()
    if row is None:
        raise NotFound(f"there is no order {number}")
    return row


def lines(session: Session, order_id: int) -> list[Line]:
    rows = session.execute(text(LINES), {"id": order_id}).mappings()
    return [Line(**{**row, "kit": Kit(**row["kit"]) if row["kit"] else None}) for row in rows]


def parcels(session: Session, order_id: int) -> list[Parcel]:
    rows = session.execute(text(PARCELS), {"id": order_id}).mappings()
    return [Parcel(**{**row, "items": _items(row["items"])}) for row in rows]


def holds(session: Session, order_id: int) -> list[Hold]:
    rows = session.execute(text(HOLDS), {"id": order_id}).mappings()
    return [Hold(**row) for row in rows]


def entries(session: Session, order_id: int) -> list[Entry]:
    rows = session.execute(text(ENTRIES), {"id": order_id}).mappings()
    return [Entry(**row) for row in rows]


def ships_from(session: Session, order_id: int) -> list[str]:
    """The cities of the sites that work on it."""
    return list(session.execute(text(SITES), {"id": order_id}).scalars())


def _readable(number: str) -> str:
    if not NUMBER.fullmatch(number):
        raise NotFound("there is no such order")
    return number


def _items(found: Sequence[Sequence[Any]] | None) -> tuple[Packed, ...]:
    return tuple(Packed(sku, name, quantity, kit or "") for sku, name, quantity, kit in found or ())


HEAD = f"""
SELECT o.*, {OWED} AS owed_minor, c.code AS channel, c.name AS channel_name, z.name AS zone_name,
       k.name, k.email, k.phone, k.street, k.city, k.region, k.postal_code, k.country
  FROM orders o JOIN channels c ON c.id = o.channel_id
  LEFT JOIN zones z ON z.id = o.zone_id
  LEFT JOIN order_contacts k ON k.order_id = o.id
 WHERE o.number = :number
"""

LINES = """
SELECT id, position, sku_code AS sku, name, total_minor, tax_minor, tax_bp, ordered, allocated, backordered,
       released, picked, packed, shipped, delivered, cancelled, returned,
       CASE WHEN kit_sku_id IS NOT NULL THEN jsonb_build_object(
           'code', kit_code, 'name', kit_name, 'position', kit_position, 'quantity', kit_quantity,
           'per_kit', ordered / kit_quantity) END AS kit
  FROM order_lines WHERE order_id = :id ORDER BY position
"""

PARCELS = """
SELECT p.id, row_number() OVER (ORDER BY p.id)::int AS part, s.code AS site, s.name AS site_name, p.state, p.carrier,
       p.tracking_number, p.packed_at, p.shipped_at, p.delivered_at,
       (SELECT jsonb_agg(jsonb_build_array(f.sku_code, f.name, l.quantity, o.kit_name) ORDER BY o.position, f.id)
          FROM parcel_lines l JOIN fulfilment_lines f ON f.id = l.fulfilment_line_id
          JOIN order_lines o ON o.id = f.order_line_id WHERE l.parcel_id = p.id) AS items
  FROM parcels p JOIN fulfilment_orders w ON w.id = p.fulfilment_order_id JOIN sites s ON s.id = w.site_id
 WHERE p.order_id = :id ORDER BY p.id
"""

HOLDS = """
SELECT id, reason, placed_by, placed_at FROM holds WHERE order_id = :id AND released_at IS NULL ORDER BY id
"""

ENTRIES = """
SELECT id, kind, amount_minor, currency, method, reference, actor, occurred_at
  FROM payment_entries WHERE order_id = :id ORDER BY id
"""

SITES = """
SELECT DISTINCT s.city FROM sites s WHERE s.id IN (
    SELECT site_id FROM fulfilment_orders WHERE order_id = :id AND state NOT IN ('cancelled')
    UNION SELECT v.site_id FROM order_lines l JOIN allocations a ON a.order_line_id = l.id
            JOIN stock_levels v ON v.id = a.stock_level_id WHERE l.order_id = :id)
 ORDER BY s.city
"""
