"""What the processes of a race on the warehouse floor do."""

from sqlalchemy import text

from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.pick_work import Pick, pick
from app.workflows.ship_orders import Dispatch, ship_orders
from app.workflows.short_pick import Short, short_pick


def ship(parcel_id: int) -> str:
    """``done``, or the refusal in words."""
    dispatch = Dispatch(parcel_id=parcel_id, carrier="Alpine Post", tracking_number=f"N-{parcel_id}")
    return _tried(lambda session: ship_orders(session, [dispatch], actor=SYSTEM))


def cancel(order_id: int, order_line_id: int) -> str:
    cancellation = Cancellation(order_id=order_id, order_line_id=order_line_id, reason="customer")
    return _tried(lambda session: cancel_orders(session, [cancellation], actor=SYSTEM))


def pick_one(fulfilment_order_id: int, sku: str, client_scan_id: str) -> str:
    one = Pick(fulfilment_order_id=fulfilment_order_id, code=sku, quantity=1, client_scan_id=client_scan_id)
    return _tried(lambda session: pick(session, [one], actor=SYSTEM))


def empty_shelf(fulfilment_order_id: int, client_scan_id: str) -> str:
    return _tried(lambda session: _empty_shelf(session, fulfilment_order_id, client_scan_id))


def _empty_shelf(session, fulfilment_order_id: int, client_scan_id: str) -> None:
    row = session.execute(
        text("SELECT id FROM fulfilment_lines WHERE fulfilment_order_id = :id"), {"id": fulfilment_order_id}
    ).one()
    one = Short(
        fulfilment_order_id=fulfilment_order_id,
        line_id=row.id,
        quantity=1,
        reason="none_left",
        client_scan_id=client_scan_id,
    )
    short_pick(session, [one], actor=SYSTEM)


def _tried(work) -> str:
    try:
        uow.run(work)
    except DomainError as error:
        return str(error)
    return "done"
