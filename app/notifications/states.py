"""What can become of a message."""

from enum import StrEnum

from app.kernel.states import StateMachine, Transition


class S(StrEnum):
    QUEUED = "queued"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    KEPT = "kept"
    REFUSED = "refused"
    SUPPRESSED = "suppressed"
    UNCERTAIN = "uncertain"


# An uncertain or refused message is handed over again only when somebody sets its delivery going again.
MESSAGE = StateMachine(
    "message",
    initial=S.QUEUED,
    transitions=[
        Transition("suppress", frozenset({S.QUEUED}), S.SUPPRESSED),
        Transition("keep", frozenset({S.QUEUED, S.REFUSED, S.UNCERTAIN}), S.KEPT),
        Transition("hand_over", frozenset({S.QUEUED, S.REFUSED, S.UNCERTAIN}), S.HANDING_OVER),
        Transition("accept", frozenset({S.HANDING_OVER}), S.SENT),
        Transition("put_back", frozenset({S.QUEUED, S.HANDING_OVER, S.REFUSED, S.UNCERTAIN}), S.QUEUED),
        Transition("refuse", frozenset({S.QUEUED, S.HANDING_OVER, S.REFUSED, S.UNCERTAIN}), S.REFUSED),
        Transition("doubt", frozenset({S.QUEUED, S.HANDING_OVER, S.REFUSED, S.UNCERTAIN}), S.UNCERTAIN),
    ],
)
FINISHED = frozenset({S.SENT, S.KEPT, S.SUPPRESSED})
