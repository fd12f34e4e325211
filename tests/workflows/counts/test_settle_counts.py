"""What follows from a count: a recount, an approval, a posting, once."""

import pytest
from sqlalchemy import text

from app.counting.events import CountAccepted
from app.counting.tolerance import Rules
from app.kernel.errors import Invalid, StaleState
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.count_places import Entry, count_units
from app.workflows.post_counts import on_count_accepted
from app.workflows.recount_places import SamePerson
from app.workflows.settle_counts import Decision, approve, cancel, reject, submit
from app.workflows.short_pick import Short, short_pick
from tests.factories.counts import (
    ANN,
    BEN,
    CHEF,
    counted,
    done,
    in_bin,
    line_of,
    place_of,
    planned,
    post_accepted,
    price,
    saw,
    saw_again,
    state_of,
)
from tests.factories.floor import pick_all, placed, released, scan
from tests.workflows.test_set_aside_many import spied


def movements(session):
    rows = session.execute(text("SELECT on_hand, bin_id FROM stock_movements WHERE reason = 'count' ORDER BY id"))
    return [(row.on_hand, row.bin_id) for row in rows]


def test_a_count_that_agrees_with_the_book_is_posted_without_a_movement(session, house, bins):
    count_id = counted(session, house, bins["A-1"], {"TEA-1": 10, "TEA-2": 4})

    post_accepted(session, count_id)

    assert state_of(session, count_id) == "posted"
    assert movements(session) == []


def test_a_difference_within_the_tolerance_is_posted_where_it_was_seen(session, house, bins):
    count_id = counted(
        session, house, bins["A-1"], {"TEA-1": 9, "TEA-2": 4}, rules=Rules(tolerance_units=1, approval_minor=500)
    )

    post_accepted(session, count_id)

    assert movements(session) == [(-1, bins["A-1"])]
    assert in_bin(session, house, bins["A-1"], "TEA-1") == 9


def test_a_count_is_posted_once_however_often_a_worker_comes(session, house, bins):
    count_id = counted(
        session, house, bins["A-1"], {"TEA-1": 9, "TEA-2": 4}, rules=Rules(tolerance_units=1, approval_minor=500)
    )

    post_accepted(session, count_id)
    post_accepted(session, count_id)

    assert movements(session) == [(-1, bins["A-1"])]


def test_whoever_counted_cannot_count_it_again(session, house, bins):
    count_id = counted(session, house, bins["A-1"], {"TEA-1": 8, "TEA-2": 4})

    with pytest.raises(SamePerson, match="somebody else"):
        saw_again(session, count_id, "TEA-1", 8, by=ANN)


def test_a_recount_by_another_person_decides(session, house, bins):
    count_id = counted(session, house, bins["A-1"], {"TEA-1": 8, "TEA-2": 4})

    saw_again(session, count_id, "TEA-1", 9)
    submit(session, [count_id], actor=BEN)
    post_accepted(session, count_id)

    line = line_of(session, count_id, "TEA-1")
    assert (line.counted, line.recounted, line.variance, line.decision) == (8, 9, -1, "recount")
    assert in_bin(session, house, bins["A-1"], "TEA-1") == 9


def test_only_what_is_too_far_from_the_book_is_counted_again(session, house, bins):
    count_id = counted(session, house, bins["A-1"], {"TEA-1": 8, "TEA-2": 4})

    with pytest.raises(StaleState, match="not to be counted again"):
        saw_again(session, count_id, "TEA-2", 4)


def test_a_recount_is_not_handed_in_before_all_of_it_is_counted(session, house, bins):
    count_id = counted(session, house, bins["A-1"], {"TEA-1": 8})
    saw_again(session, count_id, "TEA-1", 8)

    with pytest.raises(StaleState, match="1 item is not counted yet"):
        submit(session, [count_id], actor=BEN)


