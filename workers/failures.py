"""What an error means for its delivery."""

from collections.abc import Mapping

from rq.timeouts import BaseTimeoutException
from sqlalchemy.orm import Session

from app.kernel import batches, deliveries, logs
from app.kernel.deliveries import Held
from app.kernel.effects import Effect, Outcome
from app.kernel.errors import ProviderError

OUTCOMES: Mapping[Outcome, str] = {
    "again": "delivery_failed",
    "dead": "delivery_dead",
    "uncertain": "delivery_uncertain",
}

LONGEST_ASKED = 14_400  # four hours; with the spread that keeps failures apart, six hours and forty minutes at most

log = logs.logger(__name__)


def is_nobodys_fault(error: Exception) -> bool:
    """A lost connection, a deadlock, the time limit of the job: the whole batch may simply be done again."""
    return isinstance(error, BaseTimeoutException) or batches.is_nobodys_fault(error)


def write_failure(session: Session, effect: Effect, held: Held, error: Exception) -> None:
    outcome = _outcome(effect, held, error)
    wait = _wait(effect, held, error) if outcome == "again" else None
    deliveries.fail(session, held, f"{type(error).__name__}: {error}", wait=wait, state=outcome)
    if effect.failed is not None:
        effect.failed(session, held, outcome, error)
    log.warning(OUTCOMES[outcome], delivery_id=held.id, attempt=held.attempt, error=type(error).__name__)


def _outcome(effect: Effect, held: Held, error: Exception) -> Outcome:
    if isinstance(error, ProviderError) and error.unknown:
        return "uncertain"
    if isinstance(error, ProviderError) and error.permanent:
        return "dead"
    return "again" if held.failures + 1 < effect.patience.tries else "dead"


def _wait(effect: Effect, held: Held, error: Exception) -> float:
    """Ours, or what the other side asked for if that is longer, never sooner than asked; see ``deliveries.SOONEST``."""
    asked = error.retry_after if isinstance(error, ProviderError) and error.retry_after else 0
    return max(effect.patience.seconds(held.failures + 1), min(asked, LONGEST_ASKED) / deliveries.SOONEST)
