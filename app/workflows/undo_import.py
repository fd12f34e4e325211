"""Takes back what an import did, while nobody has built on it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.imports import lifecycle, staging
from app.imports.models import Import
from app.inventory import levels
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import StaleState
from app.kernel.events import emit
from app.orders import facts
from app.orders.events import UnitsCancelled
from app.orders.facts import LineChange
from app.orders.withdrawal import discard_exceptions, free_external_numbers
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.cancel_orders import Cancellation, cancel_orders

REASON = "import_undone"
UNDONE_KINDS = ("orders", "stock")
NAMED = 5


def ask_for_undo(session: Session, import_id: int) -> None:
    """Raises StaleState, naming what was built on the import, if it cannot be undone any more."""
    row = lifecycle.lock(session, import_id)
    if row.kind not in UNDONE_KINDS:
        raise StaleState("products are not taken back: switch off those that you do not sell, on their own pages")
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
    staging.clear_rows(session, row.id)
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
    received = session.execute(text(RECEIVED), {"id": row.id}).all()
    levels.lock(session, {(one.sku_id, one.site_id) for one in received})
    _refuse_touched(session, row)
    taken_back = [
        Adjustment(
            sku_id=one.sku_id, site_id=one.site_id, on_hand=-one.units, reason=REASON, reference=("import", row.id)
        )
        for one in received
    ]
    adjust_stock(session, taken_back, actor=actor)
    return {"units": sum(int(one.units) for one in received)}


LINES = """
SELECT l.id, l.order_id, l.sku_code, l.shipped, l.delivered, o.is_history
  FROM order_lines l JOIN orders o ON o.id = l.order_id
 WHERE o.import_id = :id AND l.cancelled < l.ordered ORDER BY l.id
"""

RECEIVED = """
SELECT l.sku_id, l.site_id, sum(m.on_hand)::bigint AS units
  FROM stock_movements m JOIN stock_levels l ON l.id = m.stock_level_id
 WHERE m.reference_type = 'import' AND m.reference_id = :id GROUP BY 1, 2 HAVING sum(m.on_hand) <> 0
"""

TOUCHED = {
    "orders": """
        SELECT o.number FROM orders o WHERE o.import_id = :id AND (o.paid_minor > 0 OR EXISTS (
            SELECT 1 FROM order_lines l WHERE l.order_id = o.id
               AND (l.released > 0 OR l.returned > 0 OR (l.shipped > 0 AND NOT o.is_history)))) ORDER BY o.id
    """,
    "stock": f"""
        SELECT s.code || ' at ' || t.code FROM ({RECEIVED}) AS r
          JOIN stock_levels l ON l.sku_id = r.sku_id AND l.site_id = r.site_id
          JOIN skus s ON s.id = r.sku_id JOIN sites t ON t.id = r.site_id
         WHERE l.on_hand - l.allocated - l.reserved - l.unavailable < r.units ORDER BY 1
    """,
}
WHY = {
    "orders": "are paid for, released or shipped: an import is undone in whole, so cancel its other orders by hand",
    "stock": "have been promised or have gone: cancel those orders first, or adjust the stock by hand",
}
