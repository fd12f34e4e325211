"""Claiming, finishing and failing deliveries; who lost the lease is refused."""

import pytest
from sqlalchemy import text

from app.kernel import deliveries, stuck_deliveries
from app.kernel.actor import Actor
from app.kernel.deliveries import Delivery, Fenced
from app.kernel.due_deliveries import DUE, due
from app.kernel.effects import Effect
from app.kernel.errors import Invalid, StaleState

ADMIN = Actor(kind="user", id=1)
ROOM = {"notifications": 10}


@pytest.fixture
def ids(session, wire):
    """Three deliveries that are due."""
    wire(Effect(name="mail", queue="notifications", in_database=lambda session, held: None))
    deliveries.add(session, [Delivery(handler="mail", ids={"n": n}) for n in range(3)])
    return session.execute(text("SELECT id FROM deliveries ORDER BY id")).scalars().all()


def run_out(session, delivery_id):
    session.execute(
        text("UPDATE deliveries SET lease_until = clock_timestamp() - interval '1 s' WHERE id = :id"),
        {"id": delivery_id},
    )


def state(session, delivery_id):
    return session.execute(
        text("SELECT state FROM deliveries WHERE id = :id"), {"id": delivery_id}
    ).scalar_one_or_none()


def due_ids(session):
    return [each.id for each in due(session, ROOM)]


def test_a_delivery_is_claimed_once_while_its_lease_lasts(session, ids):
    first = deliveries.claim(session, ids, seconds=60)
    second = deliveries.claim(session, ids, seconds=60)

    assert ([each.id for each in first], second) == (ids, [])


def test_a_lease_that_ran_out_makes_it_due_again_under_a_new_number(session, ids):
    [lost] = deliveries.claim(session, ids[:1], seconds=60)
    run_out(session, lost.id)

    assert ids[0] in due_ids(session)
    [mine] = deliveries.claim(session, ids[:1], seconds=60)
    assert mine.attempt == lost.attempt + 1


def test_the_last_holder_alone_may_finish(session, ids):
    [lost] = deliveries.claim(session, ids[:1], seconds=60)
    run_out(session, lost.id)
    [mine] = deliveries.claim(session, ids[:1], seconds=60)

    for refused in (deliveries.finish, lambda session, held: deliveries.fail(session, held[0], "x", wait=1)):
        with pytest.raises(Fenced, match=str(lost.id)):
            refused(session, [lost])
    with pytest.raises(Fenced):
        deliveries.check_held(session, [lost])
    deliveries.finish(session, [mine])
    assert state(session, mine.id) is None


def test_what_is_done_stays_in_the_log(session, ids):
    held = deliveries.claim(session, ids, seconds=60)

    deliveries.finish(session, held)

    rows = session.execute(text("SELECT delivery_id, outcome, ids->>'n' AS n FROM delivery_log ORDER BY 1")).all()
    assert [tuple(row) for row in rows] == [(id, "done", str(n)) for n, id in enumerate(ids)]


def test_a_failure_waits_before_the_next_try(session, ids):
    [held] = deliveries.claim(session, ids[:1], seconds=60)

    deliveries.fail(session, held, "the server is away", wait=30)

    row = session.execute(
        text("SELECT state, last_error, run_at - clock_timestamp() AS wait FROM deliveries WHERE id = :id"),
        {"id": held.id},
    ).one()
    assert (row.state, row.last_error) == ("ready", "the server is away")
    assert 20 < row.wait.total_seconds() < 40
    assert held.id not in due_ids(session)


def test_the_same_key_is_added_once(session, ids):
    for _ in range(2):
        deliveries.add(session, [Delivery(handler="mail", key="only-one"), Delivery(handler="mail", key="only-one")])

    assert session.execute(text("SELECT count(*) FROM deliveries WHERE key = 'only-one'")).scalar_one() == 1


def test_an_effect_that_nobody_wired_is_refused_when_added(session, ids):
    with pytest.raises(LookupError, match="no effect is called 'fax': add it to EFFECTS"):
        deliveries.add(session, [Delivery(handler="fax")])


