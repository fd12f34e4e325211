"""Taking work in hand: the order's lock first, then what the site has to do, and whether it may."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment import work
from app.fulfilment.states import AT_WORK
from app.fulfilment.work import Work
from app.kernel.errors import DomainError, StaleState
from app.orders import facts


class OnHold(DomainError):
    """Somebody stopped this order."""


def take(session: Session, fulfilment_order_ids: Collection[int], *, even_held: bool = False) -> dict[int, Work]:
    """Lock the orders and read the work. Raises ``StaleState`` for work not released or over, and ``OnHold``."""
    found = take_any(session, fulfilment_order_ids)
    for one in found.values():
        if one.state not in AT_WORK:
            raise StaleState(f"this work is {one.state}: nothing can be picked or packed; reload the queue")
    if not even_held:
        refuse_held(session, {one.order_id for one in found.values()})
    return found


def take_any(session: Session, fulfilment_order_ids: Collection[int]) -> dict[int, Work]:
    """The same for work in any state, on hold or not."""
    facts.lock(session, work.orders_of(session, fulfilment_order_ids).values())
    return work.load(session, fulfilment_order_ids)


def refuse_held(session: Session, order_ids: Collection[int]) -> None:
    """Raises ``OnHold`` if one of these orders is: what was begun is set aside until somebody lifts the hold."""
    rows = session.execute(
        text(
            "SELECT o.number, h.reason FROM holds h JOIN orders o ON o.id = h.order_id"
            " WHERE h.order_id = ANY(CAST(:ids AS bigint[])) AND h.released_at IS NULL ORDER BY h.id LIMIT 1"
        ),
        {"ids": list(order_ids)},
    ).all()
    for row in rows:
        reason = row.reason.replace("_", " ")
        raise OnHold(f"{row.number} is on hold ({reason}): set the goods aside until support lifts the hold")
