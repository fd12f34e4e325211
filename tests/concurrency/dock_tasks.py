"""What the processes of a race at the receiving dock do."""

from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError
from app.workflows.change_purchase_orders import close_short
from app.workflows.receive_goods import Arrival, receive
from app.workflows.spread_receipts import Item
from app.workflows.undo_receipts import undo_receipts


def take_in(number: str, scan: str, sku: str, units: int) -> str:
    """``done``, or the refusal in words."""
    arrival = Arrival(number=number, client_scan_id=scan, items=(Item(code=sku, quantity=units),))
    return _tried(lambda session: receive(session, [arrival], actor=SYSTEM))


def take_in_both(number: str, scan: str, skus: tuple[str, str]) -> str:
    """One delivery with two SKUs, in the order given."""
    arrival = Arrival(number=number, client_scan_id=scan, items=tuple(Item(code=sku) for sku in skus))
    return _tried(lambda session: receive(session, [arrival], actor=SYSTEM))


def take_in_lot(number: str, scan: str, sku: str, lot: str) -> str:
    arrival = Arrival(number=number, client_scan_id=scan, items=(Item(code=sku, lot=lot),))
    return _tried(lambda session: receive(session, [arrival], actor=SYSTEM))


def take_back(receipt_id: int) -> str:
    return _tried(lambda session: undo_receipts(session, [receipt_id], actor=SYSTEM))


def give_up(number: str) -> str:
    return _tried(lambda session: close_short(session, [number], actor=SYSTEM))


def _tried(work) -> str:
    try:
        uow.run(work)
    except DomainError as error:
        return str(error)
    return "done"
