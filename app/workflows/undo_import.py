"""Takes back what an import did, while nobody has built on it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.imports import lifecycle, staging
from app.imports.models import Import
from app.imports.states import UNDONE_KINDS
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import StaleState
from app.kernel.events import emit
from app.orders import facts
from app.orders.events import UnitsCancelled
from app.orders.facts import LineChange
from app.orders.withdrawal import discard_exceptions, free_external_numbers
from app.workflows.adjust_stock import Adjustment, adjust_stock, losses
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.displace import lock_losing

REASON = "import_undone"
AT_ONCE = 500
NAMED = 5


def ask_for_undo(session: Session, import_id: int) -> None:
    """Raises StaleState, naming what was built on the import, if it cannot be undone any more."""
    row = lifecycle.lock(session, import_id)
    if row.kind not in UNDONE_KINDS:
        raise StaleState(f"{row.kind} are not taken back: {INSTEAD[row.kind]}")
    _refuse_touched(session, row)
    lifecycle.move(session, row, "undo", error="")


def undo_import(session: Session, import_id: int, *, actor: Actor) -> None:
    """Orders are cancelled and their numbers freed; stock goes back by compensating movements. All of it or nothing."""
    row = lifecycle.lock(session, import_id)
    if row.state != "undoing":
        return
    try:
        with session.begin_nested():
            undone = _undo_orders(session, row, actor) if row.kind == "orders" else _undo_stock(session, row, actor)
    except StaleState as error:
        lifecycle.move(session, row, "refuse_undo", error=str(error))
        return
    staging.clear_taken(session, row.id)
    lifecycle.move(session, row, "finish_undo", finished_at=clock.now(), tally={**row.tally, "undo": undone})


def _refuse_touched(session: Session, row: Import) -> None:
    touched = session.execute(text(TOUCHED[row.kind]), {"id": row.id}).scalars().all()
    if touched:
        more = f" and {len(touched) - NAMED:,} more" if len(touched) > NAMED else ""
        raise StaleState(f"{', '.join(touched[:NAMED])}{more} {WHY[row.kind]}")


def _undo_orders(session: Session, row: Import, actor: Actor) -> dict[str, int]:
    order_ids = session.execute(text("SELECT id FROM orders WHERE import_id = :id"), {"id": row.id}).scalars().all()
    facts.lock(session, order_ids)
    _refuse_touched(session, row)
    lines = session.execute(text(LINES), {"id": row.id}).all()
    open_lines = [line for line in lines if not line.is_history]
    if open_lines:
        cancellations = [Cancellation(order_id=one.order_id, order_line_id=one.id, reason=REASON) for one in open_lines]
        cancel_orders(session, cancellations, actor=actor)
    _erase_history(session, [line for line in lines if line.is_history], actor)
    free_external_numbers(session, order_ids, mark=f"(import {row.id} undone)")
    parked = discard_exceptions(session, row.id, actor=actor.code)
    return {"orders": len(order_ids), "parked": parked}


def _erase_history(session: Session, lines: Sequence[Row[Any]], actor: Actor) -> None:
    """Units of the past never touched stock here: they turn from delivered to cancelled, and say why."""
    changes = [
        LineChange(order_line_id=line.id, shipped=-line.shipped, delivered=-line.delivered, cancelled=line.shipped)
        for line in lines
    ]
    facts.change(session, changes, actor=actor)
    events = [
        UnitsCancelled(
            order_id=line.order_id, order_line_id=line.id, sku=line.sku_code, quantity=line.shipped, reason=REASON
        )
        for line in lines
    ]
    emit(session, events, actor=actor)


def _undo_stock(session: Session, row: Import, actor: Actor) -> dict[str, int]:
    """Each unit from the place to which it came; what a count took off comes back to where it lay. All is locked
    before the first part, which may be a loss where the whole is none."""
    posted = session.execute(text(POSTED), {"id": row.id}).all()
    taken_back = [_taken_back(row, one) for one in posted]
    lock_losing(session, {**losses(taken_back), **losses([one for one in taken_back if one.loses > 0])})
    _refuse_touched(session, row)
    for start in range(0, len(taken_back), AT_ONCE):
        adjust_stock(session, taken_back[start : start + AT_ONCE], actor=actor)
    return {"units": sum(abs(int(one.units)) for one in posted)}


def _taken_back(row: Import, posted: Row[Any]) -> Adjustment:
    return Adjustment(
        sku_id=posted.sku_id,
        site_id=posted.site_id,
        bin_id=posted.bin_id,
        lot_id=posted.lot_id,
        condition=posted.condition,
        is_exact=True,
        on_hand=-posted.units,
        reason=REASON,
        reference=("import", row.id),
    )


LINES = """
SELECT l.id, l.order_id, l.sku_code, l.shipped, l.delivered, o.is_history
  FROM order_lines l JOIN orders o ON o.id = l.order_id
 WHERE o.import_id = :id AND l.cancelled < l.ordered ORDER BY l.id
"""

POSTED = """
SELECT l.sku_id, l.site_id, m.bin_id, m.lot_id, m.condition, sum(m.on_hand)::bigint AS units
  FROM stock_movements m JOIN stock_levels l ON l.id = m.stock_level_id
 WHERE m.reference_type = 'import' AND m.reference_id = :id
 GROUP BY 1, 2, 3, 4, 5 HAVING sum(m.on_hand) <> 0 ORDER BY 1, 2, 3, 4, 5
"""
# What came can go again while nobody is promised it and it lies where it was put.
GONE = f"""
WITH posted AS ({POSTED}),
 short AS (
    SELECT p.sku_id, p.site_id FROM posted p JOIN stock_levels l USING (sku_id, site_id)
     GROUP BY p.sku_id, p.site_id, l.id
    HAVING sum(p.units) FILTER (WHERE p.condition = 'good')
         > min(l.on_hand - l.allocated - l.reserved - l.unavailable)
     UNION
    SELECT p.sku_id, p.site_id FROM posted p LEFT JOIN bin_stock b
        ON b.sku_id = p.sku_id AND b.site_id = p.site_id AND b.condition = p.condition
       AND b.bin_id IS NOT DISTINCT FROM p.bin_id AND b.lot_id IS NOT DISTINCT FROM p.lot_id
     WHERE p.units > coalesce(b.quantity, 0))
SELECT s.code || ' at ' || t.code FROM short JOIN skus s ON s.id = short.sku_id
  JOIN sites t ON t.id = short.site_id ORDER BY 1
"""

TOUCHED = {
    "orders": """
        SELECT o.number FROM orders o WHERE o.import_id = :id AND (o.paid_minor > 0 OR EXISTS (
            SELECT 1 FROM order_lines l WHERE l.order_id = o.id
               AND (l.released > 0 OR l.returned > 0 OR (l.shipped > 0 AND NOT o.is_history)))) ORDER BY o.id
    """,
    "stock": GONE,
    "counts": GONE,
}
WHY = {
    "orders": "are paid for, released or shipped: an import is undone in whole, so cancel its other orders by hand",
    "stock": "have been promised, moved or have gone: cancel those orders first, or adjust the stock by hand",
    "counts": "have been promised, moved or have gone since: count them again instead",
}
INSTEAD = {
    "products": "switch off those that you do not sell, on their own pages",
    "prices": "import the former prices",
    "bins": "import them again, with “In use” set to no",
}
