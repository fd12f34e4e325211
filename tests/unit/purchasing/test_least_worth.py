"""How far the lines of a draft are raised: expectations by hand, and what must hold for any draft."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.purchasing.least_worth import Share, raised


def share(units, pack, cost, weight, least=0):
    return Share(units=units, pack=pack, cost_minor=cost, weight=Fraction(weight), least=least)


def worth(shares, added):
    return sum((one.units + more) * one.cost_minor for one, more in zip(shares, added, strict=True))


@pytest.mark.parametrize(
    ("shares", "least", "added"),
    [
        ([share(10, 1, 100, 1)], 1_000, [0]),
        ([share(10, 1, 100, 1)], 1_001, [1]),
        ([share(12, 6, 100, 1)], 1_300, [6]),
        ([share(10, 6, 100, 1)], 1_100, [2]),
        ([share(10, 6, 100, 1)], 1_300, [8]),
        ([share(0, 1, 100, 3), share(0, 1, 100, 1)], 800, [6, 2]),
        ([share(0, 6, 100, 2), share(0, 6, 100, 1)], 1_800, [12, 6]),
        ([share(0, 1, 100, 1), share(0, 1, 100, 0)], 300, [3, 0]),
        ([share(0, 1, 0, 5), share(0, 1, 100, 1)], 300, [0, 3]),
        ([share(5, 1, 0, 5)], 300, [0]),
        ([share(5, 1, 100, 0)], 900, [0]),
        ([], 900, []),
        ([share(3, 1, 0, 0, least=10)], 0, [7]),
        ([share(3, 6, 100, 0, least=10)], 0, [9]),
        ([share(3, 1, 100, 1, least=5), share(5, 1, 100, 1)], 1_400, [4, 2]),
    ],
    ids=[
        "enough",
        "one unit",
        "a pack",
        "begun pack",
        "and one more",
        "3 to 1",
        "packs",
        "no demand",
        "costs nothing",
        "none",
        "no weight",
        "empty",
        "too few",
        "too few, in packs",
        "too few and too little",
    ],
)
def test_lines_grow_by_their_weights_in_whole_packs(shares, least, added):
    assert raised(shares, least) == added


SHARES = st.lists(
    st.builds(
        Share,
        units=st.integers(1, 500),
        pack=st.integers(1, 48),
        cost_minor=st.integers(0, 20_000),
        weight=st.fractions(0, 40, max_denominator=90),
        least=st.integers(1, 600),
    ),
    max_size=8,
)
FILLED = SHARES.map(lambda shares: [replace(one, units=one.units + one.lacking) for one in shares])


@given(SHARES, st.integers(0, 10**9))
def test_each_gets_the_fewest_that_are_taken_before_they_grow_together(shares, least):
    filled = [replace(one, units=one.units + one.lacking) for one in shares]

    added = raised(shares, least)

    grown = [more - one.lacking for one, more in zip(shares, added, strict=True)]
    assert all(one.units >= one.least for one in filled)
    assert all(one.lacking < one.pack + max(0, one.least - one.units) for one in shares)
    assert grown == raised(filled, least)


@given(FILLED, st.integers(0, 10**9))
def test_it_is_reached_by_whole_packs_and_not_by_one_more_than_needed(shares, least):
    added = raised(shares, least)

    growing = [place for place, one in enumerate(shares) if one.weight and one.cost_minor]
    assert all(more == 0 or (one.units + more) % one.pack == 0 for one, more in zip(shares, added, strict=True))
    assert min(added, default=0) >= 0
    assert {place for place, more in enumerate(added) if more} <= set(growing)
    if worth(shares, [0] * len(shares)) >= least or not growing:
        assert not any(added)
    else:
        last = max((added[place] / shares[place].weight, place) for place in growing if added[place])[1]
        assert worth(shares, added) >= least
        fewer = max(0, added[last] - shares[last].pack)
        assert worth(shares, [*added[:last], fewer, *added[last + 1 :]]) < least


@given(FILLED, st.integers(0, 10**9))
def test_no_line_gets_a_pack_before_the_next_pack_of_another_was_due(shares, least):
    added = raised(shares, least)

    grown = [(one, more) for one, more in zip(shares, added, strict=True) if one.weight and one.cost_minor]
    if any(added):
        due = min((more + one.pack - (one.units + more) % one.pack) / one.weight for one, more in grown)
        assert max(more / one.weight for one, more in grown) <= due


def test_millions_of_packs_are_not_gone_through_one_by_one():
    shares = [share(1, 1 + place % 7, 1 + place, Fraction(1 + place, 90)) for place in range(500)]

    added = raised(shares, 10**15)

    assert worth(shares, added) >= 10**15
