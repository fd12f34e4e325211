"""Facts about stock are never refused for a promise's sake; promises give way, latest first."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request


def adjust(session, house, sku, site, **values):
    one = Adjustment(sku_id=house.skus[sku], site_id=house.sites[site], **values)
    adjust_stock(session, [one], actor=SYSTEM)


def allocated(session, placement) -> list[tuple[int, int]]:
    rows = session.execute(
        text("SELECT allocated, backordered FROM order_lines WHERE order_id = :id ORDER BY position"),
        {"id": placement.order_id},
    )
    return [tuple(row) for row in rows]


def test_a_loss_below_what_is_promised_takes_the_latest_promise(session):
    house = make_house(session, {("TEA-1", "CMH1"): 4})
    first, second = place_orders(session, [order_request(("TEA-1", 2)), order_request(("TEA-1", 2))], actor=SYSTEM)

    adjust(session, house, "TEA-1", "CMH1", on_hand=-1, reason="lost")

    assert allocated(session, first) == [(2, 0)]
    assert allocated(session, second) == [(1, 1)]


def test_a_displaced_promise_moves_to_another_site_that_has_the_goods(session):
    house = make_house(session, {("TEA-1", "CMH1"): 2, ("TEA-1", "RNO1"): 5})
    [placed] = place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)

    adjust(session, house, "TEA-1", "CMH1", on_hand=-2, reason="damage")

    sites = session.execute(
        text("SELECT s.code, l.quantity FROM fulfilment_lines l"
             " JOIN fulfilment_orders f ON f.id = l.fulfilment_order_id"
             " JOIN sites s ON s.id = f.site_id WHERE f.order_id = :id AND l.quantity > 0"),
        {"id": placed.order_id},
    ).all()  # fmt: skip
    assert [tuple(row) for row in sites] == [("RNO1", 2)]


def test_units_set_aside_as_damaged_are_on_hand_and_not_for_sale(session):
    house = make_house(session, {("TEA-1", "CMH1"): 4})

    adjust(session, house, "TEA-1", "CMH1", unavailable=3, reason="damage")
    [placed] = place_orders(session, [order_request(("TEA-1", 4))], actor=SYSTEM)

    assert allocated(session, placed) == [(1, 3)]


def test_more_cannot_be_lost_than_there_is(session):
    house = make_house(session, {("TEA-1", "CMH1"): 4})

    with pytest.raises(Invalid, match="there are only 4 on hand: 5 cannot be taken off"):
        adjust(session, house, "TEA-1", "CMH1", on_hand=-5, reason="lost")


def test_a_reason_that_we_do_not_have_is_refused(session):
    house = make_house(session)

    with pytest.raises(Invalid, match="“because” is not one of opening"):
        adjust(session, house, "TEA-1", "CMH1", on_hand=1, reason="because")


@pytest.mark.parametrize("verb", ["UPDATE stock_movements SET on_hand = 9", "DELETE FROM stock_movements"])
@pytest.mark.parametrize("role", ["engine", "owner_engine"])
def test_the_ledger_cannot_be_rewritten_by_any_role_of_ours(request, role, verb):
    with request.getfixturevalue(role).connect() as connection:
        connection.execute(text(A_MOVEMENT))
        with pytest.raises(DBAPIError) as refused:
            connection.execute(text(verb))

    assert refused.value.orig.sqlstate == "42501"


A_MOVEMENT = """
INSERT INTO stock_movements (stock_level_id, sequence, on_hand, allocated, reserved, unavailable, condition,
    reason, reference_type, reference_id, actor, request_id, occurred_at, chain)
VALUES (1, 1, 1, 0, 0, 0, 'good', 'opening', 'test', 1, 'system', '', now(), '')
"""
