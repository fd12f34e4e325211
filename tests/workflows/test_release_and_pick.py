"""Work is handed to the floor and picked."""

import pytest
from sqlalchemy import text

from app.fulfilment import work
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError, NotFound
from app.orders.holds import Stop
from app.workflows.at_work import OnHold
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.hold_orders import hold_orders
from app.workflows.pick_work import Pick, WrongItem, pick, put_back
from app.workflows.release_work import NotReleasable, recall_work, release_work
from tests.factories.floor import happened, line, order, pick_all, placed, released, scan, works
from tests.factories.house import make_house


@pytest.fixture
def house(session):
    return make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 9, ("TEA-3", "RNO1"): 9})


def picked(one, code="TEA-1", quantity=1, client_scan_id=None):
    return Pick(fulfilment_order_id=one.id, code=code, quantity=quantity, client_scan_id=client_scan_id or scan())


def test_releasing_puts_work_on_a_pick_list_and_the_order_in_process(session, house):
    order_id = placed(session, ("TEA-1", 2))
    [one] = works(session, order_id)

    lists = release_work(session, [one.id], actor=SYSTEM)

    [after] = works(session, order_id)
    assert (after.state, after.pick_list_id) == ("released", lists[one.id])
    assert line(session, order_id).released == 2
    assert order(session, order_id).status == "in_process"
    assert happened(session, order_id)[-1] == "WorkReleased"


def test_work_of_one_site_that_is_released_together_shares_a_pick_list(session, house):
    orders = [placed(session, ("TEA-1", 1)), placed(session, ("TEA-2", 1)), placed(session, ("TEA-3", 1))]
    ids = [works(session, one)[0].id for one in orders]

    lists = release_work(session, ids, actor=SYSTEM)

    assert lists[ids[0]] == lists[ids[1]] != lists[ids[2]]


def test_releasing_twice_is_releasing_once(session, house):
    one = released(session, ("TEA-1", 2))

    again = release_work(session, [one.id], actor=SYSTEM)

    assert again == {one.id: one.pick_list_id}
    assert line(session, one.order_id).released == 2
    assert happened(session, one.order_id).count("WorkReleased") == 1


def test_an_order_on_hold_is_not_released(session, house):
    order_id = placed(session, ("TEA-1", 2))
    hold_orders(session, [Stop(order_id=order_id, reason="address_check")], actor=SYSTEM)

    with pytest.raises(NotReleasable, match="on hold"):
        release_work(session, [works(session, order_id)[0].id], actor=SYSTEM)


def test_an_order_that_must_be_paid_first_is_not_released(session, house):
    session.execute(text("UPDATE channels SET payment_condition = 'paid' WHERE code = 'web'"))
    order_id = placed(session, ("TEA-1", 2))

    with pytest.raises(NotReleasable, match="not paid yet"):
        release_work(session, [works(session, order_id)[0].id], actor=SYSTEM)


def test_unknown_work_is_not_found(session, house):
    with pytest.raises(NotFound, match="no fulfilment order 4711"):
        release_work(session, [4711], actor=SYSTEM)


def test_work_that_nobody_began_can_be_taken_back(session, house):
    one = released(session, ("TEA-1", 2))

    recall_work(session, [one.id], actor=SYSTEM)

    assert works(session, one.order_id)[0].state == "open"
    assert line(session, one.order_id).released == 0
    assert order(session, one.order_id).status == "confirmed"


def test_work_that_was_begun_cannot_be_taken_back(session, house):
    one = released(session, ("TEA-1", 2))
    pick(session, [picked(one)], actor=SYSTEM)

    with pytest.raises(DomainError, match="is picking; to recall it must be released"):
        recall_work(session, [one.id], actor=SYSTEM)


def test_each_scan_counts_one_unit_and_the_last_finishes_the_picking(session, house):
    one = released(session, ("TEA-1", 2))

    pick(session, [picked(one)], actor=SYSTEM)
    halfway = works(session, one.order_id)[0].state
    pick(session, [picked(one)], actor=SYSTEM)

    assert (halfway, works(session, one.order_id)[0].state) == ("picking", "picked")
    assert order(session, one.order_id).fulfilment_status == "picked"


