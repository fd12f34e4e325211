"""Goods that come in go to whoever was promised them the earliest, else to whoever waited longest."""

from collections.abc import Collection, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.events import StockArrived
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


def fill_on(session: Session, held: Sequence[Held]) -> None:
    """The rest of what arrived; ``sku_ids`` of all these deliveries together."""
    _fill_on(session, sorted({sku_id for each in held for sku_id in each.ids["sku_ids"]}))


def _fill_on(session: Session, sku_ids: Collection[int]) -> None:
    """Fill, and come back for the rest while filling gets anywhere."""
    filled = fill_backorders(session, sku_ids, actor=SYSTEM)
    if filled and _waiting(session, sku_ids, 1):
        deliveries.add(session, [deliveries.Delivery(handler="orders.fill_backorders", ids={"sku_ids": list(sku_ids)})])


def _waiting(session: Session, sku_ids: Collection[int], most: int) -> list[int]:
    """Orders that wait for one of these SKUs and could have some of it now."""
    rows = session.execute(
        text(
            "SELECT o.id FROM orders o WHERE EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id"
            " AND l.backordered > 0 AND l.sku_id = ANY(CAST(:skus AS bigint[])) AND EXISTS ("
            " SELECT 1 FROM stock_levels s JOIN sites ON sites.id = s.site_id AND sites.is_active"
            " WHERE s.sku_id = l.sku_id AND s.on_hand - s.allocated - s.reserved - s.unavailable > s.safety_stock))"
            " ORDER BY (SELECT min(p.expected_on) FROM order_lines l CROSS JOIN LATERAL ("
            " SELECT expected_on FROM promises WHERE order_line_id = l.id ORDER BY id DESC LIMIT 1) p"
            " WHERE l.order_id = o.id AND l.backordered > 0 AND l.sku_id = ANY(CAST(:skus AS bigint[]))),"
            " o.placed_at, o.id LIMIT :most"
        ),
        {"skus": list(sku_ids), "most": most},
    )
    return [row.id for row in rows]
