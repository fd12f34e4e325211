"""Batches outside the database: begun together, marked one by one, written down together; each fails for itself."""

from contextlib import contextmanager, nullcontext

import pytest
from rq.timeouts import JobTimeoutException
from sqlalchemy import text

from app.kernel import deliveries, uow
from app.kernel.deliveries import Delivery
from app.kernel.effects import Effect, Patience
from tests.workers.test_carrying import add, carry_out, in_database, logged, mark, marks, rows

pytestmark = pytest.mark.usefixtures("shared_things")


class Calls:
    """An effect of the outside kind that hands over, and fails or breaks off where it is told to."""

    def __init__(self, **trouble):
        self.trouble, self.batches, self.called = trouble, [], []

    @contextmanager
    def begin(self, held):
        self.batches.append([each.ids["n"] for each in held])
        self.hit("begin", *self.batches[-1])
        yield self.perform

    def perform(self, held, hand_over):
        n = held.ids["n"]
        self.called.append(n)
        self.hit("before", n)
        hand_over(lambda session: mark(session, n))
        self.hit("after", n)
        return n

    def record(self, session, done):
        for _, n in done:
            self.hit("record", n)
            mark(session, 100 + n)

    def hit(self, moment, *numbers):
        at, error = self.trouble.get(moment, (None, None))
        if at in numbers:
            raise error


def calling(calls, **changes):
    return Effect(name="work", queue="intake", outside=calls, **changes)


def states():
    return {row.ids["n"]: (row.state, row.attempt, row.lease_until is None) for row in rows()}


def test_many_outside_are_begun_together_and_each_mark_writes_down_the_one_before(wire):
    seen = []

    class Watched(Calls):
        def hit(self, moment, *numbers):
            if moment == "after":
                seen.append(marks())

    calls = Watched()
    wire(calling(calls))

    carry_out("work", add(3))

    assert calls.batches == [[1, 2, 3]]
    assert seen == [[(1, 1)], [(1, 1), (2, 1), (101, 1)], [(1, 1), (2, 1), (3, 1), (101, 1), (102, 1)]]
    assert (len(marks()), rows(), len(logged())) == (6, [], 3)


@pytest.mark.parametrize("moment", ["begin", "before", "record"])
def test_a_poisoned_one_outside_fails_alone_at_any_moment(wire, moment):
    calls = Calls(**{moment: (2, KeyError("poison"))})
    wire(calling(calls))

    carry_out("work", add(4))

    assert [n for n, _ in marks() if n > 100] == [101, 103, 104]
    assert states() == {2: ("uncertain" if moment == "record" else "ready", 1, True)}


@pytest.mark.parametrize("error", [KeyError("?"), JobTimeoutException("too long")])
def test_what_breaks_off_after_the_hand_over_is_in_doubt_and_never_tried_again(wire, error):
    calls = Calls(after=(2, error))
    wire(calling(calls))
    ids = add(3)

    with nullcontext() if isinstance(error, KeyError) else pytest.raises(JobTimeoutException):
        carry_out("work", ids)
    calls.trouble = {}
    carry_out("work", ids)

    assert calls.called == [1, 2, 3]
    assert {n: state for n, (state, *_) in states().items()} == {2: "uncertain"}


def test_the_time_limit_gives_back_what_was_not_begun_without_counting_it(wire):
    calls = Calls(before=(2, JobTimeoutException("too long")))
    wire(calling(calls, patience=Patience(first=60)))
    ids = add(4)

    with pytest.raises(JobTimeoutException):
        carry_out("work", ids)

    left = {row.ids["n"]: (row.attempt - row.attempts_before, row.lease_until) for row in rows()}
    assert left == {2: (1, None), 3: (0, None), 4: (0, None)}
    assert [n for n, _ in marks() if n > 100] == [101]


def test_what_somebody_began_and_never_ended_is_taken_up_alone(wire):
    calls = Calls()
    wire(calling(calls))
    ids = add(4)
    with uow.unit_of_work() as session:
        deliveries.claim(session, ids[:2], seconds=60)
        session.execute(text("UPDATE deliveries SET lease_until = now() - interval '1 s' WHERE attempt > 0"))

    carry_out("work", ids)

    assert calls.batches == [[3, 4], [1], [2]]


def test_what_was_just_added_is_gone_on_with_at_once_up_to_one_batch(wire):
    def handle(session, held):
        deliveries.add(session, [Delivery(handler="call", ids=each.ids) for each in held])

    calls = Calls()
    wire(in_database(handle, then="call"), Effect(name="call", queue="intake", outside=calls, batch=3))

    carry_out("work", add(5))

    assert calls.called == [1, 2, 3]
    assert states() == {4: ("ready", 0, True), 5: ("ready", 0, True)}
