"""Refusals carry the offending value and the remedy; programming mistakes crash."""

from collections.abc import Sequence


class DomainError(Exception):
    """A rule said no. ``str()`` is a sentence that a user can act on; the web answers 422."""

    field: str | None = None

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotFound(DomainError):
    """The thing does not exist, or this person may not know that it does (404)."""


class StaleState(DomainError):
    """What is asked does not go with the state that the thing is in (409)."""


class Outrun(StaleState):
    """Somebody else was faster, beyond doubt: what this person looked at was changed since (409)."""


class Forbidden(DomainError):
    """The person is known and may not do this (403)."""


class Invalid(DomainError):
    """Several failures at once; ``failures`` is a sequence of (field, message)."""

    def __init__(self, failures: Sequence[tuple[str, str]]) -> None:
        self.failures = tuple(failures)
        super().__init__("; ".join(f"{field}: {message}" for field, message in self.failures))


class ProviderError(Exception):
    """Trouble outside. ``permanent`` means that a retry cannot help; ``unknown`` that the effect may have happened.

    ``retry_after`` is in seconds, where the other side named a time.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, unknown: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.unknown = unknown
        self.retry_after = retry_after
