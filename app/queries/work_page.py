"""One site's work on one order: what a terminal or the work's own page shows of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Head:
    """``number`` is the order's; no more of the customer than where it goes."""

    id: int
    order_id: int
    number: str
    part: int
    site_id: int
    site: str
    site_name: str
    state: str
    pick_list_id: int | None
    placed_at: datetime
    promised_at: datetime | None
    released_at: datetime | None
    city: str
    region: str
    country: str
    hold: str | None
    wrong: str | None
    has_slip: bool

    @property
    def code(self) -> str:
        return f"{self.number}-{self.part}"


@dataclass(frozen=True, kw_only=True)
class Line:
    """``verified`` units were scanned at the pack station, those in parcels included; ``bin`` is where units in totes
    and boxes came from."""

    id: int
    sku: str
    name: str
    gtin: str | None
    bin: str
    quantity: int
    picked: int
    packed: int
    shipped: int
    verified: int = 0

    @property
    def state(self) -> str:
        if self.verified >= self.picked:
            return "done"
        return "todo"

    @property
    def unverified(self) -> int:
        return self.picked - self.verified


def find(session: Session, code: str) -> int | None:
    """The id of the work that a barcode or a hand names: order number and part, or an order with one open part."""
    if not code.isprintable():
        return None
    number, _, part = code.strip().upper().rpartition("-")
    is_part = bool(number) and part.isascii() and part.isdigit() and len(part) <= 4
    values = {"whole": code.strip().upper(), "number": number, "part": int(part) if is_part else 0}
    found = session.execute(text(FIND), values).scalars().all()
    return found[0] if len(found) == 1 else None


def head(session: Session, code: str) -> Head:
    """Raises ``NotFound``."""
    row = session.execute(text(HEAD), {"id": find(session, code)}).one_or_none()
    if row is None:
        raise NotFound(f"there is no work “{code[:40]}”: scan the barcode of a packing slip, or type its number")
    return Head(**row._mapping)


def lines(session: Session, fulfilment_order_id: int) -> list[Line]:
    """Verified units are given to the lines of a SKU one after the other."""
    rows = session.execute(text(LINES), {"id": fulfilment_order_id}).all()
    verified = {row.sku: row.verified for row in rows}
    shown = []
    for row in rows:
        given = min(row.picked, verified[row.sku])
        verified[row.sku] -= given
        shown.append(Line(**{**row._mapping, "verified": given}))
    return shown


def name_of(session: Session, sku_code: str) -> str:
    """The name of a SKU; empty for a code that is none of ours."""
    found = session.execute(text("SELECT name FROM skus WHERE code = :code"), {"code": sku_code}).scalar_one_or_none()
    return found or ""


def parcels(session: Session, fulfilment_order_id: int) -> Sequence[Any]:
    return session.execute(text(PARCELS), {"id": fulfilment_order_id}).all()


FIND = """
SELECT f.id FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id
 WHERE (o.number = :number AND f.part = :part)
    OR (o.number = :whole AND f.state IN ('open', 'released', 'picking', 'picked', 'packed'))
 ORDER BY f.id LIMIT 2
"""

HEAD = """
SELECT f.id, f.order_id, o.number, f.part, f.site_id, s.code AS site, s.name AS site_name, f.state, f.pick_list_id,
       o.placed_at, o.promised_at, f.released_at, coalesce(c.city, '') AS city, coalesce(c.region, '') AS region,
       coalesce(c.country, '') AS country, f.slip_file_id IS NOT NULL AS has_slip,
       (SELECT h.reason FROM holds h WHERE h.order_id = o.id AND h.released_at IS NULL ORDER BY h.id LIMIT 1) AS hold,
       (SELECT w.sku_code FROM scans w WHERE w.fulfilment_order_id = f.id AND w.step = 'wrong'
         ORDER BY w.id DESC LIMIT 1) AS wrong
  FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id JOIN sites s ON s.id = f.site_id
  LEFT JOIN order_contacts c ON c.order_id = o.id
 WHERE f.id = :id
"""

LINES = """
SELECT l.id, l.sku_code AS sku, l.name, k.gtin, l.quantity, l.picked, l.packed,
       l.shipped,
       (SELECT coalesce(string_agg(DISTINCT b.code, ', '), '') FROM held_picks h JOIN bins b ON b.id = h.bin_id
         WHERE h.fulfilment_line_id = l.id) AS bin,
       (SELECT coalesce(sum(CASE s.step WHEN 'pack' THEN s.quantity ELSE -s.quantity END), 0)::int FROM scans s
         WHERE s.fulfilment_order_id = l.fulfilment_order_id AND s.sku_code = l.sku_code
           AND s.step IN ('pack', 'unpack')) AS verified
  FROM fulfilment_lines l JOIN skus k ON k.id = l.sku_id
 WHERE l.fulfilment_order_id = :id AND l.quantity > 0 ORDER BY l.id
"""

PARCELS = """
SELECT p.id, p.part, p.state, p.carrier, p.tracking_number, p.weight_g, p.packed_at, p.shipped_at, p.delivered_at,
       (SELECT sum(quantity)::int FROM parcel_lines WHERE parcel_id = p.id) AS units
  FROM parcels p WHERE p.fulfilment_order_id = :id AND p.state <> 'unpacked' ORDER BY p.id
"""
