"""Defects of other order systems in holding, sending and giving back units; the names say what went wrong there."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.errors import StaleState
from app.kernel.money import Money
from app.payments.ledger import Entry
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.fill_backorders import fill_backorders
from app.workflows.place_orders import place_orders
from app.workflows.record_payments import record_payments
from app.workflows.release_work import release_work
from app.workflows.ship_orders import ship_orders
from tests.factories.carts import held, hold, hold_expired
from tests.factories.floor import dispatch, level, line, movements, order, pack_all, packed, pick_all, placed, works
from tests.factories.house import make_house, order_request, put_stock

TWO_SITES = {("TEA-1", "CMH1"): 3, ("TEA-1", "RNO1"): 10}


def cancel(session, order_id: int, quantity: int | None = None) -> None:
    wanted = line(session, order_id)
    one = Cancellation(order_id=order_id, order_line_id=wanted.id, reason="customer", quantity=quantity)
    cancel_orders(session, [one], actor=SYSTEM)


def parts(session, reason: str) -> dict[str, int]:
    return {row.site: row.allocated for row in movements(session, reason)}


def test_defect_3_the_ledger_row_of_each_site_carries_that_sites_part_of_the_line(session):
    make_house(session, TWO_SITES)

    order_id = placed(session, ("TEA-1", 12))
    sold = parts(session, "allocate")
    cancel(session, order_id)

    assert sum(sold.values()) == 12
    assert set(sold) == {"CMH1", "RNO1"}
    assert parts(session, "cancel") == {site: -units for site, units in sold.items()}
    assert [level(session, "TEA-1", site).allocated for site in sold] == [0, 0]


def test_defect_3_what_a_cart_holds_at_two_sites_is_written_site_by_site(session):
    make_house(session, TWO_SITES)

    hold(session, "cart", ("TEA-1", 12))

    assert {row.site: row.reserved for row in movements(session, "reserve")} == {"CMH1": 2, "RNO1": 10}
    assert held(session) == {("cart", "TEA-1", "CMH1"): 2, ("cart", "TEA-1", "RNO1"): 10}


def test_defect_5_an_order_that_another_site_sends_moves_the_hold_and_leaves_nothing_reserved_behind(session):
    house = make_house(session, {("TEA-1", "RNO1"): 5})
    token = hold(session, "cart", ("TEA-1", 2)).token
    put_stock(session, house, {("TEA-1", "CMH1"): 5})

    order_id = placed(session, ("TEA-1", 2), reservation=token)
    [work] = works(session, order_id)
    release_work(session, [work.id], actor=SYSTEM)
    parcel_id = pack_all(session, pick_all(session, work))
    ship_orders(session, [dispatch(parcel_id)], actor=SYSTEM)

    near, far = level(session, "TEA-1", "CMH1"), level(session, "TEA-1", "RNO1")
    assert (near.on_hand, near.allocated, near.reserved) == (3, 0, 0)
    assert (far.on_hand, far.allocated, far.reserved) == (5, 0, 0)
    assert held(session) == {}


def test_defect_6_cancelling_works_after_more_was_lost_than_was_free(session):
    house = make_house(session, {("TEA-1", "CMH1"): 5})
    first, second = placed(session, ("TEA-1", 2)), placed(session, ("TEA-1", 3))
    gone = Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], on_hand=-5, reason="lost")

    adjust_stock(session, [gone], actor=SYSTEM)
    cancel(session, first)
    cancel(session, second)

    left = level(session, "TEA-1", "CMH1")
    assert (left.on_hand, left.allocated, left.reserved, left.unavailable) == (0, 0, 0, 0)
    assert [order(session, id).status for id in (first, second)] == ["cancelled", "cancelled"]


@pytest.mark.parametrize("state", ["running", "expired"])
def test_defect_7_the_hold_of_a_cart_does_not_stand_against_its_own_order_not_even_after_a_failed_try(session, state):
    make_house(session, {("TEA-1", "CMH1"): 2})
    token = hold(session, "cart", ("TEA-1", 2)).token if state == "running" else ""
    token = token or hold_expired(session, "cart", ("TEA-1", 2))
    asked = order_request(("TEA-1", 2), channel="store", reservation=token)

    failed = session.begin_nested()
    place_orders(session, [asked], actor=SYSTEM)
    failed.rollback()
    [again] = place_orders(session, [asked], actor=SYSTEM)

    assert again.status == "confirmed"
    assert level(session, "TEA-1", "CMH1").allocated == 2
    assert held(session) == {}


def test_defect_9_a_refund_and_then_a_cancelled_line_give_the_units_back_once(session):
    make_house(session, {("TEA-1", "CMH1"): 5})
    order_id = placed(session, ("TEA-1", 4))
    pay = {"order_id": order_id, "method": "cash"}
    record_payments(session, [Entry(kind="payment", amount=Money(4000, "USD"), **pay)], actor=SYSTEM)

    record_payments(session, [Entry(kind="refund", amount=Money(4000, "USD"), **pay)], actor=SYSTEM)
    after_refund = level(session, "TEA-1", "CMH1")
    cancel(session, order_id, 4)
    with pytest.raises(StaleState, match="0 of 4 units can still be cancelled"):
        cancel(session, order_id, 4)

    assert after_refund.allocated == 4
    assert parts(session, "cancel") == {"CMH1": -4}
    stock = level(session, "TEA-1", "CMH1")
    assert (stock.on_hand, stock.allocated) == (5, 0)


def test_defect_9_what_has_left_is_not_put_back_by_cancelling_its_line(session):
    make_house(session, {("TEA-1", "CMH1"): 5})
    parcel_id = packed(session, ("TEA-1", 2))
    ship_orders(session, [dispatch(parcel_id)], actor=SYSTEM)
    order_id = session.execute(text("SELECT id FROM orders")).scalar_one()

    with pytest.raises(StaleState):
        cancel(session, order_id, 2)

    assert level(session, "TEA-1", "CMH1").on_hand == 3


def test_defect_10_a_line_of_which_part_is_sent_and_part_waits_keeps_the_state_of_each_unit(session):
    house = make_house(session, {("TEA-1", "CMH1"): 3})
    order_id = placed(session, ("TEA-1", 5))
    [work] = works(session, order_id)
    release_work(session, [work.id], actor=SYSTEM)

    ship_orders(session, [dispatch(pack_all(session, pick_all(session, work)))], actor=SYSTEM)
    half_sent = line(session, order_id)
    put_stock(session, house, {("TEA-1", "CMH1"): 1})
    fill_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM)
    then = line(session, order_id)
    cancel(session, order_id, 1)

    assert (half_sent.shipped, half_sent.backordered, half_sent.allocated) == (3, 2, 0)
    assert (then.shipped, then.backordered, then.allocated) == (3, 1, 1)
    last = line(session, order_id)
    assert (last.shipped, last.backordered, last.allocated, last.cancelled) == (3, 0, 1, 1)
    assert level(session, "TEA-1", "CMH1").allocated == 1
