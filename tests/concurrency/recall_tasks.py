"""What the processes of a race between a recall and the goods do."""

from sqlalchemy import text

from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.recall_lots import freeze_lots
from app.workflows.receive_goods import Arrival, receive
from app.workflows.ship_orders import Dispatch, ship_orders
from app.workflows.spread_receipts import Item


def freeze(lot_id: int) -> str:
    return _tried(lambda session: freeze_lots(session, [lot_id], reason="Glass", actor=SYSTEM))


def take_in(number: str, scan: str, lot: str) -> str:
    arrival = Arrival(number=number, client_scan_id=scan, items=(Item(code="TEA-1", lot=lot, quantity=2),))
    return _tried(lambda session: receive(session, [arrival], actor=SYSTEM))


def find(lot_id: int, sku_id: int, site_id: int) -> str:
    found = Adjustment(sku_id=sku_id, site_id=site_id, on_hand=3, reason="found", lot_id=lot_id)
    return _tried(lambda session: adjust_stock(session, [found], actor=SYSTEM))


def ship(parcel_id: int, lot_id: int) -> str:
    """``late`` where it leaves while everybody can see that the lot is frozen."""

    def leave(session) -> str:
        dispatch = Dispatch(parcel_id=parcel_id, carrier="Alpine Post", tracking_number=f"N-{parcel_id}")
        ship_orders(session, [dispatch], actor=SYSTEM)
        frozen = session.execute(text("SELECT frozen_at FROM lots WHERE id = :id"), {"id": lot_id}).scalar_one()
        return "late" if frozen else "done"

    return _tried(leave)


def _tried(work) -> str:
    try:
        answer = uow.run(work)
    except DomainError as error:
        return str(error)
    return answer if isinstance(answer, str) else "done"
