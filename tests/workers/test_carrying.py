"""Carrying deliveries out: one transaction for many, or one call outside for each."""

from contextlib import contextmanager, nullcontext
from functools import partial

import pytest
from rq.timeouts import JobTimeoutException
from sqlalchemy import text

from app.kernel import deliveries, uow
from app.kernel.deliveries import Delivery
from app.kernel.effects import Effect, OneByOne, Patience
from app.kernel.errors import ProviderError
from workers import carrying

pytestmark = pytest.mark.usefixtures("shared_things")

carry_out = partial(carrying.carry_out, lease_seconds=1.0)


def add(count, handler="work", **changes):
    with uow.unit_of_work() as session:
        deliveries.add(session, [Delivery(handler=handler, ids={"n": n + 1}, **changes) for n in range(count)])
        return session.execute(text("SELECT id FROM deliveries ORDER BY id")).scalars().all()


def rows():
    with uow.unit_of_work() as session:
        return session.execute(text("SELECT * FROM deliveries ORDER BY id")).all()


def logged():
    with uow.unit_of_work() as session:
        return session.execute(text("SELECT ids->>'n' FROM delivery_log ORDER BY delivery_id")).scalars().all()


def mark(session, n):
    session.execute(text("UPDATE things SET event_sequence = event_sequence + 1 WHERE id = :n"), {"n": n})


def marks():
    with uow.unit_of_work() as session:
        found = session.execute(text("SELECT id, event_sequence FROM things WHERE event_sequence > 0 ORDER BY id"))
        return [tuple(row) for row in found]


def in_database(handle, **changes):
    return Effect(name="work", queue="intake", in_database=handle, **changes)


def outside(perform, **changes):
    return Effect(name="work", queue="intake", outside=OneByOne(perform), **changes)


def nothing(session):
    pass


def test_many_are_handled_and_finished_in_one_go(wire):
    sizes = []
    wire(in_database(lambda session, held: sizes.append(len(held))))

    carry_out("work", add(10))

    assert (sizes, rows(), len(logged())) == ([10], [], 10)


def test_a_poisoned_one_fails_alone(wire):
    def handle(session, held):
        for each in held:
            if each.ids["n"] == 7:
                raise KeyError("poison")
            mark(session, each.ids["n"])

    wire(in_database(handle))

    carry_out("work", add(10))

    assert marks() == [(n, 1) for n in range(1, 11) if n != 7]
    [left] = rows()
    assert (left.ids, left.attempt, left.state, left.last_error) == ({"n": 7}, 1, "ready", "KeyError: 'poison'")


def test_a_database_error_in_one_does_not_spoil_the_others(wire):
    def handle(session, held):
        for each in held:
            mark(session, each.ids["n"])
            session.execute(text("SELECT 1 / (:n - 3)"), {"n": each.ids["n"]})

    wire(in_database(handle))

    carry_out("work", add(4))

    assert marks() == [(1, 1), (2, 1), (4, 1)]


def test_who_fails_too_often_is_given_up(wire):
    def refuse(session, held):
        raise ValueError("never")

    wire(in_database(refuse, patience=Patience(tries=3, first=0)))
    ids = add(1)

    for _ in range(5):
        carry_out("work", ids)

    [left] = rows()
    assert (left.state, left.attempt) == ("dead", 3)


def test_what_another_worker_has_is_left_alone(wire):
    handled = []
    wire(in_database(lambda session, held: handled.extend(held)))
    ids = add(2)

    with uow.unit_of_work() as session:
        other = deliveries.claim(session, ids, seconds=60)
    carry_out("work", ids)

    assert (len(other), handled) == (2, [])


def test_an_effect_that_is_no_longer_known_leaves_its_rows(wire):
    wire(in_database(lambda session, held: None))
    ids = add(1)
    wire()

    with pytest.raises(LookupError, match="no effect is called 'work'"):
        carry_out("work", ids)

    assert len(rows()) == 1


def test_an_outside_call_happens_outside_any_transaction_and_its_result_with_the_finish(wire):
    open_during_call = []

    def call(held):
        open_during_call.append(uow.is_open())
        return lambda session: mark(session, held.ids["n"])

    wire(outside(call))

    carry_out("work", add(2))

    assert (open_during_call, marks(), rows()) == ([False, False], [(1, 1), (2, 1)], [])


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ProviderError("busy"), "ready"),
        (ProviderError("no such thing", permanent=True), "dead"),
        (ProviderError("no answer", unknown=True), "uncertain"),
        (OSError("wire cut"), "ready"),
    ],
)
def test_each_failure_outside_says_how_to_go_on(wire, error, state):
    def call(held):
        raise error

    heard = []
    wire(outside(call, failed=lambda session, held, outcome, given: heard.append((outcome, given))))

    carry_out("work", add(1))

    [left] = rows()
    assert left.state == state
    assert heard == [("again" if state == "ready" else state, error)]


def test_the_result_of_who_lost_the_lease_is_rolled_back(wire):
    def call(held):
        with uow.unit_of_work() as session:  # as after a long sleep: the lease ran out and somebody else took over
            session.execute(text("UPDATE deliveries SET lease_until = now() - interval '1 s'"))
        with uow.unit_of_work() as session:
            deliveries.claim(session, [held.id], seconds=60)
        return lambda session: mark(session, 1)

    wire(outside(call))

    carry_out("work", add(1))

    assert marks() == []
    assert [row.attempt for row in rows()] == [2]


def test_the_lease_is_kept_alive_while_the_work_goes_on(wire):
    ids = []

    def call(held):
        with uow.unit_of_work() as session:
            before = session.execute(text("SELECT lease_until FROM deliveries")).scalar_one()
            while session.execute(text("SELECT lease_until FROM deliveries")).scalar_one() == before:
                session.rollback()
                session.execute(text("SELECT pg_sleep(0.02)"))
        with uow.unit_of_work() as session:
            ids.extend(deliveries.claim(session, [held.id], seconds=60))
        return nothing

    wire(outside(call))

    carry_out("work", add(1))

    assert (ids, rows()) == ([], [])


def test_a_delivery_that_kills_its_worker_every_time_is_given_up(wire):
    called = []
    wire(outside(lambda held: called.append(held) or nothing, patience=Patience(tries=2)))
    ids = add(1)

    for _ in range(2):
        with uow.unit_of_work() as session:
            deliveries.claim(session, ids, seconds=60)
            session.execute(text("UPDATE deliveries SET lease_until = clock_timestamp() - interval '1 s'"))
    carry_out("work", ids)

    [left] = rows()
    assert (called, left.state) == ([], "uncertain")
    assert "its worker died each time" in left.last_error


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
