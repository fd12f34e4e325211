"""Shelves are counted bin by bin, while others work there."""

import pytest
from sqlalchemy import text

from app.counting.tolerance import Rules
from app.kernel.errors import DomainError, StaleState
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.count_places import Closing, restart_places
from app.workflows.identify_goods import UnknownItem
from app.workflows.settle_counts import submit
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
    saw,
    state_of,
)
from tests.factories.floor import pick_all, released


def test_what_nobody_saw_in_a_bin_that_is_done_counts_as_nothing(session, house, bins):
    count_id = counted(session, house, bins["A-1"], {"TEA-1": 10})

    assert state_of(session, count_id) == "recount"
    assert line_of(session, count_id, "TEA-2").variance == -4


def test_an_item_that_the_book_does_not_know_there_is_added(session, house, bins):
    count_id = counted(session, house, bins["A-2"], {"TEA-3": 2}, rules=Rules(tolerance_units=5, approval_minor=5_000))

    post_accepted(session, count_id)

    assert in_bin(session, house, bins["A-2"], "TEA-3") == 2


def test_an_empty_bin_is_confirmed_empty(session, house, bins):
    count_id = counted(session, house, bins["A-2"], {})

    post_accepted(session, count_id)

    assert state_of(session, count_id) == "posted"


def test_each_scan_counts_one_unit_and_a_scan_that_comes_again_counts_none(session, house, bins):
    count_id = planned(session, house, [bins["A-1"]])

    saw(session, count_id, bins["A-1"], "TEA-1", 1, is_more=True, client_scan_id="a")
    again = saw(session, count_id, bins["A-1"], "TEA-1", 1, is_more=True, client_scan_id="a")
    [second] = saw(session, count_id, bins["A-1"], "TEA-1", 1, is_more=True, client_scan_id="b")

    assert again == []
    assert second.units == 2


def test_a_typed_number_stands_for_all_that_was_scanned(session, house, bins):
    count_id = planned(session, house, [bins["A-1"]])
    saw(session, count_id, bins["A-1"], "TEA-1", 1, is_more=True)

    saw(session, count_id, bins["A-1"], "TEA-1", 7)

    assert line_of(session, count_id, "TEA-1").counted == 7


def test_goods_picked_after_they_were_counted_change_nothing_about_the_difference(session, house, bins):
    work = released(session, ("TEA-1", 3))
    count_id = planned(session, house, [bins["A-1"]])
    saw(session, count_id, bins["A-1"], "TEA-1", 8)
    saw(session, count_id, bins["A-1"], "TEA-2", 4)

    pick_all(session, work)
    done(session, count_id, bins["A-1"])
    submit(session, [count_id], actor=ANN)

    line = line_of(session, count_id, "TEA-1")
    assert (line.expected, line.book, line.moved, line.variance) == (10, 7, -3, -2)


def test_goods_that_move_while_they_are_counted_begin_again(session, house, bins):
    work = released(session, ("TEA-1", 3))
    count_id = planned(session, house, [bins["A-1"]])
    saw(session, count_id, bins["A-1"], "TEA-1", 5, is_more=True)

    pick_all(session, work)
    [entered] = saw(session, count_id, bins["A-1"], "TEA-1", 1, is_more=True)

    assert entered.began_again
    assert entered.units == 1


def test_a_count_is_not_handed_in_before_each_place_is_done(session, house, bins):
    count_id = planned(session, house, [bins["A-1"], bins["A-2"]])
    done(session, count_id, bins["A-2"])

    with pytest.raises(StaleState, match="1 place is not counted yet"):
        submit(session, [count_id], actor=ANN)


def test_what_lies_in_no_bin_is_counted_without_what_is_in_totes(session, house):
    fill_loose = Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], on_hand=6, reason="opening")
    adjust_stock(session, [fill_loose], actor=CHEF)
    pick_all(session, released(session, ("TEA-1", 2)))
    count_id = planned(session, house, [], loose=[house.skus["TEA-1"]])

    saw(session, count_id, None, "TEA-1", 4)
    done(session, count_id, None)
    submit(session, [count_id], actor=ANN)

    assert line_of(session, count_id, "TEA-1").variance == 0


def test_a_place_of_one_item_takes_no_other(session, house):
    count_id = planned(session, house, [], loose=[house.skus["TEA-1"]])

    with pytest.raises(DomainError, match="not what is counted here"):
        saw(session, count_id, None, "TEA-2", 4)


def test_two_people_do_not_count_one_place(session, house, bins):
    count_id = planned(session, house, [bins["A-1"]])
    saw(session, count_id, bins["A-1"], "TEA-1", 4)

    with pytest.raises(StaleState, match="somebody else is counting"):
        saw(session, count_id, bins["A-1"], "TEA-1", 4, by=BEN)


def test_a_place_that_is_started_again_forgets_what_was_counted(session, house, bins):
    count_id = planned(session, house, [bins["A-1"]])
    saw(session, count_id, bins["A-1"], "TEA-1", 4)

    restart_places(session, [Closing(count_id=count_id, place_id=place_of(session, count_id, bins["A-1"]))])
    saw(session, count_id, bins["A-1"], "TEA-1", 9, by=BEN)

    assert line_of(session, count_id, "TEA-1").counted == 9


def test_what_nobody_knows_is_refused_with_what_to_do(session, house, bins):
    count_id = planned(session, house, [bins["A-1"]])

    with pytest.raises(UnknownItem, match="“COFFEE” is nothing of ours"):
        saw(session, count_id, bins["A-1"], "COFFEE", 1)


def lots(session, house):
    session.execute(text("UPDATE skus SET tracking = 'lot' WHERE code = 'TEA-1'"))
    values = {"sku": house.skus["TEA-1"]}
    return list(
        session.execute(
            text("INSERT INTO lots (sku_id, code) VALUES (:sku, 'L1'), (:sku, 'L2') RETURNING id"), values
        ).scalars()
    )


def test_goods_kept_by_lot_are_counted_lot_by_lot(session, house, bins):
    first, second = lots(session, house)
    count_id = planned(session, house, [bins["A-2"]], rules=Rules(tolerance_units=9, approval_minor=100_000))

    saw(session, count_id, bins["A-2"], "TEA-1", 3, lot="L1")
    saw(session, count_id, bins["A-2"], "TEA-1", 2, lot="L2", condition="damaged")
    done(session, count_id, bins["A-2"])
    submit(session, [count_id], actor=ANN)
    post_accepted(session, count_id)

    rows = session.execute(
        text("SELECT lot_id, condition, quantity FROM bin_stock WHERE bin_id = :bin ORDER BY lot_id"),
        {"bin": bins["A-2"]},
    )
    assert [tuple(row) for row in rows] == [(first, "good", 3), (second, "damaged", 2)]


def test_goods_kept_by_lot_are_not_counted_without_one(session, house, bins):
    lots(session, house)
    count_id = planned(session, house, [bins["A-2"]])

    with pytest.raises(DomainError, match="kept by lot"):
        saw(session, count_id, bins["A-2"], "TEA-1", 3)
