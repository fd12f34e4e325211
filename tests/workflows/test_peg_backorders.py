"""Waiting units rest on named supply; when that moves, exactly they are promised anew, and customers told once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.inventory.incoming import expect
from app.kernel import deliveries
from app.kernel.actor import SYSTEM
from app.kernel.event_types import Recorded
from app.orders.events import OrderRouted, UnitsCancelled
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.peg_backorders import on_orders_changed
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request
from tests.factories.supply import bring, coming, evening, ledger, peg_all, pegs

TODAY = datetime(2026, 11, 25, 15, tzinfo=UTC)  # a Wednesday


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY, tick=False)


@pytest.fixture
def _queues():
    deliveries.wire({"orders.peg_backorders": "intake"})
    yield
    deliveries.wire({})


@pytest.fixture
def house(session):
    return make_house(session)


def place(session, *lines, **changes):
    return place_orders(session, [order_request(*lines, **changes)], actor=SYSTEM)[0].order_id


def promised(session, order_id):
    return session.execute(text("SELECT promised_at FROM orders WHERE id = :id"), {"id": order_id}).scalar_one()


def receive(session, house, units):
    adjust_stock(
        session,
        [Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], on_hand=units, reason="receipt")],
        actor=SYSTEM,
    )


def line_of(session, order_id):
    return session.execute(text("SELECT id FROM order_lines WHERE order_id = :id"), {"id": order_id}).scalar_one()


def days_on_the_way(session):
    return session.execute(
        text("SELECT transit_days FROM zones WHERE id = (SELECT zone_id FROM orders LIMIT 1)")
    ).scalar_one()


def test_a_waiting_order_is_promised_by_the_supply_it_rests_on(session, house):
    order = place(session, ("TEA-1", 3))

    bring(session, coming(house, 71, 10, "2026-12-03"))

    assert pegs(session) == [(order, 71, 3)]
    assert days_on_the_way(session) == 3
    assert promised(session, order) == evening("2026-12-09")  # a Thursday, sent on Friday, and three working days
    assert ledger(session, order) == [("first", 71, evening("2026-12-09"), False)]


def test_who_ordered_first_rests_on_what_comes_first(session, house):
    early, late = place(session, ("TEA-1", 3)), place(session, ("TEA-1", 4))

    bring(session, coming(house, 72, 9, "2026-12-09"), coming(house, 71, 4, "2026-12-03"))

    assert pegs(session) == [(early, 71, 3), (late, 71, 1), (late, 72, 3)]
    assert promised(session, late) == evening("2026-12-15")


def test_an_order_that_waits_for_two_things_is_promised_by_the_later_one_and_not_before_both_are_known(session, house):
    order = place(session, ("TEA-1", 1), ("TEA-2", 1))
    bring(session, coming(house, 71, 4, "2026-12-03"))
    assert promised(session, order) is None

    bring(session, coming(house, 72, 4, "2026-12-10", sku="TEA-2"))

    assert promised(session, order) == evening("2026-12-16")


def test_a_cancelled_line_leaves_its_supply_to_others(session, house):
    first, second = place(session, ("TEA-1", 2)), place(session, ("TEA-1", 2))
    bring(session, coming(house, 71, 2, "2026-12-03"))
    cancelled = Cancellation(order_id=first, order_line_id=line_of(session, first), reason="customer")

    cancel_orders(session, [cancelled], actor=SYSTEM)
    assert pegs(session) == []
    assert session.execute(text("SELECT pegged FROM incoming")).scalar_one() == 0

    peg_all(session, house.skus["TEA-1"])
    assert pegs(session) == [(second, 71, 2)]


def test_no_supply_is_promised_twice_even_by_who_does_not_look(session, house):
    order = place(session, ("TEA-1", 2))
    bring(session, coming(house, 71, 2, "2026-12-03"))

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text("UPDATE incoming SET pegged = pegged + 1"))
    assert pegs(session) == [(order, 71, 2)]


def test_promises_are_never_rewritten(session, house):
    place(session, ("TEA-1", 2))
    bring(session, coming(house, 71, 2, "2026-12-03"))

    with pytest.raises(Exception, match="append-only|permission denied"), session.begin_nested():
        session.execute(text("UPDATE promises SET promised_at = now()"))


@pytest.mark.usefixtures("_queues")
def test_the_reader_of_the_feed_asks_for_the_skus_of_which_something_is_to_come(session, house):
    expect(session, [coming(house, 71, 2, "2026-12-03")], actor=SYSTEM)
    order = place(session, ("TEA-1", 2), ("TEA-2", 2))

    on_orders_changed(session, [recorded(OrderRouted(order_id=order, decision_id=1, cause="placed"))])

    asked = session.execute(text("SELECT ids FROM deliveries WHERE handler = 'orders.peg_backorders'")).scalars().all()
    assert asked == [{"sku_ids": [house.skus["TEA-1"]]}]


def test_the_reader_of_the_feed_asks_for_nothing_where_nothing_waits(session, house):
    expect(session, [coming(house, 71, 2, "2026-12-03")], actor=SYSTEM)
    receive(session, house, 5)
    order = place(session, ("TEA-1", 2))

    on_orders_changed(session, [recorded(OrderRouted(order_id=order, decision_id=1, cause="placed"))])

    assert session.execute(text("SELECT count(*) FROM deliveries WHERE handler LIKE 'orders.peg%'")).scalar_one() == 0


@pytest.mark.usefixtures("_queues")
def test_a_cancelled_line_wakes_those_that_could_have_its_supply(session, house):
    expect(session, [coming(house, 71, 2, "2026-12-03")], actor=SYSTEM)
    order = place(session, ("TEA-1", 2))
    line = line_of(session, order)
    cancel_orders(session, [Cancellation(order_id=order, order_line_id=line, reason="customer")], actor=SYSTEM)
    event = UnitsCancelled(order_id=order, order_line_id=line, sku="TEA-1", quantity=2, reason="customer")

    on_orders_changed(session, [recorded(event)])

    asked = session.execute(text("SELECT ids FROM deliveries WHERE handler = 'orders.peg_backorders'")).scalars().all()
    assert asked == [{"sku_ids": [house.skus["TEA-1"]]}]


def test_the_number_of_statements_does_not_grow_with_what_waits(session, house, statements):
    counts = []
    bring(session, coming(house, 91, 1, "2026-12-01"), coming(house, 92, 1, "2026-12-01", sku="TEA-2"))
    for orders in (1, 6):
        for _ in range(orders):
            place(session, ("TEA-1", 1), ("TEA-2", 1))
        day = f"2026-12-{10 + orders:02}"
        with statements(session) as counted:
            bring(session, coming(house, orders, 50, day), coming(house, 50 + orders, 50, day, sku="TEA-2"))
        counts.append(len(counted))

    assert counts[1] <= counts[0] <= 22


def recorded(event):
    return Recorded(
        id=1, position=1, sequence=1, event=event, actor="system", cause="", request_id="", occurred_at=TODAY
    )
