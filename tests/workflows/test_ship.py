"""Handed over and delivered."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid, NotFound, StaleState
from app.orders.holds import Stop
from app.workflows.at_work import OnHold
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.deliver_parcels import deliver_parcels
from app.workflows.fill_backorders import fill_backorders
from app.workflows.hold_orders import hold_orders
from app.workflows.pick_work import Pick, pick
from app.workflows.release_work import release_work
from app.workflows.ship_orders import Dispatch, ship_orders
from tests.factories.floor import (
    dispatch,
    happened,
    level,
    line,
    movements,
    order,
    pack_all,
    packed,
    pick_all,
    placed,
    released,
    scan,
    shipped,
    works,
)
from tests.factories.house import make_house, put_stock


@pytest.fixture
def house(session):
    return make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 9, ("TEA-3", "RNO1"): 9})


def parcel(session, id):
    return session.execute(text("SELECT * FROM parcels WHERE id = :id"), {"id": id}).one()


def test_shipping_takes_stock_and_promise_by_one_movement(session, house):
    parcel_id = packed(session, ("TEA-1", 2))

    ship_orders(session, [dispatch(parcel_id)], actor=SYSTEM)

    stock = level(session, "TEA-1", "CMH1")
    assert (stock.on_hand, stock.allocated) == (7, 0)
    assert [(one.on_hand, one.allocated) for one in movements(session, "ship")] == [(-2, -2)]
    sent = order(session, parcel(session, parcel_id).order_id)
    assert (sent.status, sent.fulfilment_status) == ("shipped", "shipped")
    assert sent.shipped_at is not None


def test_shipping_twice_is_shipping_once(session, house):
    parcel_id = packed(session, ("TEA-1", 2))

    ship_orders(session, [dispatch(parcel_id)], actor=SYSTEM)
    ship_orders(session, [dispatch(parcel_id)], actor=SYSTEM)

    assert len(movements(session, "ship")) == 1
    assert happened(session, parcel(session, parcel_id).order_id).count("ParcelShipped") == 1


def test_a_parcel_that_left_keeps_its_label(session, house):
    parcel_id = shipped(session, ("TEA-1", 2))

    with pytest.raises(StaleState, match="left already with Alpine Post, number JD0146 0021 7788"):
        ship_orders(session, [dispatch(parcel_id, number="OTHER-1")], actor=SYSTEM)


@pytest.mark.parametrize(
    "number",
    [
        "javascript:alert(1)",
        "https://evil.example/x",
        "<b>1</b>",
        "1?x=2",
        "A\nB",
        "",
        "x" * 61,
        "\u202e123",
        "../x",
        "#1",
    ],
)
def test_what_could_be_more_than_a_tracking_number_is_refused(session, house, number):
    parcel_id = packed(session, ("TEA-1", 1))

    with pytest.raises(Invalid, match="tracking_number"):
        ship_orders(session, [dispatch(parcel_id, number=number)], actor=SYSTEM)


def test_a_parcel_needs_a_carrier(session, house):
    with pytest.raises(Invalid, match="carrier: this field is needed"):
        ship_orders(session, [dispatch(packed(session, ("TEA-1", 1)), carrier=" ")], actor=SYSTEM)


def test_an_unknown_parcel_is_not_found(session, house):
    with pytest.raises(NotFound, match="no parcel 4711"):
        ship_orders(session, [dispatch(4711)], actor=SYSTEM)


def test_a_hold_keeps_a_packed_parcel_in_the_house(session, house):
    parcel_id = packed(session, ("TEA-1", 1))
    hold_orders(session, [Stop(order_id=parcel(session, parcel_id).order_id, reason="other")], actor=SYSTEM)

    with pytest.raises(OnHold):
        ship_orders(session, [dispatch(parcel_id)], actor=SYSTEM)


def test_a_part_may_leave_before_the_rest_is_picked(session, house):
    one = released(session, ("TEA-1", 3))
    pick(session, [Pick(fulfilment_order_id=one.id, code="TEA-1", quantity=1, client_scan_id=scan())], actor=SYSTEM)
    ship_orders(session, [dispatch(pack_all(session, one := works(session, one.order_id)[0]))], actor=SYSTEM)

    assert order(session, one.order_id).status == "partly_shipped"
    assert works(session, one.order_id)[0].state == "picking"
    rest = pack_all(session, pick_all(session, works(session, one.order_id)[0]))
    ship_orders(session, [dispatch(rest, number="JD2")], actor=SYSTEM)
    assert works(session, one.order_id)[0].state == "shipped"
    assert order(session, one.order_id).status == "shipped"


def test_each_sites_movement_carries_that_sites_part(session):
    """Rival's defect 3: not the line's total."""
    make_house(session, {("TEA-1", "CMH1"): 3, ("TEA-1", "RNO1"): 9})
    order_id = placed(session, ("TEA-1", 10))
    ids = [one.id for one in works(session, order_id)]
    release_work(session, ids, actor=SYSTEM)

    parcels = [pack_all(session, pick_all(session, one)) for one in works(session, order_id)]
    ship_orders(session, [dispatch(id, number=f"N{id}") for id in parcels], actor=SYSTEM)

    assert sorted((one.site, one.on_hand, one.allocated) for one in movements(session, "ship")) == [
        ("CMH1", -3, -3),
        ("RNO1", -7, -7),
    ]
    assert line(session, order_id).shipped == 10


def test_goods_that_are_promised_at_another_site_do_not_leave_from_here(session, house):
    """Rival's defect 5: the reservation must move, or the shipment is refused."""
    parcel_id = packed(session, ("TEA-1", 2))
    reno = house.sites["RNO1"]
    put_stock(session, house, {("TEA-1", "RNO1"): 5})
    session.execute(text("UPDATE fulfilment_orders SET site_id = :reno"), {"reno": reno})

    with pytest.raises(StaleState, match="no longer promised from that site"):
        ship_orders(session, [dispatch(parcel_id)], actor=SYSTEM)


