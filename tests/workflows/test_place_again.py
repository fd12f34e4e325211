"""Placing orders again: the same key, the same number, and what a batch costs."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM
from app.orders.values import Replay
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request


def order(session: Session, placement):
    return session.execute(text("SELECT * FROM orders WHERE id = :id"), {"id": placement.order_id}).one()


def replay(key: str, body: bytes = b"a") -> Replay:
    return Replay(scope="test", key=key, request_hash=body)


def test_the_same_key_and_body_give_the_same_answer_and_one_order(session):
    make_house(session)
    request = order_request(("TEA-1", 1), replay=replay("k"))

    first, second = place_orders(session, [request, request], actor=SYSTEM)
    [third] = place_orders(session, [request], actor=SYSTEM)

    assert first.order_id == second.order_id == third.order_id
    assert session.execute(text("SELECT count(*) FROM orders")).scalar_one() == 1


def test_the_same_key_with_another_body_is_refused(session):
    make_house(session)
    place_orders(session, [order_request(("TEA-1", 1), replay=replay("k"))], actor=SYSTEM)

    [refused] = place_orders(session, [order_request(("TEA-1", 2), replay=replay("k", b"b"))], actor=SYSTEM)

    assert [failure.code for failure in refused.failures] == ["key_reused"]


def test_a_key_under_which_a_known_number_came_again_is_answered_like_it(session):
    make_house(session)
    [first] = place_orders(session, [order_request(("TEA-1", 1), external_number="X-1")], actor=SYSTEM)
    repeated = order_request(("TEA-1", 1), external_number="X-1", replay=replay("k"))

    answers = [place_orders(session, [repeated], actor=SYSTEM)[0].order_id for _ in range(2)]

    assert answers == [first.order_id, first.order_id]


def test_who_repeats_a_parked_order_of_the_same_batch_is_told_that_it_waits_already(session):
    make_house(session)
    parked, repeated = place_orders(
        session, [order_request(("NO-1", 1), external_number="X-1") for _ in range(2)], actor=SYSTEM
    )

    assert repeated.exception_id == parked.exception_id
    assert (parked.duplicate, repeated.duplicate) == (False, True)


def test_who_repeats_the_number_of_a_refused_order_is_placed_in_its_stead(session):
    make_house(session, {("TEA-1", "CMH1"): 1})
    asked = [order_request(("TEA-1", units), external_number="X-1", channel="store") for units in (2, 1)]

    refused, placed = place_orders(session, asked, actor=SYSTEM)

    assert refused.came_to_nothing
    assert order(session, placed).external_number == "X-1"


def test_the_same_external_number_is_the_same_order(session):
    make_house(session)
    [first] = place_orders(session, [order_request(("TEA-1", 1), external_number="A-1")], actor=SYSTEM)

    [again] = place_orders(session, [order_request(("TEA-1", 1), external_number="A-1")], actor=SYSTEM)

    assert again.duplicate
    assert again.number == first.number


@pytest.mark.parametrize("size", [1, 10, 500])
def test_a_batch_costs_the_same_number_of_statements_however_long(session, statements, size):
    make_house(session, {("TEA-1", "CMH1"): 500, ("TEA-2", "RNO1"): 3})
    requests = [order_request(("TEA-1", 1), ("TEA-2", 2), replay=replay(str(n))) for n in range(size)]

    with statements(session) as counted:
        place_orders(session, requests, actor=SYSTEM)

    assert len(counted) == 10


@pytest.mark.parametrize("size", [10, 500])
def test_a_batch_with_every_kind_of_trouble_costs_the_same_number_of_statements_however_long(session, statements, size):
    """Splits over sites, an exception, a duplicate key, a refused line and a hold among the others."""
    make_house(session, {("TEA-1", "CMH1"): 400, ("TEA-1", "RNO1"): 400, ("TEA-2", "RNO1"): 3})
    place_orders(session, [order_request(("TEA-1", 1), replay=replay("before"))], actor=SYSTEM)
    troubles = [
        order_request(("TEA-1", 500)),
        order_request(("NO-1", 1), external_number="A-1"),
        order_request(("TEA-1", 1), replay=replay("before")),
        order_request(("TEA-2", 9), channel="store"),
        order_request(("TEA-1", 1_000)),
        order_request(("TEA-1", 1), channel="moon"),
    ]
    requests = [*troubles, *(order_request(("TEA-1", 1), replay=replay(str(n))) for n in range(size - len(troubles)))]

    with statements(session) as counted:
        place_orders(session, requests, actor=SYSTEM)

    assert len(counted) == 14
