"""Goods on their way between sites: none is sent twice, none vanishes, and what is promised stays."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.inventory.errors import OutOfStock
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError, Invalid, StaleState
from app.workflows.draft_transfers import Goods, TransferRequest, ask_for, discard_transfers, draft_transfers
from app.workflows.expect_transfers import reschedule_transfers
from app.workflows.receive_transfers import cancel_transfers
from app.workflows.send_transfers import send_transfers
from app.workflows.spread_transfers import NotOnTransfer
from app.workflows.transfer_places import MayNotLeave
from tests.factories.floor import level, movements, placed
from tests.factories.house import make_house
from tests.factories.shelves import lay, lying, make_bins, make_lot
from tests.factories.transfers import arrive, drafted, expected, line_of, lose, sent, transfer


@pytest.fixture
def house(session):
    return make_house(session, {("TEA-1", "CMH1"): 10, ("TEA-2", "CMH1"): 10})


def day(days):
    return clock.now().date() + timedelta(days=days)


def on_hand(session, site, sku="TEA-1"):
    return level(session, sku, site).on_hand


def test_a_draft_moves_nothing(session, house):
    draft = drafted(session, ("TEA-1", 4))

    assert transfer(session, draft).number.startswith("T-1")
    assert (on_hand(session, "CMH1"), expected(session)) == (10, [])


def test_what_is_sent_leaves_its_site_and_is_expected_at_the_other(session, house):
    away = sent(session, ("TEA-1", 4))

    assert (transfer(session, away).state, on_hand(session, "CMH1")) == ("sent", 6)
    assert expected(session) == [("RNO1", 4, day(3))]
    assert [(one.site, one.on_hand, one.reference_type) for one in movements(session, "transfer_out")] == [
        ("CMH1", -4, "transfer_line")
    ]


def test_what_arrives_is_stock_of_the_other_site(session, house):
    away = sent(session, ("TEA-1", 4))

    arrive(session, away, "TEA-1", 4)

    assert (transfer(session, away).state, on_hand(session, "RNO1"), expected(session)) == ("arrived", 4, [])
    assert line_of(session, away).in_transit == 0


def test_what_arrives_goes_to_orders_that_wait(session, house):
    away = sent(session, ("TEA-1", 4))

    arrive(session, away, "TEA-1", 3)

    arrived = session.execute(text("SELECT payload FROM events WHERE type = 'StockArrived' ORDER BY id DESC")).first()
    assert (arrived.payload["site_id"], arrived.payload["quantity"]) == (house.sites["RNO1"], 3)


def test_a_part_arrives_and_the_rest_is_still_expected(session, house):
    away = sent(session, ("TEA-1", 4), ("TEA-2", 2))

    arrive(session, away, "TEA-1", 3)

    assert (transfer(session, away).state, line_of(session, away).in_transit) == ("partly_arrived", 1)
    assert (expected(session), expected(session, "TEA-2")) == ([("RNO1", 1, day(3))], [("RNO1", 2, day(3))])


def test_a_loss_is_written_off_with_who_and_why(session, house):
    away = sent(session, ("TEA-1", 4))
    arrive(session, away, "TEA-1", 3)

    lose(session, away, "TEA-1", 1, "destroyed")

    entry = session.execute(text("SELECT * FROM transfer_entries WHERE kind = 'lost'")).one()
    assert (entry.quantity, entry.reason, entry.actor) == (1, "destroyed", "system")
    assert (transfer(session, away).state, expected(session)) == ("closed_with_loss", [])
    assert on_hand(session, "CMH1") + on_hand(session, "RNO1") == 9


def test_more_than_was_sent_is_refused_until_somebody_says_that_it_is_there(session, house):
    away = sent(session, ("TEA-1", 4))

    with pytest.raises(NotOnTransfer, match="only 4 of 4 are still on their way, not 5.*book them as found"):
        arrive(session, away, "TEA-1", 5)
    arrive(session, away, "TEA-1", 5, is_surplus=True)

    line = line_of(session, away)
    assert (line.arrived, line.found, on_hand(session, "RNO1")) == (4, 1, 5)


def test_what_turns_up_after_the_last_unit_is_found(session, house):
    away = sent(session, ("TEA-1", 4))
    arrive(session, away, "TEA-1", 4)

    arrive(session, away, "TEA-1", 1, is_surplus=True)

    assert (transfer(session, away).state, line_of(session, away).found) == ("arrived", 1)
    assert [one.on_hand for one in movements(session, "found")] == [1]


def test_an_item_that_was_not_sent_is_refused(session, house):
    away = sent(session, ("TEA-1", 4))

    with pytest.raises(NotOnTransfer, match="TEA-2 is not on T-"):
        arrive(session, away, "TEA-2", 1)


def test_the_same_scan_counts_once(session, house):
    away = sent(session, ("TEA-1", 4))

    for _ in range(2):
        arrive(session, away, "TEA-1", 1, scan="s-1")
        lose(session, away, "TEA-1", 1, scan="s-2")

    line = line_of(session, away)
    assert (line.arrived, line.lost, line.in_transit) == (1, 1, 2)


def test_cancelled_on_the_way_the_rest_is_back_where_it_came_from(session, house):
    away = sent(session, ("TEA-1", 4))

    cancel_transfers(session, [away], actor=SYSTEM)

    assert (transfer(session, away).state, on_hand(session, "CMH1"), expected(session)) == ("cancelled", 10, [])
    assert line_of(session, away).returned == 4


def test_what_arrived_before_the_rest_came_back_stays_arrived(session, house):
    away = sent(session, ("TEA-1", 4))
    arrive(session, away, "TEA-1", 1)

    cancel_transfers(session, [away], actor=SYSTEM)

    assert (transfer(session, away).state, on_hand(session, "CMH1"), on_hand(session, "RNO1")) == ("arrived", 9, 1)


def test_a_draft_is_dropped_without_a_trace_in_stock(session, house):
    draft = drafted(session, ("TEA-1", 4))

    discard_transfers(session, [draft], actor=SYSTEM)

    assert (transfer(session, draft).state, on_hand(session, "CMH1")) == ("cancelled", 10)


def test_another_day_is_told_to_whoever_counts_on_the_goods(session, house):
    away = sent(session, ("TEA-1", 4))

    reschedule_transfers(session, {away: day(9)}, actor=SYSTEM)

    assert expected(session) == [("RNO1", 4, day(9))]


def test_goods_that_an_order_was_promised_do_not_leave(session, house):
    placed(session, ("TEA-1", 7))
    draft = drafted(session, ("TEA-1", 4))

    with pytest.raises(OutOfStock, match="TEA-1: 4 shall go, but of 10 on hand only 3 are promised to nobody"):
        send_transfers(session, [draft], actor=SYSTEM)


def test_every_sku_that_falls_short_is_named_at_once(session, house):
    draft = drafted(session, ("TEA-1", 11), ("TEA-2", 12))

    with pytest.raises(OutOfStock, match=r"TEA-1: 11 .*; TEA-2: 12 "):
        send_transfers(session, [draft], actor=SYSTEM)


def test_damaged_goods_stay(session, house):
    lay(session, house, "TEA-3", "CMH1", 3, condition="damaged")
    draft = drafted(session, ("TEA-3", 1))

    with pytest.raises(OutOfStock, match="only 0 are promised to nobody"):
        send_transfers(session, [draft], actor=SYSTEM)


def test_a_frozen_lot_stays_and_the_reason_is_told(session, house):
    lot = make_lot(session, house, "TEA-3", "L1")
    lay(session, house, "TEA-3", "CMH1", 3, lot_id=lot)
    session.execute(text("UPDATE lots SET frozen_at = now() WHERE id = :id"), {"id": lot})
    draft = drafted(session, ("TEA-3", 1))

    with pytest.raises(MayNotLeave, match="3 in no bin: lot L1 is frozen"):
        send_transfers(session, [draft], actor=SYSTEM)


def test_lots_keep_their_names_on_the_way(session, house):
    bins = make_bins(session, house, "CMH1", "A-01", "A-02")
    old = make_lot(session, house, "TEA-3", "OLD", received_on=day(-9))
    new = make_lot(session, house, "TEA-3", "NEW", received_on=day(-1))
    lay(session, house, "TEA-3", "CMH1", 3, lot_id=new, bin_id=bins["A-01"])
    lay(session, house, "TEA-3", "CMH1", 3, lot_id=old, bin_id=bins["A-02"])
    away = sent(session, ("TEA-3", 4))

    arrive(session, away, "TEA-3", 1, lot="NEW")
    arrive(session, away, "TEA-3", 3)

    assert lying(session, "TEA-3", "RNO1") == {("", "NEW", "good"): 1, ("", "OLD", "good"): 3}


def test_a_lot_that_is_asked_for_by_name_is_the_one_that_leaves(session, house):
    for code, days in (("OLD", -9), ("NEW", -1)):
        lot = make_lot(session, house, "TEA-3", code, received_on=day(days))
        lay(session, house, "TEA-3", "CMH1", 3, lot_id=lot)

    sent(session, ("TEA-3", 2), lot="NEW")

    assert lying(session, "TEA-3", "CMH1") == {("", "NEW", "good"): 1, ("", "OLD", "good"): 3}


def test_goods_can_be_added_and_taken_off_while_it_is_a_draft(session, house):
    draft = drafted(session, ("TEA-1", 4))

    ask_for(session, {draft: [Goods(sku="TEA-1", quantity=-1), Goods(sku="TEA-2", quantity=2)]}, actor=SYSTEM)

    assert (line_of(session, draft).asked, line_of(session, draft, "TEA-2").asked) == (3, 2)
    with pytest.raises(DomainError, match="TEA-1: 3 are on this transfer, 5 cannot come off"):
        ask_for(session, {draft: [Goods(sku="TEA-1", quantity=-5)]}, actor=SYSTEM)


def test_nothing_can_be_added_to_what_has_left(session, house):
    away = sent(session, ("TEA-1", 4))

    with pytest.raises(StaleState, match="transfer is sent; to change it must be draft"):
        ask_for(session, {away: [Goods(sku="TEA-1", quantity=1)]}, actor=SYSTEM)
    with pytest.raises(StaleState):
        send_transfers(session, [away], actor=SYSTEM)


def test_an_empty_draft_is_not_sent(session, house):
    draft = drafted(session)

    with pytest.raises(DomainError, match="nothing is on T-"):
        send_transfers(session, [draft], actor=SYSTEM)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from_site": "NONE"}, "from_site"),
        ({"to_site": "CMH1"}, "to_site"),
        ({"expected_on": day(-3)}, "expected_on"),
        ({"expected_on": day(3000)}, "expected_on"),
        ({"goods": (Goods(sku="NONE", quantity=1),)}, "sku"),
        ({"goods": (Goods(sku="TEA-1", quantity=1, lot="NONE"),)}, "lot"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(session, house, changes, field):
    values = {"from_site": "CMH1", "to_site": "RNO1", "expected_on": day(3), **changes}

    with pytest.raises(Invalid) as refusal:
        draft_transfers(session, [TransferRequest(**values)], actor=SYSTEM)

    assert refusal.value.failures[0][0] == field


def test_nothing_is_sent_to_a_closed_site_but_a_closed_site_may_send(session, house):
    session.execute(text("UPDATE sites SET is_active = false WHERE code = 'CMH1'"))

    drafted(session, ("TEA-1", 1))

    request = TransferRequest(from_site="RNO1", to_site="CMH1", expected_on=day(3))
    with pytest.raises(Invalid, match="CMH1 is closed: open it first"):
        draft_transfers(session, [request], actor=SYSTEM)


def test_sending_costs_the_same_however_many_lines(session, house, statements):
    few, many = drafted(session, ("TEA-1", 1)), drafted(session, *[("TEA-1", 1), ("TEA-2", 1)])
    with statements(session) as for_few:
        send_transfers(session, [few], actor=SYSTEM)
    with statements(session) as for_many:
        send_transfers(session, [many], actor=SYSTEM)

    assert len(for_many) == len(for_few)
