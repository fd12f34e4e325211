"""Carrying deliveries out: the outermost frame of all background work, and so the only one that catches everything."""

from collections.abc import Mapping, Sequence

from rq.timeouts import BaseTimeoutException
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.kernel import deliveries, effects, logs, uow
from app.kernel.deliveries import Fenced, Held
from app.kernel.effects import Effect, Outcome
from app.kernel.errors import ProviderError
from app.kernel.uow import RETRIED, sqlstate, unit_of_work
from workers import process
from workers.heartbeat import heartbeat

OUTCOMES: Mapping[Outcome, str] = {
    "again": "delivery_failed",
    "dead": "delivery_dead",
    "uncertain": "delivery_uncertain",
}

log = logs.logger(__name__)


def carry_out(handler: str, ids: Sequence[int]) -> None:
    """Do what is due and free among these; everything else is somebody else's."""
    effect = effects.get(handler)
    with logs.bound(handler=handler):
        if effect.in_database is not None:
            uow.run(lambda session: _in_one_transaction(session, effect, ids))
        else:
            for delivery_id in ids:
                _one_outside(effect, delivery_id)


def _in_one_transaction(session: Session, effect: Effect, ids: Sequence[int]) -> None:
    held = deliveries.lock(session, ids)
    failures = dict(_handled(session, effect, held))
    deliveries.finish(session, [each for each in held if each.id not in failures])
    for each in held:
        if each.id in failures:
            _write_failure(session, effect, each, failures[each.id])
    log.info("deliveries_carried_out", count=len(held) - len(failures))


def _handled(session: Session, effect: Effect, held: Sequence[Held]) -> list[tuple[int, Exception]]:
    """All at once; where that fails, by halves, so that a poisoned one fails alone. Answers who failed and why."""
    if not held or effect.in_database is None:
        return []
    try:
        with session.begin_nested():
            effect.in_database(session, held)
            session.flush()
    except Exception as error:
        if _is_nobodys_fault(error):
            raise
        if len(held) == 1:
            return [(held[0].id, error)]
    else:
        return []
    middle = len(held) // 2
    return [*_handled(session, effect, held[:middle]), *_handled(session, effect, held[middle:])]


def _is_nobodys_fault(error: Exception) -> bool:
    """A lost connection, a deadlock, the time limit of the job: the whole batch may simply be done again."""
    if isinstance(error, BaseTimeoutException):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or sqlstate(error) is None or sqlstate(error) in RETRIED


def _one_outside(effect: Effect, delivery_id: int) -> None:
    seconds = process.config().lease_seconds
    with unit_of_work() as session:
        held = deliveries.claim(session, [delivery_id], seconds=seconds)
    for each in held:
        try:
            _claimed(effect, each, seconds)
        except Fenced as lost:
            log.warning("delivery_fenced", delivery_id=each.id, attempt=each.attempt, reason=str(lost))


def _claimed(effect: Effect, held: Held, seconds: float) -> None:
    if effect.outside is None:
        return
    try:
        _refuse_worn_out(effect, held)
        with heartbeat(held, seconds=seconds):
            record = effect.outside(held)
    except Fenced:
        raise
    except Exception as error:
        with unit_of_work() as session:
            _write_failure(session, effect, held, error)
        if isinstance(error, BaseTimeoutException):
            raise
        return
    with unit_of_work() as session:
        deliveries.check_held(session, held)
        record(session)
        deliveries.finish(session, [held])
    log.info("delivery_carried_out", delivery_id=held.id, attempt=held.attempt)


def _refuse_worn_out(effect: Effect, held: Held) -> None:
    """Failures are counted when claimed, so that a delivery which kills its worker every time is given up as well."""
    if held.failures >= effect.patience.tries:
        raise ProviderError(f"begun {held.failures} times and never ended: its worker died each time", unknown=True)


def _write_failure(session: Session, effect: Effect, held: Held, error: Exception) -> None:
    outcome = _outcome(effect, held, error)
    wait = effect.patience.seconds(held.failures + 1) if outcome == "again" else None
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
