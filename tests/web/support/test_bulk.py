"""Acts on many orders: all or none, and what was not chosen stays as it was."""

import pytest
from sqlalchemy import text


@pytest.fixture
def held(session):
    return lambda: set(
        session.execute(
            text("SELECT o.number FROM orders o JOIN holds h ON h.order_id = o.id WHERE h.released_at IS NULL")
        ).scalars()
    )


def hold(desk, numbers, **more):
    return desk.post("/support/orders/bulk/holds", data={"selected": numbers, "reason": "stock_check", **more})


def test_chosen_orders_are_held_and_the_list_comes_back(desk, orders, held):
    answer = hold(desk, orders[:2], back="view=open&q=tea")

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("?view=open&q=tea")
    assert held() == set(orders[:2])


def test_one_foreign_number_among_many_and_nothing_is_held(desk, orders, held):
    answer = hold(desk, [*orders, "W-999999"])

    assert answer.status_code == 404
    assert "W-999999" not in answer.text
    assert held() == set()


def test_holds_of_chosen_orders_are_released(desk, orders, held):
    hold(desk, orders)

    answer = desk.post("/support/orders/bulk/releases", data={"selected": orders[:2]})

    assert answer.status_code == 303
    assert held() == {orders[2]}


def test_nothing_is_released_if_one_is_not_held(desk, orders, held):
    hold(desk, orders[:1])

    assert desk.post("/support/orders/bulk/releases", data={"selected": orders}).status_code == 409
    assert held() == {orders[0]}


@pytest.mark.parametrize("data", [{}, {"selected": []}, {"selected": ["\x00"]}, {"selected": ["x" * 100]}])
def test_nothing_chosen_or_nonsense_is_refused(desk, orders, held, data):
    assert desk.post("/support/orders/bulk/holds", data={"reason": "other", **data}).status_code == 422
    assert held() == set()


def test_a_reason_of_ones_own_is_refused(desk, orders, held):
    assert hold(desk, orders, reason="because").status_code == 422
    assert held() == set()


def test_a_stranger_changes_nothing(client, orders, held):
    assert hold(client, orders).status_code == 302
    assert held() == set()


def test_the_warehouse_changes_nothing(house, orders, login, held):
    assert hold(login("warehouse"), orders).status_code == 403
    assert held() == set()
