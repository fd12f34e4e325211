"""Orders brought to any point of the warehouse floor through the public verbs."""

from itertools import count
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment import work
from app.fulfilment.work import Work
from app.kernel.actor import SYSTEM
from app.workflows.pack_work import Check, Closing, close_parcels, verify
from app.workflows.pick_work import Pick, pick
from app.workflows.place_orders import place_orders
from app.workflows.release_work import release_work
from app.workflows.ship_orders import Dispatch, ship_orders
from tests.factories.house import order_request

_scans = count(1)


def placed(session: Session, *lines: tuple[str, int], **changes: object) -> int:
    """The id of a new order."""
    [placement] = place_orders(session, [order_request(*lines, **changes)], actor=SYSTEM)
    assert placement.order_id is not None, placement.failures
    return placement.order_id


def works(session: Session, order_id: int) -> list[Work]:
    ids = session.execute(
        text("SELECT id FROM fulfilment_orders WHERE order_id = :id ORDER BY id"), {"id": order_id}
    ).scalars()
    return list(work.load(session, list(ids)).values())


def released(session: Session, *lines: tuple[str, int], **changes: object) -> Work:
    """An order whose only work is released."""
    order_id = placed(session, *lines, **changes)
    [one] = works(session, order_id)
    release_work(session, [one.id], actor=SYSTEM)
    return works(session, order_id)[0]


def pick_all(session: Session, one: Work) -> Work:
    picks = [
        Pick(
            fulfilment_order_id=one.id, code=line.sku_code, quantity=line.quantity - line.picked, client_scan_id=scan()
        )
        for line in one.lines
        if line.quantity > line.picked
    ]
    pick(session, picks, actor=SYSTEM)
    return work.load(session, [one.id])[one.id]


def pack_all(session: Session, one: Work) -> int:
    """The parcel with all that is picked and not packed."""
    checks = [
        Check(fulfilment_order_id=one.id, code=line.sku_code, quantity=line.picked - line.packed, client_scan_id=scan())
        for line in one.lines
        if line.picked > line.packed
    ]
    verify(session, checks, actor=SYSTEM)
    [parcel_id] = close_parcels(session, [Closing(fulfilment_order_id=one.id, is_partial=True)], actor=SYSTEM)
    return parcel_id


def packed(session: Session, *lines: tuple[str, int], **changes: object) -> int:
    """The parcel of an order that is picked and packed as a whole."""
    return pack_all(session, pick_all(session, released(session, *lines, **changes)))


def dispatch(parcel_id: int, carrier: str = "Alpine Post", number: str = "JD0146 0021 7788") -> Dispatch:
    return Dispatch(parcel_id=parcel_id, carrier=carrier, tracking_number=number)


def shipped(session: Session, *lines: tuple[str, int], **changes: object) -> int:
    parcel_id = packed(session, *lines, **changes)
    ship_orders(session, [dispatch(parcel_id)], actor=SYSTEM)
    return parcel_id


def scan() -> str:
    """A name for a scan that no other scan has."""
    return f"scan-{next(_scans)}"


def order(session: Session, order_id: int) -> Any:
    return session.execute(text("SELECT * FROM orders WHERE id = :id"), {"id": order_id}).one()


def order_of_parcel(session: Session, parcel_id: int) -> int:
    return int(session.execute(text("SELECT order_id FROM parcels WHERE id = :id"), {"id": parcel_id}).scalar_one())


def line(session: Session, order_id: int, sku: str = "TEA-1") -> Any:
    return session.execute(
        text("SELECT * FROM order_lines WHERE order_id = :id AND sku_code = :sku ORDER BY position"),
        {"id": order_id, "sku": sku},
    ).first()


def level(session: Session, sku: str, site: str) -> Any:
    return session.execute(
        text(
            "SELECT l.* FROM stock_levels l JOIN skus k ON k.id = l.sku_id JOIN sites s ON s.id = l.site_id"
            " WHERE k.code = :sku AND s.code = :site"
        ),
        {"sku": sku, "site": site},
    ).one()


def movements(session: Session, reason: str) -> list[Any]:
    return list(
        session.execute(
            text(
                "SELECT s.code AS site, m.* FROM stock_movements m JOIN stock_levels l ON l.id = m.stock_level_id"
                " JOIN sites s ON s.id = l.site_id WHERE m.reason = :reason ORDER BY m.id"
            ),
            {"reason": reason},
        )
    )


def happened(session: Session, order_id: int) -> list[str]:
    """The types of the order's events, in their order."""
    return list(
        session.execute(
            text("SELECT type FROM events WHERE subject_type = 'orders' AND subject_id = :id ORDER BY sequence"),
            {"id": order_id},
        ).scalars()
    )
