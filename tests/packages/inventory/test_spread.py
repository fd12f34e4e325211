"""At which sites the units of a cart are reserved."""

from hypothesis import given
from hypothesis import strategies as st

from app.inventory.spread import spread

NEAR, FAR, LAST = 1, 2, 3
SITES = (NEAR, FAR, LAST)
TEA, CUP = 10, 20


def test_one_site_that_has_everything_holds_it_however_far_down_the_list():
    chosen = spread({TEA: 2, CUP: 1}, {}, {(TEA, NEAR): 2, (TEA, LAST): 2, (CUP, LAST): 1}, SITES)

    assert chosen.units == {(TEA, LAST): 2, (CUP, LAST): 1}


def test_between_equals_the_site_that_comes_first_holds_it():
    assert spread({TEA: 1}, {}, {(TEA, FAR): 5, (TEA, NEAR): 5}, SITES).units == {(TEA, NEAR): 1}


def test_what_no_site_has_alone_is_held_at_several():
    assert spread({TEA: 5}, {}, {(TEA, NEAR): 2, (TEA, FAR): 4}, SITES).units == {(TEA, FAR): 4, (TEA, NEAR): 1}


def test_what_is_held_already_stays_where_it_is():
    chosen = spread({TEA: 3}, {(TEA, FAR): 2}, {(TEA, NEAR): 9, (TEA, FAR): 9}, SITES)

    assert chosen.units == {(TEA, FAR): 3}


def test_what_is_held_at_a_closed_site_moves_to_an_open_one():
    assert spread({TEA: 2}, {(TEA, 99): 2}, {(TEA, NEAR): 2}, SITES).units == {(TEA, NEAR): 2}


def test_a_shortage_counts_what_the_owner_holds_itself():
    chosen = spread({TEA: 4, CUP: 1}, {(TEA, NEAR): 1}, {(TEA, FAR): 1, (CUP, FAR): 1}, SITES)

    assert chosen.short == ((TEA, 2, 4),)


UNITS = st.dictionaries(st.tuples(st.sampled_from([TEA, CUP]), st.sampled_from(SITES)), st.integers(0, 6))


@given(st.dictionaries(st.sampled_from([TEA, CUP]), st.integers(1, 12), min_size=1), UNITS, UNITS)
def test_nothing_is_held_that_is_not_there_and_nothing_is_short_that_is(wanted, mine, free):
    chosen = spread(wanted, mine, free, SITES)

    reach = {sku: sum(n for (one, _), n in [*mine.items(), *free.items()] if one == sku) for sku in wanted}
    got = {sku: sum(n for (one, _), n in chosen.units.items() if one == sku) for sku in wanted}
    assert all(units <= mine.get(key, 0) + free.get(key, 0) for key, units in chosen.units.items())
    assert got == {sku: min(asked, reach[sku]) for sku, asked in wanted.items()}
    assert {one.sku_id: one.left for one in chosen.short} == {
        sku: reach[sku] for sku in wanted if reach[sku] < wanted[sku]
    }
