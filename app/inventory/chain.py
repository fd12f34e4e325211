"""The hash that ties each movement of a stock level to the one before."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Link:
    """The facts of one movement, all integers and codes; what is hashed is exactly this."""

    stock_level_id: int
    sequence: int
    on_hand: int
    allocated: int
    reserved: int
    unavailable: int
    bin_id: int | None
    lot_id: int | None
    condition: str
    reason: str
    reference_type: str
    reference_id: int
    actor: str
    request_id: str
    occurred_at: datetime


def extend(previous: bytes, link: Link) -> bytes:
    """SHA-256 over the previous hash (empty at the start) and the canonical bytes of the link; 32 bytes."""
    return sha256(previous + canonical(link)).digest()


def canonical(link: Link) -> bytes:
    """Fields in the order of ``Link``, each ended by a unit separator; absent ids are empty, time in microseconds."""
    microseconds = (link.occurred_at - EPOCH) // timedelta(microseconds=1)
    fields = (
        link.stock_level_id,
        link.sequence,
        link.on_hand,
        link.allocated,
        link.reserved,
        link.unavailable,
        "" if link.bin_id is None else link.bin_id,
        "" if link.lot_id is None else link.lot_id,
        link.condition,
        link.reason,
        link.reference_type,
        link.reference_id,
        link.actor,
        link.request_id,
        microseconds,
    )
    return "".join(f"{field}\x1f" for field in fields).encode()
