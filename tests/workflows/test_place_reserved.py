"""Orders whose cart holds units, and what held units stand in the way of."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from app import wiring
from app.inventory import reservations
from app.inventory.events import UnitsFreed
from app.kernel.actor import SYSTEM
from app.kernel.events import decode
from app.orders.values import Replay
from app.workflows import fill_backorders, upkeep
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.place_orders import place_orders
from tests.factories.carts import held, hold, hold_expired, moves
from tests.factories.house import make_house, order_request


def place(session, *lines, **changes):
    """Nothing may wait in the channel “store”."""
    [placed] = place_orders(session, [order_request(*lines, **{"channel": "store", **changes})], actor=SYSTEM)
    return placed


def counters(session, sku: str = "TEA-1"):
    rows = session.execute(
        text(
            "SELECT t.code, l.allocated, l.reserved FROM stock_levels l JOIN sites t ON t.id = l.site_id"
            " JOIN skus s ON s.id = l.sku_id WHERE s.code = :sku AND l.allocated + l.reserved > 0"
        ),
        {"sku": sku},
    )
    return {row.code: (row.allocated, row.reserved) for row in rows}


def lose(session, house, units: int, sku: str = "TEA-1") -> None:
    lost = Adjustment(sku_id=house.skus[sku], site_id=house.sites["CMH1"], on_hand=-units, reason="lost")
    adjust_stock(session, [lost], actor=SYSTEM)


def test_what_a_cart_holds_becomes_the_promise_by_one_movement(session):
    make_house(session, {("TEA-1", "CMH1"): 2})
    token = hold(session, "cart", ("TEA-1", 2)).token

    placed = place(session, ("TEA-1", 2), reservation=token)

    assert placed.status == "confirmed"
    assert moves(session, "allocate", "convert", "release_reservation") == [("convert", 2, -2)]
    assert counters(session) == {"CMH1": (2, 0)}
    assert held(session) == {}


def test_it_is_written_down_what_became_of_a_cart(session):
    house = make_house(session, {("TEA-1", "CMH1"): 4, ("TEA-2", "CMH1"): 2, ("TEA-3", "CMH1"): 2})
    token = hold(session, "ordered", ("TEA-1", 2)).token
    hold(session, "lost", ("TEA-2", 2))
    hold_expired(session, "expired", ("TEA-3", 1))

    placed = place(session, ("TEA-1", 1), reservation=token)
    lose(session, house, 2, "TEA-2")
    reservations.expire_due(session, actor=SYSTEM)

    ended = session.execute(text("SELECT owner, outcome, order_id FROM ended_reservations ORDER BY id")).all()
    assert [tuple(one) for one in ended] == [
        ("ordered", "ordered", placed.order_id),
        ("lost", "lost", None),
        ("expired", "expired", None),
    ]


def test_others_cannot_have_what_a_cart_holds(session):
    make_house(session, {("TEA-1", "CMH1"): 2})
    hold(session, "cart", ("TEA-1", 1))

    refused = place(session, ("TEA-1", 2))

    assert [one.message for one in refused.failures] == ["TEA-1: 1 left, 2 asked"]


def test_what_the_cart_does_not_hold_is_asked_for_as_usual_and_what_is_left_over_is_free(session):
    make_house(session, {("TEA-1", "CMH1"): 4, ("TEA-2", "CMH1"): 2})
    token = hold(session, "cart", ("TEA-1", 3), ("TEA-2", 1)).token

    place(session, ("TEA-1", 1), ("TEA-2", 2), reservation=token)

    assert counters(session) == {"CMH1": (1, 0)}
    assert counters(session, "TEA-2") == {"CMH1": (2, 0)}
    assert held(session) == {}
    assert place(session, ("TEA-1", 3)).order_id


def test_an_order_that_is_refused_leaves_the_hold_as_it_was(session):
    make_house(session, {("TEA-1", "CMH1"): 2})
    token = hold(session, "cart", ("TEA-1", 1)).token

    refused = place(session, ("TEA-1", 3), reservation=token)

    assert [one.message for one in refused.failures] == ["TEA-1: 2 left, 3 asked"]
    assert held(session) == {("cart", "TEA-1", "CMH1"): 1}
    assert place(session, ("TEA-1", 2), reservation=token).order_id


def test_a_hold_that_ran_out_and_that_nobody_took_still_serves_its_order(session):
    make_house(session, {("TEA-1", "CMH1"): 2})
    token = hold_expired(session, "cart", ("TEA-1", 2))

    assert place(session, ("TEA-1", 2), reservation=token).status == "confirmed"
    assert moves(session, "convert") == [("convert", 2, -2)]


@pytest.mark.parametrize("token", ["unknown", "swept"])
def test_a_token_that_holds_nothing_places_from_free_stock(session, token):
    make_house(session, {("TEA-1", "CMH1"): 2})
    if token == "swept":
        token = hold_expired(session, "cart", ("TEA-1", 2))
        reservations.expire_due(session, actor=SYSTEM)

    assert place(session, ("TEA-1", 2), reservation=token).status == "confirmed"
    assert counters(session) == {"CMH1": (2, 0)}


def test_an_order_takes_what_another_cart_held_too_long(session):
    make_house(session, {("TEA-1", "CMH1"): 2})
    hold_expired(session, "slow", ("TEA-1", 2))

    assert place(session, ("TEA-1", 1)).status == "confirmed"
    assert held(session) == {}
    assert moves(session, "expire", "allocate") == [("expire", 0, -2), ("allocate", 1, 0)]


def test_two_orders_with_one_token_share_no_unit(session):
    make_house(session, {("TEA-1", "CMH1"): 2})
    token = hold(session, "cart", ("TEA-1", 2)).token
    tabs = [order_request(("TEA-1", 2), channel="store", reservation=token) for _ in range(2)]

    first, second = place_orders(session, tabs, actor=SYSTEM)

    assert first.order_id
    assert [one.code for one in second.failures] == ["out_of_stock"]
    assert counters(session) == {"CMH1": (2, 0)}


def test_an_order_sent_again_after_its_hold_was_used_gets_the_same_answer(session):
    make_house(session, {("TEA-1", "CMH1"): 2})
    token = hold(session, "cart", ("TEA-1", 2)).token
    replay = Replay(scope="s", key="k", request_hash=b"h")

    first, again = (place(session, ("TEA-1", 2), reservation=token, replay=replay) for _ in range(2))

    assert (again.order_id, again.duplicate) == (first.order_id, True)
    assert counters(session) == {"CMH1": (2, 0)}


def test_one_batch_serves_carts_and_strangers_and_ends_what_ran_out(session):
    make_house(session, {("TEA-1", "CMH1"): 4, ("TEA-1", "RNO1"): 1})
    hold_expired(session, "slow", ("TEA-1", 1))
    token = hold(session, "cart", ("TEA-1", 2)).token
    asked = order_request(("TEA-1", 2), channel="store")

    placed = place_orders(session, [asked, replace(asked, reservation=token), asked], actor=SYSTEM)

    assert [one.order_id is not None for one in placed] == [True, True, False]
    assert sum(allocated for allocated, _ in counters(session).values()) == 4


def test_statements_of_an_order_do_not_grow_with_what_carts_hold(session, statements):
    """Beside orders that need none of it, as many as without any reservation."""
    make_house(session, {("TEA-1", "CMH1"): 50})
    hold_expired(session, "slow", ("TEA-1", 5))
    hold(session, "cart", ("TEA-1", 5))

    with statements(session) as counted:
        place(session, ("TEA-1", 2), replay=Replay(scope="s", key="k", request_hash=b"h"))

    assert len(counted) == 10


def test_freed_units_wake_whoever_waits_for_them(session):
    make_house(session, {("TEA-1", "CMH1"): 2})
    hold(session, "cart", ("TEA-1", 2))
    waiting = place(session, ("TEA-1", 1), channel="web")
    session.execute(text("UPDATE reservations SET expires_at = now() - interval '1 minute'"))

    upkeep.expire_reservations(session, [])

    [freed] = session.execute(text("SELECT payload FROM events WHERE type = 'UnitsFreed'")).scalars()
    assert wiring.AFTER[UnitsFreed] == ["orders.fill_backorders_on_release"]
    assert (freed["quantity"], freed["reason"]) == (2, "expire")
    fill_backorders.on_units_freed(session, [decode("UnitsFreed", freed)])
    filled = "SELECT allocated FROM order_lines WHERE order_id = :id"
    assert session.execute(text(filled), {"id": waiting.order_id}).scalar_one() == 1


def test_a_backorder_takes_what_ran_out_before_the_sweep(session):
    house = make_house(session, {("TEA-1", "CMH1"): 2})
    waiting = place(session, ("TEA-1", 3), channel="web")
    adjust_stock(
        session,
        [Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["RNO1"], on_hand=1, reason="found")],
        actor=SYSTEM,
    )
    hold_expired(session, "slow", ("TEA-1", 1))
    from_elsewhere = Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], on_hand=-1, reason="lost")

    adjust_stock(session, [from_elsewhere], actor=SYSTEM)

    line = session.execute(
        text("SELECT allocated, backordered FROM order_lines WHERE order_id = :id"), {"id": waiting.order_id}
    ).one()
    assert (line.allocated, line.backordered) == (2, 1)
    assert held(session) == {}


def test_a_loss_takes_from_carts_before_it_takes_from_orders(session):
    house = make_house(session, {("TEA-1", "CMH1"): 5})
    place(session, ("TEA-1", 2))
    token = hold(session, "first", ("TEA-1", 1)).token
    hold(session, "second", ("TEA-1", 2))

    lose(session, house, 2)

    assert held(session) == {("first", "TEA-1", "CMH1"): 1}
    assert counters(session) == {"CMH1": (2, 1)}
    assert place(session, ("TEA-1", 1), reservation=token).order_id
