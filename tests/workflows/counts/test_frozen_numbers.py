"""A unit that is known by number and of a frozen lot is counted where it lies, and stays set aside."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.workflows.recall_lots import freeze_lots
from tests.factories.numbers import history, keep_by_number, register
from tests.factories.shelves import lay, lying, make_lot
from tests.workflows.counts.by_number import disagreements, posted, where


@pytest.fixture
def lot(session, house, bins):
    keep_by_number(session, "TEA-4")
    lot = make_lot(session, house, "TEA-4", "L-1")
    lay(session, house, "TEA-4", "CMH1", 1, bin_id=bins["A-1"], lot_id=lot)
    register(session, house, "N-1", sku="TEA-4", bin_id=bins["A-1"], lot_id=lot)
    return lot


def test_one_that_was_lost_is_found_and_set_aside(session, house, bins, lot):
    posted(session, house, bins, {"A-1": ((), 0)})
    freeze_lots(session, [lot], reason="Glass", actor=SYSTEM)

    posted(session, house, bins, {"A-1": (("N-1",), 0)})

    assert lying(session, "TEA-4", "CMH1") == {("A-1", "L-1", "quarantine"): 1}
    assert (where(session)["N-1"], history(session, "N-1")[-2:]) == ("A-1", ["count", "found"])
    assert session.execute(text("SELECT condition FROM serials")).scalar_one() == "quarantine"
    assert disagreements(session) == []


def test_one_that_lies_at_another_site_by_the_books_is_here_and_set_aside(session, house, bins):
    keep_by_number(session, "TEA-4")
    lot = make_lot(session, house, "TEA-4", "L-1")
    lay(session, house, "TEA-4", "RNO1", 1, lot_id=lot)
    register(session, house, "N-1", sku="TEA-4", site="RNO1", lot_id=lot)
    freeze_lots(session, [lot], reason="Glass", actor=SYSTEM)

    posted(session, house, bins, {"A-2": (("N-1",), 0)})

    assert (lying(session, "TEA-4", "RNO1"), where(session)["N-1"]) == ({}, "A-2")
    assert lying(session, "TEA-4", "CMH1") == {("A-2", "L-1", "quarantine"): 1}
    assert session.execute(text("SELECT condition FROM serials")).scalar_one() == "quarantine"
    assert disagreements(session) == []
