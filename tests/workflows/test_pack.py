"""Verified and packed."""

import pytest
from sqlalchemy import text

from app.fulfilment import scans
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError
from app.workflows.pack_work import Check, Closing, NotVerified, acknowledge, close_parcels, verify
from app.workflows.pick_work import Pick, pick, put_back
from app.workflows.ship_orders import ship_orders
from app.workflows.unpack_work import empty_boxes, unpack_parcels
from tests.factories.floor import (
    dispatch,
    happened,
    line,
    order,
    pack_all,
    pick_all,
    released,
    scan,
    works,
)
from tests.factories.house import make_house


@pytest.fixture
def house(session):
    return make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-2", "CMH1"): 9, ("TEA-3", "RNO1"): 9})


def check(one, code="TEA-1", quantity=1, client_scan_id=None):
    return Check(fulfilment_order_id=one.id, code=code, quantity=quantity, client_scan_id=client_scan_id or scan())


def closing(one, *, is_partial=False):
    return Closing(fulfilment_order_id=one.id, is_partial=is_partial)


def parcel(session, id):
    return session.execute(text("SELECT * FROM parcels WHERE id = :id"), {"id": id}).one()


def test_a_box_closes_when_every_item_is_verified(session, house):
    one = pick_all(session, released(session, ("TEA-1", 2), ("TEA-2", 1)))
    verify(session, [check(one, quantity=2), check(one, "TEA-2")], actor=SYSTEM)

    [parcel_id] = close_parcels(session, [closing(one)], actor=SYSTEM)

    assert parcel(session, parcel_id).state == "packed"
    assert works(session, one.order_id)[0].state == "packed"
    assert (line(session, one.order_id).packed, order(session, one.order_id).fulfilment_status) == (2, "packed")


def test_a_box_does_not_close_while_an_item_is_not_verified(session, house):
    one = pick_all(session, released(session, ("TEA-1", 2), ("TEA-2", 1)))
    verify(session, [check(one, quantity=2)], actor=SYSTEM)

    with pytest.raises(NotVerified, match="1 units are not verified yet"):
        close_parcels(session, [closing(one)], actor=SYSTEM)


def test_an_empty_box_does_not_close(session, house):
    one = pick_all(session, released(session, ("TEA-1", 2)))

    with pytest.raises(NotVerified, match="nothing is verified yet"):
        close_parcels(session, [closing(one, is_partial=True)], actor=SYSTEM)


def test_a_box_does_not_close_as_complete_while_units_are_unpicked(session, house):
    one = released(session, ("TEA-1", 2))
    pick(session, [Pick(fulfilment_order_id=one.id, code="TEA-1", quantity=1, client_scan_id=scan())], actor=SYSTEM)
    verify(session, [check(one)], actor=SYSTEM)

    with pytest.raises(NotVerified, match="1 units are not picked yet"):
        close_parcels(session, [closing(one)], actor=SYSTEM)


def test_closing_twice_makes_one_parcel(session, house):
    one = pick_all(session, released(session, ("TEA-1", 2)))
    verify(session, [check(one, quantity=2)], actor=SYSTEM)
    first = close_parcels(session, [closing(one)], actor=SYSTEM)

    assert close_parcels(session, [closing(one)], actor=SYSTEM) == first
    assert happened(session, one.order_id).count("ParcelPacked") == 1


def test_a_wrong_item_stops_everything_until_it_is_out(session, house):
    one = pick_all(session, released(session, ("TEA-1", 2)))

    [answer] = verify(session, [check(one, "TEA-3")], actor=SYSTEM)

    assert answer.step == "wrong"
    with pytest.raises(DomainError, match="TEA-3 does not belong in this box"):
        verify(session, [check(one)], actor=SYSTEM)
    with pytest.raises(DomainError, match="TEA-3 does not belong in this box"):
        close_parcels(session, [closing(one, is_partial=True)], actor=SYSTEM)


