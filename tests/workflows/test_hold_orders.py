"""Holding and releasing, one order or many, all or none."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError, NotFound, StaleState
from app.orders.holds import Stop
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.hold_orders import hold_orders, release_all_holds, release_holds
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request


@pytest.fixture
def order_ids(session):
    make_house(session, {("TEA-1", "CMH1"): 9})
    placed = place_orders(session, [order_request(("TEA-1", 1)) for _ in range(3)], actor=SYSTEM)
    return [one.order_id for one in placed]


def statuses(session):
    return list(session.execute(text("SELECT status FROM orders ORDER BY id")).scalars())


def events(session, order_id):
    rows = session.execute(
        text("SELECT type FROM events WHERE subject_type = 'orders' AND subject_id = :id ORDER BY sequence"),
        {"id": order_id},
    )
    return list(rows.scalars())


def test_a_held_order_waits_and_says_so(session, order_ids):
    hold_orders(session, [Stop(order_id=order_ids[0], reason="fraud_review")], actor=SYSTEM)

    assert statuses(session) == ["received", "confirmed", "confirmed"]
    assert events(session, order_ids[0])[-1] == "OrderHeld"


def test_the_order_goes_on_when_its_last_hold_is_released(session, order_ids):
    first, second = hold_orders(
        session,
        [Stop(order_id=order_ids[0], reason="fraud_review"), Stop(order_id=order_ids[0], reason="address_check")],
        actor=SYSTEM,
    )

    release_holds(session, [first], actor=SYSTEM)
    still = statuses(session)[0]
    release_holds(session, [second], actor=SYSTEM)

    assert (still, statuses(session)[0]) == ("received", "confirmed")


def test_a_hold_is_released_once(session, order_ids):
    ids = hold_orders(session, [Stop(order_id=order_ids[0], reason="other")], actor=SYSTEM)
    release_holds(session, ids, actor=SYSTEM)

    with pytest.raises(StaleState, match="released already"):
        release_holds(session, ids, actor=SYSTEM)


def test_the_same_reason_does_not_hold_twice(session, order_ids):
    hold_orders(session, [Stop(order_id=order_ids[0], reason="other")], actor=SYSTEM)

    with pytest.raises(StaleState, match="already on hold"):
        hold_orders(session, [Stop(order_id=order_ids[0], reason="other")], actor=SYSTEM)


def test_free_text_is_no_reason_because_it_would_stand_in_the_event_stream(session, order_ids):
    with pytest.raises(DomainError, match="not a reason"):
        hold_orders(session, [Stop(order_id=order_ids[0], reason="Caspian called")], actor=SYSTEM)


def test_a_foreign_id_among_many_leaves_all_as_they_were(session, order_ids):
    stops = [Stop(order_id=id, reason="other") for id in (*order_ids, 999_999)]

    with pytest.raises(NotFound), session.begin_nested():
        hold_orders(session, stops, actor=SYSTEM)

    assert statuses(session) == ["confirmed"] * 3


def test_a_cancelled_order_cannot_be_held(session, order_ids):
    line = session.execute(text("SELECT id FROM order_lines WHERE order_id = :id"), {"id": order_ids[0]}).scalar_one()
    cancel_orders(session, [Cancellation(order_id=order_ids[0], order_line_id=line, reason="customer")], actor=SYSTEM)

    with pytest.raises(StaleState, match="Nothing is left to hold"):
        hold_orders(session, [Stop(order_id=order_ids[0], reason="other")], actor=SYSTEM)


def test_releasing_many_refuses_the_lot_if_one_is_not_held(session, order_ids):
    hold_orders(session, [Stop(order_id=order_ids[0], reason="other")], actor=SYSTEM)

    with pytest.raises(StaleState, match="not on hold"), session.begin_nested():
        release_all_holds(session, order_ids[:2], actor=SYSTEM)

    assert statuses(session)[0] == "received"
