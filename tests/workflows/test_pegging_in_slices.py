"""However many wait, a few are locked at a time; what comes between two slices leaves nobody worse than their turn."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.inventory.incoming import expect
from app.inventory.turns import Walk
from app.kernel.actor import SYSTEM
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.fill_backorders import fill_backorders
from app.workflows.peg_backorders import peg_backorders
from app.workflows.place_orders import place_orders
from app.workflows.verify_promises import CHECKS
from tests.factories.house import make_house, order_request
from tests.factories.supply import bring, coming, ledger, peg_all, pegs, told


@pytest.fixture
def house(session, time_machine):
    """On a Wednesday."""
    time_machine.move_to(datetime(2026, 11, 25, 15, tzinfo=UTC), tick=False)
    return make_house(session)


def place(session, count, *, units=2, **changes):
    requests = [order_request(("TEA-1", units), **changes) for _ in range(count)]
    return [placed.order_id for placed in place_orders(session, requests, actor=SYSTEM)]


def walk_on(session, walks, *, most=2):
    """One slice, after which all books agree."""
    left = peg_backorders(session, walks, actor=SYSTEM, most=most)
    assert [found for check in CHECKS for found in session.execute(text(check.sql)).all()] == []
    return left


def walk_all(session, walks, *, most=2):
    while walks:
        walks = walk_on(session, walks, most=most)


def begin(house):
    return [Walk(sku_id=house.skus["TEA-1"])]


def receive(session, house, units):
    received = Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], on_hand=units, reason="receipt")
    adjust_stock(session, [received], actor=SYSTEM)


def test_a_slice_serves_so_many_lines_in_turn_and_no_more(session, house):
    orders = place(session, 5)
    expect(session, [coming(house, 71, 6, "2026-12-03"), coming(house, 72, 9, "2026-12-07")], actor=SYSTEM)

    left = walk_on(session, begin(house))
    assert pegs(session) == [(orders[0], 71, 2), (orders[1], 71, 2)]

    walk_all(session, left)
    assert pegs(session) == [
        (orders[0], 71, 2),
        (orders[1], 71, 2),
        (orders[2], 71, 2),
        (orders[3], 72, 2),
        (orders[4], 72, 2),
    ]


def test_who_placed_first_goes_first_whichever_came_into_the_house_first(session, house):
    [late] = place(session, 1, placed_at=datetime(2026, 11, 24, tzinfo=UTC))
    [early] = place(session, 1, placed_at=datetime(2026, 11, 20, tzinfo=UTC))

    bring(session, coming(house, 71, 2, "2026-12-03"))

    assert pegs(session) == [(early, 71, 2)]
    receive(session, house, 2)
    fill_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM, most=1)
    assert session.execute(text("SELECT order_id FROM order_lines WHERE backordered > 0")).scalars().all() == [late]


def test_a_walk_that_broke_off_is_finished_by_another(session, house):
    orders = place(session, 4)
    expect(session, [coming(house, 71, 5, "2026-12-03")], actor=SYSTEM)
    walk_on(session, begin(house), most=1)

    walk_all(session, begin(house), most=1)

    assert pegs(session) == [(orders[0], 71, 2), (orders[1], 71, 2), (orders[2], 71, 1)]
    assert [len(ledger(session, order)) for order in orders] == [1, 1, 0, 0]


def test_who_comes_while_others_are_served_does_not_go_before_those_whose_turn_is_still_to_come(session, house):
    orders = place(session, 4)
    expect(session, [coming(house, 71, 8, "2026-12-03")], actor=SYSTEM)
    left = walk_on(session, begin(house))
    [new] = place(session, 1)

    walk_all(session, begin(house))
    walk_all(session, left)

    assert [order for order, _, _ in pegs(session)] == orders
    assert ledger(session, new) == []


def test_what_a_cancellation_frees_between_two_slices_goes_to_who_is_first_of_all(session, house):
    orders = place(session, 4)
    bring(session, coming(house, 71, 4, "2026-12-03"), coming(house, 72, 4, "2026-12-07"))
    expect(session, [coming(house, 73, 2, "2026-12-05")], actor=SYSTEM)
    left = walk_on(session, begin(house), most=1)
    assert (orders[2], 73, 2) in pegs(session)
    line = session.execute(text("SELECT id FROM order_lines WHERE order_id = :id"), {"id": orders[0]}).scalar_one()
    cancel_orders(session, [Cancellation(order_id=orders[0], order_line_id=line, reason="customer")], actor=SYSTEM)

    walk_all(session, left, most=1)

    assert pegs(session) == [(orders[1], 71, 2), (orders[2], 71, 2), (orders[3], 73, 2)]


def test_a_slip_between_two_slices_moves_exactly_who_rests_on_it(session, house):
    orders = place(session, 6)
    bring(
        session,
        coming(house, 71, 4, "2026-12-03"),
        coming(house, 72, 4, "2026-12-07"),
        coming(house, 73, 4, "2026-12-09"),
    )
    bring(session, coming(house, 74, 2, "2026-12-02"))
    before = pegs(session)
    assert [order for order, line, _ in before if line == 72] == orders[3:5]
    expect(session, [coming(house, 75, 1, "2026-12-01")], actor=SYSTEM)
    left = walk_on(session, begin(house), most=1)
    rested = {order: line for order, line, _ in pegs(session)}

    expect(session, [coming(house, 72, 4, "2026-12-14")], actor=SYSTEM)
    walk_all(session, left, most=1)

    on_72 = [order for order, line in rested.items() if line == 72]
    assert told(session) == on_72
    assert [ledger(session, order)[-1][0] for order in on_72] == ["later"] * len(on_72)


def test_a_receipt_between_two_slices_goes_to_who_waits_longest_and_costs_nobody_a_promise(session, house):
    orders = place(session, 5)
    bring(session, coming(house, 71, 6, "2026-12-03"))
    expect(session, [coming(house, 72, 10, "2026-12-07")], actor=SYSTEM)
    left = walk_on(session, begin(house), most=1)
    receive(session, house, 4)
    expect(session, [coming(house, 71, 2, "2026-12-03")], actor=SYSTEM)

    walk_all(session, walk_on(session, left, most=1), most=1)
    fill_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM, most=1)
    fill_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM, most=1)
    walk_all(session, begin(house), most=1)

    assert pegs(session) == [(orders[2], 71, 2), (orders[3], 72, 2), (orders[4], 72, 2)]
    assert [ledger(session, order)[-1][0] for order in orders] == ["arrived", "arrived", "first", "first", "first"]
    assert told(session) == []


def test_two_walks_of_one_sku_at_once_end_as_one(session, house):
    orders = place(session, 6)
    expect(session, [coming(house, 71, 7, "2026-12-03"), coming(house, 72, 4, "2026-12-07")], actor=SYSTEM)
    one, other = begin(house), begin(house)

    while one or other:
        one = walk_on(session, one) if one else one
        other = walk_on(session, other, most=1) if other else other

    shares = pegs(session)
    assert shares[:3] == [(order, 71, 2) for order in orders[:3]]
    assert shares[3:] == [(orders[3], 71, 1), (orders[3], 72, 1), (orders[4], 72, 2), (orders[5], 72, 1)]


def test_a_walk_looks_on_where_its_page_ended(session, house, monkeypatch):
    monkeypatch.setattr("app.workflows.waiting_lines.PAGE", 1)
    monkeypatch.setattr("app.workflows.waiting_lines.LEAST", 2)
    orders = place(session, 5)

    bring(session, coming(house, 71, 20, "2026-12-03"))

    assert [order for order, _, _ in pegs(session)] == orders
    assert peg_all(session, house.skus["TEA-1"]) == 3
