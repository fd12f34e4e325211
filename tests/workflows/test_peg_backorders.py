"""Waiting units rest on named supply; when that moves, exactly they are promised anew, and customers hear of it once."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.inventory.incoming import Expected, expect
from app.kernel import deliveries
from app.kernel.actor import SYSTEM
from app.kernel.event_types import Recorded
from app.orders.events import OrderRouted, UnitsCancelled
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.fill_backorders import fill_backorders
from app.workflows.peg_backorders import on_orders_changed, peg_backorders, peg_overdue
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request

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


def coming(house, source_id, quantity, on, *, sku="TEA-1", site="CMH1", source="purchase"):
    return Expected(
        sku_id=house.skus[sku],
        site_id=house.sites[site],
        source=source,
        source_id=source_id,
        quantity=quantity,
        expected_on=date.fromisoformat(on),
    )


def bring(session, house, *expected):
    """As the handler of ``SupplyMoved`` does once it is told."""
    expect(session, expected, actor=SYSTEM)
    peg_backorders(session, sorted({one.sku_id for one in expected}), actor=SYSTEM)


def pegs(session):
    rows = session.execute(
        text(
            "SELECT l.order_id, i.source_id, p.quantity FROM pegs p JOIN incoming i ON i.id = p.incoming_id"
            " JOIN order_lines l ON l.id = p.order_line_id ORDER BY l.order_id, i.source_id"
        )
    )
    return [tuple(row) for row in rows]


def promised(session, order_id):
    return session.execute(text("SELECT promised_at FROM orders WHERE id = :id"), {"id": order_id}).scalar_one()


def ledger(session, order_id, *, of_order=False):
    rows = session.execute(
        text(
            "SELECT cause, source_id, promised_at, is_told FROM promises WHERE order_id = :id"
            " AND (order_line_id IS NULL) = :of_order ORDER BY id"
        ),
        {"id": order_id, "of_order": of_order},
    )
    return [tuple(row) for row in rows]


def receive(session, house, units):
    adjust_stock(
        session,
        [Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], on_hand=units, reason="receipt")],
        actor=SYSTEM,
    )


def evening(day):
    """20:00 in Columbus, Ohio, in winter."""
    return datetime.fromisoformat(f"{day}T20:00-05:00")


def told(session):
    rows = session.execute(text("SELECT payload FROM events WHERE type = 'PromiseMoved' ORDER BY id"))
    return [row.payload["order_id"] for row in rows]


def line_of(session, order_id):
    return session.execute(text("SELECT id FROM order_lines WHERE order_id = :id"), {"id": order_id}).scalar_one()


def days_on_the_way(session):
    return session.execute(text("SELECT transit_days FROM zones WHERE id = (SELECT zone_id FROM orders LIMIT 1)")).scalar_one()


def test_a_waiting_order_is_promised_by_the_supply_it_rests_on(session, house):
    order = place(session, ("TEA-1", 3))

    bring(session, house, coming(house, 71, 10, "2026-12-03"))

    assert pegs(session) == [(order, 71, 3)]
    assert days_on_the_way(session) == 3
    assert promised(session, order) == evening("2026-12-08")  # Thursday, and three working days
    assert ledger(session, order) == [("first", 71, evening("2026-12-08"), False)]


def test_what_is_told_of_supply_is_told_once_and_of_what_changed(session, house):
    expect(session, [coming(house, 71, 10, "2026-12-03"), coming(house, 72, 4, "2026-12-09")], actor=SYSTEM)
    expect(session, [coming(house, 71, 10, "2026-12-03"), coming(house, 72, 4, "2026-12-14")], actor=SYSTEM)
    expect(session, [coming(house, 71, 0, "2026-12-03")], actor=SYSTEM)
    expect(session, [coming(house, 71, 0, "2026-12-03")], actor=SYSTEM)

    rows = session.execute(
        text(
            "SELECT payload->>'source_id' AS line, payload->>'quantity_before' AS before, payload->>'quantity' AS now,"
            " payload->>'expected_on' AS day FROM events WHERE type = 'SupplyMoved' ORDER BY id"
        )
    ).all()
    assert [tuple(row) for row in rows] == [
        ("71", "0", "10", "2026-12-03"),
        ("72", "0", "4", "2026-12-09"),
        ("72", "4", "4", "2026-12-14"),
        ("71", "10", "0", "2026-12-03"),
    ]


def test_who_ordered_first_rests_on_what_comes_first(session, house):
    early, late = place(session, ("TEA-1", 3)), place(session, ("TEA-1", 4))

    bring(session, house, coming(house, 72, 9, "2026-12-09"), coming(house, 71, 4, "2026-12-03"))

    assert pegs(session) == [(early, 71, 3), (late, 71, 1), (late, 72, 3)]
    assert promised(session, late) == evening("2026-12-14")


def test_a_purchase_that_slips_five_days_moves_exactly_the_lines_that_rest_on_it(session, house):
    on_71 = [place(session, ("TEA-1", 2)) for _ in range(2)]
    on_72 = [place(session, ("TEA-1", 2)) for _ in range(2)]
    bring(session, house, coming(house, 71, 4, "2026-12-03"), coming(house, 72, 4, "2026-12-07"))

    bring(session, house, coming(house, 71, 4, "2026-12-08"))

    assert [ledger(session, order)[-1][0] for order in on_71] == ["later", "later"]
    assert [len(ledger(session, order)) for order in on_72] == [1, 1]
    assert pegs(session) == [(on_71[0], 71, 2), (on_71[1], 71, 2), (on_72[0], 72, 2), (on_72[1], 72, 2)]
    assert told(session) == on_71


def test_the_first_promise_stays_and_the_later_ones_are_kept_beside_it(session, house):
    order = place(session, ("TEA-1", 2))
    bring(session, house, coming(house, 71, 4, "2026-12-03"))

    bring(session, house, coming(house, 71, 4, "2026-12-08"))

    assert promised(session, order) == evening("2026-12-08")
    assert ledger(session, order, of_order=True) == [
        ("first", None, evening("2026-12-08"), False),
        ("later", None, evening("2026-12-11"), True),
    ]


def test_a_slip_that_ends_before_the_day_that_was_told_is_not_told_again(session, house):
    order = place(session, ("TEA-1", 2))
    for day in ("2026-12-03", "2026-12-10", "2026-12-04", "2026-12-09", "2026-12-11"):
        bring(session, house, coming(house, 71, 4, day))

    causes = [(cause, is_told) for cause, _, _, is_told in ledger(session, order, of_order=True)]
    assert causes == [("first", False), ("later", True), ("sooner", False), ("later", False), ("later", True)]
    assert told(session) == [order, order]


def test_supply_that_is_overdue_carries_no_promise_until_it_has_a_new_day(session, house, time_machine):
    order = place(session, ("TEA-1", 2))
    bring(session, house, coming(house, 71, 4, "2026-12-03"))
    time_machine.move_to(datetime(2026, 12, 4, 15, tzinfo=UTC), tick=False)

    peg_overdue(session, [])
    assert pegs(session) == []
    assert ledger(session, order)[-1][:3] == ("lost", None, None)
    assert told(session) == []

    bring(session, house, coming(house, 71, 4, "2026-12-10"))
    assert pegs(session) == [(order, 71, 2)]
    assert ledger(session, order)[-1][0] == "found"
    assert told(session) == [order]


def test_an_order_that_waits_for_two_things_is_promised_by_the_later_one_and_not_before_both_are_known(session, house):
    order = place(session, ("TEA-1", 1), ("TEA-2", 1))
    bring(session, house, coming(house, 71, 4, "2026-12-03"))
    assert promised(session, order) is None

    bring(session, house, coming(house, 72, 4, "2026-12-10", sku="TEA-2"))

    assert promised(session, order) == evening("2026-12-15")


def test_a_smaller_delivery_than_announced_lets_go_of_who_came_last(session, house):
    orders = [place(session, ("TEA-1", 2)) for _ in range(3)]
    bring(session, house, coming(house, 71, 6, "2026-12-03"))

    bring(session, house, coming(house, 71, 3, "2026-12-03"))

    assert pegs(session) == [(orders[0], 71, 2), (orders[1], 71, 1)]
    assert [len(ledger(session, order)) for order in orders] == [1, 2, 2]


def test_a_supply_that_will_not_come_leaves_its_lines_to_the_next_one(session, house):
    order = place(session, ("TEA-1", 2))
    bring(session, house, coming(house, 71, 6, "2026-12-03"), coming(house, 72, 6, "2026-12-10"))

    bring(session, house, coming(house, 71, 0, "2026-12-03"))

    assert pegs(session) == [(order, 72, 2)]
    assert told(session) == [order]


@pytest.mark.parametrize("filled_first", [True, False])
def test_goods_that_arrive_move_no_promise_of_those_that_rest_on_the_rest(session, house, filled_first):
    orders = [place(session, ("TEA-1", 2)) for _ in range(3)]
    bring(session, house, coming(house, 71, 6, "2026-12-03"))
    receive(session, house, 4)
    expect(session, [coming(house, 71, 2, "2026-12-03")], actor=SYSTEM)
    handlers = [
        lambda: fill_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM),
        lambda: peg_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM),
    ]

    for handle in handlers if filled_first else reversed(handlers):
        handle()

    assert pegs(session) == [(orders[2], 71, 2)]
    assert len(ledger(session, orders[2])) == 1
    assert [ledger(session, order)[-1][0] for order in orders[:2]] == ["arrived", "arrived"]
    assert told(session) == []


def test_who_was_promised_the_earlier_day_gets_the_goods_before_who_came_first(session, house):
    slipped, kept = place(session, ("TEA-1", 2)), place(session, ("TEA-1", 2))
    bring(session, house, coming(house, 71, 2, "2026-12-03"), coming(house, 72, 2, "2026-12-07"))
    bring(session, house, coming(house, 71, 2, "2026-12-14"))
    receive(session, house, 2)
    expect(session, [coming(house, 72, 0, "2026-12-07")], actor=SYSTEM)

    fill_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM)

    waiting = session.execute(text("SELECT order_id FROM order_lines WHERE backordered > 0")).scalars().all()
    assert waiting == [slipped]
    assert ledger(session, kept)[-1][0] == "arrived"


def test_a_cancelled_line_leaves_its_supply_to_others(session, house):
    first, second = place(session, ("TEA-1", 2)), place(session, ("TEA-1", 2))
    bring(session, house, coming(house, 71, 2, "2026-12-03"))
    cancelled = Cancellation(order_id=first, order_line_id=line_of(session, first), reason="customer")

    cancel_orders(session, [cancelled], actor=SYSTEM)
    assert pegs(session) == []
    assert session.execute(text("SELECT pegged FROM incoming")).scalar_one() == 0

    peg_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM)
    assert pegs(session) == [(second, 71, 2)]


def test_supply_for_a_closed_site_carries_no_promise(session, house):
    order = place(session, ("TEA-1", 2))
    session.execute(text("UPDATE sites SET is_active = false WHERE code = 'CMH1'"))

    bring(session, house, coming(house, 71, 2, "2026-12-03"))

    assert (pegs(session), promised(session, order)) == ([], None)


def test_no_supply_is_promised_twice_even_by_who_does_not_look(session, house):
    order = place(session, ("TEA-1", 2))
    bring(session, house, coming(house, 71, 2, "2026-12-03"))

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text("UPDATE incoming SET pegged = pegged + 1"))
    assert pegs(session) == [(order, 71, 2)]


def test_promises_are_never_rewritten(session, house):
    place(session, ("TEA-1", 2))
    bring(session, house, coming(house, 71, 2, "2026-12-03"))

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
    bring(session, house, coming(house, 91, 1, "2026-12-01"), coming(house, 92, 1, "2026-12-01", sku="TEA-2"))
    for orders in (1, 6):
        for _ in range(orders):
            place(session, ("TEA-1", 1), ("TEA-2", 1))
        day = f"2026-12-{10 + orders:02}"
        with statements(session) as counted:
            bring(session, house, coming(house, orders, 50, day), coming(house, 50 + orders, 50, day, sku="TEA-2"))
        counts.append(len(counted))

    assert counts[1] <= counts[0] <= 20


def recorded(event):
    return Recorded(
        id=1, position=1, sequence=1, event=event, actor="system", cause="", request_id="", occurred_at=TODAY
    )
