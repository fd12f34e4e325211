"""Carrying deliveries out: one transaction for many, or one call outside for each."""

from functools import partial

import pytest
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


@pytest.mark.parametrize(("asked", "least", "most"), [(None, 0, 2), (600, 600, 1_000), (10**9, 14_400, 24_000)])
def test_who_asks_for_a_pause_gets_it_within_reason(wire, asked, least, most):
    def call(held):
        raise ProviderError("busy", retry_after=asked)

    wire(outside(call, patience=Patience(first=1)))

    carry_out("work", add(1))

    with uow.unit_of_work() as session:
        wait = session.execute(
            text("SELECT extract(epoch FROM run_at - clock_timestamp()) FROM deliveries")
        ).scalar_one()
    assert least - 5 < wait < most


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
