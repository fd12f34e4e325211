"""What a site waits for: late, due today, later; and the latest that came."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock

AHEAD_DAYS = 14
MOST = 200
WHEN: Mapping[str, str] = {"late": "Late", "today": "Due today", "soon": "Within two weeks", "later": "Later"}


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A purchase order of which something is still to come; ``when`` is a key of WHEN, by the clock of its site."""

    number: str
    supplier_name: str
    site: str
    state: str
    lines: int
    ordered: int
    received: int
    open: int
    expected_on: date
    today: date
    shipments: str

    @property
    def when(self) -> str:
        if self.expected_on <= self.today:
            return "today" if self.expected_on == self.today else "late"
        return "soon" if self.expected_on <= self.today + timedelta(days=AHEAD_DAYS) else "later"


def awaited(session: Session, site_ids: Collection[int]) -> list[Awaited]:
    """By the next day on which something is to come; at most 200."""
    values = {"sites": sorted(site_ids), "now": clock.now(), "most": MOST}
    return [Awaited(**row._mapping) for row in session.execute(text(AWAITED), values)]


def find(session: Session, code: str) -> str | None:
    """The purchase order that a number, or a supplier's number of a shipment, stands for."""
    found = session.execute(text(FIND), {"code": code.upper(), "raw": code}).scalar_one_or_none()
    return None if found is None else str(found)


AWAITED = """
SELECT o.number, s.name AS supplier_name, t.code AS site, o.state, u.lines, u.ordered, u.received, u.open,
       u.expected_on, (CAST(:now AS timestamptz) AT TIME ZONE t.time_zone)::date AS today,
       (SELECT coalesce(string_agg(a.number, ', ' ORDER BY a.id), '') FROM advices a
         WHERE a.purchase_order_id = o.id) AS shipments
  FROM purchase_orders o JOIN suppliers s ON s.id = o.supplier_id JOIN sites t ON t.id = o.site_id
  JOIN LATERAL (SELECT count(*) AS lines, sum(l.ordered)::bigint AS ordered, sum(l.received)::bigint AS received,
                       sum(greatest(0, l.ordered - l.cancelled - l.short - l.received))::bigint AS open,
                       min(l.expected_on) FILTER (WHERE l.ordered - l.cancelled - l.short > l.received) AS expected_on
                  FROM purchase_order_lines l WHERE l.purchase_order_id = o.id) u ON true
 WHERE o.state IN ('sent', 'partly_received') AND o.site_id = ANY(CAST(:sites AS bigint[]))
   AND u.expected_on IS NOT NULL ORDER BY u.expected_on, o.id LIMIT :most
"""

FIND = """
SELECT number FROM (
    SELECT number, 0 AS rank, id FROM purchase_orders WHERE number = :code
    UNION ALL
    SELECT o.number, 1, o.id FROM advices a JOIN purchase_orders o ON o.id = a.purchase_order_id
     WHERE a.number = :raw AND o.state IN ('sent', 'partly_received')) found
 ORDER BY rank, id LIMIT 1
"""
