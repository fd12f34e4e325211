"""What can happen to a purchase order."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PurchaseEvent(Event):
    subject: ClassVar[str] = "purchase_orders"

    purchase_order_id: int

    @property
    def subject_id(self) -> int:
        return self.purchase_order_id


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderSent(PurchaseEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderRescheduled(PurchaseEvent):
    """``lines`` are the ids of the lines that are expected on another day now."""

    lines: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PurchaseUnitsCancelled(PurchaseEvent):
    """Left out by agreement, before they came."""

    units: int


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderClosedShort(PurchaseEvent):
    """No longer waited for; ``units`` never came."""

    units: int


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderReopened(PurchaseEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ShipmentAdvised(PurchaseEvent):
    advice_id: int


@dataclass(frozen=True, kw_only=True)
class GoodsReceived(PurchaseEvent):
    """``over_reason`` is the code of why more came in than the tolerance allows, else empty."""

    receipt_id: int
    units: int
    over_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiptUndone(PurchaseEvent):
    """``receipt_id`` is the receipt that was taken back."""

    receipt_id: int
    units: int
