"""Goods that come in go to whoever was promised them the earliest, else to whoever waited longest."""

from collections.abc import Collection, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.events import StockArrived, UnitsFreed
from app.kernel import deliveries
from app.kernel.actor import SYSTEM, Actor
from app.kernel.deliveries import Held
from app.orders import facts
from app.workflows.route_orders import route_backordered

MOST_ORDERS = 200


def fill_backorders(session: Session, sku_ids: Collection[int], *, actor: Actor, most: int = MOST_ORDERS) -> int:
    """Route backordered units of these SKUs for at most so many orders; answers the units filled.

    A promise for an earlier day goes before an earlier order: what is promised is kept.
    """
    order_ids = _waiting(session, sku_ids, most)
    if not order_ids:
        return 0
    facts.lock(session, order_ids)
    return route_backordered(session, order_ids, cause="stock_arrived", actor=actor)


def on_stock_arrived(session: Session, events: Sequence[StockArrived]) -> None:
    _fill_on(session, sorted({event.sku_id for event in events}))


def on_units_freed(session: Session, events: Sequence[UnitsFreed]) -> None:
    _fill_on(session, sorted({event.sku_id for event in events}))


def fill_on(session: Session, held: Sequence[Held]) -> None:
    """The rest of what arrived; ``sku_ids`` of all these deliveries together."""
    _fill_on(session, sorted({sku_id for each in held for sku_id in each.ids["sku_ids"]}))


def _fill_on(session: Session, sku_ids: Collection[int]) -> None:
    """Fill, and come back for the rest while filling gets anywhere."""
    filled = fill_backorders(session, sku_ids, actor=SYSTEM)
    if filled and _waiting(session, sku_ids, 1):
        deliveries.add(session, [deliveries.Delivery(handler="orders.fill_backorders", ids={"sku_ids": list(sku_ids)})])


def _waiting(session: Session, sku_ids: Collection[int], most: int) -> list[int]:
    """Orders that wait for one of these SKUs and could have some of it now, in turn."""
    return list(session.execute(text(WAITING), {"skus": list(sku_ids), "most": most}).scalars())


# However many wait for a SKU, no more of them are read than are served.
WAITING = """
SELECT w.order_id
  FROM unnest(CAST(:skus AS bigint[])) AS s (id)
 CROSS JOIN LATERAL (
       SELECT l.order_id, l.promised_on, l.placed_at FROM order_lines l
        WHERE l.sku_id = s.id AND l.backordered > 0
        ORDER BY l.promised_on, l.placed_at, l.order_id, l.id LIMIT :most) w
 WHERE EXISTS (
       SELECT FROM stock_levels v JOIN sites t ON t.id = v.site_id AND t.is_active
        WHERE v.sku_id = s.id AND v.on_hand - v.allocated - v.reserved - v.unavailable > v.safety_stock)
 GROUP BY w.order_id ORDER BY min(w.promised_on), min(w.placed_at), w.order_id LIMIT :most
"""
