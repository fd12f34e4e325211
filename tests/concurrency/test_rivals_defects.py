"""Defects of other order systems that must not come back here; the names say what went wrong there."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.orders.values import Replay
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request, put_stock

SITES = {("TEA-1", "CMH1"): 3, ("TEA-1", "RNO1"): 10}


def place(session, *lines, **changes):
    [placed] = place_orders(session, [order_request(*lines, channel="store", **changes)], actor=SYSTEM)
    return placed


def promised(session) -> dict[str, int]:
    """Units by site, as the levels count them."""
    rows = session.execute(
        text("SELECT p.code, l.allocated FROM stock_levels l JOIN sites p ON p.id = l.site_id WHERE l.allocated > 0")
    )
    return {row.code: row.allocated for row in rows}


def pegged(session) -> dict[str, int]:
    """Units by site, as the order lines hold them."""
    rows = session.execute(
        text(
            "SELECT p.code, sum(a.quantity)::int AS units FROM allocations a"
            " JOIN stock_levels l ON l.id = a.stock_level_id JOIN sites p ON p.id = l.site_id GROUP BY 1"
        )
    )
    return {row.code: row.units for row in rows}


def replay(key: str) -> Replay:
    return Replay(scope="shop", key=key, request_hash=b"same")


def test_defect_1_the_same_sku_on_two_lines_counts_together(session):
    make_house(session, {("TEA-1", "CMH1"): 3})

    refused = place(session, ("TEA-1", 2), ("TEA-1", 2))
    taken = place(session, ("TEA-1", 2), ("TEA-1", 1))

    assert [failure.code for failure in refused.failures] == ["out_of_stock"]
    assert taken.order_id is not None
    assert promised(session) == {"CMH1": 3}


@pytest.mark.parametrize("asked", [5, 12, 13])
def test_defect_2_a_second_site_sends_what_remains_and_not_the_whole_line_again(session, asked):
    make_house(session, SITES)

    place(session, ("TEA-1", asked))

    assert sum(promised(session).values()) == asked
    assert pegged(session) == promised(session)


def test_defect_4_what_is_confirmed_on_the_sum_over_sites_is_promised_at_each_of_them(session):
    make_house(session, SITES)

    taken = place(session, ("TEA-1", 13))
    refused = place(session, ("TEA-1", 1))

    assert taken.status == "confirmed"
    assert promised(session) == pegged(session) == {"CMH1": 3, "RNO1": 10}
    assert refused.order_id is None


def test_defect_7_the_promise_of_an_order_does_not_stand_against_itself_when_it_is_sent_again(session):
    make_house(session, {("TEA-1", "CMH1"): 2})

    first = place(session, ("TEA-1", 2), replay=replay("k"))
    again = place(session, ("TEA-1", 2), replay=replay("k"))

    assert again.number == first.number
    assert again.failures == ()
    assert promised(session) == {"CMH1": 2}


def test_defect_7_a_try_that_failed_keeps_nothing_back_from_the_next_one(session):
    house = make_house(session, {("TEA-1", "CMH1"): 2})

    broken_off = session.begin_nested()
    place(session, ("TEA-1", 2), replay=replay("k"))
    broken_off.rollback()
    refused = place(session, ("TEA-1", 3), replay=replay("l"))
    put_stock(session, house, {("TEA-1", "RNO1"): 3})
    placed = [place(session, ("TEA-1", 2), replay=replay("k")), place(session, ("TEA-1", 3), replay=replay("l"))]

    assert refused.order_id is None
    assert [one.status for one in placed] == ["confirmed", "confirmed"]
    assert sum(promised(session).values()) == 5


@pytest.mark.race
def test_defect_13_a_second_tab_that_sends_the_same_order_gets_the_first_ones_answer(database, database_engine):
    uow.run(lambda session: make_house(session, {("TEA-1", "CMH1"): 2}))

    def send(_tab: int) -> str | None:
        return uow.run(lambda session: place(session, ("TEA-1", 1), replay=replay("tab"))).number

    with ThreadPoolExecutor(12) as tabs:
        at_once = list(tabs.map(send, range(24)))
    afterwards = send(24)

    assert afterwards is not None
    assert {*at_once, afterwards} == {afterwards}
    with uow.unit_of_work() as session:
        assert promised(session) == {"CMH1": 1}
