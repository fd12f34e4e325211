"""From an order to its promise through the wiring: the feed's reader, deliveries, effects."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from app.config import Config
from app.inventory.incoming import expect
from app.kernel import effects, feed
from app.kernel.actor import SYSTEM
from app.kernel.deliveries import Held
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.peg_backorders import READER, peg_backorders
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request
from tests.factories.supply import coming, evening, ledger, pegs
from tests.wired import all_wired


@pytest.fixture(autouse=True)
def wired(tmp_path: Path):
    config = Config(
        instance_dir=tmp_path,
        files_dir=tmp_path,
        database_url="",
        owner_database_url="",
        redis_url="",
        secret_key="x" * 40,
    )
    with all_wired(config):
        yield


@pytest.fixture
def house(session, time_machine):
    time_machine.move_to(datetime(2026, 11, 25, 15, tzinfo=UTC), tick=False)
    return make_house(session)


def read_feed(session):
    feed.reset(session)
    while feed.consume(session, READER):
        pass


def carry_out(session, handler):
    """All deliveries of this effect; answers how many."""
    rows = session.execute(
        text(
            "DELETE FROM deliveries WHERE handler = :handler"
            " RETURNING id, handler, ids, event_id, attempt, 0 AS failures"
        ),
        {"handler": handler},
    ).mappings()
    held = [Held(**row) for row in rows]
    if held:
        effects.get(handler).in_database(session, held)
    return len(held)


def test_an_order_that_waits_gets_its_day_without_doing_anything_for_it_when_placed(session, house):
    expect(session, [coming(house, 71, 5, "2026-12-03")], actor=SYSTEM)
    assert carry_out(session, "orders.peg_backorders_on_supply") == 1
    order = place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)[0].order_id
    assert pegs(session) == []

    read_feed(session)

    assert carry_out(session, "orders.peg_backorders") == 1
    assert pegs(session) == [(order, 71, 2)]


def test_supply_that_slips_ends_in_one_mail(session, house):
    order = place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)[0].order_id
    for day in ("2026-12-03", "2026-12-08"):
        expect(session, [coming(house, 71, 5, day)], actor=SYSTEM)
        carry_out(session, "orders.peg_backorders_on_supply")

    assert carry_out(session, "notifications.announce_new_promise") == 1
    assert ledger(session, order)[-1][2] == evening("2026-12-14")
    kinds = session.execute(text("SELECT kind FROM messages WHERE order_id = :id"), {"id": order}).scalars().all()
    assert kinds == ["later"]


def test_what_does_not_fit_into_one_unit_of_work_is_left_to_deliveries(session, house, monkeypatch):
    monkeypatch.setitem(peg_backorders.__kwdefaults__, "most", 1)
    orders = [placed.order_id for placed in place_orders(session, [order_request(("TEA-1", 2))] * 3, actor=SYSTEM)]
    expect(session, [coming(house, 71, 9, "2026-12-03")], actor=SYSTEM)
    carry_out(session, "orders.peg_backorders_on_supply")
    assert pegs(session) == [(orders[0], 71, 2)]

    rounds = 0
    while carry_out(session, "orders.peg_backorders"):
        rounds += 1

    assert pegs(session) == [(order, 71, 2) for order in orders]
    assert rounds == 2


def test_stock_that_fills_an_order_leaves_what_was_to_come_for_it_to_others(session, house):
    filled, waiting = (place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)[0].order_id for _ in range(2))
    expect(session, [coming(house, 71, 2, "2026-12-03")], actor=SYSTEM)
    carry_out(session, "orders.peg_backorders_on_supply")
    assert pegs(session) == [(filled, 71, 2)]
    found = Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], on_hand=2, reason="count")
    adjust_stock(session, [found], actor=SYSTEM)
    carry_out(session, "orders.fill_backorders_on_arrival")

    read_feed(session)
    carry_out(session, "orders.peg_backorders")

    assert pegs(session) == [(waiting, 71, 2)]
