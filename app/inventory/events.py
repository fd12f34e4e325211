"""What can happen to stock."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class StockEvent(Event):
    subject: ClassVar[str] = "stock_levels"

    stock_level_id: int

    @property
    def subject_id(self) -> int:
        return self.stock_level_id


@dataclass(frozen=True, kw_only=True)
class StockArrived(StockEvent):
    """Units that nobody is promised came in; waiting backorders may have them."""

    sku_id: int
    site_id: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class StockAdjusted(StockEvent):
    """A fact was entered: a count, damage, a find, a loss."""

    sku_id: int
    site_id: int
    on_hand: int
    unavailable: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class SupplyMoved(StockEvent):
    """What a purchase order's or transfer's line still owes came up, changed in number or day, or is no more (0)."""

    incoming_id: int
    sku_id: int
    site_id: int
    source: str
    source_id: int
    quantity: int
    expected_on: date
    quantity_before: int
    expected_before: date | None
