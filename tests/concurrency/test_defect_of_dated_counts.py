"""Defect 14 of other systems: a count that is entered after later moves set the stock back to what was counted."""

from datetime import UTC, datetime

import pytest
import time_machine

from app.counting.tolerance import Rules
from app.kernel.actor import SYSTEM
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.settle_counts import submit
from tests.factories.counts import ANN, done, fill, in_bin, make_bins, planned, post_accepted, price, saw
from tests.factories.floor import pick_all, released
from tests.factories.house import make_house

MORNING, NOON, EVENING, NEXT_DAY = (datetime(2026, 3, *at, tzinfo=UTC) for at in ((2, 8), (2, 12), (2, 18), (3, 9)))
EASY = Rules(tolerance_units=50, approval_minor=10**6)


@pytest.mark.parametrize(("seen", "left"), [(10, 12), (8, 10), (11, 13)])
def test_defect_14_a_count_of_before_later_moves_corrects_the_book_and_keeps_the_moves(session, seen, left):
    """Counted in the morning, ten in the book; five came and three left since; posted the day after."""
    house = make_house(session)
    bins = make_bins(session, house, {"A-1": "A"})
    fill(session, house, bins, {("A-1", "TEA-1"): 10})
    price(session)
    work = released(session, ("TEA-1", 3))
    count_id = planned(session, house, [bins["A-1"]], rules=EASY)

    with time_machine.travel(MORNING, tick=True):
        saw(session, count_id, bins["A-1"], "TEA-1", seen)
        done(session, count_id, bins["A-1"])
    with time_machine.travel(NOON, tick=True):
        receive(session, house, bins["A-1"], 5)
    with time_machine.travel(EVENING, tick=True):
        submit(session, [count_id], actor=ANN)
        pick_all(session, work)
    with time_machine.travel(NEXT_DAY, tick=True):
        post_accepted(session, count_id)

    assert in_bin(session, house, bins["A-1"], "TEA-1") == left


def receive(session, house, bin_id: int, units: int) -> None:
    came = Adjustment(
        sku_id=house.skus["TEA-1"], site_id=house.sites["CMH1"], on_hand=units, reason="receipt", bin_id=bin_id
    )
    adjust_stock(session, [came], actor=SYSTEM)
