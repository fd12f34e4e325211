"""The feed gives each event one position, after its commit, whatever order the commits come in."""

from contextlib import ExitStack
from random import Random
from threading import Thread

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import feed, uow
from app.kernel.actor import SYSTEM
from app.kernel.events import emit
from app.kernel.feed import Consumer
from tests.workers.conftest import ThingEnded, ThingHappened


def write(session, thing_id, kind=ThingHappened):
    emit(session, [kind(thing_id=thing_id)], actor=SYSTEM)


def position():
    return uow.run(feed.position_events)


def read_things(after=0):
    with uow.unit_of_work() as session:
        return [each.event.thing_id for each in feed.read(session, after=after, limit=1000)]


def event_ids(session, thing_id):
    return session.execute(text("SELECT id FROM events WHERE subject_id = :id"), {"id": thing_id}).scalars().all()


def test_an_event_that_commits_late_is_not_passed_over(fresh_things, wire):
    with Session(fresh_things) as early, Session(fresh_things) as late:
        write(early, 1)
        write(late, 2)
        late.commit()
        position()
        seen_first = read_things()
        early.commit()
        position()

    with uow.unit_of_work() as session:
        assert event_ids(session, 1) < event_ids(session, 2), "the test needs ids out of the order of commits"
    assert seen_first == []
    assert read_things() == [1, 2]


def test_a_transaction_that_rolls_back_leaves_no_hole_behind(fresh_things, wire):
    with Session(fresh_things) as given_up, Session(fresh_things) as kept:
        write(given_up, 1)
        write(kept, 2)
        given_up.rollback()
        kept.commit()
    position()

    assert read_things() == [2]


@pytest.mark.race
def test_every_event_gets_exactly_one_position_while_writers_and_relays_race(fresh_things, wire):
    writers, passes = 6, 40

    def write_some(seed):
        choose = Random(seed)
        for number in range(30):
            with Session(fresh_things) as session:
                write(session, seed * 30 + number + 1)
                session.rollback() if choose.random() < 0.2 else session.commit()

    def relay():
        for _ in range(passes):
            position()

    threads = [Thread(target=write_some, args=(seed,)) for seed in range(writers)] + [
        Thread(target=relay) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    position()

    with uow.unit_of_work() as session:
        written = session.execute(text("SELECT subject_id FROM events WHERE subject_type = 'things'")).scalars().all()
    assert sorted(read_things()) == sorted(written)


def test_a_reader_gets_its_kinds_in_order_and_its_cursor_moves_with_the_result(fresh_things, wire):
    got = []
    reader = Consumer(
        name="reader",
        queue="analytics",
        kinds=frozenset({ThingHappened}),
        read=lambda session, events: got.extend(events),
    )
    wire(readers=[reader])
    for thing_id, kind in ((1, ThingHappened), (2, ThingEnded), (3, ThingHappened)):
        with uow.unit_of_work() as session:
            write(session, thing_id, kind)
    position()

    passed = [uow.run(lambda session: feed.consume(session, "reader")) for _ in range(2)]

    assert passed == [3, 0]
    assert [each.event.thing_id for each in got] == [1, 3]
    assert [each.position for each in got] == sorted(each.position for each in got)


def test_a_burst_reaches_its_reader_in_one_call_so_that_it_can_keep_the_last_of_each(fresh_things, wire):
    calls = []
    reader = Consumer(
        name="reader",
        queue="analytics",
        kinds=frozenset({ThingHappened}),
        read=lambda session, events: calls.append({each.event.thing_id: each.sequence for each in events}),
    )
    wire(readers=[reader])
    for number in range(30):
        with uow.unit_of_work() as session:
            write(session, number % 3 + 1)
    position()

    uow.run(lambda session: feed.consume(session, "reader"))

    assert calls == [{1: 10, 2: 10, 3: 10}]


def test_a_reader_that_fails_reads_the_same_again(fresh_things, wire):
    answers = iter([ValueError("not now"), None])

    def read(session, events):
        answer = next(answers)
        if answer:
            raise answer

    wire(readers=[Consumer(name="reader", queue="analytics", kinds=frozenset({ThingHappened}), read=read)])
    with uow.unit_of_work() as session:
        write(session, 1)
    position()

    with pytest.raises(ValueError, match="not now"):
        uow.run(lambda session: feed.consume(session, "reader"))

    assert uow.run(lambda session: feed.consume(session, "reader")) == 1


def test_two_workers_of_one_reader_do_not_read_at_once(fresh_things, wire):
    wire(
        readers=[
            Consumer(name="r", queue="analytics", kinds=frozenset({ThingHappened}), read=lambda session, events: None)
        ]
    )
    with uow.unit_of_work() as session:
        write(session, 1)
    position()
    uow.run(lambda session: feed.consume(session, "r", limit=0))

    with ExitStack() as open_sessions:
        one, other = (open_sessions.enter_context(Session(fresh_things)) for _ in range(2))
        counts = [feed.consume(one, "r"), feed.consume(other, "r")]

    assert counts == [1, 0]


def test_after_a_restore_into_another_cluster_nothing_is_lost_or_given_twice(fresh_things, wire):
    for thing_id in (1, 2):
        with uow.unit_of_work() as session:
            write(session, thing_id)
    with uow.unit_of_work() as session:  # as a dump has it: one positioned, numbers far ahead of this cluster's
        session.execute(text("INSERT INTO event_positions (event_id) SELECT min(id) FROM events"))
        session.execute(text("INSERT INTO feed_state (id, horizon) VALUES (1, '99999999999'::xid8)"))

    given = position()
    with uow.unit_of_work() as session:
        write(session, 3)
    position()

    assert given == 1
    assert read_things() == [1, 2, 3]
