"""What can happen to stock."""

from dataclasses import dataclass
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
class FrozenUnitsReturned(StockEvent):
    """Picked units of a frozen lot are back on the shelf, to be set aside."""

    sku_id: int
    site_id: int
    lot_id: int
