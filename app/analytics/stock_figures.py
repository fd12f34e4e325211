"""Stock over a period, per SKU and by day, from the sums that ``workflows.count_stock`` keeps.

The balance at the end of a day is what is counted by now less what later days did. So the average of daily balances
(ANA-30) needs no row per day: a change on day k of n was not there yet on k days, and takes k/n of itself off.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.analytics.periods import Period

YEAR = 365


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Codes; empty means all."""

    period: Period
    sku: str = ""
    site: str = ""
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class SkuFigures:
    """One SKU over the period. ``average`` is the mean of its daily balances in units; ``days`` it was kept at all, on
    ``out_days`` of which nothing was available at their end; ``free`` units are promised to nobody at its end."""

    sku: str
    name: str
    cost_minor: int | None
    on_hand: int
    free: int
    average: float
    shipped: int
    demanded: int
    days: int
    out_days: int
    length: int

    @property
    def turnover(self) -> float | None:
        """Times a year: what was shipped over the average stock (ANA-30); of one SKU the cost cancels out."""
        return self.shipped / self.average * YEAR / self.length if self.average > 0 else None

    @property
    def days_to_sell(self) -> float | None:
        """DIO: 365 / turnover (ANA-31)."""
        return YEAR / self.turnover if self.turnover else None

    @property
    def daily_demand(self) -> float:
        """On days on which there was something to sell."""
        return self.demanded / (self.days - self.out_days) if self.days > self.out_days else 0.0

    @property
    def days_of_supply(self) -> float | None:
        """Forward (ANA-31): what is free over the mean daily demand."""
        return self.free / self.daily_demand if self.daily_demand else None

    @property
    def lost(self) -> float:
        """Mean demand × days without stock (ANA-34)."""
        return self.daily_demand * self.out_days

    @property
    def value_minor(self) -> int:
        """Of the average stock, at cost."""
        return round(self.average * (self.cost_minor or 0))


@dataclass(frozen=True, kw_only=True)
class DayFigures:
    """At the end of a day: units, and what those with a known cost are worth."""

    day: date
    on_hand: int
    free: int
    value_minor: int


def by_sku(session: Session, chosen: Chosen) -> list[SkuFigures]:
    """SKUs that were kept in the period, by code."""
    rows = session.execute(text(BY_SKU), _values(chosen)).mappings()
    return [SkuFigures(**row, length=chosen.period.days) for row in rows]


def by_day(session: Session, chosen: Chosen) -> list[DayFigures]:
    """Every day of the period up to the last one that is counted."""
    values = _values(chosen)
    now = session.execute(text(NOW), values).one()
    later = {row.day: row for row in session.execute(text(MOVED), values)}
    return _backwards(chosen.period, now, later)


def counted_at(session: Session) -> datetime | None:
    """Until when movements are in the sums."""
    row = session.execute(text("SELECT counted_at FROM stock_calendar")).one_or_none()
    return row.counted_at if row else None


def _backwards(period: Period, now: Any, later: dict[date, Any]) -> list[DayFigures]:
    on_hand, free, value = now.on_hand, now.free, now.value_minor
    for day in sorted((day for day in later if day > period.last), reverse=True):
        on_hand, free, value = _less(on_hand, free, value, later[day])
    found = []
    for back in range(period.days):
        day = period.last - timedelta(days=back)
        found.append(DayFigures(day=day, on_hand=on_hand, free=free, value_minor=value))
        if day in later:
            on_hand, free, value = _less(on_hand, free, value, later[day])
    return found[::-1]


def _less(on_hand: int, free: int, value: int, moved: Any) -> tuple[int, int, int]:
    return on_hand - moved.on_hand, free - moved.free, value - moved.value_minor


def _values(chosen: Chosen) -> dict[str, Any]:
    period = chosen.period
    own = {"sku": chosen.sku, "site": chosen.site, "category": chosen.category}
    return {**own, "first": period.first, "last": period.last, "days": period.days}


