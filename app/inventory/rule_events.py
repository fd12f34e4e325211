"""What can happen to stock rules."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class StockRuleEvent(Event):
    subject: ClassVar[str] = "stock_rules"

    rule_id: int

    @property
    def subject_id(self) -> int:
        return self.rule_id


@dataclass(frozen=True, kw_only=True)
class StockRuleAdded(StockRuleEvent):
    """Ids that are None mean all."""

    kind: str
    units: int
    sku_id: int | None
    site_id: int | None
    channel_id: int | None


@dataclass(frozen=True, kw_only=True)
class StockRuleChanged(StockRuleAdded):
    """What it says now."""


@dataclass(frozen=True, kw_only=True)
class StockRuleRemoved(StockRuleEvent):
    pass
