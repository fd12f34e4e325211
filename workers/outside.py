"""Effects outside the database: claimed together, carried out one after another, written down together."""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any, TypeAlias

from rq.timeouts import BaseTimeoutException

from app.kernel import deliveries, logs
from app.kernel.deliveries import Fenced, Held
from app.kernel.effects import Effect, HandOver, Outside, Record
from app.kernel.errors import ProviderError
from app.kernel.uow import unit_of_work
from workers.failures import is_nobodys_fault, write_failure
from workers.heartbeat import heartbeat

Perform: TypeAlias = Callable[[Held, HandOver], Any]

log = logs.logger(__name__)


def carry_outside(effect: Effect, outside: Outside[Any], ids: Sequence[int], *, seconds: float) -> None:
    left = set(ids)
    while left:
        with unit_of_work() as session:
            held = deliveries.claim(session, sorted(left), seconds=seconds)
        if not held:
            return
        left -= {each.id for each in held}
        carry_claimed(effect, outside, held, seconds=seconds)


def carry_claimed(effect: Effect, outside: Outside[Any], held: Sequence[Held], *, seconds: float) -> None:
    _Batch(effect, outside, seconds).carry_out(held)


class _Batch:
    """``done`` is what was done and is not written down yet; ``out`` are the ids of what was handed over."""

    def __init__(self, effect: Effect, outside: Outside[Any], seconds: float) -> None:
        self._effect, self._outside, self._seconds = effect, outside, seconds
        self._done: list[tuple[Held, Any]] = []
        self._out: set[int] = set()

    def carry_out(self, held: Sequence[Held]) -> None:
        """Where the batch cannot even begin, it is halved: a poisoned one fails alone."""
        with heartbeat(held, seconds=self._seconds), ExitStack() as opened:
            try:
                perform = opened.enter_context(self._outside.begin(held))
            except Exception as error:
                failure = error
            else:
                self._one_after_another(perform, held)
                return
        if is_nobodys_fault(failure):
            raise failure
        if len(held) == 1:
            self._fail(held[0], failure)
            return
        middle = len(held) // 2
        self.carry_out(held[:middle])
        self.carry_out(held[middle:])

    def _one_after_another(self, perform: Perform, held: Sequence[Held]) -> None:
        waiting = deque(held)
        try:
            while waiting:
                self._one(perform, waiting.popleft())
            self._write()
        except BaseTimeoutException:
            self._write()
            with unit_of_work() as session:
                deliveries.give_back(session, list(waiting))
            raise

    def _one(self, perform: Perform, held: Held) -> None:
        try:
            _refuse_worn_out(self._effect, held)
            result = perform(held, partial(self._hand_over, held))
        except Fenced as lost:
            _log_fenced(held, lost)
        except Exception as error:
            self._fail(held, error)
            if isinstance(error, BaseTimeoutException):
                raise
        else:
            self._done.append((held, result))

    def _hand_over(self, held: Held, mark: Record) -> None:
        """One transaction holds what became of those before and the mark of this one: one commit for each."""
        try:
            self._together(self._done, held, mark)
        except Exception as error:
            if not self._done or is_nobodys_fault(error):
                raise
            self._write_singly()
            self._together([], held, mark)
        self._done = []
        self._out.add(held.id)

    def _write(self) -> None:
        try:
            self._together(self._done)
        except Exception as error:
            if is_nobodys_fault(error):
                raise
            self._write_singly()
        self._done = []

    def _write_singly(self) -> None:
        for held, result in self._done:
            try:
                self._together([(held, result)])
            except Fenced as lost:
                _log_fenced(held, lost)
            except Exception as error:
                if is_nobodys_fault(error):
                    raise
                self._fail(held, error)

    def _together(
        self, done: Sequence[tuple[Held, Any]], marked: Held | None = None, mark: Record | None = None
    ) -> None:
        held = [each for each, _ in done]
        if not held and marked is None:
            return
        with unit_of_work() as session:
            deliveries.check_held(session, held if marked is None else [*held, marked])
            if mark is not None:
                mark(session)
            if held:
                self._outside.record(session, done)
                deliveries.finish(session, held)
        if held:
            log.info("deliveries_carried_out", count=len(held))

    def _fail(self, held: Held, error: Exception) -> None:
        known = isinstance(error, ProviderError) or held.id not in self._out
        meaning = error if known else ProviderError(f"broke off while it was handed over: {error!r}", unknown=True)
        try:
            with unit_of_work() as session:
                write_failure(session, self._effect, held, meaning)
        except Fenced as lost:
            _log_fenced(held, lost)


def _refuse_worn_out(effect: Effect, held: Held) -> None:
    """Failures are counted when claimed, so that a delivery which kills its worker every time is given up as well."""
    if held.failures >= effect.patience.tries:
        raise ProviderError(f"begun {held.failures} times and never ended: its worker died each time", unknown=True)


def _log_fenced(held: Held, lost: Fenced) -> None:
    log.warning("delivery_fenced", delivery_id=held.id, attempt=held.attempt, reason=str(lost))
