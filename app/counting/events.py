"""What can happen to a count: ids and numbers, never what somebody wrote."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CountEvent(Event):
    subject: ClassVar[str] = "counts"

    count_id: int

    @property
    def subject_id(self) -> int:
        return self.count_id


@dataclass(frozen=True, kw_only=True)
class CountPlanned(CountEvent):
    number: str
    site_id: int
    cause: str
    places: int


@dataclass(frozen=True, kw_only=True)
class CountStarted(CountEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class RecountAsked(CountEvent):
    """So many lines are too far from the book, or were refuted by what was picked since."""

    lines: int


@dataclass(frozen=True, kw_only=True)
class ApprovalAsked(CountEvent):
    """``value_minor`` is what the differences come to at cost, all counted upwards."""

    value_minor: int


@dataclass(frozen=True, kw_only=True)
class CountAccepted(CountEvent):
    """Near enough to the book, and worth little enough: it is posted next."""


@dataclass(frozen=True, kw_only=True)
class CountRejected(CountEvent):
    lines: int


@dataclass(frozen=True, kw_only=True)
class CountPosted(CountEvent):
    site_id: int
    lines: int
    units_more: int
    units_less: int


@dataclass(frozen=True, kw_only=True)
class CountCancelled(CountEvent):
    pass
