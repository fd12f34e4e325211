"""What can happen to an order: ids, codes and amounts, never a name, an address or free text."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderEvent(Event):
    subject: ClassVar[str] = "orders"

    order_id: int

    @property
    def subject_id(self) -> int:
        return self.order_id


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(OrderEvent):
    number: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class OrderRecorded(OrderEvent):
    """History: taken over as delivered; nobody acts on it."""

    number: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class OrderConfirmed(OrderEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class OrderRouted(OrderEvent):
    decision_id: int
    cause: str


@dataclass(frozen=True, kw_only=True)
class OrderHeld(OrderEvent):
    hold_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class HoldReleased(OrderEvent):
    hold_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class UnitsCancelled(OrderEvent):
    order_line_id: int
    sku: str
    quantity: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class AddressCorrected(OrderEvent):
    """The fields that changed, by name; their values stay in the erasable table."""

    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NoteAdded(OrderEvent):
    note_id: int


@dataclass(frozen=True, kw_only=True)
class PaymentRecorded(OrderEvent):
    entry_id: int
    amount_minor: int
    currency: str
    method: str


@dataclass(frozen=True, kw_only=True)
class RefundRecorded(OrderEvent):
    entry_id: int
    amount_minor: int
    currency: str
    method: str


@dataclass(frozen=True, kw_only=True)
class WorkReleased(OrderEvent):
    fulfilment_order_id: int
    site: str


@dataclass(frozen=True, kw_only=True)
class UnitsPicked(OrderEvent):
    fulfilment_order_id: int
    sku: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class UnitsShortPicked(OrderEvent):
    fulfilment_order_id: int
    sku: str
    quantity: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ParcelPacked(OrderEvent):
    parcel_id: int
    units: int


@dataclass(frozen=True, kw_only=True)
class ParcelShipped(OrderEvent):
    parcel_id: int
    units: int
    carrier: str


@dataclass(frozen=True, kw_only=True)
class ParcelDelivered(OrderEvent):
    parcel_id: int


@dataclass(frozen=True, kw_only=True)
class UnitsDisplaced(OrderEvent):
    """A fact (count, damage, short pick) took promised units away; they are routed again or wait."""

    sku_id: int
    site: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class UnitsPutBack(OrderEvent):
    """Picked units went back to the shelf."""

    fulfilment_order_id: int
    sku: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class WorkRecalled(OrderEvent):
    """A site need not pick it any more; it may be released again."""

    fulfilment_order_id: int
    site: str


@dataclass(frozen=True, kw_only=True)
class ParcelUnpacked(OrderEvent):
    parcel_id: int
    units: int


@dataclass(frozen=True, kw_only=True)
class PromiseMoved(OrderEvent):
    """It will arrive later than the customer was told last."""

    promise_id: int
