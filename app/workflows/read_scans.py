"""What terminals scan or type, as SKU codes of ours."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.catalogue import codes
from app.fulfilment.scans import Scanned, Step


@dataclass(frozen=True, kw_only=True)
class Reading:
    """``code`` is a SKU code or GTIN as scanned or typed; ``client_scan_id`` the terminal's own name for this scan."""

    fulfilment_order_id: int
    code: str
    client_scan_id: str
    quantity: int = 1


def read_scans(session: Session, readings: Sequence[Reading], *, step: Step) -> list[Scanned]:
    """In the order given; a code that we do not know stays as it is, to be refused by its own name."""
    known = codes.resolve(session, {one.code for one in readings})
    return [
        Scanned(
            fulfilment_order_id=one.fulfilment_order_id,
            client_scan_id=one.client_scan_id,
            step=step,
            sku_code=known.get(one.code, one.code),
            quantity=one.quantity,
        )
        for one in readings
    ]