def test_packing_goes_on_when_the_wrong_item_is_out(session, house):
    one = pick_all(session, released(session, ("TEA-1", 2)))
    verify(session, [check(one, "TEA-3")], actor=SYSTEM)

    acknowledge(session, [one.id])

    assert [answer.step for answer in verify(session, [check(one)], actor=SYSTEM)] == ["pack"]


def test_one_item_too_many_is_wrong(session, house):
    one = pick_all(session, released(session, ("TEA-1", 1)))

    answers = verify(session, [check(one), check(one)], actor=SYSTEM)

    assert [answer.step for answer in answers] == ["pack", "wrong"]


def test_a_text_that_is_no_sku_is_wrong_too(session, house):
    one = pick_all(session, released(session, ("TEA-1", 1)))

    [answer] = verify(session, [check(one, "https://example.com/" + "x" * 200)], actor=SYSTEM)

    assert answer.step == "wrong"
    assert len(scans.wrong(session, [one.id])[one.id]) == 80


def test_a_verification_sent_twice_counts_once(session, house):
    one = pick_all(session, released(session, ("TEA-1", 2)))

    verify(session, [check(one, client_scan_id="p-1")], actor=SYSTEM)
    answers = verify(session, [check(one, client_scan_id="p-1")], actor=SYSTEM)

    assert answers == []
    assert scans.verified(session, [one.id]) == {(one.id, "TEA-1"): 1}


def test_one_sku_on_two_lines_is_packed_as_both(session, house):
    one = pick_all(session, released(session, ("TEA-1", 2), ("TEA-1", 1)))
    verify(session, [check(one, quantity=3)], actor=SYSTEM)

    close_parcels(session, [closing(one)], actor=SYSTEM)

    assert [each.packed for each in works(session, one.order_id)[0].lines] == [2, 1]


def test_work_goes_into_two_boxes(session, house):
    one = pick_all(session, released(session, ("TEA-1", 2), ("TEA-2", 1)))
    verify(session, [check(one, quantity=2)], actor=SYSTEM)
    [first] = close_parcels(session, [closing(one, is_partial=True)], actor=SYSTEM)
    verify(session, [check(one, "TEA-2")], actor=SYSTEM)

    [second] = close_parcels(session, [closing(one)], actor=SYSTEM)

    assert [parcel(session, id).part for id in (first, second)] == [1, 2]
    assert works(session, one.order_id)[0].state == "packed"


def test_an_emptied_box_wants_its_items_again(session, house):
    one = pick_all(session, released(session, ("TEA-1", 2)))
    verify(session, [check(one, quantity=2)], actor=SYSTEM)

    empty_boxes(session, [one.id], actor=SYSTEM)

    with pytest.raises(NotVerified):
        close_parcels(session, [closing(one)], actor=SYSTEM)


def test_what_lies_in_the_box_cannot_be_put_back_unseen(session, house):
    one = pick_all(session, released(session, ("TEA-1", 2)))
    verify(session, [check(one)], actor=SYSTEM)

    with pytest.raises(DomainError, match="TEA-1: 1 can go back, not 2; empty the open box first"):
        put_back(
            session, [Pick(fulfilment_order_id=one.id, code="TEA-1", quantity=2, client_scan_id=scan())], actor=SYSTEM
        )


def test_a_parcel_can_be_opened_again_before_it_leaves(session, house):
    one = pick_all(session, released(session, ("TEA-1", 2)))
    parcel_id = pack_all(session, one)

    unpack_parcels(session, [parcel_id], actor=SYSTEM)

    assert parcel(session, parcel_id).state == "unpacked"
    assert works(session, one.order_id)[0].state == "picked"
    assert (line(session, one.order_id).packed, scans.verified(session, [one.id])[one.id, "TEA-1"]) == (0, 0)
    with pytest.raises(DomainError, match="this parcel was unpacked"):
        ship_orders(session, [dispatch(parcel_id)], actor=SYSTEM)