def test_a_scan_that_the_terminal_sends_twice_counts_once(session, house):
    one = released(session, ("TEA-1", 2))

    pick(session, [picked(one, client_scan_id="t1-1")], actor=SYSTEM)
    pick(session, [picked(one, client_scan_id="t1-1"), picked(one, client_scan_id="t1-1")], actor=SYSTEM)

    assert line(session, one.order_id).picked == 1
    assert happened(session, one.order_id).count("UnitsPicked") == 1


def test_a_gtin_is_as_good_as_the_code(session, house):
    session.execute(text("UPDATE skus SET gtin = '4006381333931' WHERE code = 'TEA-1'"))
    one = released(session, ("TEA-1", 2))

    pick(session, [picked(one, code="04006381333931"), picked(one, code=" tea-1 ")], actor=SYSTEM)

    assert line(session, one.order_id).picked == 2


def test_one_sku_on_two_lines_is_picked_line_by_line(session, house):
    one = released(session, ("TEA-1", 2), ("TEA-1", 3))

    pick(session, [picked(one, quantity=4)], actor=SYSTEM)

    after = work.load(session, [one.id])[one.id]
    assert [each.picked for each in after.lines] == [2, 2]


def test_an_item_that_is_not_asked_for_is_refused(session, house):
    one = released(session, ("TEA-1", 2))

    with pytest.raises(WrongItem, match="TEA-2 is not on this list"):
        pick(session, [picked(one, code="TEA-2")], actor=SYSTEM)


def test_more_than_asked_is_refused_with_the_number_left(session, house):
    one = released(session, ("TEA-1", 2))
    pick(session, [picked(one)], actor=SYSTEM)

    with pytest.raises(WrongItem, match="TEA-1: 1 of 2 are picked, so take 1 more, not 2"):
        pick(session, [picked(one, quantity=2)], actor=SYSTEM)


def test_a_hold_stops_the_picking_of_released_work(session, house):
    one = released(session, ("TEA-1", 2))
    hold_orders(session, [Stop(order_id=one.order_id, reason="fraud_review")], actor=SYSTEM)

    with pytest.raises(OnHold, match=r"is on hold \(fraud review\): set the goods aside"):
        pick(session, [picked(one)], actor=SYSTEM)


def test_unreleased_work_cannot_be_picked(session, house):
    order_id = placed(session, ("TEA-1", 2))

    with pytest.raises(DomainError, match="this work is open"):
        pick(session, [picked(works(session, order_id)[0])], actor=SYSTEM)


def test_units_can_be_put_back(session, house):
    one = pick_all(session, released(session, ("TEA-1", 2)))

    put_back(session, [picked(one, quantity=2)], actor=SYSTEM)

    assert works(session, one.order_id)[0].state == "released"
    assert line(session, one.order_id).picked == 0


def test_no_more_goes_back_than_was_picked(session, house):
    one = released(session, ("TEA-1", 2))
    pick(session, [picked(one)], actor=SYSTEM)

    with pytest.raises(DomainError, match="TEA-1: 1 can go back, not 2"):
        put_back(session, [picked(one, quantity=2)], actor=SYSTEM)


def test_cancelling_what_is_not_picked_finishes_the_picking(session, house):
    one = released(session, ("TEA-1", 3))
    pick(session, [picked(one)], actor=SYSTEM)
    ordered = line(session, one.order_id)

    cancel = Cancellation(order_id=one.order_id, order_line_id=ordered.id, reason="customer", quantity=2)
    cancel_orders(session, [cancel], actor=SYSTEM)

    assert works(session, one.order_id)[0].state == "picked"
    assert line(session, one.order_id).released == 1


def test_cancelling_released_work_empties_the_list(session, house):
    one = released(session, ("TEA-1", 3))

    cancel = Cancellation(order_id=one.order_id, order_line_id=line(session, one.order_id).id, reason="customer")
    cancel_orders(session, [cancel], actor=SYSTEM)

    assert works(session, one.order_id)[0].state == "cancelled"
    assert order(session, one.order_id).status == "cancelled"
