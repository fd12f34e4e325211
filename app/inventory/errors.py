"""Refusals of stock."""

from app.kernel.errors import DomainError, StaleState


class OutOfStock(DomainError):
    """More was promised than is there."""


class NotInHand(DomainError):
    """The unit of this number cannot be the one that somebody holds here, by our books."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="code")


class ChainMoved(DomainError):
    """A stock row changed under a writer that did not hold its lock; the work must be done again."""


class PlaceEmpty(StaleState):
    """Fewer units lie at a place than somebody wants to take from it."""