def missing_two(session, house, bins, *, limit):
    """A count whose recount agrees that two units, worth 10.00, are gone."""
    count_id = counted(session, house, bins["A-1"], {"TEA-1": 8, "TEA-2": 4}, rules=Rules(approval_minor=limit))
    saw_again(session, count_id, "TEA-1", 8)
    submit(session, [count_id], actor=BEN)
    return count_id


def test_what_is_worth_more_than_the_limit_waits_for_an_approval(session, house, bins):
    count_id = missing_two(session, house, bins, limit=999)

    waiting = state_of(session, count_id)
    approve(session, [Decision(count_id=count_id, reason="Seen on the camera")], actor=CHEF)

    assert waiting == "awaiting_approval"
    assert state_of(session, count_id) == "posted"
    assert in_bin(session, house, bins["A-1"], "TEA-1") == 8


def test_what_is_worth_no_more_than_the_limit_needs_no_approval(session, house, bins):
    assert state_of(session, missing_two(session, house, bins, limit=1_000)) == "submitted"


def test_a_difference_whose_cost_nobody_knows_needs_an_approval(session, house, bins):
    price(session, None)

    assert state_of(session, missing_two(session, house, bins, limit=1_000_000)) == "awaiting_approval"


def test_a_rejected_count_goes_back_to_somebody_who_did_not_count_it_last(session, house, bins):
    count_id = missing_two(session, house, bins, limit=0)

    reject(session, [Decision(count_id=count_id, reason="Look behind the box")], actor=CHEF)

    assert state_of(session, count_id) == "recount"
    with pytest.raises(SamePerson):
        saw_again(session, count_id, "TEA-1", 10, by=BEN)
    saw_again(session, count_id, "TEA-1", 10, by=ANN)
    submit(session, [count_id], actor=ANN)
    post_accepted(session, count_id)
    assert in_bin(session, house, bins["A-1"], "TEA-1") == 10


@pytest.mark.parametrize("verb", [approve, reject, cancel])
def test_a_decision_needs_a_reason(session, house, bins, verb):
    count_id = missing_two(session, house, bins, limit=0)

    with pytest.raises(Invalid, match="say why"):
        verb(session, [Decision(count_id=count_id, reason=" ")], actor=CHEF)


def test_a_count_is_approved_once(session, house, bins):
    count_id = missing_two(session, house, bins, limit=0)
    decision = Decision(count_id=count_id, reason="so it is")
    approve(session, [decision], actor=CHEF)

    with pytest.raises(StaleState, match="nothing to decide"):
        approve(session, [decision], actor=CHEF)

    assert movements(session) == [(-2, bins["A-1"])]


def test_a_cancelled_count_posts_nothing(session, house, bins):
    count_id = missing_two(session, house, bins, limit=1_000)

    cancel(session, [Decision(count_id=count_id, reason="wrong aisle")], actor=CHEF)
    post_accepted(session, count_id)

    assert state_of(session, count_id) == "cancelled"
    assert movements(session) == []


def test_a_count_below_what_is_promised_displaces_the_promise(session, house, bins):
    order_id = placed(session, ("TEA-1", 10))

    approve(session, [Decision(count_id=missing_two(session, house, bins, limit=0), reason="gone")], actor=CHEF)

    line = session.execute(
        text("SELECT allocated, backordered FROM order_lines WHERE order_id = :id"), {"id": order_id}
    )
    assert tuple(line.one()) == (8, 2)


def test_units_picked_after_the_count_said_they_were_gone_send_it_back(session, house, bins):
    work = released(session, ("TEA-1", 10))
    count_id = missing_two(session, house, bins, limit=0)
    pick_all(session, work)

    approve(session, [Decision(count_id=count_id, reason="gone")], actor=CHEF)

    assert state_of(session, count_id) == "recount"
    assert movements(session) == []


