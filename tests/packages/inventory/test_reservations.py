"""Units held for carts and quotes."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.inventory import reservations
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.errors import NotFound, StaleState
from tests.factories.carts import demand, held, hold, hold_expired, moves, run_out
from tests.factories.house import make_house


def reserve(session, *demands):
    return reservations.reserve(session, demands, actor=SYSTEM)


def test_a_cart_holds_units_for_a_quarter_of_an_hour(session):
    make_house(session, {("TEA-1", "CMH1"): 3})

    answer = hold(session, "cart-1", ("TEA-1", 2))

    assert held(session) == {("cart-1", "TEA-1", "CMH1"): 2}
    assert timedelta(minutes=14) < answer.expires_at - clock.now() <= timedelta(minutes=15)
    assert moves(session, "reserve") == [("reserve", 0, 2)]


def test_what_is_short_is_told_line_by_line_and_nothing_is_held(session):
    house = make_house(session, {("TEA-1", "CMH1"): 2, ("TEA-2", "RNO1"): 9})

    answer = hold(session, "cart-1", ("TEA-1", 3), ("TEA-2", 1), ("TEA-3", 1))

    assert {(one.sku_id, one.left, one.asked) for one in answer.short} == {
        (house.skus["TEA-1"], 2, 3),
        (house.skus["TEA-3"], 0, 1),
    }
    assert held(session) == {}


def test_safety_stock_is_not_held_for_carts(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    session.execute(text("UPDATE stock_levels SET safety_stock = 2"))

    assert hold(session, "cart-1", ("TEA-1", 2)).short
    assert hold(session, "cart-1", ("TEA-1", 1)).token


def test_a_cart_that_is_changed_reserves_or_frees_the_difference_alone(session):
    make_house(session, {("TEA-1", "CMH1"): 3, ("TEA-2", "CMH1"): 3})
    first = hold(session, "cart-1", ("TEA-1", 3))

    again = hold(session, "cart-1", ("TEA-1", 1), ("TEA-2", 2))

    assert again.token == first.token
    assert held(session) == {("cart-1", "TEA-1", "CMH1"): 1, ("cart-1", "TEA-2", "CMH1"): 2}
    assert moves(session, "reserve", "release_reservation") == [
        ("reserve", 0, 3),
        ("release_reservation", 0, -2),
        ("reserve", 0, 2),
    ]


def test_the_owners_own_hold_never_blocks_the_owner(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    hold(session, "cart-1", ("TEA-1", 3))

    assert hold(session, "cart-1", ("TEA-1", 3)).token
    assert hold(session, "cart-2", ("TEA-1", 1)).short


def test_a_change_that_fails_loses_nothing_of_what_was_held(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    before = hold(session, "cart-1", ("TEA-1", 2))

    failed = hold(session, "cart-1", ("TEA-1", 1), ("TEA-2", 1))

    assert failed.short
    assert held(session) == {("cart-1", "TEA-1", "CMH1"): 2}
    assert hold(session, "cart-1", ("TEA-1", 2)).token == before.token


def test_a_batch_is_answered_cart_by_cart_over_what_those_before_have_left(session):
    make_house(session, {("TEA-1", "CMH1"): 3, ("TEA-1", "RNO1"): 1})

    first, second, third = reserve(session, *(demand(session, f"cart-{n}", ("TEA-1", 2)) for n in range(3)))

    assert first.token
    assert second.token
    assert [one.left for one in third.short] == [0]
    assert sum(held(session).values()) == 4


@pytest.mark.parametrize("size", [1, 40])
def test_a_batch_costs_the_same_number_of_statements_however_long(session, statements, size):
    make_house(session, {("TEA-1", "CMH1"): 500})
    demands = [demand(session, f"cart-{n}", ("TEA-1", 1)) for n in range(size)]

    with statements(session) as counted:
        reserve(session, *demands)

    assert len(counted) <= 15


def test_an_extension_is_given_once(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    answer = hold(session, "cart-1", ("TEA-1", 1))

    [later] = reservations.extend(session, [answer.token])

    assert later == answer.expires_at + timedelta(minutes=15)
    with pytest.raises(StaleState, match="extended before"):
        reservations.extend(session, [answer.token])


def test_what_has_run_out_is_not_extended(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    token = hold_expired(session, "cart-1", ("TEA-1", 1))

    with pytest.raises(StaleState, match="has run out"):
        reservations.extend(session, [token])


def test_changing_a_cart_again_and_again_does_not_hold_units_for_ever(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    hold(session, "cart-1", ("TEA-1", 1))
    session.execute(text("UPDATE reservations SET created_at = now() - interval '1 hour 50 minutes'"))

    again = hold(session, "cart-1", ("TEA-1", 2))

    assert again.expires_at - clock.now() <= timedelta(minutes=15)
    session.execute(text("UPDATE reservations SET created_at = now() - interval '3 hours'"))
    assert hold(session, "cart-1", ("TEA-1", 1)).expires_at == again.expires_at


def test_released_units_are_free_at_once(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    answer = hold(session, "cart-1", ("TEA-1", 3))

    reservations.release(session, [answer.token], actor=SYSTEM)

    assert held(session) == {}
    assert hold(session, "cart-2", ("TEA-1", 3)).token
    with pytest.raises(NotFound, match="holds nothing any more"):
        reservations.release(session, [answer.token], actor=SYSTEM)


def test_another_cart_may_have_what_has_run_out_before_any_sweep(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    hold_expired(session, "cart-1", ("TEA-1", 3))

    answer = hold(session, "cart-2", ("TEA-1", 2))

    assert answer.token
    assert held(session) == {("cart-2", "TEA-1", "CMH1"): 2}
    assert moves(session, "expire") == [("expire", 0, -3)]


def test_what_has_run_out_stays_while_there_is_enough_for_everybody(session):
    make_house(session, {("TEA-1", "CMH1"): 5})
    hold_expired(session, "cart-1", ("TEA-1", 3))

    hold(session, "cart-2", ("TEA-1", 2))

    assert held(session) == {("cart-1", "TEA-1", "CMH1"): 3, ("cart-2", "TEA-1", "CMH1"): 2}


def test_a_cart_that_ran_out_and_lost_nothing_may_be_taken_up_again(session):
    make_house(session, {("TEA-1", "CMH1"): 3})
    token = hold_expired(session, "cart-1", ("TEA-1", 3))

    answer = hold(session, "cart-1", ("TEA-1", 3))

    assert answer.token == token
    assert answer.expires_at > clock.now()


def test_the_sweep_ends_what_has_run_out_and_nothing_else(session):
    make_house(session, {("TEA-1", "CMH1"): 5})
    hold_expired(session, "cart-1", ("TEA-1", 3))
    hold(session, "cart-2", ("TEA-1", 2))

    ended = reservations.expire_due(session, actor=SYSTEM)

    assert ended == 1
    assert held(session) == {("cart-2", "TEA-1", "CMH1"): 2}


def test_the_sweep_takes_the_oldest_first_so_many_at_once(session):
    make_house(session, {("TEA-1", "CMH1"): 5})
    for number in range(5):
        hold(session, f"cart-{number}", ("TEA-1", 1))
    run_out(session)

    ended = [reservations.expire_due(session, actor=SYSTEM, most=3) for _ in range(3)]

    assert ended == [3, 2, 0]
