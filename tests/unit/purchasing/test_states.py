"""Where a purchase order stands by its units, and the days to reckon with: expectations by hand."""

import pytest

from app.kernel.errors import StaleState
from app.purchasing.performance import NOTHING, Performance, usual_days
from app.purchasing.states import BuyingState, action_between, state_of


@pytest.mark.parametrize(
    ("received", "open_units", "short", "state"),
    [
        (0, 10, 0, "sent"),
        (4, 6, 0, "partly_received"),
        (10, 0, 0, "received"),
        (12, 0, 0, "received"),
        (4, 0, 6, "closed_short"),
        (0, 0, 10, "closed_short"),
        (0, 0, 0, "cancelled"),
        (4, 2, 4, "partly_received"),
    ],
)
def test_the_state_follows_from_the_units(received, open_units, short, state):
    assert state_of(received=received, open_units=open_units, short=short) == state


@pytest.mark.parametrize(
    ("before", "after", "action"),
    [
        ("sent", "partly_received", "receive"),
        ("sent", "received", "complete"),
        ("partly_received", "closed_short", "close_short"),
        ("closed_short", "partly_received", "reopen_partly"),
        ("received", "sent", "take_back"),
    ],
)
def test_units_move_an_order_by_the_table(before, after, action):
    assert action_between(before, BuyingState(after)) == action


@pytest.mark.parametrize(("before", "after"), [("cancelled", "sent"), ("draft", "received"), ("received", "cancelled")])
def test_what_the_table_does_not_know_is_refused(before, after):
    with pytest.raises(StaleState):
        action_between(before, BuyingState(after))


@pytest.mark.parametrize(
    ("lines", "mean", "days"), [(0, None, 14), (2, 3.0, 14), (3, 8.01, 9), (50, 8.0, 8), (3, 0.0, 0)]
)
def test_measured_days_count_once_three_lines_are_known(lines, mean, days):
    assert usual_days(Performance(lead_lines=lines, lead_mean=mean), stated=14) == days


def test_shares_are_rounded_half_up_and_unknown_without_lines():
    assert Performance(judged=8, kept=5, units=200, rejected=1).otif_percent == 63
    assert Performance(units=200, rejected=1).rejected_percent == 1
    assert NOTHING.otif_percent is None
