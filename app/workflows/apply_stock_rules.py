"""Safety stock as the rules have it today, written where promising reads it under lock: on each stock level.

A new level is born with it (``inventory.levels``). This brings along the others: after a rule was changed, on the days
on which one begins or ends, and when a SKU moved to another category.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.events import SafetyStockChanged
from app.inventory.rules_in_force import at, rule_of
from app.kernel import deliveries, driver
from app.kernel.actor import SYSTEM, Actor
from app.kernel.deliveries import Delivery, Held
from app.kernel.events import emit
from app.workflows.company_day import today

APPLY = "inventory.apply_stock_rules"
MOST = 2_000


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A level that keeps back ``was`` units and should ``now``; ``unpromised`` are left before either."""

    id: int
    sku_id: int
    site_id: int
    sku: str
    site: str
    was: int
    now: int
    unpromised: int

    @property
    def available_before(self) -> int:
        return max(0, self.unpromised - self.was)

    @property
    def available_after(self) -> int:
        return max(0, self.unpromised - self.now)


def differences(session: Session, day: date) -> list[Difference]:
    """Without locks, by SKU and site."""
    return [Difference(**row) for row in session.execute(text(DIFFERENT), {"day": day}).mappings()]


def apply_stock_rules(session: Session, *, actor: Actor, most: int = MOST) -> int:
    """Bring so many levels along, and leave a delivery for the rest; answers how many differed.

    What is no longer kept back may be promised to whoever waits for it; what is kept back anew takes no promise away.
    """
    keep_out_others(session)
    found = differences(session, today(session))
    now = found[:most]
    if now:
        _write(session, now)
        emit(session, [_event(one) for one in now], actor=actor)
        _fill(session, sorted({one.sku_id for one in now if one.available_after > one.available_before}))
    if found[most:]:
        deliveries.add(session, [Delivery(handler=APPLY)])
    return len(found)


def keep_out_others(session: Session) -> None:
    """Whoever writes rules, or what follows from them, does so alone until the transaction ends."""
    driver.fetch(session, "SELECT pg_advisory_xact_lock(hashtext('stock_rules'))::text", {})


def on_time(session: Session, _held: Sequence[Held]) -> None:
    """The regular effect, and the one that goes on where a change was too large for one transaction."""
    apply_stock_rules(session, actor=SYSTEM)


def _write(session: Session, found: Sequence[Difference]) -> None:
    ids = [one.id for one in found]
    session.execute(text(LOCK), {"ids": ids})
    session.execute(text(WRITE), {"ids": ids, "units": [one.now for one in found]})


def _event(one: Difference) -> SafetyStockChanged:
    return SafetyStockChanged(stock_level_id=one.id, sku_id=one.sku_id, site_id=one.site_id, was=one.was, now=one.now)


def _fill(session: Session, sku_ids: Sequence[int]) -> None:
    if sku_ids:
        deliveries.add(session, [Delivery(handler="orders.fill_backorders", ids={"sku_ids": list(sku_ids)})])


DIFFERENT = f"""
SELECT l.id, l.sku_id, l.site_id, s.code AS sku, t.code AS site, l.safety_stock AS was, coalesce(r.units, 0) AS now,
       l.on_hand - l.allocated - l.reserved - l.unavailable AS unpromised
  FROM stock_levels l JOIN skus s ON s.id = l.sku_id JOIN sites t ON t.id = l.site_id
  LEFT JOIN LATERAL ({rule_of("safety", sku="s", sites=at("l.site_id"), day="CAST(:day AS date)")}) r ON true
 WHERE l.safety_stock <> coalesce(r.units, 0) ORDER BY l.sku_id, l.site_id
"""
LOCK = """
SELECT FROM stock_levels WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY sku_id, site_id FOR NO KEY UPDATE
"""
WRITE = """
UPDATE stock_levels l SET safety_stock = v.units
  FROM unnest(CAST(:ids AS bigint[]), CAST(:units AS bigint[])) AS v (id, units) WHERE v.id = l.id
"""