def test_units_that_wait_stay_waiting_when_the_others_leave(session):
    """Rival's defect 10: a split never turns waiting units into units at hand."""
    house = make_house(session, {("TEA-1", "CMH1"): 3})
    order_id = placed(session, ("TEA-1", 5))
    release_work(session, [works(session, order_id)[0].id], actor=SYSTEM)
    ship_orders(session, [dispatch(pack_all(session, pick_all(session, works(session, order_id)[0])))], actor=SYSTEM)

    after = line(session, order_id)
    assert (after.shipped, after.backordered, after.allocated) == (3, 2, 0)
    assert order(session, order_id).fulfilment_status == "partly_shipped"
    put_stock(session, house, {("TEA-1", "CMH1"): 2})
    fill_backorders(session, [house.skus["TEA-1"]], actor=SYSTEM)
    assert [one.state for one in works(session, order_id)] == ["shipped", "open"]


def test_units_that_left_cannot_be_cancelled(session, house):
    parcel_id = shipped(session, ("TEA-1", 2))
    order_id = parcel(session, parcel_id).order_id

    with pytest.raises(StaleState, match="0 of 1 units can still be cancelled"):
        cancel_orders(
            session,
            [Cancellation(order_id=order_id, order_line_id=line(session, order_id).id, reason="customer", quantity=1)],
            actor=SYSTEM,
        )


def test_a_delivered_parcel_completes_the_order(session, house):
    parcel_id = shipped(session, ("TEA-1", 2))

    deliver_parcels(session, [parcel_id], actor=SYSTEM)
    deliver_parcels(session, [parcel_id], actor=SYSTEM)

    order_id = parcel(session, parcel_id).order_id
    assert order(session, order_id).status == "delivered"
    assert order(session, order_id).delivered_at is not None
    assert happened(session, order_id).count("ParcelDelivered") == 1


def test_a_parcel_that_has_not_left_cannot_arrive(session, house):
    with pytest.raises(StaleState, match="is packed; to deliver it must be shipped"):
        deliver_parcels(session, [packed(session, ("TEA-1", 1))], actor=SYSTEM)


def test_a_parcel_named_twice_is_refused(session, house):
    parcel_id = packed(session, ("TEA-1", 1))

    with pytest.raises(Invalid, match="named twice"):
        ship_orders(session, [Dispatch(parcel_id=parcel_id, carrier="A", tracking_number="1")] * 2, actor=SYSTEM)
