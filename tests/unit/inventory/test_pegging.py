"""Which units rest on which supply: first come first, and nobody pays for another's late lorry."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.inventory.pegging import Peg, Supply, Waiting, arrange

FIRST = date(2026, 12, 1)


def day(number):
    return FIRST + timedelta(days=number)


def waits(line, quantity, promised=None):
    return Waiting(order_line_id=line, quantity=quantity, expected_on=None if promised is None else day(promised))


def comes(id, free, on):
    return Supply(id=id, free=free, expected_on=day(on))


def peg(line, supply, quantity, on):
    return Peg(order_line_id=line, incoming_id=supply, quantity=quantity, promised_on=day(on))


def rested(arrangement):
    return {(one.order_line_id, one.incoming_id): one.quantity for one in arrangement.pegs}


def test_who_came_first_gets_what_comes_first():
    found = arrange([waits(1, 3), waits(2, 3)], [comes(8, 9, 5), comes(7, 4, 2)], [])

    assert rested(found) == {(1, 7): 3, (2, 7): 1, (2, 8): 2}


def test_a_supply_that_slips_moves_its_own_lines_only():
    before = [peg(1, 7, 3, 2), peg(2, 8, 3, 4)]

    found = arrange([waits(1, 3, 2), waits(2, 3, 4)], [comes(7, 3, 9), comes(8, 5, 4)], before)

    assert rested(found) == {(1, 8): 2, (1, 7): 1, (2, 8): 3}


def test_nobody_takes_the_place_of_a_line_whose_supply_slipped_before():
    before = [peg(1, 7, 3, 9), peg(2, 8, 5, 4)]

    found = arrange([waits(1, 3, 9), waits(2, 5, 4)], [comes(7, 3, 9), comes(8, 5, 4)], before)

    assert rested(found) == {(1, 7): 3, (2, 8): 5}


def test_an_earlier_supply_lets_everybody_move_up():
    before = [peg(1, 7, 3, 9), peg(2, 7, 3, 9)]

    found = arrange([waits(1, 3, 9), waits(2, 3, 9)], [comes(7, 9, 9), comes(8, 4, 1)], before)

    assert rested(found) == {(1, 8): 3, (2, 8): 1, (2, 7): 2}


def test_of_supplies_of_one_day_a_line_keeps_what_it_rests_on():
    found = arrange([waits(1, 3, 2)], [comes(7, 9, 2), comes(8, 3, 2)], [peg(1, 8, 3, 2)])

    assert rested(found) == {(1, 8): 3}


lines = st.lists(st.integers(1, 9), min_size=1, max_size=7)
supplies = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 30)), max_size=5)


def steady(quantities, given_supplies):
    """A first arrangement, and the lines with the promises that follow from it."""
    found = [comes(id, free, on) for id, (free, on) in enumerate(given_supplies, start=1)]
    first = arrange([waits(id, quantity) for id, quantity in enumerate(quantities, start=1)], found, [])
    return found, first, promised(quantities, first)


def promised(quantities, arrangement):
    waiting = []
    for id, quantity in enumerate(quantities, start=1):
        mine = [one for one in arrangement.pegs if one.order_line_id == id]
        whole = sum(one.quantity for one in mine) == quantity
        last = max((one.promised_on for one in mine), default=None) if whole else None
        waiting.append(Waiting(order_line_id=id, quantity=quantity, expected_on=last))
    return waiting


@given(quantities=lines, given_supplies=supplies)
def test_no_supply_carries_more_than_it_has_and_no_line_more_than_it_lacks(quantities, given_supplies):
    found = [comes(id, free, on) for id, (free, on) in enumerate(given_supplies, start=1)]
    waiting = [waits(id, quantity) for id, quantity in enumerate(quantities, start=1)]

    arranged = arrange(waiting, found, [])

    for supply in found:
        assert sum(one.quantity for one in arranged.pegs if one.incoming_id == supply.id) <= supply.free
    for line in waiting:
        mine = sum(one.quantity for one in arranged.pegs if one.order_line_id == line.order_line_id)
        assert mine <= line.quantity
    all_given = sum(one.quantity for one in arranged.pegs)
    assert all_given == min(sum(quantities), sum(supply.free for supply in found))


@given(quantities=lines, given_supplies=supplies)
def test_arranging_again_changes_nothing(quantities, given_supplies):
    found, first, waiting = steady(quantities, given_supplies)

    again = arrange(waiting, found, first.pegs)

    assert rested(again) == rested(first)


@given(quantities=lines, given_supplies=supplies, which=st.integers(0, 4), late=st.integers(1, 20))
def test_when_one_supply_slips_exactly_the_lines_that_rest_on_it_change(quantities, given_supplies, which, late):
    found, first, waiting = steady(quantities, given_supplies)
    slipped = [
        Supply(id=one.id, free=one.free, expected_on=one.expected_on + timedelta(days=late * (at == which)))
        for at, one in enumerate(found)
    ]

    after = arrange(waiting, slipped, first.pegs)

    touched = {one.order_line_id for one in first.pegs if one.incoming_id == which + 1}
    whole = {line.order_line_id for line in waiting if line.expected_on is not None}
    for line in whole - touched:
        assert {key: n for key, n in rested(after).items() if key[0] == line} == {
            key: n for key, n in rested(first).items() if key[0] == line
        }


@given(quantities=lines, given_supplies=supplies, more=st.tuples(st.integers(1, 12), st.integers(0, 30)))
def test_more_supply_makes_nobodys_promise_worse(quantities, given_supplies, more):
    found, first, waiting = steady(quantities, given_supplies)

    after = arrange(waiting, [*found, comes(99, *more)], first.pegs)

    for before, now in zip(waiting, promised(quantities, after), strict=True):
        assert before.expected_on is None or now.expected_on <= before.expected_on
