"""Suppliers and purchase orders brought to any point through the public verbs."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM
from app.purchasing import suppliers
from app.purchasing.suppliers import SupplierFacts
from app.workflows.receive_goods import Arrival, Received, receive
from app.workflows.spread_receipts import Item
from app.workflows.write_purchase_orders import Draft, DraftLine, send, write_drafts
from tests.factories.floor import scan


def add_supplier(session: Session, code: str = "LEAF", **changes: Any) -> int:
    facts: dict[str, Any] = {"name": "Leaf & Sons", "currency": "USD", "lead_days": 10}
    return suppliers.add(session, code, SupplierFacts(**{**facts, **changes}))


def draft(*lines: tuple[str, int], **changes: Any) -> Draft:
    """``lines`` are (SKU, quantity), each unit at 4.00."""
    written = tuple(DraftLine(sku=sku, quantity=units, unit_cost_minor=400) for sku, units in lines)
    return Draft(**{"supplier": "LEAF", "site": "CMH1", "lines": written, **changes})


def drafted(session: Session, *lines: tuple[str, int], **changes: Any) -> str:
    """The number of a new draft; its supplier is made with the first."""
    if not suppliers.by_code(session, ["LEAF"]):
        add_supplier(session)
    [number] = write_drafts(session, [draft(*lines, **changes)], actor=SYSTEM).values()
    return number


def sent(session: Session, *lines: tuple[str, int], **changes: Any) -> str:
    number = drafted(session, *lines, **changes)
    send(session, [number], actor=SYSTEM)
    return number


def come(session: Session, number: str, *items: Item | tuple[str, int], **changes: Any) -> Received:
    """A delivery of these items in one receipt."""
    read = tuple(one if isinstance(one, Item) else Item(code=one[0], quantity=one[1]) for one in items)
    arrival = Arrival(**{"number": number, "client_scan_id": scan(), "items": read, **changes})
    return receive(session, [arrival], actor=SYSTEM)[0]


def buying(session: Session, number: str) -> Any:
    return session.execute(text("SELECT * FROM purchase_orders WHERE number = :number"), {"number": number}).one()


def bought(session: Session, number: str, sku: str = "TEA-1") -> Any:
    """The line of a SKU."""
    return session.execute(
        text(
            "SELECT l.* FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.purchase_order_id"
            " WHERE o.number = :number AND l.sku_code = :sku ORDER BY l.position"
        ),
        {"number": number, "sku": sku},
    ).first()


def incoming(session: Session) -> dict[str, tuple[int, Any]]:
    """Units and day by SKU code, of what purchase orders still owe."""
    rows = session.execute(
        text(
            "SELECT s.code, i.quantity, i.expected_on FROM incoming i JOIN skus s ON s.id = i.sku_id"
            " WHERE i.source = 'purchase'"
        )
    )
    return {row.code: (row.quantity, row.expected_on) for row in rows}
