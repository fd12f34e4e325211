"""Stock alerts as the pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.kernel import paging
from app.kernel.errors import NotFound
from app.kernel.paging import Page
from app.queries import patterns

PAGE = 50
STATES: Mapping[str, str] = {"open": "To do", "snoozed": "Snoozed", "over": "Over"}


@dataclass(frozen=True, kw_only=True)
class AlertRow:
    """Figures of the last look. ``steps`` are (name, formula with its figures), ``drafted`` a draft that has it."""

    id: int
    sku_id: int
    sku: str
    name: str
    site: str
    free: int
    incoming: int
    reorder_point: int
    closes_at: int
    suggested: int
    steps: tuple[tuple[str, str], ...]
    opened_at: datetime
    closed_at: datetime | None
    checked_at: datetime
    mailed_at: datetime | None
    snoozed_until: date | None
    snooze_reason: str
    snoozed_by: str
    drafted: str | None
    state: str

    @property
    def units(self) -> int:
        return self.free + self.incoming


def listed(session: Session, asked: Mapping[str, str], day: date, *, cursor: str | None = None) -> Page[AlertRow]:
    """The newest first. ``asked`` has state, site and q, where empty means any."""
    at = paging.decode(cursor, [int])
    backwards = at is not None and at.backwards
    where = LIST.format(compare=">" if backwards else "<", order="ASC" if backwards else "DESC")
    values: dict[str, Any] = {
        **asked,
        "words": [patterns.anywhere(word) for word in asked["q"].split()],
        "day": day,
        "place": at.values[0] if at else None,
        "limit": PAGE + 1,
    }
    rows = [_alert(row) for row in session.execute(text(f"{ALERTS} {where}"), values)]
    return paging.page(rows, PAGE, key=lambda row: (row.id,), cursor=at)


def get(session: Session, alert_id: int, day: date) -> AlertRow:
    """Raises NotFound."""
    row = session.execute(text(f"{ALERTS} WHERE a.id = :id"), {"id": alert_id, "day": day}).one_or_none()
    if row is None:
        raise NotFound(f"there is no alert {alert_id}")
    return _alert(row)


def counts(session: Session, day: date) -> dict[str, int]:
    """By state; what is over is not counted."""
    row = session.execute(text(COUNTS), {"day": day}).one()
    return dict(row._mapping)


def _alert(row: Row[Any]) -> AlertRow:
    values = {name: value for name, value in row._mapping.items() if name != "inputs"}
    return AlertRow(**values, steps=tuple((name, words) for name, words in row.inputs["steps"]))


SNOOZED = "coalesce(a.snoozed_until >= CAST(:day AS date), false)"
ALERTS = f"""
SELECT a.id, a.sku_id, s.code AS sku, s.name, t.code AS site, a.free, a.incoming, a.reorder_point, a.closes_at,
       a.suggested, a.inputs, a.opened_at, a.closed_at, a.checked_at, a.mailed_at, a.snoozed_until, a.snooze_reason,
       a.snoozed_by,
       (SELECT min(p.number) FROM purchase_order_lines x JOIN purchase_orders p ON p.id = x.purchase_order_id
         WHERE x.sku_id = a.sku_id AND p.site_id = a.site_id AND p.state = 'draft') AS drafted,
       CASE WHEN a.closed_at IS NOT NULL THEN 'over' WHEN {SNOOZED} THEN 'snoozed' ELSE 'open' END AS state
  FROM stock_alerts a JOIN skus s ON s.id = a.sku_id JOIN sites t ON t.id = a.site_id
"""
LIST = f"""
 WHERE (a.closed_at IS NOT NULL) = (:state = 'over') AND (:state = 'over' OR {SNOOZED} = (:state = 'snoozed'))
   AND (:site = '' OR t.code = :site)
   AND (s.code ILIKE ALL (CAST(:words AS text[])) OR s.name ILIKE ALL (CAST(:words AS text[])))
   AND (CAST(:place AS bigint) IS NULL OR a.id {{compare}} :place) ORDER BY a.id {{order}} LIMIT :limit
"""
COUNTS = f"""
SELECT count(*) FILTER (WHERE NOT {SNOOZED}) AS open, count(*) FILTER (WHERE {SNOOZED}) AS snoozed
  FROM stock_alerts a WHERE closed_at IS NULL
"""
