"""Supply slips, shrinks, goes, arrives: exactly what rests on it is promised anew, and customers are told once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.inventory.incoming import expect
from app.kernel.actor import SYSTEM
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.fill_backorders import fill_backorders
from app.workflows.peg_backorders import peg_overdue
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request
from tests.factories.supply import bring, coming, evening, ledger, peg_all, pegs, told


@pytest.fixture
def house(session, time_machine):
    """On a Wednesday."""
    time_machine.move_to(datetime(2026, 11, 25, 15, tzinfo=UTC), tick=False)
    return make_house(session)


def place(session, *lines):
    return place_orders(session, [order_request(*lines)], actor=SYSTEM)[0].order_id


def receive(session, house, units):
    received = Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], on_hand=units, reason="receipt")
    adjust_stock(session, [received], actor=SYSTEM)


def promised(session, order_id):
    return session.execute(text("SELECT promised_at FROM orders WHERE id = :id"), {"id": order_id}).scalar_one()


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


def test_a_purchase_that_slips_five_days_moves_exactly_the_lines_that_rest_on_it(session, house):
    on_71 = [place(session, ("TEA-1", 2)) for _ in range(2)]
    on_72 = [place(session, ("TEA-1", 2)) for _ in range(2)]
    bring(session, coming(house, 71, 4, "2026-12-03"), coming(house, 72, 4, "2026-12-07"))

    bring(session, coming(house, 71, 4, "2026-12-08"))

    assert [ledger(session, order)[-1][0] for order in on_71] == ["later", "later"]
    assert [len(ledger(session, order)) for order in on_72] == [1, 1]
    assert pegs(session) == [(on_71[0], 71, 2), (on_71[1], 71, 2), (on_72[0], 72, 2), (on_72[1], 72, 2)]
    assert told(session) == on_71


def test_the_first_promise_stays_and_the_later_ones_are_kept_beside_it(session, house):
    order = place(session, ("TEA-1", 2))
    bring(session, coming(house, 71, 4, "2026-12-03"))

    bring(session, coming(house, 71, 4, "2026-12-08"))

    assert promised(session, order) == evening("2026-12-09")
    assert ledger(session, order, of_order=True) == [
        ("first", None, evening("2026-12-09"), False),
        ("later", None, evening("2026-12-14"), True),
    ]


def test_a_slip_that_ends_before_the_day_that_was_told_is_not_told_again(session, house):
    order = place(session, ("TEA-1", 2))
    for day in ("2026-12-03", "2026-12-10", "2026-12-04", "2026-12-09", "2026-12-11"):
        bring(session, coming(house, 71, 4, day))

    causes = [(cause, is_told) for cause, _, _, is_told in ledger(session, order, of_order=True)]
    assert causes == [("first", False), ("later", True), ("sooner", False), ("later", False), ("later", True)]
    assert told(session) == [order, order]


def test_supply_that_is_overdue_carries_no_promise_until_it_has_a_new_day(session, house, time_machine):
    order = place(session, ("TEA-1", 2))
    bring(session, coming(house, 71, 4, "2026-12-03"))
    time_machine.move_to(datetime(2026, 12, 4, 15, tzinfo=UTC), tick=False)

    peg_overdue(session, [])
    assert pegs(session) == []
    assert ledger(session, order)[-1][:3] == ("lost", None, None)
    assert told(session) == []

    bring(session, coming(house, 71, 4, "2026-12-10"))
    assert pegs(session) == [(order, 71, 2)]
    assert ledger(session, order)[-1][0] == "found"
    assert told(session) == [order]


def test_a_smaller_delivery_than_announced_lets_go_of_who_came_last(session, house):
    orders = [place(session, ("TEA-1", 2)) for _ in range(3)]
    bring(session, coming(house, 71, 6, "2026-12-03"))

    bring(session, coming(house, 71, 3, "2026-12-03"))

    assert pegs(session) == [(orders[0], 71, 2), (orders[1], 71, 1)]
    assert [len(ledger(session, order)) for order in orders] == [1, 2, 2]


def test_a_supply_that_will_not_come_leaves_its_lines_to_the_next_one(session, house):
    order = place(session, ("TEA-1", 2))
    bring(session, coming(house, 71, 6, "2026-12-03"), coming(house, 72, 6, "2026-12-10"))

    bring(session, coming(house, 71, 0, "2026-12-03"))

    assert pegs(session) == [(order, 72, 2)]
    assert told(session) == [order]


@pytest.mark.parametrize("filled_first", [True, False])
def test_goods_that_arrive_move_no_promise_of_those_that_rest_on_the_rest(session, house, filled_first):
    orders = [place(session, ("TEA-1", 2)) for _ in range(3)]
    bring(session, coming(house, 71, 6, "2026-12-03"))
    receive(session, house, 4)
    expect(session, [coming(house, 71, 2, "2026-12-03")], actor=SYSTEM)
    handlers = [
        lambda: fill_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM),
        lambda: peg_all(session, house.skus["TEA-1"]),
    ]

    for handle in handlers if filled_first else reversed(handlers):
        handle()

    assert pegs(session) == [(orders[2], 71, 2)]
    assert len(ledger(session, orders[2])) == 1
    assert [ledger(session, order)[-1][0] for order in orders[:2]] == ["arrived", "arrived"]
    assert told(session) == []


def test_who_was_promised_the_earlier_day_gets_the_goods_before_who_came_first(session, house):
    slipped, kept = place(session, ("TEA-1", 2)), place(session, ("TEA-1", 2))
    bring(session, coming(house, 71, 2, "2026-12-03"), coming(house, 72, 2, "2026-12-07"))
    bring(session, coming(house, 71, 2, "2026-12-14"))
    receive(session, house, 2)
    expect(session, [coming(house, 72, 0, "2026-12-07")], actor=SYSTEM)

    fill_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM)

    waiting = session.execute(text("SELECT order_id FROM order_lines WHERE backordered > 0")).scalars().all()
    assert waiting == [slipped]
    assert ledger(session, kept)[-1][0] == "arrived"


def test_supply_for_a_closed_site_carries_no_promise(session, house):
    order = place(session, ("TEA-1", 2))
    session.execute(text("UPDATE sites SET is_active = false WHERE code = 'CMH1'"))

    bring(session, coming(house, 71, 2, "2026-12-03"))

    assert (pegs(session), promised(session, order)) == ([], None)


@pytest.mark.parametrize(("hour", "day"), [(15, "2026-12-08"), (23, "2026-12-09")])
def test_goods_that_arrive_on_their_day_keep_the_promise_whatever_the_hour(session, house, time_machine, hour, day):
    order = place(session, ("TEA-1", 2))
    bring(session, coming(house, 71, 2, "2026-12-03"))
    time_machine.move_to(datetime(2026, 12, 3, hour, tzinfo=UTC), tick=False)
    receive(session, house, 2)
    expect(session, [coming(house, 71, 0, "2026-12-03")], actor=SYSTEM)

    fill_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM)

    assert ledger(session, order)[-1][:3] == ("arrived", None, evening(day))
    assert promised(session, order) == evening("2026-12-09")
    assert told(session) == []


def test_goods_that_arrive_late_and_were_never_given_a_new_day_are_told_of_when_they_are_here(
    session, house, time_machine
):
    order = place(session, ("TEA-1", 2))
    bring(session, coming(house, 71, 2, "2026-12-03"))
    time_machine.move_to(datetime(2026, 12, 8, 15, tzinfo=UTC), tick=False)
    peg_overdue(session, [])
    receive(session, house, 2)
    expect(session, [coming(house, 71, 0, "2026-12-03")], actor=SYSTEM)

    fill_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM)

    assert ledger(session, order, of_order=True)[-1] == ("found", None, evening("2026-12-11"), True)
    assert told(session) == [order]
