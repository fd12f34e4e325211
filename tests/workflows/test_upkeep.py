"""What goes when it is old, and what must not."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.orders.holds import Stop
from app.workflows import upkeep
from app.workflows.hold_orders import hold_orders
from app.workflows.place_orders import place_orders
from app.workflows.verify_promises import TURNS
from tests.factories.house import make_house, order_request
from tests.factories.supply import bring, coming


@pytest.mark.parametrize(("age", "left"), [("71 hours", 1), ("73 hours", 0)])
def test_idempotency_keys_are_kept_for_72_hours(session, age, left):
    session.execute(
        text(
            "INSERT INTO idempotency_keys (scope, key, request_hash, created_at)"
            " VALUES ('s', 'k', '', now() - CAST(:age AS interval))"
        ),
        {"age": age},
    )

    upkeep.prune(session, [])

    assert session.execute(text("SELECT count(*) FROM idempotency_keys")).scalar_one() == left


@pytest.mark.parametrize(("age", "left"), [("13 days", 1), ("15 days", 0)])
def test_the_log_of_deliveries_is_short(session, age, left):
    session.execute(
        text(
            "INSERT INTO delivery_log (delivery_id, handler, ids, attempt, outcome, created_at, done_at)"
            " VALUES (1, 'mail', '{}', 1, 'done', now(), now() - CAST(:age AS interval))"
        ),
        {"age": age},
    )

    upkeep.prune(session, [])

    assert session.execute(text("SELECT count(*) FROM delivery_log")).scalar_one() == left


def test_a_hold_that_has_expired_is_released_and_the_order_goes_on(session):
    make_house(session, {("TEA-1", "CMH1"): 10})
    orders = [place_orders(session, [order_request(("TEA-1", 1))], actor=SYSTEM)[0].order_id for _ in range(2)]
    expired, open_ended = hold_orders(
        session, [Stop(order_id=order_id, reason="payment_check") for order_id in orders], actor=SYSTEM
    )
    session.execute(text("UPDATE holds SET expires_at = now() WHERE id = :id"), {"id": expired})

    upkeep.release_expired_holds(session, [])

    assert session.execute(text("SELECT id FROM holds WHERE released_at IS NULL")).scalars().all() == [open_ended]


def test_partitions_are_there_before_they_are_needed(session):
    upkeep.make_partitions(session, [])

    ahead = session.execute(
        text(
            "SELECT parent.relname, count(*) FROM pg_inherits JOIN pg_class parent ON parent.oid = inhparent"
            " WHERE parent.relname IN ('events', 'stock_movements') AND parent.relkind = 'p' GROUP BY 1 ORDER BY 1"
        )
    ).all()
    assert [name for name, _ in ahead] == ["events", "stock_movements"]
    assert min(count for _, count in ahead) >= 2


def test_who_waits_in_a_wrong_turn_is_put_into_the_right_one(session):
    house = make_house(session)
    for _ in range(2):
        place_orders(session, [order_request(("TEA-1", 3))], actor=SYSTEM)
    bring(session, coming(house, 71, 3, "2030-12-03"))
    right = session.execute(text("SELECT id, placed_at, promised_on FROM order_lines ORDER BY id")).all()
    session.execute(text("UPDATE order_lines SET placed_at = '2026-11-01 09:00Z', promised_on = '2026-12-01'"))

    upkeep.tidy(session, [])

    assert session.execute(text("SELECT id, placed_at, promised_on FROM order_lines ORDER BY id")).all() == right
    assert list(TURNS.find(session)) == []


def test_what_does_not_wait_keeps_its_turn(session):
    make_house(session, {("TEA-1", "CMH1"): 10})
    place_orders(session, [order_request(("TEA-1", 1))], actor=SYSTEM)
    session.execute(text("UPDATE order_lines SET promised_on = '2026-12-01'"))

    upkeep.tidy(session, [])

    assert str(session.scalar(text("SELECT promised_on FROM order_lines"))) == "2026-12-01"


def test_so_many_turns_are_mended_at_once_and_the_next_time_goes_on(session, monkeypatch):
    monkeypatch.setattr("app.workflows.mend_turns.AT_ONCE", 1)
    make_house(session)
    for _ in range(2):
        place_orders(session, [order_request(("TEA-1", 3))], actor=SYSTEM)
    session.execute(text("UPDATE order_lines SET promised_on = '2026-12-01'"))

    upkeep.tidy(session, [])
    left = len(list(TURNS.find(session)))
    upkeep.tidy(session, [])

    assert (left, len(list(TURNS.find(session)))) == (1, 0)
