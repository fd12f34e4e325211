"""How suppliers keep their word: on time in full by line, days from sending to receipt, what came damaged."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

ENOUGH = 3
WINDOW_DAYS = 365


@dataclass(frozen=True, kw_only=True)
class Performance:
    """Of the last 365 days. ``judged`` are lines that are complete or overdue, ``kept`` those on time and in full.

    ``lead_lines`` are received lines over which mean and standard deviation (of the sample) of the lead time are taken,
    in days; ``units`` came in, ``rejected`` of them damaged.
    """

    judged: int = 0
    kept: int = 0
    on_time: int = 0
    in_full: int = 0
    lead_lines: int = 0
    lead_mean: float | None = None
    lead_deviation: float | None = None
    units: int = 0
    rejected: int = 0

    @property
    def otif_percent(self) -> int | None:
        return _percent(self.kept, self.judged)

    @property
    def rejected_percent(self) -> int | None:
        return _percent(self.rejected, self.units)


NOTHING = Performance()


def usual_days(measured: Performance, *, stated: int) -> int:
    """Days from sending to receipt to reckon with: the measured mean, rounded up, once enough lines are known."""
    if measured.lead_mean is None or measured.lead_lines < ENOUGH:
        return stated
    return math.ceil(measured.lead_mean)


def measure(session: Session, supplier_ids: Collection[int], *, today: date) -> dict[int, Performance]:
    """By supplier id; one statement. A supplier without lines is missing."""
    rows = session.execute(text(MEASURED), {"ids": sorted(supplier_ids), "today": today, "days": WINDOW_DAYS})
    return {row.supplier_id: _performance(row._mapping) for row in rows}


def _performance(row: object) -> Performance:
    values = {name: row[name] for name in Performance.__dataclass_fields__}  # type: ignore[index]
    for name in ("lead_mean", "lead_deviation"):
        values[name] = None if values[name] is None else float(values[name])
    return Performance(**values)


def _percent(part: int, whole: int) -> int | None:
    return None if not whole else (200 * part + whole) // (2 * whole)


# A line is in full once what was ordered, less what both agreed to leave out and the tolerance, lies there undamaged;
# that day is compared with the one first promised. A receipt that was taken back counts for nothing.
MEASURED = """
WITH lines AS (
    SELECT l.id, o.supplier_id, o.sent_at, l.promised_on, t.time_zone, o.state,
           ceil((l.ordered - l.cancelled) * (100 - s.under_percent) / 100.0) AS enough
      FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.purchase_order_id
      JOIN suppliers s ON s.id = o.supplier_id JOIN sites t ON t.id = o.site_id
     WHERE o.supplier_id = ANY(CAST(:ids AS bigint[])) AND o.sent_at IS NOT NULL AND l.ordered > l.cancelled
       AND l.promised_on > CAST(:today AS date) - CAST(:days AS int)),
came AS (
    SELECT n.id, r.received_at, n.enough, r.id AS receipt_id, x.quantity, x.condition,
           sum(x.quantity) FILTER (WHERE x.condition <> 'damaged') OVER (PARTITION BY n.id ORDER BY r.received_at, x.id)
           AS so_far
      FROM lines n JOIN receipt_lines x ON x.purchase_order_line_id = n.id JOIN receipts r ON r.id = x.receipt_id
     WHERE r.undoes_id IS NULL AND NOT EXISTS (SELECT 1 FROM receipts u WHERE u.undoes_id = r.id)),
done AS (
    SELECT id, min(received_at) FILTER (WHERE so_far >= enough) AS full_at, max(received_at) AS last_at,
           sum(quantity) AS units, coalesce(sum(quantity) FILTER (WHERE condition = 'damaged'), 0) AS rejected
      FROM came GROUP BY id),
judged AS (
    SELECT n.supplier_id, d.units, d.rejected, d.full_at IS NOT NULL AS in_full,
           (d.full_at AT TIME ZONE n.time_zone)::date <= n.promised_on AS on_time,
           d.full_at IS NOT NULL OR n.promised_on < CAST(:today AS date)
           OR n.state IN ('received', 'closed_short') AS is_due,
           extract(epoch FROM coalesce(d.full_at, CASE WHEN n.state <> 'partly_received' THEN d.last_at END)
                   - n.sent_at) / 86400 AS lead
      FROM lines n LEFT JOIN done d ON d.id = n.id)
SELECT supplier_id, count(*) FILTER (WHERE is_due) AS judged, count(*) FILTER (WHERE in_full AND on_time) AS kept,
       count(*) FILTER (WHERE on_time) AS on_time, count(*) FILTER (WHERE in_full) AS in_full,
       count(lead) AS lead_lines, avg(lead) AS lead_mean, stddev_samp(lead) AS lead_deviation,
       coalesce(sum(units), 0)::bigint AS units, coalesce(sum(rejected), 0)::bigint AS rejected
  FROM judged GROUP BY supplier_id
"""
