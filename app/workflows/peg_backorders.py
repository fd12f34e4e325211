"""Every unit that waits rests on a supply that is still to come, as long as there is one; promises follow from that."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import pegs
from app.inventory.events import SupplyMoved
from app.inventory.pegging import Arrangement, Peg, Supply, Waiting, arrange
from app.inventory.pegs import OpenSupply
from app.kernel import clock, deliveries
from app.kernel.actor import SYSTEM, Actor
from app.kernel.deliveries import Delivery, Held
from app.kernel.event_types import Recorded
from app.orders import facts, promise_ledger
from app.orders.events import OrderRouted, UnitsCancelled, UnitsDisplaced, UnitsShortPicked
from app.orders.promise_ledger import Rest
from app.workflows.keep_promises import rest_on_supply

READER = "orders.pegs"
KINDS = frozenset({OrderRouted, UnitsCancelled, UnitsDisplaced, UnitsShortPicked})
PEG = "orders.peg_backorders"


def peg_backorders(session: Session, sku_ids: Collection[int], *, actor: Actor) -> None:
    """Peg what waits for these SKUs and write down the promises that change for it; a constant number of statements."""
    order_ids = session.execute(text(ORDERS), {"skus": list(sku_ids)}).scalars().all()
    if not order_ids:
        return
    facts.lock(session, order_ids)
    supplies = pegs.lock_supplies(session, sku_ids)
    values = {"orders": order_ids, "skus": list(sku_ids)}
    lines = session.execute(text(LINES), values).all()
    shelf = {row.sku_id: row.available for row in session.execute(text(SHELF), values)}
    mine = {line.id for line in lines}
    rested = pegs.of_supplies(session, list(supplies))
    others = [peg for peg in rested if peg.order_line_id not in mine]
    before = [peg for peg in rested if peg.order_line_id in mine]
    dated = _dated(list(supplies.values()), others)
    after: list[Peg] = []
    rests: list[Rest] = []
    for sku_id in sorted({line.sku_id for line in lines}):
        waiting = [line for line in lines if line.sku_id == sku_id]
        arranged = _arranged(waiting, dated.get(sku_id, []), before, shelf.get(sku_id, 0))
        after += arranged.pegs
        rests += _rests(waiting, arranged, supplies)
    pegs.rewrite(session, before, after)
    promise_ledger.keep(session, rests, actor=actor)


def on_supply_moved(session: Session, events: Sequence[SupplyMoved]) -> None:
    peg_backorders(session, sorted({event.sku_id for event in events}), actor=SYSTEM)


def peg_on(session: Session, held: Sequence[Held]) -> None:
    """``sku_ids`` of all these deliveries together."""
    peg_backorders(session, sorted({sku_id for each in held for sku_id in each.ids["sku_ids"]}), actor=SYSTEM)


def peg_overdue(session: Session, _held: Sequence[Held]) -> None:
    """What should have come by now carries no promise any longer."""
    sku_ids = session.execute(text(OVERDUE), {"now": clock.now()}).scalars().all()
    if sku_ids:
        peg_backorders(session, sku_ids, actor=SYSTEM)


def on_orders_changed(session: Session, events: Sequence[Recorded]) -> None:
    """For the feed: leaves what is to be done to a delivery, so that placing an order does nothing for it."""
    order_ids = sorted({recorded.event.subject_id for recorded in events})
    cancelled = [one.event.order_line_id for one in events if isinstance(one.event, UnitsCancelled)]
    found = session.execute(text(TOUCHED), {"orders": order_ids, "lines": cancelled}).scalars().all()
    if found:
        deliveries.add(session, [Delivery(handler=PEG, ids={"sku_ids": list(found)})])


def _dated(supplies: Sequence[OpenSupply], others: Sequence[Peg]) -> dict[int, list[Supply]]:
    """What may be promised, by SKU: neither overdue nor bound for a closed site, less what others rest on."""
    now = clock.now()
    taken: dict[int, int] = {}
    for peg in others:
        taken[peg.incoming_id] = taken.get(peg.incoming_id, 0) + peg.quantity
    found: dict[int, list[Supply]] = {}
    for one in supplies:
        if one.is_active and not one.is_overdue(now):
            free = one.quantity - taken.get(one.id, 0)
            found.setdefault(one.sku_id, []).append(Supply(id=one.id, free=free, expected_on=one.expected_on))
    return found


def _arranged(waiting: Sequence[Any], supplies: Sequence[Supply], before: Sequence[Peg], shelf: int) -> Arrangement:
    lines = [
        Waiting(order_line_id=line.id, quantity=line.backordered, expected_on=line.expected_on) for line in waiting
    ]
    mine = {line.id for line in waiting}
    return arrange(lines, supplies, [peg for peg in before if peg.order_line_id in mine], on_shelf=shelf)


def _rests(waiting: Sequence[Any], arranged: Arrangement, supplies: dict[int, OpenSupply]) -> list[Rest]:
    """Nothing is said of lines that are about to get all they wait for from stock."""
    pegged: dict[int, list[Peg]] = {}
    for peg in arranged.pegs:
        pegged.setdefault(peg.order_line_id, []).append(peg)
    rests = []
    for line in waiting:
        mine = pegged.get(line.id, [])
        missing = line.backordered - arranged.on_shelf.get(line.id, 0)
        if missing:
            is_whole = sum(peg.quantity for peg in mine) == missing
            carried = [supplies[peg.incoming_id] for peg in mine] if is_whole else []
            rests.append(rest_on_supply(line.order_id, line.id, carried, transit_days=line.transit_days))
    return rests


ORDERS = """
SELECT DISTINCT order_id FROM order_lines
 WHERE sku_id = ANY(CAST(:skus AS bigint[])) AND backordered > 0 ORDER BY order_id
"""

LINES = """
SELECT l.id, l.order_id, l.sku_id, l.backordered, z.transit_days, p.expected_on
  FROM order_lines l JOIN orders o ON o.id = l.order_id LEFT JOIN zones z ON z.id = o.zone_id
  LEFT JOIN LATERAL (SELECT expected_on FROM promises WHERE order_line_id = l.id ORDER BY id DESC LIMIT 1) p ON true
 WHERE l.order_id = ANY(CAST(:orders AS bigint[])) AND l.sku_id = ANY(CAST(:skus AS bigint[])) AND l.backordered > 0
 ORDER BY o.placed_at, o.id, l.position
"""

SHELF = """
SELECT l.sku_id, sum(greatest(0, l.on_hand - l.allocated - l.reserved - l.unavailable - l.safety_stock))::bigint
       AS available
  FROM stock_levels l JOIN sites t ON t.id = l.site_id AND t.is_active
 WHERE l.sku_id = ANY(CAST(:skus AS bigint[])) GROUP BY l.sku_id
"""

# Of a SKU of which nothing is to come, nothing can be pegged; nor is there a peg that could be free for others.
TOUCHED = """
SELECT DISTINCT l.sku_id FROM order_lines l
 WHERE ((l.order_id = ANY(CAST(:orders AS bigint[])) AND l.backordered > 0) OR l.id = ANY(CAST(:lines AS bigint[])))
   AND EXISTS (SELECT FROM incoming i WHERE i.sku_id = l.sku_id) ORDER BY 1
"""

OVERDUE = """
SELECT DISTINCT i.sku_id FROM pegs p JOIN incoming i ON i.id = p.incoming_id JOIN sites t ON t.id = i.site_id
 WHERE i.expected_on < CAST(CAST(:now AS timestamptz) AT TIME ZONE t.time_zone AS date) ORDER BY 1
"""
