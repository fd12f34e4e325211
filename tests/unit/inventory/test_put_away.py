"""Where goods should lie, and why not elsewhere."""

from dataclasses import replace

import pytest

from app.inventory.put_away import Goods, Lying, Shelf, advise, objections

TEA, COFFEE = 1, 2
GOODS = Goods(sku_id=TEA, lot_id=7, quantity=10)


def shelf(code, kind="pick", *lying, **more):
    return Shelf(
        bin_id=hash(code) % 1000,
        code=code,
        kind=kind,
        lying=tuple(Lying(sku_id=sku, lot_id=lot, units=units) for sku, lot, units in lying),
        **more,
    )


HOME = shelf("A-03", "pick", (TEA, 7, 5), capacity=40)
OTHER_LOT = shelf("A-02", "pick", (TEA, 8, 5), capacity=40)
EMPTY = shelf("A-01", capacity=40)
BULK = shelf("B-01", "bulk", capacity=400)
SHARED = shelf("A-00", "pick", (COFFEE, None, 3), capacity=40)


def order(goods, shelves):
    return [one.code for one in advise(goods, shelves).suggestions]


def test_home_goes_before_another_lot_before_an_empty_bin_before_a_shared_one():
    assert order(GOODS, [SHARED, BULK, EMPTY, OTHER_LOT, HOME]) == ["A-03", "A-02", "A-01", "B-01", "A-00"]


def test_the_order_in_which_bins_are_read_does_not_matter():
    bins = [SHARED, BULK, EMPTY, OTHER_LOT, HOME]

    assert advise(GOODS, bins) == advise(GOODS, list(reversed(bins)))


def test_among_equals_the_first_on_the_walk_is_chosen():
    assert order(GOODS, [shelf("Z-9", pick_sequence=1), shelf("A-1", pick_sequence=2)]) == ["Z-9", "A-1"]


def test_a_bin_that_takes_all_goes_before_a_home_that_takes_some():
    nearly_full = replace(HOME, capacity=8)

    advice = advise(GOODS, [nearly_full, EMPTY])

    assert [(one.code, one.fits) for one in advice.suggestions] == [("A-01", 10), ("A-03", 3)]
    assert "it takes 3 of 10, put the rest elsewhere" in advice.suggestions[1].why


@pytest.mark.parametrize(
    ("bin", "why"),
    [
        (HOME, "Its home: the same SKU and lot lie there; 5 of 40 units are taken"),
        (OTHER_LOT, "Its home: the same SKU lies there, of another lot; 5 of 40 units are taken"),
        (EMPTY, "An empty bin for picking; 0 of 40 units are taken"),
        (replace(BULK, capacity=None), "An empty bin for bulk stock; no limit is set"),
        (SHARED, "Shared with 1 other SKU, as no bin of its own is free; 3 of 40 units are taken"),
    ],
)
def test_the_reason_is_told_in_words(bin, why):
    assert advise(GOODS, [bin]).suggestions[0].why == why


@pytest.mark.parametrize(
    ("bin", "why"),
    [
        (replace(HOME, capacity=5), "A-03 is full: 5 of 5 units lie there"),
        (replace(SHARED, one_sku=True), "A-00 takes one SKU only, and another lies there"),
        (replace(OTHER_LOT, one_lot=True), "A-02 takes one lot only, and another lies there"),
        (replace(EMPTY, is_active=False), "A-01 is closed: choose another bin"),
        (shelf("P-1", "pack"), "P-1 is for packing, and these can be sold"),
        (shelf("Q-1", "quarantine"), "Q-1 is for goods that cannot be sold, and these can be sold"),
    ],
)
def test_a_bin_that_may_not_be_used_is_ruled_out_with_the_reason(bin, why):
    advice = advise(GOODS, [bin])

    assert advice.suggestions == ()
    assert advice.ruled_out[0].why == why


def test_damaged_goods_go_to_quarantine_alone():
    damaged = replace(GOODS, condition="damaged")

    assert order(damaged, [HOME, BULK, shelf("Q-1", "quarantine")]) == ["Q-1"]


def test_an_empty_bin_of_one_lot_takes_any_lot():
    assert order(GOODS, [replace(EMPTY, one_lot=True, one_sku=True)]) == ["A-01"]


def test_a_row_without_units_is_nobodys_home_and_in_nobodys_way():
    left_behind = shelf("A-05", "pick", (COFFEE, None, 0), one_sku=True)

    assert "An empty bin" in advise(GOODS, [left_behind]).suggestions[0].why


def test_every_objection_is_named_and_only_a_closed_bin_is_final():
    found = objections(GOODS, replace(SHARED, one_sku=True, capacity=5, is_active=False))

    assert [(one.rule, one.is_final) for one in found] == [("closed", True), ("one_sku", False), ("capacity", False)]


def test_without_bins_nothing_is_suggested():
    assert advise(GOODS, []).best is None
