"""What can happen to a transfer: ids, codes and numbers of units."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TransferEvent(Event):
    subject: ClassVar[str] = "transfers"

    transfer_id: int

    @property
    def subject_id(self) -> int:
        return self.transfer_id


@dataclass(frozen=True, kw_only=True)
class TransferDrafted(TransferEvent):
    number: str
    from_site_id: int
    to_site_id: int


@dataclass(frozen=True, kw_only=True)
class TransferSent(TransferEvent):
    """The units left their site and are expected at the other."""

    quantity: int
    expected_on: date


@dataclass(frozen=True, kw_only=True)
class TransferArrived(TransferEvent):
    """Units came in; ``found`` of them were more than had been sent."""

    quantity: int
    found: int


@dataclass(frozen=True, kw_only=True)
class TransferLost(TransferEvent):
    quantity: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class TransferCancelled(TransferEvent):
    """``returned`` units are back where they came from."""

    returned: int


@dataclass(frozen=True, kw_only=True)
class TransferRescheduled(TransferEvent):
    expected_on: date
    was: date
