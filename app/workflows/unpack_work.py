"""Taking goods out again: of the open box, or of a parcel that is closed and has not left."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.fulfilment import parcels, scans, work
from app.fulfilment.parcels import PackedParcel
from app.fulfilment.scans import Scanned
from app.fulfilment.states import ParcelState
from app.fulfilment.work import Count
from app.kernel import ids
from app.kernel.actor import Actor
from app.kernel.events import emit
from app.orders import facts
from app.orders.events import ParcelUnpacked
from app.orders.facts import LineChange
from app.workflows.at_work import take
from app.workflows.pack_work import open_units


def empty_boxes(session: Session, fulfilment_order_ids: Sequence[int], *, actor: Actor) -> None:
    """What is verified and in no parcel is unverified again: it goes in anew, scan by scan, or back to the shelf."""
    found = take(session, fulfilment_order_ids, even_held=True)
    box = open_units(scans.verified(session, fulfilment_order_ids), found)
    out = [
        _taken_out(id, found[id].line(line_id).sku_code, units)
        for id, contents in box.items()
        for line_id, units in contents.items()
    ]
    scans.record(session, out, actor=actor)


def unpack_parcels(session: Session, parcel_ids: Sequence[int], *, actor: Actor) -> None:
    """Open parcels that have not left; their units are picked again and unverified. Twice is once."""
    facts.lock(session, parcels.orders_of(session, parcel_ids))
    found = parcels.load(session, parcel_ids)
    closed = [one for one in found.values() if one.state != ParcelState.UNPACKED]
    parcels.unpack(session, [one.id for one in closed])
    contents = [(one, content) for one in closed for content in one.contents]
    out = [_taken_out(one.fulfilment_order_id, content.sku_code, content.quantity) for one, content in contents]
    scans.record(session, out, actor=actor)
    work.count(
        session, [Count(line_id=content.fulfilment_line_id, packed=-content.quantity) for _, content in contents]
    )
    changes = [LineChange(order_line_id=content.order_line_id, packed=-content.quantity) for _, content in contents]
    facts.change(session, changes, actor=actor)
    emit(session, [_event(one) for one in closed], actor=actor)


def _taken_out(fulfilment_order_id: int, sku_code: str, quantity: int) -> Scanned:
    return Scanned(
        fulfilment_order_id=fulfilment_order_id,
        client_scan_id=ids.request_id(),
        step="unpack",
        sku_code=sku_code,
        quantity=quantity,
    )


def _event(one: PackedParcel) -> ParcelUnpacked:
    return ParcelUnpacked(order_id=one.order_id, parcel_id=one.id, units=one.units)
