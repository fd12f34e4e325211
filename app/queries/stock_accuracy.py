"""How far the books can be trusted: record accuracy by counts, and what was lost, by month.

A place is an item, lot and condition in one bin. It was right if the last word on it was within the tolerance of its
count. Weighted by value, it counts with what the larger of book and shelf was worth at cost. What was lost is what
counts, reported losses and short picks took off the books.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock

MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Month:
    """Values in minor units at cost; ``value_minor`` of all goods at the month's last note, None before the first."""

    month: date
    counts: int
    places: int
    right: int
    counted_minor: int
    right_minor: int
    lost_minor: int
    value_minor: int | None

    @property
    def accuracy(self) -> float | None:
        return self.right / self.places if self.places else None

    @property
    def value_accuracy(self) -> float | None:
        return self.right_minor / self.counted_minor if self.counted_minor else None

    @property
    def shrinkage(self) -> float | None:
        return self.lost_minor / self.value_minor if self.value_minor else None


def accuracy(session: Session, *, site_id: int | None, time_zone: str) -> Sequence[Month]:
    """The last twelve months of the company's calendar, the newest first."""
    values = {"zone": time_zone, "site": site_id, "months": MONTHS - 1, "now": clock.now()}
    return [Month(**row._mapping) for row in session.execute(text(BY_MONTH), values)]


BY_MONTH = """
WITH span AS (
    SELECT CAST(date_trunc('month', CAST(:now AS timestamptz) AT TIME ZONE :zone) - n * interval '1 month' AS date)
           AS month
      FROM generate_series(0, CAST(:months AS int)) n),
edge AS (SELECT min(month)::timestamp AT TIME ZONE :zone AS first FROM span),
seen AS (
    SELECT CAST(date_trunc('month', c.closed_at AT TIME ZONE :zone) AS date) AS month, c.id,
           l.id IS NOT NULL AS is_place,
           abs(l.variance) <= greatest(c.tolerance_units, l.expected * c.tolerance_bp / 10000) AS is_right,
           greatest(l.expected, l.expected + l.variance) * coalesce(l.cost_minor, 0) AS worth
      FROM counts c LEFT JOIN count_lines l ON l.count_id = c.id
     WHERE c.state = 'posted' AND c.closed_at >= (SELECT first FROM edge)
       AND (CAST(:site AS bigint) IS NULL OR c.site_id = :site)),
lost AS (
    SELECT CAST(date_trunc('month', m.occurred_at AT TIME ZONE :zone) AS date) AS month,
           sum(-m.on_hand * coalesce(k.cost_minor, 0)) AS lost_minor
      FROM stock_movements m JOIN stock_levels s ON s.id = m.stock_level_id JOIN skus k ON k.id = s.sku_id
     WHERE m.reason IN ('count', 'lost', 'short_pick') AND m.on_hand < 0 AND m.occurred_at >= (SELECT first FROM edge)
       AND (CAST(:site AS bigint) IS NULL OR s.site_id = :site) GROUP BY 1)
SELECT p.month, count(DISTINCT n.id) AS counts, count(*) FILTER (WHERE n.is_place) AS places,
       count(*) FILTER (WHERE n.is_right) AS right,
       coalesce(sum(n.worth), 0)::bigint AS counted_minor,
       coalesce(sum(n.worth) FILTER (WHERE n.is_right), 0)::bigint AS right_minor,
       coalesce((SELECT lost_minor FROM lost WHERE lost.month = p.month), 0)::bigint AS lost_minor,
       (SELECT sum(v.value_minor)::bigint FROM stock_values v
         WHERE v.month = p.month AND (CAST(:site AS bigint) IS NULL OR v.site_id = :site)) AS value_minor
  FROM span p LEFT JOIN seen n ON n.month = p.month GROUP BY p.month ORDER BY p.month DESC
"""