def test_at_most_so_many_are_due_per_queue_and_known_ones_are_left_out(session, ids):
    two = [each.id for each in due(session, {"notifications": 2})]
    rest = [each.id for each in due(session, ROOM, known=[(ids[0], 0), (ids[1], 0)])]
    tried_since = [each.id for each in due(session, ROOM, known=[(ids[0], 5)])]

    assert (two, rest, tried_since) == (ids[:2], ids[2:], ids)


def test_a_dead_delivery_is_shown_and_set_going_with_all_tries_ahead(session, ids):
    [held] = deliveries.claim(session, ids[:1], seconds=60)
    deliveries.fail(session, held, "no such mailbox", wait=None)

    [shown] = stuck_deliveries.stuck(session)
    stuck_deliveries.retry(session, [held.id], actor=ADMIN)
    [again] = deliveries.claim(session, [held.id], seconds=60)

    assert (shown.id, shown.state, shown.last_error) == (held.id, "dead", "no such mailbox")
    assert (again.failures, again.attempt) == (0, held.attempt + 1)


def test_skipping_needs_a_reason_and_keeps_it(session, ids):
    [held] = deliveries.claim(session, ids[:1], seconds=60)
    deliveries.fail(session, held, "?", wait=None, state="uncertain")

    with pytest.raises(Invalid, match="say why"):
        stuck_deliveries.skip(session, [held.id], "  ", actor=ADMIN)
    stuck_deliveries.skip(session, [held.id], "customer was called", actor=ADMIN)

    row = session.execute(text("SELECT outcome, reason, done_by FROM delivery_log")).one()
    assert tuple(row) == ("skipped", "customer was called", "user:1")


def test_what_somebody_else_has_dealt_with_cannot_be_set_going_again(session, ids):
    with pytest.raises(StaleState, match="somebody else"):
        stuck_deliveries.retry(session, [ids[0]], actor=ADMIN)


def test_the_monitor_counts_what_waits_and_when_it_last_worked(session, ids):
    first, second, _ = deliveries.claim(session, ids, seconds=60)
    deliveries.finish(session, [first])
    deliveries.fail(session, second, "gone", wait=None)

    [figures] = stuck_deliveries.figures(session)

    assert (figures.handler, figures.due, figures.leased, figures.later, figures.stuck) == ("mail", 0, 1, 0, 1)
    assert figures.last_done_at is not None


def test_the_monitor_names_the_queue_of_work_that_is_done(session, ids):
    deliveries.finish(session, deliveries.claim(session, ids, seconds=60))

    assert [(one.queue, one.handler) for one in stuck_deliveries.figures(session)] == [("notifications", "mail")]


def most_rows(session, statement, values):
    """The largest number of rows that any step of the plan has handled, where an index may be used.

    The planner knows nothing of rows that no one has committed, and might find the table small.
    """
    session.execute(text("SET LOCAL enable_seqscan = off"))
    [[plan]] = session.execute(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.text}"), values).scalars().all()
    steps, most = [plan["Plan"]], 0
    while steps:
        step = steps.pop()
        most = max(most, step["Actual Rows"])
        steps.extend(step.get("Plans", ()))
    return most


def test_a_long_backlog_is_read_no_further_than_is_asked(session, ids):
    deliveries.add(session, [Delivery(handler="mail", ids={"n": n}) for n in range(2_000)])
    held = deliveries.claim(session, ids, seconds=60)
    mine = {"ids": [each.id for each in held], "attempts": [each.attempt for each in held]}
    asked = {"queues": ["notifications"], "rooms": [10], "known_ids": [], "known_attempts": [], "known_count": 0}

    assert most_rows(session, DUE, asked) <= 10
    assert most_rows(session, deliveries.CHECK_HELD, mine) <= 3
    assert most_rows(session, deliveries.EXTEND, {**mine, "seconds": 60}) <= 3
    assert most_rows(session, deliveries.FINISH, {**mine, "outcome": "done"}) <= 3
