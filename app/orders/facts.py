"""The one place that writes line counters and the statuses derived from them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import NotFound, Outrun
from app.kernel.events import emit
from app.orders.events import OrderConfirmed
from app.orders.owed import OWED
from app.orders.status import Facts, LineFacts, fulfilment_status, order_status, payment_status

COUNTERS = ("allocated", "backordered", "released", "picked", "packed", "shipped", "delivered", "cancelled", "returned")


@dataclass(frozen=True, kw_only=True)
class LineChange:
    """Signed deltas of one line's counters."""

    order_line_id: int
    allocated: int = 0
    backordered: int = 0
    released: int = 0
    picked: int = 0
    packed: int = 0
    shipped: int = 0
    delivered: int = 0
    cancelled: int = 0
    returned: int = 0


def lock(session: Session, order_ids: Collection[int]) -> None:
    """Lock orders by id: the first lock that any verb takes. Raises ``NotFound`` if one does not exist."""
    wanted = sorted(set(order_ids))
    if not wanted:
        return
    found = session.execute(
        text("SELECT id FROM orders WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR UPDATE"), {"ids": wanted}
    ).all()
    if len(found) != len(wanted):
        raise NotFound("one of these orders does not exist")


def change(session: Session, changes: Sequence[LineChange], *, actor: Actor) -> None:
    """Apply counter deltas to lines of locked orders, then derive and store the statuses again."""
    merged = _merge(changes)
    if not merged:
        return
    sums = ", ".join(f"{name} = l.{name} + v.{name}" for name in COUNTERS)
    if any(counts["backordered"] > 0 for counts in merged.values()):
        sums += f", {TURN}"
    arrays = ", ".join(f"CAST(:{name} AS bigint[])" for name in ("id", *COUNTERS))
    rows = session.execute(
        text(
            f"UPDATE order_lines l SET {sums} FROM unnest({arrays}) AS v(id, {', '.join(COUNTERS)})"
            " WHERE l.id = v.id RETURNING l.order_id"
        ),
        {"id": list(merged), **{name: [counts[name] for counts in merged.values()] for name in COUNTERS}},
    ).all()
    if len(rows) != len(merged):
        raise Outrun("one of these order lines does not exist any more: reload and look again")
    refresh(session, {row.order_id for row in rows}, actor=actor)


def refresh(session: Session, order_ids: Collection[int], *, actor: Actor) -> None:
    """Derive the statuses of locked orders from their facts and store them; says so when an order becomes confirmed."""
    facts = load(session, order_ids)
    ids = sorted(facts)
    rows = session.execute(
        text(
            "UPDATE orders o SET status = v.status, payment_status = v.payment, fulfilment_status = v.fulfilment,"
            " version = o.version + 1,"
            " shipped_at = CASE WHEN v.shipped THEN coalesce(o.shipped_at, now()) END,"
            " delivered_at = CASE WHEN v.delivered THEN coalesce(o.delivered_at, now()) END"
            " FROM (SELECT id, status AS was FROM orders WHERE id = ANY(CAST(:id AS bigint[]))) AS old,"
            " unnest(CAST(:id AS bigint[]), CAST(:status AS text[]), CAST(:payment AS text[]),"
            " CAST(:fulfilment AS text[]), CAST(:shipped AS boolean[]), CAST(:delivered AS boolean[]))"
            " AS v(id, status, payment, fulfilment, shipped, delivered)"
            " WHERE o.id = v.id AND old.id = v.id RETURNING o.id, old.was, o.status"
        ),
        {
            "id": ids,
            "status": [order_status(facts[id]) for id in ids],
            "payment": [payment_status(facts[id]) for id in ids],
            "fulfilment": [fulfilment_status(facts[id]) for id in ids],
            "shipped": [any(line.shipped for line in facts[id].lines) for id in ids],
            "delivered": [order_status(facts[id]) == "delivered" for id in ids],
        },
    ).all()
    confirmed = [row.id for row in rows if row.was == "received" and row.status == "confirmed"]
    emit(session, [OrderConfirmed(order_id=id) for id in sorted(confirmed)], actor=actor)


def load(session: Session, order_ids: Collection[int]) -> dict[int, Facts]:
    """The facts of these orders, read in one statement."""
    rows = session.execute(text(FACTS), {"ids": list(order_ids)}).all()
    return {
        row.id: Facts(
            lines=tuple(LineFacts(**line) for line in row.lines),
            open_holds=row.open_holds,
            owed_minor=row.owed_minor,
            paid_minor=row.paid_minor,
            refunded_minor=row.refunded_minor,
            payment_condition=row.payment_condition,
            payment_method=row.payment_method,
            backorders_allowed=row.backorders_allowed,
            is_history=row.is_history,
        )
        for row in rows
    }


FACTS = f"""
SELECT o.id, {OWED} AS owed_minor, o.paid_minor, o.refunded_minor, o.payment_condition, o.payment_method,
       o.backorders_allowed, o.is_history,
       (SELECT count(*) FROM holds h WHERE h.order_id = o.id AND h.released_at IS NULL) AS open_holds,
       (SELECT jsonb_agg(jsonb_build_object('id', l.id, 'ordered', l.ordered, 'allocated', l.allocated,
               'backordered', l.backordered, 'released', l.released, 'picked', l.picked, 'packed', l.packed,
               'shipped', l.shipped, 'delivered', l.delivered, 'cancelled', l.cancelled, 'returned', l.returned)
               ORDER BY l.position)
          FROM order_lines l WHERE l.order_id = o.id) AS lines
  FROM orders o WHERE o.id = ANY(CAST(:ids AS bigint[]))
"""


# Lines that were written before there were turns do not know yet when their order was placed.
TURN = "placed_at = (SELECT o.placed_at FROM orders o WHERE o.id = l.order_id)"


def _merge(changes: Sequence[LineChange]) -> dict[int, dict[str, int]]:
    merged: dict[int, dict[str, int]] = {}
    for one in changes:
        counts = merged.setdefault(one.order_line_id, dict.fromkeys(COUNTERS, 0))
        for name in COUNTERS:
            counts[name] += getattr(one, name)
    return {id: counts for id, counts in merged.items() if any(counts.values())}