FREE = "{0}.on_hand - {0}.promised - {0}.unavailable"
LEVELS = f"""
levels AS MATERIALIZED (
    SELECT l.id, l.sku_id, s.cost_minor, c.first_day, c.on_hand, {FREE.format("c")} AS free
      FROM stock_levels l JOIN skus s ON s.id = l.sku_id JOIN sites t ON t.id = l.site_id
      JOIN stock_counted c ON c.stock_level_id = l.id
     WHERE (:sku = '' OR s.code = :sku) AND (:site = '' OR t.code = :site)
       AND (:category = '' OR s.category = :category) AND c.first_day <= CAST(:last AS date))
"""
FIRST, LAST = "CAST(:first AS date)", "CAST(:last AS date)"
NOW = f"""
WITH {LEVELS} SELECT coalesce(sum(on_hand), 0)::bigint AS on_hand, coalesce(sum(free), 0)::bigint AS free,
                     coalesce(sum(on_hand * cost_minor), 0)::bigint AS value_minor FROM levels
"""
MOVED = f"""
WITH {LEVELS} SELECT d.day, sum(d.on_hand)::bigint AS on_hand, sum({FREE.format("d")})::bigint AS free,
                     coalesce(sum(d.on_hand * l.cost_minor), 0)::bigint AS value_minor
  FROM levels l JOIN stock_days d ON d.stock_level_id = l.id AND d.day >= {FIRST} GROUP BY 1
"""
# Without rows for days on which nothing moved: a balance stands until the next change. Of each SKU ``changes`` begins
# with the first day that counts; ``after`` is what was free at the end of a day.
BY_SKU = f"""
WITH {LEVELS},
kept AS MATERIALIZED (
    SELECT sku_id, sum(on_hand)::bigint AS on_hand, sum(free)::bigint AS free,
           greatest(min(first_day), {FIRST}) AS since FROM levels GROUP BY 1),
days AS MATERIALIZED (
    SELECT l.sku_id, d.day, sum(d.on_hand)::bigint AS on_hand, sum({FREE.format("d")})::bigint AS free,
           sum(d.shipped)::bigint AS shipped, sum(greatest(d.demanded, 0))::bigint AS demanded
      FROM levels l JOIN stock_days d ON d.stock_level_id = l.id AND d.day >= {FIRST} GROUP BY 1, 2),
sums AS (
    SELECT sku_id, sum(on_hand) FILTER (WHERE day > {LAST}) AS later,
           sum(free) FILTER (WHERE day > {LAST}) AS later_free,
           sum(on_hand * (day - {FIRST})) FILTER (WHERE day <= {LAST}) AS absent,
           sum(shipped) FILTER (WHERE day <= {LAST}) AS shipped, sum(demanded) FILTER (WHERE day <= {LAST}) AS demanded
      FROM days GROUP BY 1),
ends AS MATERIALIZED (
    SELECT k.sku_id, k.since, k.on_hand - coalesce(s.later, 0) AS on_hand, k.free - coalesce(s.later_free, 0) AS free,
           coalesce(s.absent, 0) AS absent, coalesce(s.shipped, 0) AS shipped, coalesce(s.demanded, 0) AS demanded
      FROM kept k LEFT JOIN sums s USING (sku_id)),
changes AS (
    SELECT sku_id, day, sum(free) AS free FROM (
        SELECT sku_id, day, free FROM days WHERE day <= {LAST}
        UNION ALL SELECT sku_id, since, 0 FROM ends) c GROUP BY 1, 2),
spans AS (
    SELECT c.sku_id, lead(c.day, 1, {LAST} + 1) OVER w - c.day AS length,
           e.free - coalesce(sum(c.free) OVER (PARTITION BY c.sku_id ORDER BY c.day DESC
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS after
      FROM changes c JOIN ends e USING (sku_id) WINDOW w AS (PARTITION BY c.sku_id ORDER BY c.day)),
outs AS (SELECT sku_id, sum(length) FILTER (WHERE after <= 0) AS out_days FROM spans GROUP BY 1)
SELECT s.code AS sku, s.name, s.cost_minor, e.on_hand::bigint AS on_hand, e.free::bigint AS free,
       (e.on_hand - e.absent / :days)::float8 AS average, e.shipped::bigint AS shipped, e.demanded::bigint AS demanded,
       ({LAST} - e.since + 1)::bigint AS days, coalesce(o.out_days, 0)::bigint AS out_days
  FROM ends e JOIN skus s ON s.id = e.sku_id LEFT JOIN outs o USING (sku_id) ORDER BY s.code
"""
