"""Goods come in: partly, too many, damaged, by lot; each scan once; and are taken back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid, StaleState
from app.kernel.event_types import decode
from app.purchasing import suppliers, terms
from app.purchasing.terms import Terms
from app.workflows.change_purchase_orders import LeaveOut, cancel_units, close_short
from app.workflows.expect_purchases import today_in
from app.workflows.fill_backorders import on_stock_arrived
from app.workflows.receive_goods import Arrival, receive
from app.workflows.spread_receipts import Item, NotOnOrder, OverReceipt
from app.workflows.undo_receipts import undo_receipts
from tests.factories.buying import bought, buying, come, drafted, incoming, sent
from tests.factories.floor import level, line, movements, pick_all, placed, released

TODAY = today_in("America/New_York")


def places(session) -> list[tuple[str, str, str, int]]:
    rows = session.execute(
        text(
            "SELECT k.code, coalesce(b.code, '') AS bin, coalesce(t.code, '') AS lot, p.condition, p.quantity"
            " FROM bin_stock p JOIN skus k ON k.id = p.sku_id LEFT JOIN bins b ON b.id = p.bin_id"
            " LEFT JOIN lots t ON t.id = p.lot_id WHERE p.quantity > 0 AND k.code <> 'TEA-1' ORDER BY 1, 2, 3, 4"
        )
    )
    return [tuple(row) for row in rows]


def add_bin(session, code: str, kind: str, site: str = "CMH1") -> None:
    session.execute(
        text("INSERT INTO bins (site_id, code, kind) SELECT id, :code, :kind FROM sites WHERE code = :site"),
        {"code": code, "kind": kind, "site": site},
    )


def track(session, sku: str, *, removal: str = "fefo", days: int = 0) -> None:
    session.execute(
        text("UPDATE skus SET tracking = 'lot', removal = :removal, removal_days = :days WHERE code = :sku"),
        {"sku": sku, "removal": removal, "days": days},
    )


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


def test_goods_are_put_into_the_receiving_bin_or_the_one_that_is_scanned(session, house):
    add_bin(session, "DOCK", "receiving")
    add_bin(session, "A-01", "pick")
    number = sent(session, ("TEA-2", 10))

    come(session, number, ("TEA-2", 4), Item(code="TEA-2", quantity=6, bin="A-01"))

    assert places(session) == [("TEA-2", "A-01", "", "good", 6), ("TEA-2", "DOCK", "", "good", 4)]


def test_a_bin_of_another_site_is_refused(session, house):
    add_bin(session, "A-01", "pick", site="RNO1")
    number = sent(session, ("TEA-2", 10))

    with pytest.raises(Invalid, match="no bin A-01"):
        come(session, number, Item(code="TEA-2", bin="A-01"))


def test_a_tracked_sku_asks_for_its_lot_and_then_for_its_day(session, house):
    track(session, "TEA-2")
    number = sent(session, ("TEA-2", 10))

    with pytest.raises(Invalid) as lot:
        come(session, number, ("TEA-2", 1))
    with pytest.raises(Invalid) as day:
        come(session, number, Item(code="TEA-2", lot="L-1"))
    come(session, number, Item(code="TEA-2", lot="L-1", expires_on=date(2031, 5, 1)))
    come(session, number, Item(code="TEA-2", quantity=3, lot="L-1"))

    assert [failure[0] for failure in (*lot.value.failures, *day.value.failures)] == ["lot", "expires_on"]
    assert places(session) == [("TEA-2", "", "L-1", "good", 4)]


def test_a_lot_leaves_so_many_days_before_it_expires(session, house):
    track(session, "TEA-2", days=30)
    number = sent(session, ("TEA-2", 10))

    come(session, number, Item(code="TEA-2", lot="L-1", expires_on=date(2031, 5, 31)))

    row = session.execute(text("SELECT expires_on, remove_on, received_on FROM lots")).one()
    assert tuple(row) == (date(2031, 5, 31), date(2031, 5, 1), TODAY)


def test_a_label_that_contradicts_the_books_is_refused(session, house):
    track(session, "TEA-2")
    number = sent(session, ("TEA-2", 10))
    come(session, number, Item(code="TEA-2", lot="L-1", expires_on=date(2031, 5, 1)))

    with pytest.raises(Invalid, match="by our books"):
        come(session, number, Item(code="TEA-2", lot="L-1", expires_on=date(2032, 5, 1)))


def test_what_may_not_be_sent_any_more_is_not_received_as_good(session, house):
    track(session, "TEA-2", days=30)
    number = sent(session, ("TEA-2", 10))
    stale = Item(code="TEA-2", lot="OLD", expires_on=TODAY + timedelta(days=20))

    with pytest.raises(Invalid, match="may not be sent"):
        come(session, number, stale)
    come(session, number, Item(code="TEA-2", lot="OLD", expires_on=stale.expires_on, condition="quality_hold"))

    assert places(session) == [("TEA-2", "", "OLD", "quality_hold", 1)]


def test_a_frozen_lot_is_not_received_as_good(session, house):
    track(session, "TEA-2", removal="fifo")
    number = sent(session, ("TEA-2", 10))
    come(session, number, Item(code="TEA-2", lot="L-1"))
    session.execute(text("UPDATE lots SET frozen_at = now()"))

    with pytest.raises(Invalid, match="is frozen"):
        come(session, number, Item(code="TEA-2", lot="L-1"))


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


def test_a_receipt_is_taken_back_while_its_units_lie_there(session, house):
    number = sent(session, ("TEA-2", 10))
    got = come(session, number, ("TEA-2", 4), Item(code="TEA-2", quantity=2, condition="damaged"))

    undo_receipts(session, [got.receipt_id], actor=SYSTEM)

    bought_line = bought(session, number, "TEA-2")
    assert (bought_line.received, bought_line.rejected) == (0, 0)
    assert (buying(session, number).state, incoming(session)["TEA-2"][0]) == ("sent", 10)
    assert level(session, "TEA-2", "CMH1").on_hand == 0
    assert [each.on_hand for each in movements(session, "receipt_undone")] == [-4, -2]


def test_a_receipt_is_taken_back_once_and_an_undoing_never(session, house):
    number = sent(session, ("TEA-2", 10))
    got = come(session, number, ("TEA-2", 4))
    undo_receipts(session, [got.receipt_id], actor=SYSTEM)
    undoing = session.execute(text("SELECT id FROM receipts WHERE undoes_id IS NOT NULL")).scalar_one()

    for id in (got.receipt_id, undoing):
        with pytest.raises(StaleState, match="taken back already"):
            undo_receipts(session, [id], actor=SYSTEM)


def test_a_receipt_stays_when_its_units_were_moved_on(session, house):
    add_bin(session, "A-01", "pick")
    number = sent(session, ("TEA-2", 10))
    got = come(session, number, Item(code="TEA-2", quantity=4, bin="A-01"))
    pick_all(session, released(session, ("TEA-2", 2)))

    with pytest.raises(StaleState, match="moved on or sent"):
        undo_receipts(session, [got.receipt_id], actor=SYSTEM)


def test_taking_back_displaces_whoever_was_promised_the_units(session, house):
    number = sent(session, ("TEA-2", 10))
    got = come(session, number, ("TEA-2", 4))
    promised = placed(session, ("TEA-2", 3))

    undo_receipts(session, [got.receipt_id], actor=SYSTEM)

    one = line(session, promised, "TEA-2")
    assert (one.allocated, one.backordered) == (0, 3)


def test_taking_back_from_a_closed_order_opens_it(session, house):
    number = sent(session, ("TEA-2", 10))
    got = come(session, number, ("TEA-2", 4))
    close_short(session, [number], actor=SYSTEM)

    undo_receipts(session, [got.receipt_id], actor=SYSTEM)

    assert (buying(session, number).state, incoming(session)["TEA-2"][0]) == ("sent", 4)


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
