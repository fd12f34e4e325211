"""Giving up the identity of orders that should never have been taken, so that the same file can be taken in again."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.orders import keys


def free_external_numbers(session: Session, order_ids: Collection[int], *, mark: str) -> None:
    """Of locked orders: the number stays readable with the mark behind it, and the channel may send it again."""
    rows = session.execute(
        text(
            "SELECT channel_id, external_number FROM orders"
            " WHERE id = ANY(CAST(:ids AS bigint[])) AND external_number IS NOT NULL"
        ),
        {"ids": list(order_ids)},
    ).all()
    keys.give_up(session, [keys.external(row.channel_id, row.external_number) for row in rows])
    session.execute(
        text(
            "UPDATE orders SET external_number = external_number || ' ' || :mark"
            " WHERE id = ANY(CAST(:ids AS bigint[])) AND external_number IS NOT NULL"
        ),
        {"ids": list(order_ids), "mark": mark},
    )


def discard_exceptions(session: Session, import_id: int, *, actor: str) -> int:
    """Close what an import left in the queue; answers how many."""
    closed = session.execute(
        text(
            "UPDATE intake_exceptions SET state = 'discarded', resolved_at = now(), resolved_by = :actor"
            " WHERE import_id = :import_id AND state = 'open' RETURNING channel_id, external_number"
        ),
        {"import_id": import_id, "actor": actor},
    ).all()
    named = [keys.external(row.channel_id, row.external_number) for row in closed if row.external_number]
    keys.give_up(session, named)
    return len(closed)
