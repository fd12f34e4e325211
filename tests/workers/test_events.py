"""Writing events down: numbers without gaps, a constant number of statements, and who hears of it."""

import pytest
from sqlalchemy import text

from app.kernel.actor import Actor
from app.kernel.effects import Effect
from app.kernel.events import decode, emit
from tests.workers.conftest import ThingEnded, ThingHappened

ACTOR = Actor(kind="user", id=7, request_id="req-1")


def happened(*thing_ids):
    return [ThingHappened(thing_id=thing_id) for thing_id in thing_ids]


def noop(session, held):
    pass


def test_events_of_one_subject_are_numbered_without_a_gap_in_the_order_given(things, wire):
    emit(things, happened(2, 1, 2), actor=ACTOR)
    emit(things, happened(2), actor=ACTOR)

    rows = things.execute(
        text("SELECT subject_id, sequence FROM events WHERE subject_type = 'things' ORDER BY id")
    ).all()
    assert [tuple(row) for row in rows] == [(2, 1), (1, 1), (2, 2), (2, 3)]


def test_an_event_tells_who_did_it_in_which_request_and_why(things, wire):
    emit(things, happened(1), actor=ACTOR, cause="import:4")

    row = things.execute(text("SELECT actor, request_id, cause, type FROM events WHERE subject_type = 'things'")).one()
    assert tuple(row) == ("user:7", "req-1", "import:4", "ThingHappened")


def test_an_event_is_read_as_it_was_written(things, wire):
    written = ThingHappened(thing_id=3, codes=("a", "b"))

    emit(things, [written], actor=ACTOR)

    row = things.execute(text("SELECT type, payload FROM events WHERE subject_type = 'things'")).one()
    assert decode(row.type, row.payload) == written


def test_a_field_that_the_class_has_lost_does_not_hinder_reading():
    assert decode("ThingHappened", {"thing_id": 3, "colour": "red"}) == ThingHappened(thing_id=3)


def test_a_hundred_events_cost_as_many_statements_as_one(things, wire, statements):
    wire(
        Effect(name="follow", queue="intake", in_database=noop),
        within={ThingHappened: [lambda session, events: None]},
        after={ThingHappened: ["follow"]},
    )

    with statements(things) as one:
        emit(things, happened(1), actor=ACTOR)
    with statements(things) as hundred:
        emit(things, happened(*range(1, 101)), actor=ACTOR)

    assert len(one) == len(hundred) == 5  # numbers, ids, events, deliveries, a hint to the relay


def test_hearers_of_the_same_transaction_get_all_events_of_their_kind_at_once(things, wire):
    heard = []
    wire(within={ThingHappened: [lambda session, events: heard.append(list(events))]})

    emit(things, [*happened(1), ThingEnded(thing_id=2), *happened(3)], actor=ACTOR)

    assert heard == [happened(1, 3)]


def test_a_hearer_that_fails_fails_the_whole(things, wire):
    def refuse(session, events):
        raise ValueError("no")

    wire(within={ThingHappened: [refuse]})

    with pytest.raises(ValueError, match="no"), things.begin_nested():
        emit(things, happened(1), actor=ACTOR)

    assert things.execute(text("SELECT count(*) FROM events WHERE subject_type = 'things'")).scalar_one() == 0


def test_each_effect_of_each_event_gets_a_delivery_of_its_own(things, wire):
    effects = [Effect(name=name, queue="notifications", in_database=noop) for name in ("mail", "print")]
    wire(*effects, after={ThingHappened: ["mail", "print"]})

    emit(things, happened(1, 2), actor=ACTOR)

    rows = things.execute(
        text("SELECT handler, queue, ids->>'thing_id' AS thing, event_id FROM deliveries ORDER BY id")
    )
    found = rows.all()
    assert [(row.handler, row.queue, row.thing) for row in found] == [
        ("mail", "notifications", "1"),
        ("print", "notifications", "1"),
        ("mail", "notifications", "2"),
        ("print", "notifications", "2"),
    ]
    assert len({row.event_id for row in found}) == 2


def test_an_event_about_nothing_that_exists_is_a_mistake_in_the_program(things, wire):
    with pytest.raises(LookupError, match=r"things that do not exist: \[999\]"):
        emit(things, happened(999), actor=ACTOR)


def test_two_kinds_of_event_cannot_share_a_name():
    with pytest.raises(TypeError, match="two events are called ThingEnded"):
        type("ThingEnded", (ThingHappened,), {})
