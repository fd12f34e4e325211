"""Many stock alerts become draft purchase orders, one per supplier and site; what is left out has its reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import Invalid, NotFound
from app.workflows.company_day import today
from app.workflows.write_purchase_orders import Draft, DraftLine, write_drafts

MOST = 200


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What an alert asks for now. ``quantity`` is 0 where it is left out: then ``why`` says why in words.

    ``supplier`` sells the SKU at the lowest cost; ``order`` is a purchase order that has it already.
    """

    alert_id: int
    sku: str
    name: str
    site: str
    supplier: str
    supplier_name: str
    suggested: int
    quantity: int
    why: str
    order: str
    has_cost: bool


def order_low_stock(session: Session, alert_ids: Sequence[int], *, actor: Actor) -> dict[str, str]:
    """New drafts; answers the supplier's code by number. Raises NotFound.

    The alerts are locked: of two people who order the same at once, the second makes nothing.
    """
    if not 1 <= len(set(alert_ids)) <= MOST:
        raise Invalid([("selected", f"choose 1 to {MOST} alerts: tick the boxes at the left")])
    _lock(session, alert_ids)
    drafts = list(_drafts([one for one in judged(session, alert_ids) if one.quantity]))
    numbers = write_drafts(session, drafts, actor=actor) if drafts else {}
    return {number: draft.supplier for number, draft in zip(numbers.values(), drafts, strict=True)}


def judged(session: Session, alert_ids: Sequence[int]) -> list[Wanted]:
    """What would be ordered now, by supplier, site and SKU; what would not is among them."""
    rows = session.execute(text(ASKED), {"ids": sorted(set(alert_ids)), "day": today(session)})
    return [_judged(row) for row in rows]


def _lock(session: Session, alert_ids: Sequence[int]) -> None:
    found = session.execute(text(LOCK), {"ids": sorted(set(alert_ids))}).scalars().all()
    if missing := sorted(set(alert_ids) - set(found)):
        raise NotFound(f"there is no alert {missing[0]}")


def _drafts(wanted: Sequence[Wanted]) -> Iterator[Draft]:
    groups: dict[tuple[str, str], list[DraftLine]] = {}
    for one in wanted:
        line = DraftLine(sku=one.sku, quantity=one.quantity)
        groups.setdefault((one.supplier, one.site), []).append(line)
    for (supplier, site), lines in groups.items():
        yield Draft(supplier=supplier, site=site, lines=tuple(lines))


def _judged(row: Row[Any]) -> Wanted:
    quantity = _still_missing(row)
    why = _obstacle(row) or ("" if quantity else f"{row.gained:,} are there or on the way since the last look: enough")
    named = {name: getattr(row, name) for name in ("alert_id", "sku", "name", "site", "suggested")}
    return Wanted(
        **named,
        supplier=row.supplier or "",
        supplier_name=row.supplier_name or "",
        quantity=0 if why else quantity,
        why=why,
        order=row.drafted or row.late or "",
        has_cost=row.cost_minor is not None,
    )


def _still_missing(row: Row[Any]) -> int:
    """What was suggested at the last look, less what came in or was ordered since, in the supplier's packs."""
    missing: int = row.suggested - max(0, row.gained)
    pack: int = row.pack_size or 1
    return max(0, -(-missing // pack) * pack)


def _obstacle(row: Row[Any]) -> str:
    """Why nothing is ordered whatever the figures say; empty where nothing stands against it."""
    if row.is_over:
        return "the alert is over: there is enough again"
    if not row.is_sold:
        return "the SKU is not sold any more, or the site is closed"
    if row.drafted:
        return f"{row.drafted}, a draft, has {row.drafted_units:,} of it already: send it, or change it"
    if row.late:
        late = f"after the {row.lead_days} days reckoned with"
        return f"{row.late_units:,} are on order already, but come on {_day(row.late_on)}, {late}"
    if not row.suggested:
        return "the last look suggested to order none"
    if not row.supplier:
        return "no active supplier is known to sell it"
    if row.cost_minor is None:
        return f"no cost is agreed with {row.supplier_name}"
    return ""


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


LOCK = "SELECT id FROM stock_alerts WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR UPDATE"

# A supplier and the days reckoned with are found as watch_stock finds them.
ASKED = """
SELECT a.id AS alert_id, s.code AS sku, s.name, t.code AS site, a.suggested, a.closed_at IS NOT NULL AS is_over,
       s.is_active AND t.is_active AS is_sold, u.supplier, u.supplier_name, u.cost_minor, u.pack_size,
       lead.days AS lead_days, d.number AS drafted, d.units AS drafted_units, o.number AS late, o.units AS late_units,
       o.day AS late_on,
       l.on_hand - l.allocated - l.reserved - l.unavailable + i.units - a.free - a.incoming AS gained
  FROM stock_alerts a JOIN skus s ON s.id = a.sku_id JOIN sites t ON t.id = a.site_id
  JOIN stock_levels l ON l.sku_id = a.sku_id AND l.site_id = a.site_id
  CROSS JOIN reorder_settings z
  LEFT JOIN reorder_terms r ON r.sku_id = a.sku_id
  LEFT JOIN LATERAL (
       SELECT v.code AS supplier, v.name AS supplier_name, k.cost_minor, k.pack_size,
              coalesce(k.lead_days, v.lead_days) AS lead_days
         FROM supplier_skus k JOIN suppliers v ON v.id = k.supplier_id AND v.is_active
        WHERE k.sku_id = a.sku_id ORDER BY k.cost_minor NULLS LAST, v.code LIMIT 1) u ON true
  CROSS JOIN LATERAL (SELECT coalesce(r.lead_days, u.lead_days, z.lead_days) AS days) lead
  CROSS JOIN LATERAL (
       SELECT coalesce(sum(quantity), 0)::bigint AS units FROM incoming
        WHERE sku_id = a.sku_id AND site_id = a.site_id
          AND expected_on <= CAST(:day AS date) + CAST(lead.days AS int)) i
  LEFT JOIN LATERAL (
       SELECT min(p.number) AS number, sum(x.ordered)::bigint AS units
         FROM purchase_order_lines x JOIN purchase_orders p ON p.id = x.purchase_order_id
        WHERE x.sku_id = a.sku_id AND p.site_id = a.site_id AND p.state = 'draft') d ON d.number IS NOT NULL
  LEFT JOIN LATERAL (
       SELECT min(p.number) AS number, min(x.expected_on) AS day,
              sum(x.ordered - x.cancelled - x.short - x.received)::bigint AS units
         FROM purchase_order_lines x JOIN purchase_orders p ON p.id = x.purchase_order_id
        WHERE x.sku_id = a.sku_id AND p.site_id = a.site_id AND p.state IN ('sent', 'partly_received')
          AND x.ordered - x.cancelled - x.short > x.received
          AND x.expected_on > CAST(:day AS date) + CAST(lead.days AS int)) o ON o.number IS NOT NULL
 WHERE a.id = ANY(CAST(:ids AS bigint[])) ORDER BY u.supplier_name, t.code, s.code
"""
