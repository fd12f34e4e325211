"""What a channel that is told our stock must do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.kernel.errors import ProviderError


@dataclass(frozen=True, kw_only=True)
class Offer:
    """The units of one SKU that a channel may sell; ``backorders`` says that it may sell beyond them.

    ``aliases`` are the channel's own names for the SKU. ``version`` counts the movements that the figure rests on.
    """

    sku: str
    aliases: tuple[str, ...]
    units: int
    backorders: bool
    version: int


@dataclass(frozen=True, kw_only=True)
class StockMessage:
    """``number`` rises with every message to a channel: of two values for one SKU, that of the higher number is so."""

    channel: str
    number: int
    as_of: datetime
    offers: Sequence[Offer]


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the channel listens, and the secrets that it may know us by, the newest first."""

    address: str
    secrets: tuple[str, ...] = field(repr=False)


class NotTaken(ProviderError):
    """The channel has read the message and will not have what stands in it."""


class StockPort(Protocol):
    name: str
    most_offers: int

    def publish(self, message: StockMessage, *, target: Target) -> Mapping[str, str]:
        """Tell the channel; the answer says, by SKU, which offers it refused and why: all others it has taken.

        Telling it twice does no harm. Raises ``NotTaken`` for the whole message, else ProviderError, never ``unknown``:
        ``permanent`` where a person must change something first, ``retry_after`` where the channel asked for a pause.
        Its words are read by the person who can.
        """
