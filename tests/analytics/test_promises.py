"""Promise kept and promise drift, as computed by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.analytics.promises import promise_figures
from app.kernel.actor import SYSTEM
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request
from tests.factories.supply import bring, coming

FIRST = datetime(2026, 12, 9, 20, tzinfo=UTC) + timedelta(hours=5)  # 20:00 in Columbus
SPAN = {"since": datetime(2026, 12, 1, tzinfo=UTC), "until": datetime(2027, 1, 1, tzinfo=UTC)}


@pytest.fixture
def house(session, time_machine):
    time_machine.move_to("2026-11-25T15:00Z", tick=False)
    return make_house(session)


def wait_for(session, house, sku, *days):
    """An order that waits for a purchase of its own, which is expected on one day after another."""
    [placed] = place_orders(session, [order_request((sku, 1))], actor=SYSTEM)
    for day in days:
        bring(session, coming(house, house.skus[sku], 1, day, sku=sku))
    return placed.order_id


def deliver(session, order_id, moment):
    session.execute(text("UPDATE orders SET delivered_at = :moment WHERE id = :id"), {"id": order_id, "moment": moment})


def test_nothing_delivered_is_nothing_kept(session, house):
    found = promise_figures(session, **SPAN)

    assert (found.orders, found.kept, found.drift_seconds, found.kept_permille) == (0, 0, 0, None)


def test_figures_move_as_computed_by_hand(session, house):
    """One kept its day; one slipped from 9 to 14 December, was told and came late; a third was promised 10."""
    kept = wait_for(session, house, "TEA-1", "2026-12-03")
    slipped = wait_for(session, house, "TEA-2", "2026-12-03", "2026-12-08")
    third = wait_for(session, house, "TEA-3", "2026-12-04")
    deliver(session, kept, FIRST)
    deliver(session, slipped, FIRST + timedelta(days=5))
    deliver(session, third, FIRST + timedelta(days=1))

    found = promise_figures(session, **SPAN)

    assert (found.orders, found.kept, found.kept_permille) == (3, 2, 666)
    assert found.drift_seconds == 5 * 86_400 // 3
    assert (found.moves, found.told) == (1, 1)


def test_orders_delivered_outside_the_span_do_not_count(session, house):
    deliver(session, wait_for(session, house, "TEA-1", "2026-12-03"), datetime(2027, 1, 1, tzinfo=UTC))

    assert promise_figures(session, **SPAN).orders == 0
