"""Purchase orders as lists show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, select, text
from sqlalchemy.orm import Session

from app.kernel import paging
from app.kernel.paging import Page

PAGE = 50
VIEWS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "open": ("Open", ("sent", "partly_received")),
    "late": ("Late", ("sent", "partly_received")),
    "draft": ("Drafts", ("draft",)),
    "done": ("Received", ("received", "closed_short")),
    "cancelled": ("Cancelled", ("cancelled",)),
    "all": ("All", ()),
}


@dataclass(frozen=True, kw_only=True)
class PurchaseRow:
    """Units over all lines; ``expected_on`` is the next day on which something is to come."""

    id: int
    number: str
    supplier: str
    supplier_name: str
    site: str
    site_name: str
    state: str
    currency: str
    lines: int
    ordered: int
    received: int
    open: int
    total_minor: int
    expected_on: date | None
    is_late: bool
    created_at: datetime
    sent_at: datetime | None


def purchase_board(
    session: Session, *, view: str, today: date, q: str = "", cursor: str | None = None
) -> Page[PurchaseRow]:
    """One page, the newest first. ``q`` is part of a number, of a supplier's code or name, or how a SKU begins."""
    at = paging.decode(cursor, (int,))
    listed = text(LISTED).columns(id=BigInteger).bindparams(**_asked(view, today, q)).subquery("listed")
    ids = list(session.execute(paging.seek(select(listed.c.id), (listed.c.id,), cursor=at, limit=PAGE)).scalars())
    shown = {row.id: row for row in rows(session, ids, today=today)}
    return paging.page([shown[id] for id in ids], PAGE, key=lambda row: (row.id,), cursor=at)


def counts(session: Session, *, today: date) -> dict[str, int]:
    """What needs somebody: open, late and drafted."""
    found = {}
    for view in ("open", "late", "draft"):
        statement = text(f"SELECT count(*) FROM ({LISTED} LIMIT 1000) AS q")
        found[view] = session.execute(statement, _asked(view, today, "")).scalar_one()
    return found


def of_supplier(session: Session, supplier_id: int, *, today: date, most: int) -> list[PurchaseRow]:
    """The newest of one supplier."""
    ids = session.execute(text(OF_SUPPLIER), {"supplier": supplier_id, "most": most}).scalars()
    return rows(session, list(ids), today=today)


def rows(session: Session, ids: list[int], *, today: date) -> list[PurchaseRow]:
    found = session.execute(text(ROWS), {"ids": ids, "today": today})
    return [PurchaseRow(**row._mapping) for row in found]


def purchase_feed(
    session: Session, *, after: str | None, limit: int, state: str = "", supplier: str = ""
) -> Page[PurchaseRow]:
    """For programs: the oldest first. Raises BadCursor."""
    at = paging.decode(after, (int,))
    asked = {"states": [state] if state else None, "supplier": supplier or None}
    listed = text(FED).columns(id=BigInteger).bindparams(**asked).subquery("listed")
    statement = paging.seek(select(listed.c.id), (listed.c.id,), cursor=at, limit=limit, descending=False)
    ids = list(session.execute(statement).scalars())
    shown = {row.id: row for row in rows(session, ids, today=date.min)}
    return paging.page([shown[id] for id in ids], limit, key=lambda row: (row.id,), cursor=at)


def _asked(view: str, today: date, q: str) -> dict[str, Any]:
    return {
        "states": list(VIEWS[view][1]) or None,
        "late": today if view == "late" else None,
        "q": q or None,
    }


OPEN = "greatest(0, l.ordered - l.cancelled - l.short - l.received)"

LISTED = f"""
SELECT o.id FROM purchase_orders o JOIN suppliers s ON s.id = o.supplier_id
 WHERE (CAST(:states AS text[]) IS NULL OR o.state = ANY(CAST(:states AS text[])))
   AND (CAST(:late AS date) IS NULL OR EXISTS (SELECT 1 FROM purchase_order_lines l WHERE l.purchase_order_id = o.id
        AND {OPEN} > 0 AND l.expected_on < CAST(:late AS date)))
   AND (CAST(:q AS text) IS NULL OR strpos(o.number, upper(:q)) > 0 OR strpos(s.code, upper(:q)) > 0
        OR strpos(lower(s.name), lower(:q)) > 0
        OR EXISTS (SELECT 1 FROM purchase_order_lines l WHERE l.purchase_order_id = o.id
                      AND starts_with(lower(l.sku_code), lower(:q))))
"""

OF_SUPPLIER = "SELECT id FROM purchase_orders WHERE supplier_id = :supplier ORDER BY id DESC LIMIT :most"

FED = """
SELECT o.id FROM purchase_orders o JOIN suppliers s ON s.id = o.supplier_id
 WHERE (CAST(:states AS text[]) IS NULL OR o.state = ANY(CAST(:states AS text[])))
   AND (CAST(:supplier AS text) IS NULL OR s.code = :supplier)
"""

ROWS = f"""
SELECT o.id, o.number, s.code AS supplier, s.name AS supplier_name, t.code AS site, t.name AS site_name, o.state,
       o.currency, u.lines, u.ordered, u.received, u.open, u.total_minor, u.expected_on,
       o.state IN ('sent', 'partly_received') AND coalesce(u.expected_on < CAST(:today AS date), false) AS is_late,
       o.created_at, o.sent_at
  FROM purchase_orders o JOIN suppliers s ON s.id = o.supplier_id JOIN sites t ON t.id = o.site_id
  JOIN LATERAL (SELECT count(*) AS lines, coalesce(sum(l.ordered), 0)::bigint AS ordered,
                       coalesce(sum(l.received), 0)::bigint AS received, coalesce(sum({OPEN}), 0)::bigint AS open,
                       coalesce(sum((l.ordered - l.cancelled - l.short) * l.unit_cost_minor), 0)::bigint AS total_minor,
                       min(l.expected_on) FILTER (WHERE {OPEN} > 0) AS expected_on
                  FROM purchase_order_lines l WHERE l.purchase_order_id = o.id) u ON true
 WHERE o.id = ANY(CAST(:ids AS bigint[])) ORDER BY o.id DESC
"""
