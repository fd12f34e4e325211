"""Group commit: what arrives while a batch is under way goes together in the next one. No timer, no thread of its own.

Whoever finds the gate idle leads at once, alone. Whoever comes while a batch is under way waits; when it is done, the
first of those waiting leads the next batch in its own thread, and so on. Nobody leads twice for the same request.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

LARGEST_BATCH = 100


class GateFull(Exception):
    """So many are inside already that one more would only wait for nothing."""


class _Ticket(Generic[Item, Result]):
    """One caller's place in the queue; it sleeps on a lock of its own, which wakes it in fewer steps than an Event."""

    __slots__ = ("_asleep", "answer", "is_called", "item")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.is_called = False
        self._asleep = Lock()
        self._asleep.acquire()
        self.answer: Result | BaseException | None = None

    def wait(self) -> None:
        """Until it is answered, or its turn to lead."""
        self._asleep.acquire()

    def call(self) -> None:
        """May be done again: whoever led is awake already."""
        if not self.is_called:
            self.is_called = True
            self._asleep.release()


class Gate(Generic[Item, Result]):
    """``work`` takes a batch and gives one result, or one error to be raised at its caller, per item, in order.

    What ``work`` itself raises, every caller of that batch gets. At most ``most`` callers are inside, in the batch and
    waiting: each holds a thread of the server. Make one per process, after the fork.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Sequence[Result | Exception]],
        *,
        most: int,
        largest_batch: int = LARGEST_BATCH,
    ) -> None:
        self._work = work
        self._most, self._largest_batch = most, largest_batch
        self._lock = Lock()
        self._waiting: deque[_Ticket[Item, Result]] = deque()
        self._inside, self._is_led = 0, False

    @property
    def waiting(self) -> int:
        """How many have come and are in no batch yet."""
        return len(self._waiting)

    def submit(self, item: Item) -> Result:
        """Wait for the batch that takes this item. Raises GateFull, or what became of the item."""
        mine = _Ticket[Item, Result](item)
        if self._join(mine):
            mine.wait()
        if mine.answer is None:
            self._lead()
        assert mine.answer is not None
        if isinstance(mine.answer, BaseException):
            raise mine.answer
        return mine.answer

    def _join(self, mine: _Ticket[Item, Result]) -> bool:
        """Answers whether there is a batch to wait for."""
        with self._lock:
            if self._inside >= self._most:
                raise GateFull
            self._inside += 1
            self._waiting.append(mine)
            must_wait, self._is_led = self._is_led, True
        return must_wait

    def _lead(self) -> None:
        with self._lock:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._largest_batch))]
        try:
            answers = self._work([ticket.item for ticket in batch])
            for ticket, answer in zip(batch, answers, strict=True):
                ticket.answer = answer
        except BaseException as error:
            for ticket in batch:
                ticket.answer = error
            raise
        finally:
            self._hand_over(len(batch))
            for ticket in batch:
                ticket.call()

    def _hand_over(self, served: int) -> None:
        with self._lock:
            self._inside -= served
            self._is_led = bool(self._waiting)
            following = self._waiting[0] if self._waiting else None
        if following:
            following.call()