def test_a_short_pick_of_the_same_units_is_not_taken_off_twice(session, house, bins):
    work = released(session, ("TEA-1", 10))
    count_id = missing_two(session, house, bins, limit=0)
    short = Short(
        fulfilment_order_id=work.id, line_id=work.lines[0].id, quantity=2, reason="missing", client_scan_id=scan()
    )
    short_pick(session, [short], actor=BEN)

    approve(session, [Decision(count_id=count_id, reason="gone")], actor=CHEF)

    assert state_of(session, count_id) == "recount"
    assert in_bin(session, house, bins["A-1"], "TEA-1") == 8


def test_two_counts_of_one_bin_that_miss_the_same_units_take_them_off_once(session, house, bins):
    tolerant = Rules(tolerance_units=2, approval_minor=10_000)
    first, second = (counted(session, house, bins["A-1"], {"TEA-1": 8, "TEA-2": 4}, rules=tolerant) for _ in range(2))

    post_accepted(session, first)
    post_accepted(session, second)

    assert state_of(session, second) == "recount"
    assert in_bin(session, house, bins["A-1"], "TEA-1") == 8


def test_a_correction_before_the_count_is_handed_in_asks_for_a_recount_whatever_the_tolerance(session, house, bins):
    count_id = planned(session, house, [bins["A-1"]], rules=Rules(tolerance_units=5, approval_minor=10_000))
    saw(session, count_id, bins["A-1"], "TEA-1", 8)
    saw(session, count_id, bins["A-1"], "TEA-2", 4)
    lost = Adjustment(
        sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], on_hand=-2, reason="lost", bin_id=bins["A-1"]
    )
    adjust_stock(session, [lost], actor=CHEF)
    done(session, count_id, bins["A-1"])

    submit(session, [count_id], actor=ANN)

    assert state_of(session, count_id) == "recount"


def test_the_ledger_says_who_handed_it_in(session, house, bins):
    count_id = counted(
        session, house, bins["A-1"], {"TEA-1": 9, "TEA-2": 4}, rules=Rules(tolerance_units=1, approval_minor=500)
    )

    post_accepted(session, count_id)

    actor = session.execute(text("SELECT actor FROM stock_movements WHERE reason = 'count'")).scalar_one()
    assert actor == ANN.code


def test_orders_are_locked_before_stock_where_two_people_miss_and_find_as_many(session, house, bins, monkeypatch):
    placed(session, ("TEA-1", 8))
    rules, accepted = Rules(tolerance_units=100, approval_minor=1_000_000), []
    for who, bin_, seen in ((ANN, "A-1", {"TEA-1": 2, "TEA-2": 4}), (BEN, "A-2", {"TEA-1": 8})):
        count_id = planned(session, house, [bins[bin_]], rules=rules)
        for sku, units in seen.items():
            saw(session, count_id, bins[bin_], sku, units, by=who)
        done(session, count_id, bins[bin_], by=who)
        submit(session, [count_id], actor=who)
        accepted.append(CountAccepted(count_id=count_id))
    locks = spied(monkeypatch)

    on_count_accepted(session, accepted)

    first = next(at for at, (name, _) in enumerate(locks) if name == "levels")
    locked = {key for name, key in locks[:first] if name == "orders"}
    assert len(locked) == 1
    assert {key for name, key in locks if name == "orders"} == locked
    assert [in_bin(session, house, bins[code], "TEA-1") for code in ("A-1", "A-2")] == [2, 8]


def test_counting_costs_the_same_however_much_is_counted_at_once(session, house, bins, statements):
    count_id = planned(session, house, [bins["A-1"]])
    place_id = place_of(session, count_id, bins["A-1"])

    def cost(*skus: str) -> int:
        entries = [
            Entry(
                count_id=count_id,
                place_id=place_id,
                code=sku,
                units=1,
                is_more=True,
                client_scan_id=scan(),
            )
            for sku in skus
        ]
        with statements(session) as counted_:
            count_units(session, entries, actor=ANN)
        return len(counted_)

    cost("TEA-1")

    assert cost("TEA-1") == cost("TEA-1", "TEA-2", "TEA-3", "TEA-4")
