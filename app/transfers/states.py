"""The life of a transfer."""

from enum import StrEnum

from app.kernel.states import StateMachine, Transition


class TransferState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    PARTLY_ARRIVED = "partly_arrived"
    ARRIVED = "arrived"
    CLOSED_WITH_LOSS = "closed_with_loss"
    CANCELLED = "cancelled"


ON_THE_WAY = frozenset({TransferState.SENT, TransferState.PARTLY_ARRIVED})
OPEN = frozenset({TransferState.DRAFT, *ON_THE_WAY})
OVER = frozenset({TransferState.ARRIVED, TransferState.CLOSED_WITH_LOSS, TransferState.CANCELLED})

# Where units settle, the sums decide between the targets that the table allows: see ``state_of``.
TRANSFER = StateMachine(
    "transfer",
    initial=TransferState.DRAFT,
    transitions=[
        Transition("change", frozenset({TransferState.DRAFT}), TransferState.DRAFT),
        Transition("send", frozenset({TransferState.DRAFT}), TransferState.SENT),
        Transition("discard", frozenset({TransferState.DRAFT}), TransferState.CANCELLED),
        Transition("receive", ON_THE_WAY, TransferState.PARTLY_ARRIVED),
        Transition("receive_the_last", ON_THE_WAY, TransferState.ARRIVED),
        Transition("book_a_loss", ON_THE_WAY, TransferState.CLOSED_WITH_LOSS),
        Transition("bring_back", ON_THE_WAY, TransferState.CANCELLED),
    ],
)
AFTER_ARRIVAL = frozenset({*ON_THE_WAY, TransferState.ARRIVED, TransferState.CLOSED_WITH_LOSS})


def state_of(*, sent: int, arrived: int, lost: int, returned: int) -> TransferState:
    """Where a transfer that has left stands by its units, over all lines."""
    if arrived + lost + returned < sent:
        return TransferState.PARTLY_ARRIVED if arrived + lost + returned else TransferState.SENT
    if lost:
        return TransferState.CLOSED_WITH_LOSS
    return TransferState.ARRIVED if arrived else TransferState.CANCELLED
