"""The life of a purchase order, which follows from its units once it is sent."""

from enum import StrEnum

from app.kernel.errors import StaleState
from app.kernel.states import StateMachine, Transition


class BuyingState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    CLOSED_SHORT = "closed_short"
    CANCELLED = "cancelled"


DRAFT, SENT, PARTLY_RECEIVED = BuyingState.DRAFT, BuyingState.SENT, BuyingState.PARTLY_RECEIVED
RECEIVED, CLOSED_SHORT, CANCELLED = BuyingState.RECEIVED, BuyingState.CLOSED_SHORT, BuyingState.CANCELLED

OPEN = frozenset({SENT, PARTLY_RECEIVED})
RECEIVABLE = OPEN | {RECEIVED}

PURCHASE_ORDER = StateMachine(
    "purchase order",
    initial=DRAFT,
    transitions=[
        Transition("send", frozenset({DRAFT}), SENT),
        Transition("receive", frozenset({SENT}), PARTLY_RECEIVED),
        Transition("complete", frozenset({SENT, PARTLY_RECEIVED}), RECEIVED),
        Transition("close_short", OPEN, CLOSED_SHORT),
        Transition("cancel", frozenset({DRAFT, *OPEN}), CANCELLED),
        Transition("reopen", frozenset({CLOSED_SHORT}), SENT),
        Transition("reopen_partly", frozenset({CLOSED_SHORT}), PARTLY_RECEIVED),
        Transition("take_back", frozenset({PARTLY_RECEIVED, RECEIVED}), SENT),
        Transition("take_back_partly", frozenset({RECEIVED}), PARTLY_RECEIVED),
    ],
)


def state_of(*, received: int, open_units: int, short: int) -> BuyingState:
    """Where a sent order stands by the sums of its lines."""
    if open_units:
        return PARTLY_RECEIVED if received else SENT
    if short:
        return CLOSED_SHORT
    return RECEIVED if received else CANCELLED


def action_between(state: str, target: BuyingState) -> str:
    """Raises StaleState where no transition leads there."""
    for each in PURCHASE_ORDER.transitions:
        if each.target == target and state in each.sources:
            return each.action
    now, then = state.replace("_", " "), target.replace("_", " ")
    raise StaleState(f"this purchase order is {now}: it cannot become {then}; load the page again")
