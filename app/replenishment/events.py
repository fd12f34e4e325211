"""What can happen to alerts."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AlertEvent(Event):
    subject: ClassVar[str] = "stock_alerts"

    alert_id: int
    sku_id: int
    site_id: int

    @property
    def subject_id(self) -> int:
        return self.alert_id


@dataclass(frozen=True, kw_only=True)
class LowStockFound(AlertEvent):
    """``units`` are free or on their way within the lead time; fewer than ``reorder_point``."""

    units: int
    reorder_point: int


@dataclass(frozen=True, kw_only=True)
class LowStockEnded(AlertEvent):
    units: int


@dataclass(frozen=True, kw_only=True)
class LowStockSnoozed(AlertEvent):
    until: str
