"""The life of a count."""

from enum import StrEnum

from app.kernel.states import StateMachine, Transition


class CountState(StrEnum):
    PLANNED = "planned"
    COUNTING = "counting"
    SUBMITTED = "submitted"
    RECOUNT = "recount"
    AWAITING_APPROVAL = "awaiting_approval"
    POSTED = "posted"
    CANCELLED = "cancelled"


DONE = frozenset({CountState.POSTED, CountState.CANCELLED})
JUDGED = frozenset({CountState.SUBMITTED, CountState.AWAITING_APPROVAL})

COUNT = StateMachine(
    "count",
    initial=CountState.PLANNED,
    transitions=[
        Transition("start", frozenset({CountState.PLANNED}), CountState.COUNTING),
        Transition("submit", frozenset({CountState.COUNTING, CountState.RECOUNT}), CountState.SUBMITTED),
        Transition("ask_for_recount", JUDGED, CountState.RECOUNT),
        Transition("ask_for_approval", frozenset({CountState.SUBMITTED}), CountState.AWAITING_APPROVAL),
        Transition("post", JUDGED, CountState.POSTED),
        Transition("cancel", frozenset(CountState) - DONE, CountState.CANCELLED),
    ],
)
