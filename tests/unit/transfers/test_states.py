"""Where a transfer stands follows from its units alone."""

import pytest

from app.kernel.errors import StaleState
from app.transfers.states import TRANSFER, state_of


@pytest.mark.parametrize(
    ("sent", "arrived", "lost", "returned", "state"),
    [
        (4, 0, 0, 0, "sent"),
        (4, 1, 0, 0, "partly_arrived"),
        (4, 0, 1, 0, "partly_arrived"),
        (4, 0, 0, 1, "partly_arrived"),
        (4, 4, 0, 0, "arrived"),
        (4, 3, 0, 1, "arrived"),
        (4, 3, 1, 0, "closed_with_loss"),
        (4, 0, 4, 0, "closed_with_loss"),
        (4, 1, 1, 2, "closed_with_loss"),
        (4, 0, 0, 4, "cancelled"),
    ],
)
def test_the_state_of_what_has_left(sent, arrived, lost, returned, state):
    assert state_of(sent=sent, arrived=arrived, lost=lost, returned=returned) == state


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        ("draft", ["change", "send", "discard"]),
        ("sent", ["receive", "receive_the_last", "book_a_loss", "bring_back"]),
        ("partly_arrived", ["receive", "receive_the_last", "book_a_loss", "bring_back"]),
        ("arrived", []),
        ("closed_with_loss", []),
        ("cancelled", []),
    ],
)
def test_what_may_be_done_in_each_state(state, actions):
    assert TRANSFER.permitted(state) == actions


def test_a_refusal_names_the_state_and_what_it_would_take():
    with pytest.raises(StaleState, match="transfer is arrived; to send it must be draft"):
        TRANSFER.target("arrived", "send")
