"""How promises were kept, and how far they drifted before the goods arrived."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class PromiseFigures:
    """Of orders that were delivered in a span and had been promised a day.

    ``kept`` arrived by the first promise. ``drift_seconds`` is the mean of last promise less first, rounded to the
    second, below zero where promises got better. ``moves`` counts promises after the first that named another day,
    ``told`` those that customers were written to about.
    """

    orders: int
    kept: int
    drift_seconds: int
    moves: int
    told: int

    @property
    def kept_permille(self) -> int | None:
        return self.kept * 1000 // self.orders if self.orders else None


def promise_figures(session: Session, *, since: datetime, until: datetime) -> PromiseFigures:
    """Delivered from ``since`` on and before ``until``."""
    return PromiseFigures(**session.execute(text(FIGURES), {"since": since, "until": until}).one()._mapping)


FIGURES = """
SELECT count(*) AS orders, count(*) FILTER (WHERE o.delivered_at <= o.promised_at) AS kept,
       coalesce(round(avg(extract(epoch FROM coalesce(p.last, o.promised_at) - o.promised_at))), 0)::bigint
       AS drift_seconds,
       coalesce(sum(p.moves), 0)::bigint AS moves, coalesce(sum(p.told), 0)::bigint AS told
  FROM orders o
 CROSS JOIN LATERAL (
       SELECT (array_agg(promised_at ORDER BY id DESC) FILTER (WHERE promised_at IS NOT NULL))[1] AS last,
              count(*) FILTER (WHERE cause <> 'first' AND promised_at IS NOT NULL) AS moves,
              count(*) FILTER (WHERE is_told) AS told
         FROM promises WHERE order_id = o.id AND order_line_id IS NULL) p
 WHERE o.delivered_at >= :since AND o.delivered_at < :until AND o.promised_at IS NOT NULL
"""
