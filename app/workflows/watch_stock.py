"""Looks at every level that sells or has a rule: too little opens an alert, well above the reorder point ends it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.inventory.rules_in_force import at, rule_of
from app.kernel.actor import SYSTEM
from app.kernel.deliveries import Held
from app.replenishment import alerts
from app.replenishment.alerts import Finding
from app.replenishment.reorder import DAYS, LEAST_DAYS, Demand, Plan, Position, Terms, bounds, next_state, plan
from app.workflows.company_day import today
from app.workflows.count_stock import count_stock

CHECK = "replenishment.check_levels"
AT_ONCE = 2_000


@dataclass(frozen=True, kw_only=True)
class Watched:
    """One level as it was looked at, and what follows."""

    level_id: int
    sku_id: int
    site_id: int
    sequence: int
    alert_id: int | None
    is_sold: bool
    demand: Demand
    terms: Terms
    position: Position

    @property
    def plan(self) -> Plan:
        return plan(self.demand, self.terms, self.position)


def check_levels(session: Session, _held: Sequence[Held] = ()) -> None:
    """The regular effect. Days are brought up to now first, as demand is read from them."""
    count_stock(session)
    session.execute(text("LOCK TABLE stock_alerts IN SHARE ROW EXCLUSIVE MODE"))
    alerts.write(session, list(_findings(session)), actor=SYSTEM)


def watched(session: Session, day: date, *, sku_id: int | None = None) -> Iterator[Watched]:
    """All levels that are worth a look, or those of one SKU; streamed."""
    values = {"day": day, "days": DAYS, "least": LEAST_DAYS, "sku_id": sku_id}
    for row in session.execute(text(LEVELS).execution_options(yield_per=AT_ONCE), values):
        yield _watched(row)


def _findings(session: Session) -> Iterator[Finding]:
    """Formulas are put into words only where somebody is going to read them."""
    for level in watched(session, today(session)):
        point, closes_at = bounds(level.demand, level.terms, level.position)
        is_open = level.alert_id is not None
        stands = level.is_sold and next_state(
            is_open=is_open, units=level.position.units, point=point, closes_at=closes_at
        )
        if stands or is_open:
            yield _finding(level, level.plan, stands=stands)


def _finding(level: Watched, found: Plan, *, stands: bool) -> Finding:
    return Finding(
        alert_id=level.alert_id,
        stands=stands,
        sku_id=level.sku_id,
        site_id=level.site_id,
        level_sequence=level.sequence,
        free=level.position.free,
        incoming=level.position.incoming,
        reorder_point=found.point,
        closes_at=found.closes_at,
        suggested=found.quantity,
        steps=found.steps,
    )


def _watched(row: Row[Any]) -> Watched:
    return Watched(
        level_id=row.id,
        sku_id=row.sku_id,
        site_id=row.site_id,
        sequence=row.sequence,
        alert_id=row.alert_id,
        is_sold=row.is_sold,
        demand=Demand(days=row.days, units=row.units, squares=row.squares),
        terms=Terms(**{name: getattr(row, name) for name in Terms.__dataclass_fields__}),
        position=Position(
            free=row.free,
            incoming=row.incoming,
            safety=row.safety,
            fixed_point=row.fixed_point,
            cost_minor=row.cost_minor,
        ),
    )


# What a site was asked for on a day counts where it is more than what was given back.
LEVELS = f"""
WITH demand AS (
    SELECT stock_level_id, sum(greatest(demanded, 0))::bigint AS units,
           sum(greatest(demanded, 0) * greatest(demanded, 0))::bigint AS squares
      FROM stock_days WHERE day > CAST(:day AS date) - CAST(:days AS int) AND day <= CAST(:day AS date) GROUP BY 1)
SELECT l.id, l.sku_id, l.site_id, l.sequence, l.on_hand - l.allocated - l.reserved - l.unavailable AS free,
       coalesce(d.units, 0) AS units, coalesce(d.squares, 0) AS squares, a.id AS alert_id, s.cost_minor,
       s.is_active AND sites.is_active AS is_sold,
       greatest(:least, least(:days, CAST(:day AS date) - coalesce(c.first_day, :day) + 1)) AS days,
       lead.days AS lead_days, coalesce(t.pack_units, u.pack_size, 1) AS pack_units,
       coalesce(t.lead_spread_days, z.lead_spread_days) AS lead_spread_days, z.review_days, z.service_bp,
       z.order_cost_minor, z.holding_bp, p.units AS fixed_point, y.units AS safety, coalesce(i.units, 0) AS incoming
  FROM stock_levels l
  JOIN skus s ON s.id = l.sku_id JOIN sites ON sites.id = l.site_id
  CROSS JOIN reorder_settings z
  LEFT JOIN reorder_terms t ON t.sku_id = l.sku_id
  LEFT JOIN LATERAL (
       SELECT k.pack_size, coalesce(k.lead_days, v.lead_days) AS lead_days
         FROM supplier_skus k JOIN suppliers v ON v.id = k.supplier_id AND v.is_active
        WHERE k.sku_id = l.sku_id ORDER BY k.cost_minor NULLS LAST, v.code LIMIT 1) u ON true
  CROSS JOIN LATERAL (SELECT coalesce(t.lead_days, u.lead_days, z.lead_days) AS days) lead
  LEFT JOIN demand d ON d.stock_level_id = l.id
  LEFT JOIN stock_counted c ON c.stock_level_id = l.id
  LEFT JOIN stock_alerts a ON a.sku_id = l.sku_id AND a.site_id = l.site_id AND a.closed_at IS NULL
  LEFT JOIN LATERAL ({rule_of("reorder", sku="s", sites=at("l.site_id"), day="CAST(:day AS date)")}) p ON true
  LEFT JOIN LATERAL ({rule_of("safety", sku="s", sites=at("l.site_id"), day="CAST(:day AS date)")}) y ON true
  LEFT JOIN LATERAL (
       SELECT sum(quantity)::bigint AS units FROM incoming
        WHERE sku_id = l.sku_id AND site_id = l.site_id
          AND expected_on <= CAST(:day AS date) + CAST(lead.days AS int)) i ON true
 WHERE ((d.units > 0 OR p.rule_id IS NOT NULL OR y.units > 0) AND s.is_active AND sites.is_active
        OR a.id IS NOT NULL)
   AND (CAST(:sku_id AS bigint) IS NULL OR l.sku_id = :sku_id)
 ORDER BY l.sku_id, l.site_id
"""
