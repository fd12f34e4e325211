"""Carrying deliveries out: the outermost frame of all background work, and so one of two that catch everything."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.kernel import deliveries, effects, logs, uow
from app.kernel.deliveries import Held
from app.kernel.effects import Effect
from workers.failures import is_nobodys_fault, write_failure
from workers.outside import carry_claimed, carry_outside

log = logs.logger(__name__)


def carry_out(handler: str, ids: Sequence[int], *, lease_seconds: float) -> None:
    """Do what is due and free among these; everything else is somebody else's."""
    effect = effects.get(handler)
    with logs.bound(handler=handler):
        if effect.outside is not None:
            carry_outside(effect, effect.outside, ids, seconds=lease_seconds)
            return
        added = uow.run(lambda session: _in_one_transaction(session, effect, ids, lease_seconds))
    if added:
        _go_on(effects.get(effect.then), added, lease_seconds)


def _go_on(effect: Effect, held: Sequence[Held], seconds: float) -> None:
    """With what was just added, without a round through the relay; where this process dies, the leases run out."""
    if effect.outside is not None:
        with logs.bound(handler=effect.name):
            carry_claimed(effect, effect.outside, held, seconds=seconds)


def _in_one_transaction(session: Session, effect: Effect, ids: Sequence[int], seconds: float) -> list[Held]:
    """Answers what was added for the effect to go on with, and taken at once: one batch, for others have hands too."""
    held = deliveries.lock(session, ids)
    failures = dict(_handled(session, effect, held))
    deliveries.finish(session, [each for each in held if each.id not in failures])
    for each in held:
        if each.id in failures:
            write_failure(session, effect, each, failures[each.id])
    log.info("deliveries_carried_out", count=len(held) - len(failures))
    if not effect.then:
        return []
    return deliveries.claim_new(session, effect.then, seconds=seconds, most=effects.batch_of(effect.then))


def _handled(session: Session, effect: Effect, held: Sequence[Held]) -> list[tuple[int, Exception]]:
    """All at once; where that fails, by halves, so that a poisoned one fails alone. Answers who failed and why."""
    if not held or effect.in_database is None:
        return []
    try:
        with session.begin_nested():
            effect.in_database(session, held)
            session.flush()
    except Exception as error:
        if is_nobodys_fault(error):
            raise
        if len(held) == 1:
            return [(held[0].id, error)]
    else:
        return []
    middle = len(held) // 2
    return [*_handled(session, effect, held[:middle]), *_handled(session, effect, held[middle:])]
