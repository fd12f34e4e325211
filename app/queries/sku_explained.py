"""What stands behind each number of a SKU: places, promises, what is on its way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.inventory.rule_choice import Choice
from app.kernel import paging
from app.kernel.errors import NotFound
from app.kernel.paging import Page
from app.queries import stock_rules

PAGE = 50
LISTED = 5
ROWS: Mapping[str, str] = {
    "on-hand": "Where they lie",
    "allocated": "Promised to orders",
    "reserved": "Reserved",
    "unavailable": "Cannot be sold",
    "incoming": "On the way",
}


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """Units that are expected; ``source`` is purchase or transfer, ``source_id`` its line."""

    site: str
    source: str
    source_id: int
    quantity: int
    expected_on: date


@dataclass(frozen=True, kw_only=True)
class Explained:
    """``conditions`` are (site, condition, units) of what cannot be sold; ``safety`` by site says why it is kept."""

    incoming: tuple[Incoming, ...]
    incoming_units: int
    conditions: tuple[tuple[str, str, int], ...]
    safety: Mapping[str, Choice]
    places: int

    def kept_back(self, units: Mapping[str, int]) -> list[tuple[Choice, list[tuple[str, int]]]]:
        """What sites keep back by the rule that says so; ``units`` by site as they stand on the levels."""
        found: dict[str, tuple[Choice, list[tuple[str, int]]]] = {}
        for site, count in units.items():
            choice = self.safety.get(site) or Choice(rule=None)
            found.setdefault(choice.reason, (choice, []))[1].append((site, count))
        return list(found.values())


@dataclass(frozen=True, kw_only=True)
class Behind:
    """The rows behind one number, at one site or at all."""

    sku: str
    name: str
    what: str
    site: str
    rows: Page[Row[Any]]


def explained(session: Session, sku_id: int, code: str, day: date) -> Explained:
    values = {"id": sku_id, "limit": LISTED}
    incoming = session.execute(text(f"{INCOMING} ORDER BY i.expected_on, i.id LIMIT :limit"), {**values, "site": ""})
    rules = stock_rules.of_sku(session, code, day)
    totals = session.execute(text(TOTALS), values).one()
    return Explained(
        incoming=tuple(_incoming(row) for row in incoming),
        incoming_units=totals.incoming,
        conditions=tuple((row.site, row.condition, row.units) for row in session.execute(text(CONDITIONS), values)),
        safety={one.place: one.choices["safety"] for one in rules.sites},
        places=totals.places,
    )


def _incoming(row: Row[Any]) -> Incoming:
    return Incoming(**{name: getattr(row, name) for name in Incoming.__dataclass_fields__})


def behind(session: Session, code: str, what: str, *, site: str = "", cursor: str | None = None) -> Behind:
    """A page of the rows behind a number. Raises NotFound for a SKU or a number that is none."""
    sku = session.execute(text("SELECT id, name FROM skus WHERE code = :code"), {"code": code}).one_or_none()
    if sku is None or what not in ROWS:
        raise NotFound(f"there is no SKU {code!r}, or nothing is called {what!r} here")
    at = paging.decode(cursor, [int])
    backwards = at is not None and at.backwards
    compare, order = (">", "ASC") if backwards else ("<", "DESC")
    condition = f"(CAST(:place AS bigint) IS NULL OR id {compare} :place) ORDER BY id {order} LIMIT :limit"
    values = {"id": sku.id, "site": site, "place": at.values[0] if at else None, "limit": PAGE + 1}
    rows = session.execute(text(f"SELECT * FROM ({BEHIND[what]}) found WHERE {condition}"), values).all()
    found = paging.page(rows, PAGE, key=lambda row: (row.id,), cursor=at)
    return Behind(sku=code, name=sku.name, what=what, site=site, rows=found)


INCOMING = """
SELECT i.id, t.code AS site, coalesce(o.number, f.number, i.source || ' line ' || i.source_id) AS name,
       o.number AS purchase, f.number AS transfer, i.source, i.source_id, i.quantity, i.expected_on
  FROM incoming i JOIN sites t ON t.id = i.site_id
  LEFT JOIN purchase_order_lines l ON i.source = 'purchase' AND l.id = i.source_id
  LEFT JOIN purchase_orders o ON o.id = l.purchase_order_id
  LEFT JOIN transfer_lines g ON i.source = 'transfer' AND g.id = i.source_id
  LEFT JOIN transfers f ON f.id = g.transfer_id
 WHERE i.sku_id = :id AND (:site = '' OR t.code = :site)
"""
TOTALS = """
SELECT (SELECT coalesce(sum(quantity), 0)::bigint FROM incoming WHERE sku_id = :id) AS incoming,
       (SELECT count(*) FROM bin_stock WHERE sku_id = :id AND quantity > 0) AS places
"""
CONDITIONS = """
SELECT t.code AS site, b.condition, sum(b.quantity)::bigint AS units FROM bin_stock b JOIN sites t ON t.id = b.site_id
 WHERE b.sku_id = :id AND b.condition <> 'good' AND b.quantity > 0
 GROUP BY t.priority, t.code, b.condition ORDER BY t.priority, t.code, b.condition
"""
PLACES = """
SELECT b.id, t.code AS site, n.code AS bin, n.kind AS bin_kind, o.code AS lot, o.expires_on, o.frozen_at, b.condition,
       b.quantity
  FROM bin_stock b JOIN sites t ON t.id = b.site_id LEFT JOIN bins n ON n.id = b.bin_id
  LEFT JOIN lots o ON o.id = b.lot_id
 WHERE b.sku_id = :id AND b.quantity > 0 AND (:site = '' OR t.code = :site)
"""
ALLOCATED = """
SELECT a.id, t.code AS site, r.number, l.position, a.quantity, a.created_at, r.promised_at, r.status
  FROM stock_levels v JOIN sites t ON t.id = v.site_id JOIN allocations a ON a.stock_level_id = v.id
  JOIN order_lines l ON l.id = a.order_line_id JOIN orders r ON r.id = a.order_id
 WHERE v.sku_id = :id AND (:site = '' OR t.code = :site)
"""
RESERVED = """
SELECT r.id, t.code AS site, r.token, r.owner, r.kind, h.quantity, r.expires_at
  FROM stock_levels v JOIN sites t ON t.id = v.site_id JOIN reservation_lines h ON h.stock_level_id = v.id
  JOIN reservations r ON r.id = h.reservation_id
 WHERE v.sku_id = :id AND (:site = '' OR t.code = :site)
"""
BEHIND = {
    "on-hand": PLACES,
    "allocated": ALLOCATED,
    "reserved": RESERVED,
    "unavailable": f"{PLACES} AND b.condition <> 'good'",
    "incoming": INCOMING,
}
