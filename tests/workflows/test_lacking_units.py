"""A short pick takes the loss from where the picker stood."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.workflows.short_pick import Short, short_pick
from tests.factories.floor import released, scan
from tests.factories.house import make_house
from tests.factories.shelves import lay, lying, make_bins, make_lot


@pytest.fixture
def house(session):
    return make_house(session, {})


def short(one, quantity, reason):
    return Short(
        fulfilment_order_id=one.id,
        line_id=one.lines[0].id,
        quantity=quantity,
        reason=reason,
        client_scan_id=scan(),
    )


def test_an_empty_shelf_leaves_bulk_stock_alone(session, house):
    pick = make_bins(session, house, "CMH1", "A-1")["A-1"]
    bulk = make_bins(session, house, "CMH1", "B-1", kind="bulk")["B-1"]
    lay(session, house, "TEA-1", "CMH1", 3, bin_id=pick)
    lay(session, house, "TEA-1", "CMH1", 100, bin_id=bulk)
    one = released(session, ("TEA-1", 2))

    short_pick(session, [short(one, 2, "none_left")], actor=SYSTEM)

    assert lying(session, "TEA-1", "CMH1") == {("B-1", "", "good"): 100}


def test_what_is_missing_or_damaged_is_taken_from_the_lot_that_was_planned(session, house):
    session.execute(text("UPDATE skus SET tracking = 'lot', removal = 'fefo'"))
    bins = make_bins(session, house, "CMH1", "A-1", "B-1")
    for bin, code, days in (("A-1", "LATE", 600), ("B-1", "EARLY", 60)):
        day = clock.now().date() + timedelta(days=days)
        lot = make_lot(session, house, "TEA-1", code, expires_on=day, remove_on=day)
        lay(session, house, "TEA-1", "CMH1", 5, bin_id=bins[bin], lot_id=lot)
    one, other = released(session, ("TEA-1", 2)), released(session, ("TEA-1", 1))

    short_pick(session, [short(one, 2, "missing"), short(other, 1, "damaged")], actor=SYSTEM)

    assert lying(session, "TEA-1", "CMH1") == {
        ("A-1", "LATE", "good"): 5,
        ("B-1", "EARLY", "good"): 2,
        ("B-1", "EARLY", "damaged"): 1,
    }
