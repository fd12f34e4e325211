"""Goods that may not be sold where they arrive are nobody's promise."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.workflows import verify_lots, verify_stock, verify_transfers
from app.workflows.recall_lots import freeze_lots
from app.workflows.receive_transfers import cancel_transfers
from tests.factories.floor import level
from tests.factories.house import make_house
from tests.factories.shelves import lay, lying, make_lot
from tests.factories.transfers import arrive, sent

CHECKS = (*verify_lots.CHECKS, *verify_stock.CHECKS, *verify_transfers.CHECKS)


@pytest.fixture
def house(session):
    return make_house(session, {})


def on_its_way(session, house, units=5, **facts):
    """A lot with all its units."""
    lot = make_lot(session, house, "TEA-1", "L-1", **facts)
    lay(session, house, "TEA-1", "CMH1", units, lot_id=lot)
    return lot, sent(session, ("TEA-1", units), lot="L-1")


def arrivals(session):
    rows = session.execute(text("SELECT count(*) FROM events WHERE type = 'StockArrived'"))
    return rows.scalar_one()


def test_units_of_a_frozen_lot_arrive_and_come_back_in_quarantine(session, house):
    lot, transfer_id = on_its_way(session, house)
    freeze_lots(session, [lot], reason="Salmonella", actor=SYSTEM)
    before = arrivals(session)

    arrive(session, transfer_id, "TEA-1", 2)
    cancel_transfers(session, [transfer_id], actor=SYSTEM)

    assert lying(session, "TEA-1", "RNO1") == {("", "L-1", "quarantine"): 2}
    assert lying(session, "TEA-1", "CMH1") == {("", "L-1", "quarantine"): 3}
    assert level(session, "TEA-1", "RNO1").unavailable == 2
    assert arrivals(session) == before
    assert (
        list(session.execute(text("SELECT reason FROM quarantine_cases")).scalars())
        == ["Lot L-1 is frozen: Salmonella"] * 2
    )
    assert [said for check in CHECKS for said in check.find(session)] == []


def test_units_whose_day_came_on_the_way_arrive_expired(session, house, monkeypatch):
    day = clock.now().date() + timedelta(days=5)
    _, transfer_id = on_its_way(session, house, expires_on=day + timedelta(days=9), remove_on=day)
    later = clock.now() + timedelta(days=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    before = arrivals(session)

    arrive(session, transfer_id, "TEA-1", 5)

    assert lying(session, "TEA-1", "RNO1") == {("", "L-1", "expired"): 5}
    assert arrivals(session) == before
