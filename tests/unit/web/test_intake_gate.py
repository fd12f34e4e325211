"""Who waits, who leads, and that nobody is forgotten: real threads, and a work that stands until it is let go."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count

import pytest

from app.web.intake_gate import Gate, GateFull

PATIENCE = 10


class Work:
    """Answers each item with itself, doubled; each batch stands until it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.leaders: list[int] = []
        self.errors: dict[int, BaseException] = {}
        self.refused: dict[int, Exception] = {}
        self.forgotten: set[int] = set()
        self.begun = threading.Semaphore(0)
        self.let_go = threading.Semaphore(0)

    def __call__(self, items):
        self.batches.append(list(items))
        self.leaders.append(threading.get_ident())
        self.begun.release()
        assert self.let_go.acquire(timeout=PATIENCE)
        for item in items:
            if item in self.errors:
                raise self.errors[item]
        return [self.refused.get(item, item * 2) for item in items if item not in self.forgotten]


class Callers:
    """Each call is made by a thread of its own."""

    def __init__(self, gate: Gate[int, int], pool: ThreadPoolExecutor) -> None:
        self.gate, self.pool = gate, pool
        self.idents: dict[int, int] = {}

    def call(self, *items: int) -> list[Future[int]]:
        """One after the other, so that their order in the queue is known."""
        return [self._one(item) for item in items]

    def _one(self, item: int) -> Future[int]:
        waiting = self.gate.waiting
        future = self.pool.submit(self._submit, item)
        wait_for(lambda: self.gate.waiting > waiting or future.done())
        return future

    def _submit(self, item: int) -> int:
        self.idents[item] = threading.get_ident()
        return self.gate.submit(item)


def wait_for(ready) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.001)


def outcome(future: Future[int]):
    return future.exception(PATIENCE) or future.result(PATIENCE)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(40) as pool:
        yield pool


@pytest.fixture
def under_way(work, pool):
    """``under_way(most=…)``: callers of a gate whose first batch, of item 0 alone, is under way."""

    def start(**limits):
        callers = Callers(Gate(work, **{"most": 100, **limits}), pool)
        first = pool.submit(callers._submit, 0)
        assert work.begun.acquire(timeout=PATIENCE)
        return callers, first

    return start


def let_go(work: Work, batches: int) -> None:
    for _ in range(batches):
        work.let_go.release()


def test_who_comes_to_an_idle_gate_goes_at_once_and_alone(work):
    let_go(work, 1)

    assert Gate(work, most=1).submit(7) == 14
    assert work.batches == [[7]]
    assert work.leaders == [threading.get_ident()]


def test_who_comes_while_a_batch_is_under_way_goes_together_in_the_next_in_order(work, under_way):
    callers, first = under_way()
    later = callers.call(5, 3, 4, 1)

    let_go(work, 2)

    assert [outcome(future) for future in (first, *later)] == [0, 10, 6, 8, 2]
    assert work.batches == [[0], [5, 3, 4, 1]]


def test_a_batch_takes_no_more_than_its_limit_and_the_rest_follow(work, under_way):
    callers, _ = under_way(largest_batch=2)
    later = callers.call(1, 2, 3, 4, 5)

    let_go(work, 4)

    assert [outcome(future) for future in later] == [2, 4, 6, 8, 10]
    assert work.batches == [[0], [1, 2], [3, 4], [5]]


def test_each_batch_is_led_by_the_first_who_waited_for_it(work, under_way):
    callers, _ = under_way(largest_batch=2)
    later = callers.call(1, 2, 3)

    let_go(work, 3)

    assert [outcome(future) for future in later] == [2, 4, 6]
    assert work.leaders == [callers.idents[item] for item in (0, 1, 3)]


def test_who_comes_when_the_gate_is_full_is_told_at_once_and_harms_nobody(work, under_way):
    callers, first = under_way(most=3)
    waiting = callers.call(1, 2)

    [refused] = callers.call(3)
    told = outcome(refused)
    let_go(work, 2)

    assert isinstance(told, GateFull)
    assert [outcome(future) for future in (first, *waiting)] == [0, 2, 4]
    assert work.batches == [[0], [1, 2]]


def test_a_gate_that_was_full_takes_again(work, under_way):
    callers, first = under_way(most=2)
    waiting = callers.call(1, 2)
    let_go(work, 2)
    assert [type(outcome(future)) for future in (first, *waiting)] == [int, int, GateFull]

    let_go(work, 1)

    assert outcome(callers.pool.submit(callers._submit, 3)) == 6


def test_an_error_of_one_item_is_raised_at_its_caller_alone(work, under_way):
    callers, _ = under_way()
    work.refused[2] = ValueError("two")
    later = callers.call(1, 2, 3)

    let_go(work, 2)

    assert [outcome(future) for future in later] == [2, work.refused[2], 6]


@pytest.mark.parametrize("error", [ValueError("all"), SystemExit("all")], ids=["error", "exit"])
def test_what_the_work_raises_reaches_everybody_of_that_batch_and_nobody_else(work, under_way, error):
    callers, first = under_way(largest_batch=2)
    work.errors[2] = error
    later = callers.call(1, 2, 3, 4)

    let_go(work, 3)

    assert [outcome(future) for future in (first, *later)] == [0, error, error, 6, 8]


def test_a_work_that_answers_too_few_fails_everybody_of_that_batch(work, under_way):
    callers, first = under_way()
    later = callers.call(1, 2)
    work.forgotten.add(2)

    let_go(work, 2)

    assert outcome(first) == 0
    assert [type(outcome(future)) for future in later] == [ValueError, ValueError]


def test_a_crowd_gets_each_its_own_answer_and_no_two_batches_overlap(pool):
    inside, overlaps, worked = count(), [], []
    lock = threading.Lock()

    def work(items):
        if not lock.acquire(blocking=False):
            overlaps.append(items)
        next(inside)
        worked.extend(items)
        lock.release()
        return [item * 2 for item in items]

    gate: Gate[int, int] = Gate(work, most=1000, largest_batch=7)

    def caller(number: int) -> bool:
        mine = range(number * 500 + 1, number * 500 + 501)
        return all(gate.submit(item) == item * 2 for item in mine)

    crowd = [pool.submit(caller, number) for number in range(24)]

    assert all(future.result(60) for future in crowd)
    assert overlaps == []
    assert sorted(worked) == list(range(1, 24 * 500 + 1))
    assert gate.waiting == 0
