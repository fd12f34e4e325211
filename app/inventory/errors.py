"""Refusals of stock."""

from app.kernel.errors import DomainError


class OutOfStock(DomainError):
    """More was promised than is there."""


class ChainMoved(DomainError):
    """A stock row changed under a writer that did not hold its lock; the work must be done again."""
