"""Holding stops the work on an order; releasing its last hold lets it go on."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import Outrun, StaleState
from app.kernel.events import emit
from app.orders import facts, holds
from app.orders.events import HoldReleased, OrderHeld
from app.orders.holds import Stop
from app.orders.status import permitted_actions


def hold_orders(session: Session, stops: Sequence[Stop], *, actor: Actor) -> list[int]:
    """Put holds on orders, all or none; answers the holds' ids in order."""
    order_ids = {stop.order_id for stop in stops}
    facts.lock(session, order_ids)
    _refuse_finished(session, order_ids)
    ids = holds.place(session, stops, actor=actor)
    held = [
        OrderHeld(order_id=stop.order_id, hold_id=id, reason=stop.reason) for stop, id in zip(stops, ids, strict=True)
    ]
    emit(session, held, actor=actor)
    facts.refresh(session, order_ids, actor=actor)
    return ids


def release_holds(session: Session, hold_ids: Sequence[int], *, actor: Actor) -> None:
    """Lift these holds, all or none."""
    order_ids = set(holds.owners(session, hold_ids).values())
    facts.lock(session, order_ids)
    lifted = holds.lift(session, hold_ids, actor=actor)
    released = [HoldReleased(order_id=one.order_id, hold_id=one.hold_id, reason=one.reason) for one in lifted]
    emit(session, released, actor=actor)
    facts.refresh(session, order_ids, actor=actor)


def release_all_holds(session: Session, order_ids: Sequence[int], *, actor: Actor) -> None:
    """Lift every hold on these orders, all or none; an order without one is refused."""
    facts.lock(session, order_ids)
    found = holds.open_on(session, order_ids)
    if set(holds.owners(session, found).values()) != set(order_ids):
        raise Outrun("one of these orders is not on hold any more: nothing was released")
    release_holds(session, found, actor=actor)


def _refuse_finished(session: Session, order_ids: set[int]) -> None:
    for one in facts.load(session, order_ids).values():
        why_not = permitted_actions(one)["hold"]
        if why_not:
            raise StaleState(why_not)
