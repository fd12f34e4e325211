"""Goods come in: partly, too many, damaged, by lot; each scan once; and are taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid, StaleState
from app.kernel.event_types import decode
from app.purchasing import suppliers, terms
from app.purchasing.terms import Terms
from app.workflows.change_purchase_orders import LeaveOut, cancel_units, close_short
from app.workflows.fill_backorders import on_stock_arrived
from app.workflows.receive_goods import Arrival, receive
from app.workflows.spread_receipts import Item, NotOnOrder, OverReceipt
from tests.factories.buying import bought, buying, come, drafted, incoming, sent
from tests.factories.floor import level, line, movements, placed


def hear_of_stock(session) -> None:
    """What the delivery that an arrival leaves does later."""
    rows = session.execute(text("SELECT type, payload FROM events WHERE type = 'StockArrived' ORDER BY id")).all()
    on_stock_arrived(session, [decode(row.type, row.payload) for row in rows])


def tolerate(session, over: int) -> None:
    session.execute(text("UPDATE suppliers SET over_percent = :over"), {"over": over})


def test_a_part_comes_in_and_the_rest_stays_expected(session, house):
    number = sent(session, ("TEA-1", 10))

    come(session, number, ("TEA-1", 4))

    assert buying(session, number).state == "partly_received"
    assert level(session, "TEA-1", "CMH1").on_hand == 6
    assert incoming(session)["TEA-1"][0] == 6


def test_the_last_unit_completes_the_order(session, house):
    number = sent(session, ("TEA-1", 3), ("TEA-2", 1))
    come(session, number, ("TEA-1", 3))

    come(session, number, ("TEA-2", 1))

    assert buying(session, number).state == "received"
    assert incoming(session) == {}


def test_a_receipt_keeps_who_when_what_it_cost_and_what_was_moved_for_it(session, house):
    number = sent(session, ("TEA-1", 10))

    got = come(session, number, ("TEA-1", 4))

    row = session.execute(
        text("SELECT r.actor, l.* FROM receipts r JOIN receipt_lines l ON l.receipt_id = r.id WHERE r.id = :id"),
        {"id": got.receipt_id},
    ).one()
    [moved] = [each for each in movements(session, "receipt") if each.reference_type == "receipt_line"]
    assert (row.actor, row.quantity, row.unit_cost_minor, row.condition) == ("system", 4, 400, "good")
    assert (moved.reference_id, moved.on_hand) == (row.id, 4)


def test_a_scan_that_is_sent_twice_counts_once(session, house):
    number = sent(session, ("TEA-1", 10))

    first = come(session, number, ("TEA-1", 1), client_scan_id="beep")
    second = come(session, number, ("TEA-1", 1), client_scan_id="beep")

    assert bought(session, number).received == 1
    assert first.receipt_id == second.receipt_id
    assert second.parts == ()


def test_a_scan_that_stands_twice_in_one_batch_counts_once(session, house):
    number = sent(session, ("TEA-1", 10))
    one = Arrival(number=number, client_scan_id="beep", items=(Item(code="TEA-1"),))

    got = receive(session, [one, one], actor=SYSTEM)

    assert bought(session, number).received == 1
    assert got[0] == got[1]


def test_our_code_a_gtin_and_the_suppliers_code_all_scan(session, house):
    number = sent(session, ("TEA-1", 10))
    session.execute(text("UPDATE skus SET gtin = '4006381333931' WHERE code = 'TEA-1'"))
    [supplier] = suppliers.active(session)
    terms.put(session, [Terms(supplier_id=supplier.id, sku_id=house.skus["TEA-1"], code="GRN-1")])

    for code in ("tea-1", "04006381333931", "grn-1"):
        come(session, number, (code, 1))

    assert bought(session, number).received == 3


def test_a_sku_that_was_not_ordered_stops_everything(session, house):
    number = sent(session, ("TEA-1", 10))

    with pytest.raises(NotOnOrder, match="TEA-2 is not on PO-"):
        come(session, number, ("TEA-1", 1), ("TEA-2", 1))
    with pytest.raises(NotOnOrder, match="none of our items"):
        come(session, number, ("SAND", 1))

    assert bought(session, number).received == 0


def test_more_than_ordered_is_refused_with_what_may_come(session, house):
    number = sent(session, ("TEA-1", 10))
    come(session, number, ("TEA-1", 8))

    with pytest.raises(OverReceipt, match="8 of 10 are in, so at most 2 more may come in, not 3"):
        come(session, number, ("TEA-1", 3))


def test_the_tolerance_lets_some_more_in_and_not_one_beyond(session, house):
    tolerate(session, 10)
    number = sent(session, ("TEA-1", 20))

    come(session, number, ("TEA-1", 20))
    come(session, number, ("TEA-1", 2))

    assert buying(session, number).state == "received"
    assert incoming(session) == {}
    with pytest.raises(OverReceipt, match="no more may come in"):
        come(session, number, ("TEA-1", 1))


def test_items_of_one_delivery_share_the_tolerance(session, house):
    tolerate(session, 10)
    number = sent(session, ("TEA-1", 10))

    with pytest.raises(OverReceipt):
        come(session, number, ("TEA-1", 6), Item(code="TEA-1", quantity=6, condition="damaged"))


def test_a_reason_lets_any_number_in_and_is_kept(session, house):
    number = sent(session, ("TEA-1", 10))

    got = come(session, number, ("TEA-1", 15), over_reason="free")

    assert bought(session, number).received == 15
    reason = session.execute(text("SELECT over_reason FROM receipts WHERE id = :id"), {"id": got.receipt_id}).scalar()
    assert reason == "free"


def test_two_lines_of_one_sku_are_filled_in_their_order(session, house):
    tolerate(session, 50)
    number = sent(session, ("TEA-1", 4), ("TEA-1", 4))

    come(session, number, ("TEA-1", 9))

    rows = session.execute(text("SELECT received FROM purchase_order_lines ORDER BY position")).scalars()
    assert list(rows) == [5, 4]


def test_units_left_out_do_not_count_towards_what_may_come(session, house):
    number = sent(session, ("TEA-1", 10))
    cancel_units(session, [LeaveOut(number=number, position=1, quantity=4)], actor=SYSTEM)

    with pytest.raises(OverReceipt, match="0 of 6 are in"):
        come(session, number, ("TEA-1", 7))


@pytest.mark.parametrize("state", ["draft", "closed_short", "cancelled"])
def test_nothing_comes_in_on_an_order_that_is_not_open(session, house, state):
    number = drafted(session, ("TEA-1", 10)) if state == "draft" else sent(session, ("TEA-1", 10))
    if state == "closed_short":
        close_short(session, [number], actor=SYSTEM)
    if state == "cancelled":
        cancel_units(session, [LeaveOut(number=number)], actor=SYSTEM)

    with pytest.raises(StaleState, match="nothing can come in on it"):
        come(session, number, ("TEA-1", 1))


def test_goods_to_be_checked_are_on_hand_and_not_for_sale(session, house):
    number = sent(session, ("TEA-2", 10))

    come(session, number, Item(code="TEA-2", quantity=6, condition="quality_hold"))

    held = level(session, "TEA-2", "CMH1")
    assert (held.on_hand, held.unavailable) == (6, 6)
    assert bought(session, number, "TEA-2").rejected == 0


def test_damaged_goods_count_as_received_and_rejected(session, house):
    number = sent(session, ("TEA-2", 10))

    come(session, number, Item(code="TEA-2", quantity=4, condition="damaged"))

    bought_line = bought(session, number, "TEA-2")
    assert (bought_line.received, bought_line.rejected) == (4, 4)
    assert level(session, "TEA-2", "CMH1").unavailable == 4


@pytest.mark.parametrize(
    ("item", "more"),
    [
        (Item(code="TEA-1", quantity=0), {}),
        (Item(code="TEA-1", condition="shiny"), {}),
        (Item(code="TEA-1"), {"over_reason": "because"}),
        (Item(code="TEA-1"), {"received_at": clock.now() + timedelta(days=2)}),
    ],
)
def test_nonsense_is_refused(session, house, item, more):
    number = sent(session, ("TEA-1", 10))

    with pytest.raises(Invalid):
        come(session, number, item, **more)


def test_what_arrives_goes_to_whoever_waited_longest(session, house):
    first, second = placed(session, ("TEA-2", 3)), placed(session, ("TEA-2", 3))
    number = sent(session, ("TEA-2", 10))

    come(session, number, ("TEA-2", 4))
    hear_of_stock(session)

    assert [line(session, id, "TEA-2").allocated for id in (first, second)] == [3, 1]


def test_goods_to_be_checked_fill_no_order(session, house):
    waiting = placed(session, ("TEA-2", 3))
    number = sent(session, ("TEA-2", 10))

    come(session, number, Item(code="TEA-2", quantity=4, condition="quality_hold"))
    hear_of_stock(session)

    assert line(session, waiting, "TEA-2").allocated == 0


def test_many_deliveries_cost_as_many_statements_as_one(session, house, statements):
    def cost(count: int) -> int:
        number = sent(session, ("TEA-2", 500), ("TEA-3", 500))
        arrivals = [
            Arrival(number=number, client_scan_id=f"s-{place}", items=(Item(code="TEA-2"), Item(code="TEA-3")))
            for place in range(count)
        ]
        with statements(session) as counted:
            receive(session, arrivals, actor=SYSTEM)
        return len(counted)

    cost(1)

    assert cost(2) == cost(20)
