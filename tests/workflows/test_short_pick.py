"""The shelf holds less than the book says."""

import pytest

from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError, Invalid
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.pick_work import Pick, pick
from app.workflows.release_work import release_work
from app.workflows.short_pick import Short, short_pick
from tests.factories.floor import happened, level, line, movements, order, pick_all, placed, released, scan, works
from tests.factories.house import make_house


def short(one, quantity=1, reason="missing", client_scan_id=None):
    return Short(
        fulfilment_order_id=one.id,
        line_id=one.lines[0].id,
        quantity=quantity,
        reason=reason,
        client_scan_id=client_scan_id or scan(),
    )


def test_missing_units_are_routed_to_another_site(session):
    make_house(session, {("TEA-1", "CMH1"): 3, ("TEA-1", "RNO1"): 9})
    one = released(session, ("TEA-1", 3))

    short_pick(session, [short(one, 2)], actor=SYSTEM)

    first, second = works(session, one.order_id)
    assert [(each.state, each.lines[0].quantity) for each in (first, second)] == [("released", 1), ("open", 2)]
    assert (level(session, "TEA-1", "CMH1").on_hand, level(session, "TEA-1", "CMH1").allocated) == (1, 1)
    assert level(session, "TEA-1", "RNO1").allocated == 2
    assert happened(session, one.order_id)[-2:] == ["UnitsShortPicked", "OrderRouted"]


def test_missing_units_wait_when_no_other_site_has_them(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    one = released(session, ("TEA-1", 3))

    short_pick(session, [short(one, 2)], actor=SYSTEM)

    after = line(session, one.order_id)
    assert (after.allocated, after.released, after.backordered) == (1, 1, 2)


def test_the_site_that_was_short_is_not_asked_again(session):
    make_house(session, {("TEA-1", "CMH1"): 9})
    one = released(session, ("TEA-1", 3))

    short_pick(session, [short(one, 1)], actor=SYSTEM)

    assert line(session, one.order_id).backordered == 1
    assert level(session, "TEA-1", "CMH1").allocated == 2


def test_a_whole_line_that_is_missing_ends_the_work(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    one = released(session, ("TEA-1", 3))

    short_pick(session, [short(one, 3)], actor=SYSTEM)

    assert works(session, one.order_id)[0].state == "cancelled"
    assert order(session, one.order_id).fulfilment_status == "backordered"


def test_a_short_pick_sent_twice_counts_once(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    one = released(session, ("TEA-1", 3))

    short_pick(session, [short(one, client_scan_id="s-1")], actor=SYSTEM)
    short_pick(session, [short(one, client_scan_id="s-1")], actor=SYSTEM)

    assert line(session, one.order_id).backordered == 1


def test_damaged_units_stay_on_hand_and_are_not_sold(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    one = released(session, ("TEA-1", 3))

    short_pick(session, [short(one, reason="damaged")], actor=SYSTEM)

    stock = level(session, "TEA-1", "CMH1")
    assert (stock.on_hand, stock.unavailable, stock.allocated) == (3, 1, 2)


def test_an_empty_shelf_takes_promises_from_others_too(session):
    make_house(session, {("TEA-1", "CMH1"): 8, ("TEA-1", "RNO1"): 1})
    one = released(session, ("TEA-1", 2))
    later = placed(session, ("TEA-1", 3))

    short_pick(session, [short(one, 2, "none_left")], actor=SYSTEM)

    assert (level(session, "TEA-1", "CMH1").on_hand, level(session, "TEA-1", "CMH1").allocated) == (0, 0)
    assert [line(session, id).backordered for id in (one.order_id, later)] == [1, 3]
    assert "UnitsDisplaced" in happened(session, later)


def test_an_empty_shelf_does_not_take_what_lies_in_totes(session):
    make_house(session, {("TEA-1", "CMH1"): 8})
    safe = pick_all(session, released(session, ("TEA-1", 4)))
    one = released(session, ("TEA-1", 3))
    pick(session, [Pick(fulfilment_order_id=one.id, code="TEA-1", quantity=1, client_scan_id=scan())], actor=SYSTEM)

    short_pick(session, [short(one, 2, "none_left")], actor=SYSTEM)

    stock = level(session, "TEA-1", "CMH1")
    assert (stock.on_hand, stock.allocated) == (5, 5)
    assert line(session, safe.order_id).picked == 4
    assert works(session, one.order_id)[0].state == "picked"


def test_the_movement_names_the_work_and_the_site(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    one = released(session, ("TEA-1", 3))

    short_pick(session, [short(one, 2)], actor=SYSTEM)

    posted = [(each.reference_type, each.on_hand, each.allocated) for each in movements(session, "short_pick")]
    assert posted == [("order_line", 0, -2), ("fulfilment_order", -2, 0)]


def test_picked_units_cannot_be_missing(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    one = pick_all(session, released(session, ("TEA-1", 2)))

    with pytest.raises(DomainError, match="0 units are still to pick, so 1 cannot be missing"):
        short_pick(session, [short(one)], actor=SYSTEM)


@pytest.mark.parametrize(("quantity", "reason"), [(0, "missing"), (-1, "missing"), (1, "stolen")])
def test_nonsense_is_refused(session, quantity, reason):
    make_house(session, {("TEA-1", "CMH1"): 3})
    one = released(session, ("TEA-1", 2))

    with pytest.raises(Invalid):
        short_pick(session, [short(one, quantity, reason)], actor=SYSTEM)


def test_work_can_be_cancelled_when_the_stock_is_gone(session):
    """Rival's defect 6: cancelling must not stumble over stock that fell below what was promised."""
    make_house(session, {("TEA-1", "CMH1"): 3})
    one = released(session, ("TEA-1", 3))
    short_pick(session, [short(one, 1, "none_left")], actor=SYSTEM)

    cancel = Cancellation(order_id=one.order_id, order_line_id=line(session, one.order_id).id, reason="unavailable")
    cancel_orders(session, [cancel], actor=SYSTEM)

    stock = level(session, "TEA-1", "CMH1")
    assert (stock.on_hand, stock.allocated) == (0, 0)
    assert order(session, one.order_id).status == "cancelled"


def test_two_orders_over_two_sites_never_send_more_than_was_asked(session):
    """Rival's defect 2, over the floor: what the second site sends is what the first could not."""
    make_house(session, {("TEA-1", "CMH1"): 3, ("TEA-1", "RNO1"): 9})
    order_id = placed(session, ("TEA-1", 5))
    release_work(session, [one.id for one in works(session, order_id)], actor=SYSTEM)

    short_pick(session, [short(works(session, order_id)[0], 1)], actor=SYSTEM)

    assert sum(each.quantity for one in works(session, order_id) for each in one.lines) == 5
    assert line(session, order_id).allocated == 5
