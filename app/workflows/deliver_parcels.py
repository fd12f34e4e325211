"""Parcels arrive."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.fulfilment import parcels
from app.fulfilment.states import ParcelState
from app.kernel.actor import Actor
from app.kernel.events import emit
from app.orders import facts
from app.orders.events import ParcelDelivered
from app.orders.facts import LineChange


def deliver_parcels(session: Session, parcel_ids: Sequence[int], *, actor: Actor) -> None:
    """Record that parcels arrived, all or none. Twice is once; a parcel that has not left raises ``StaleState``."""
    facts.lock(session, parcels.orders_of(session, parcel_ids))
    found = parcels.load(session, parcel_ids)
    arriving = [one for one in found.values() if one.state != ParcelState.DELIVERED]
    parcels.deliver(session, [one.id for one in arriving])
    changes = [
        LineChange(order_line_id=content.order_line_id, delivered=content.quantity)
        for one in arriving
        for content in one.contents
    ]
    facts.change(session, changes, actor=actor)
    emit(session, [ParcelDelivered(order_id=one.order_id, parcel_id=one.id) for one in arriving], actor=actor)
