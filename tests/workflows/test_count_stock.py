"""Days of stock equal the movements, however often and in whatever portions they were counted."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import text

from app.kernel import deliveries
from app.kernel.actor import SYSTEM
from app.workflows import count_stock as counting
from app.workflows import verify_rules
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.count_stock import count_stock
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request, put_stock

MORNING = datetime(2026, 5, 10, 3, tzinfo=UTC)  # still the 9th in New York


@pytest.fixture
def house(session):
    with time_machine.travel(MORNING, tick=False):
        return make_house(session, {("TEA-1", "RNO1"): 20, ("TEA-2", "CMH1"): 5})


def days(session) -> list[tuple[str, str, int, int, int]]:
    rows = session.execute(
        text(
            "SELECT s.code, d.day::text, d.on_hand, d.promised, d.demanded FROM stock_days d"
            " JOIN stock_levels l ON l.id = d.stock_level_id JOIN skus s ON s.id = l.sku_id ORDER BY 1, 2"
        )
    )
    return [tuple(row) for row in rows]


def test_days_are_those_of_the_company(session, house):
    count_stock(session)

    assert days(session) == [("TEA-1", "2026-05-09", 20, 0, 0), ("TEA-2", "2026-05-09", 5, 0, 0)]


def test_what_moves_later_is_added_once(session, house):
    count_stock(session)
    with time_machine.travel(datetime(2026, 5, 11, 15, tzinfo=UTC), tick=False):
        place_orders(session, [order_request(("TEA-1", 3))], actor=SYSTEM)
        put_stock(session, house, {("TEA-1", "RNO1"): 4})

    count_stock(session)
    count_stock(session)

    assert days(session)[1] == ("TEA-1", "2026-05-11", 4, 3, 3)
    assert list(verify_rules.DAYS.find(session)) == []


def test_very_many_levels_are_counted_in_several_goes(session, house, monkeypatch):
    monkeypatch.setattr(counting, "MOST", 1)
    deliveries.wire({"analytics.count_stock": "analytics"})

    count_stock(session)

    deliveries.wire({})
    assert len(days(session)) == 1
    assert session.scalar(text("SELECT count(*) FROM deliveries WHERE handler = 'analytics.count_stock'")) == 1


def test_another_time_zone_makes_other_days(session, house):
    count_stock(session)
    session.execute(text("UPDATE company SET time_zone = 'Europe/Berlin'"))

    count_stock(session)

    assert {day for _, day, *_ in days(session)} == {"2026-05-10"}
    assert list(verify_rules.DAYS.find(session)) == []


def test_verify_names_a_day_that_was_written_over(session, house):
    adjust_stock(
        session,
        [Adjustment(sku_id=house.skus["TEA-1"], site_id=house.sites["RNO1"], on_hand=1, reason="found")],
        actor=SYSTEM,
    )
    count_stock(session)
    session.execute(text("UPDATE stock_days SET on_hand = on_hand + 1 WHERE on_hand = 20"))

    [found] = verify_rules.DAYS.find(session)

    assert "reports have 21 on hand" in found
